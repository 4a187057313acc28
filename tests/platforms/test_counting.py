"""What is not understood is not counted as left out: a thread passes for complete only where its posts are all there."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline import platforms
from pipeline.platforms import geenstijl, phpbb, slashdot, tally, tweakers, vbulletin
from tests.platforms import (
    test_dutch_sites,
    test_phpbb,
    test_platforms,
    test_slashdot,
    test_vbulletin,
)

#: platform -> what its themes call the place of a post's text
PLACES = {
    "phpbb": ['content"', 'postbody"', "postbody'"],
    "vbulletin": ["post_message_", "postcontent"],
    "vbulletin5": [
        "js-post__content-text",
        "js-comment__content-text",
        "OLD__post-content",
        "b-comment__content",
        'itemprop="text"',
    ],
    "invision": ["commentContent", "entry-content", "commentText", "ipsType_richText"],
    "fluxbb": ["postmsg", "entry-content"],
    "hackernews": ['comment"', "comment'", "commtext"],
    "blogger": ["comment-content", "comment-body"],
}


@pytest.mark.parametrize(
    ("name", "body", "url"),
    [(name, body, url) for name in PLACES for body, url in test_platforms.PAGES[name]],
    ids=[f"{name} {n}" for name in PLACES for n, _ in enumerate(test_platforms.PAGES[name])],
)
def test_a_theme_that_puts_texts_elsewhere_has_no_deleted_posts(name, body, url):
    for place in PLACES[name]:
        word = place.rstrip("\"'")  # with the quotation mark behind it: the end of a longer name
        body = body.replace(place, "elders" + place[len(word) :])
    platform = next(platform for platform in platforms.PLATFORMS if name == platform.NAME)
    page = platform.read(body, url)
    assert (len(page.comments) < 2, tally.left_out(page)) == (True, ())


def test_a_long_post_in_another_place_is_no_notice_of_a_deletion():
    other = test_phpbb.prosilver_33(14, "Kees", 4, "Wij roosteren zelf. " * 30).replace(
        'class="content"', 'class="tekst"'
    )
    gone = test_phpbb.prosilver_33(15, "Kees", 5, "Weg").replace('class="content"', 'class="notice"')
    posts = test_phpbb.three(test_phpbb.prosilver_33)
    counted = [
        phpbb.read(test_phpbb.page(test_phpbb.prosilver_33, posts + more), test_phpbb.URL).left_out
        for more in (other, gone)
    ]
    assert counted == [(), ("15",)]


def test_numbers_with_a_point_between_thousands():
    pages = [
        geenstijl.read(test_dutch_sites.geen("", number="1.204"), test_dutch_sites.ARTICLE),
        tweakers.read(test_dutch_sites.news("").replace("(3)", "(1.204)"), test_dutch_sites.NEWS),
        slashdot.read(test_slashdot.page_of(test_slashdot.nested(), count="1,204"), test_slashdot.URL),
    ]
    assert [page.announced for page in pages] == [1204] * 3


@pytest.mark.parametrize("variant", [test_vbulletin.vb3, test_vbulletin.vb4], ids=["vb3", "vb4"])
@pytest.mark.parametrize(
    ("foot", "hours"),
    [
        ("All times are GMT. The time now is <span>14:05</span>.", 0),
        ("Alle tijden zijn GMT +2. Het is nu <span>14:05</span>.", 2),
        ("Alle tijden zijn GMT -5. Het is nu <span>02:05 PM</span>.", -5),
        ("Er zijn vijf leden. Kijk om 14:05 weer.", 1),  # nothing is told: the clocks of Amsterdam
    ],
)
def test_times_of_vbulletin_are_those_of_the_zone_at_the_foot(variant, foot, hours):
    body = test_vbulletin.page(test_vbulletin.posts(variant, hour=hours), variant)
    mark = 'class="smallfont" align="center"' if variant is test_vbulletin.vb3 else 'id="footer_time"'
    page = vbulletin.read(body.replace("</body>", f"<div {mark}>{foot}</div></body>"), test_vbulletin.URL)
    assert [c.posted_at for c in page.comments] == test_vbulletin.MOMENTS
    assert page.comments[0].posted_at.tzinfo is dt.UTC
