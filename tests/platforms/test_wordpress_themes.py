"""WordPress: themes and plugins that give the parts of a comment names of their own, or none. All pages are made up."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.platforms import wordpress
from pipeline.platforms.text import markup_to_text
from tests.platforms.test_platforms_wordpress import AT, COMMENTS, URL, _date, post, render

REPLY = "<a class='comment-reply-link' href='/?replytocom=1#respond'>Beantwoorden</a>"
AVATAR = "<img alt='' src='x' class='avatar photo'>"


def prefixed(n, name, text, inner, depth):
    """A plugin that puts its own name before the usual ones; the id stands on one half, the replies beside that."""
    parent = next((number for number, above, *_ in COMMENTS if number == n and above), "0")
    return f"""<div id="xyz-comm-{n}_{parent}" class="comment even depth-{depth} xyz-comment"><div class="xyz-comment-wrap xyz-blog-guest">
    <div class="xyz-comment-left"><div class="xyz-avatar">{AVATAR}</div></div><div id="comment-{n}" class="xyz-comment-right">
    <div class="xyz-comment-header"><div class="xyz-comment-author"> {name}</div><div class="xyz-comment-label"><span>Gast</span></div></div>
    <div class="xyz-comment-subheader"><div class="xyz-comment-date" title="{_date(n, "{day} maart 2026 10:00")}"><i class="clock"></i> 8 maanden geleden</div>
    </div><div class="xyz-comment-text"> <p>{text}</p></div><div class="xyz-comment-footer"><span>12</span><span>Antwoord</span></div></div></div>
    <div id="xyz_form_anchor-{n}"></div>{inner}</div>"""


def name_in_the_text(n, name, text, inner, depth):
    return f"""<li class="comment depth-{depth}" id="li-comment-{n}"><div id="comment-{n}" class="comment-wrap"><div class="comment-meta">
    <div class="comment-author vcard"><span class="comment-avatar">{AVATAR}</span></div></div><div class="comment-content">
    <div class="comment-author">{name}<span><a href="#comment-{n}" title="Vaste link">{_date(n, "{day} maart 2026 om 10:00")}</a></span></div>
    <p>{text}</p>{REPLY}</div></div><ul class='children'>{inner}</ul></li>"""


def text_in_the_text(n, name, text, inner, depth):
    return f"""<li id="comment-{n}" class="comment-container"><article class="comment-body depth-{depth}"><div class="comment-author vcard">{AVATAR}
    </div><div class="comment-content"><div class="comment-author"><span class="comment-link"><a href="#">{name}</a></span>
    <span class="comment-meta commentmetadata"><span class="comment-date">{_date(n, "{day} maart 2026 om 10:00")}</span>{REPLY}</span></div>
    <div class="comment-entry"><div class="comment-content"><p>{text}</p></div></div></div></article><ul class="children">{inner}</ul></li>"""


def headed(n, name, text, inner, depth):
    return f"""<li id="comment-{n}" class="comment depth-{depth}"><article><footer class="ab-comment-meta"><figure>{AVATAR}</figure>
    <h4 class="ab-comment-author"><cite>{name}</cite></h4><div class="ab-comment-meta-data"><a href="{URL}#comment-{n}" title="Naar 1 reactie">
    {_date(n, "{day} maart 2026 om 10:00")}</a>{REPLY}</div></footer><div class="ab-comment-content entry-content"><p>{text}</p></div></article>
    <ul class="children">{inner}</ul></li>"""


def blocks_and_elements(n, name, text, inner, depth):
    """Names of a part of a part, and signs between the name, the date and the number."""
    return f"""<li class="comments__item depth-{depth}" id="comment-{n}"><div class="comments__info">{AVATAR}</div><div class="comments__item__copy">
    <span class="comments__item__info"><a class="author" href="/lid">{name}</a> <span class="separator">|</span>
    <time class="comments__date">{_date(n, "{day} maart 2026 om 10:00")}</time> <span class="separator">|</span> <a href="#comment-{n}">#1</a></span>
    <div class="comments__item__text"><p>{text}</p></div>{REPLY}</div><ol class="children">{inner}</ol></li>"""


def media_object(n, name, text, inner, depth):
    return f"""<li class="comment media depth-{depth}" id="comment-{n}">{AVATAR}<div class="media-body"><h4 class="media-heading">{name}</h4>
    <time datetime="{AT[int(n) - 10]}"><a href="{URL}#comment-{n}">toen</a></time><p>{text}</p>{REPLY}<ul class="children">{inner}</ul></div></li>"""


def plain(n, name, text, inner, depth):
    return f"""<li class="comment depth-{depth}" id="comment-{n}"><div class="head"><p class="author"><strong>{name}</strong> zegt:</p>
    <p class="date">{_date(n, "{day} maart 2026 om 10:00")}</p></div><div class="text"><p>{text}</p></div><ul class="children">{inner}</ul></li>"""


def review(n, name, text, inner, depth):
    return f"""<li class="review comment depth-{depth}" id="li-comment-{n}"><div id="comment-{n}" class="comment_container">{AVATAR}
    <div class="comment-text"><div class="star-rating" role="img"></div><p class="meta"><strong class="shop-review__author">{name}</strong>
    <em>(geverifieerd)</em> <span>–</span> <time class="shop-review__date" datetime="{AT[int(n) - 10]}">toen</time></p>
    <div class="description"><p>{text}</p></div></div></div><ul class="children">{inner}</ul></li>"""


def permalink_beside_the_date(n, name, text, inner, depth):
    return f"""<li id="comment-{n}" class="comment depth-{depth}"><div class="comment-author vcard">{AVATAR}<span class="fn n">{name}</span></div>
    <div class="comment-meta">Geplaatst op {_date(n, "{day} maart 2026 om 10:00")} <span>|</span> <a href="#comment-{n}">Vaste link</a></div>
    <div class="comment-content"><p>{text}</p></div><ul class="children">{inner}</ul></li>"""


def says_outside_the_name(n, name, text, inner, depth):
    return f"""<li class="comment depth-{depth}" id="comment-{n}"><cite><a href='http://eigen.invalid'>{name}</a></cite> Says:<br />
    <small class="commentmetadata"><a href="#comment-{n}" title="">{_date(n, "March {day}th, 2026 at 10:00 am")}</a> </small><p>{text}</p>
    <ul class="children">{inner}</ul></li>"""


THEMES = [
    prefixed, name_in_the_text, text_in_the_text, headed, media_object, plain, review, permalink_beside_the_date, says_outside_the_name,
    blocks_and_elements,
]  # fmt: skip


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.__name__)
def test_every_theme_gives_the_same_comments(theme):
    body = post(render(theme, "11") + render(theme, "14"))
    assert wordpress.matches(body, URL)
    page = wordpress.read(body, URL)
    assert [(c.platform_id, c.parent, c.author, markup_to_text(c.text)) for c in page.comments] == COMMENTS
    assert [c.posted_at for c in page.comments] == [dt.datetime(2026, 3, n, 9, tzinfo=dt.UTC) for n in range(1, 5)]
    assert [c.permalink for c in page.comments] == [f"{URL}#comment-{n}" for n in range(11, 15)]


def test_a_plugin_s_heading_announces_the_number():
    heading = '<div class="wpd-thread-info"><span class="wpdtc" title="25">25</span> Reacties</div>'
    body = post(render(prefixed, "11")).replace(
        '<h2 class="comments-title">4 reacties op &ldquo;12 tips&rdquo;</h2>', heading
    )
    assert wordpress.read(body, URL).announced == 25


def test_a_day_in_a_name_is_part_of_it():
    body = post(render(headed, "14")).replace(
        "<cite>J. Müller</cite>", '<cite><a href="#">Comité 4 en 5 mei</a></cite>'
    )
    assert wordpress.read(body, URL).comments[0].author == "Comité 4 en 5 mei"


def test_another_view_of_a_post_leads_to_the_post_s_pages():
    body = post(render(headed, "14"), extra=f'<a href="{URL}comment-page-1/#comments">Ouder</a>').replace(
        f'"canonical" href="{URL}"', '"x"'
    )
    assert wordpress.read(body, f"{URL}amp/").next_links[0] == f"{URL}comment-page-1/"
