"""XenForo pages as versions 1 (old and newer), 2 and 2.2's thread types write them, with the same posts in each."""

import datetime as dt
import json
import re

import pytest

from pipeline import platforms
from pipeline.platforms import interfaces, xenforo

URL = "https://forum.invalid/threads/roosters-in-de-zorg.41/"
#: number, quoted post, author, text
POSTS = [
    ("101", None, "Jürgen de Wit", "Ons rooster is w&eacute;&eacute;r te laat."),
    ("102", "101", "Fleur & Co", "Bij ons ook, al drie weken."),
    ("103", None, "Oud-lid", "Ik ben weg bij die instelling."),
]
MOMENTS = [dt.datetime(2026, 3, n, 9, 30, tzinfo=dt.UTC) for n in (1, 2, 3)]


def _escaped(name):
    return name.replace("&", "&amp;")


def xf1_quote(number):
    return f"""<div class="bbCodeBlock bbCodeQuote" data-author="Jürgen de Wit"><aside><div class="attribution type">Jürgen de Wit zei:
    <a href="goto/post?id={number}#post-{number}" class="AttributionLink">&uarr;</a></div>
    <blockquote class="quoteContainer"><div class="quote">w&eacute;&eacute;r te laat</div><div class="quoteExpand">Klik om te vergroten...</div>
    </blockquote></aside></div>"""


def xf2_quote(number):
    return f"""<blockquote data-attributes="member: 7" data-quote="Jürgen de Wit" data-source="post: {number}"
    class="bbCodeBlock bbCodeBlock--expandable bbCodeBlock--quote js-expandWatch"><div class="bbCodeBlock-title">
    <a href="/goto/post?id={number}" class="bbCodeBlock-sourceJump" data-content-selector="#post-{number}">Jürgen de Wit zei:</a></div>
    <div class="bbCodeBlock-content"><div class="bbCodeBlock-expandContent js-expandContent ">w&eacute;&eacute;r te laat</div>
    <div class="bbCodeBlock-expandLink js-expandLink"><a role="button">Klik om te vergroten...</a></div></div></blockquote>"""


def xf1(number, name, text, quoted, moment, stamp=None):
    when = stamp or f'<abbr class="DateTime" data-time="{int(moment.timestamp())}" title="toen">toen</abbr>'
    user = f'<a href="members/x.7/" class="username" dir="auto">{_escaped(name)}</a>'
    quote = xf1_quote(quoted) if quoted else ""
    return f"""<li id="post-{number}" class="sectionMain message" data-author="{_escaped(name)}"><div class="messageUserInfo">
    <div class="messageUserBlock"><h3 class="userText">{user}<em class="userTitle">Veteraan</em></h3></div></div>
    <div class="messageInfo primaryContent"><div class="messageContent"><article>
    <blockquote class="messageText SelectQuoteContainer ugc baseHtml">{quote}{text}<div class="messageTextEndMarker">&nbsp;</div></blockquote>
    </article></div><div class="editDate">Laatst bewerkt: <span class="DateTime" title="9 mei 2026 om 12:00">9 mei</span></div>
    <div class="baseHtml signature messageText ugc"><aside>Mijn handtekening</aside></div>
    <div class="messageMeta ToggleTriggerAnchor"><div class="privateControls"><span class="item muted"><span class="authorEnd">{user},</span>
    <a href="threads/roosters-in-de-zorg.41/#post-{number}" class="datePermalink">{when}</a></span></div>
    <div class="publicControls"><a class="ReplyQuote item control reply">Reageer</a></div></div></div></li>"""


def xf1_wall_clock(number, name, text, quoted, moment):
    stamp = f'<span class="DateTime" title="{moment.day} maart 2026 om 10:30">{moment.day} mrt</span>'
    return xf1(number, name, text, quoted, moment, stamp)


def xf2(number, name, text, quoted, moment, kind="message--post", votes="", body="message-body js-selectToQuote"):
    quote = xf2_quote(quoted) if quoted else ""
    local = moment.astimezone(dt.timezone(dt.timedelta(hours=1))).strftime("%Y-%m-%dT%H:%M:%S%z")
    return f"""<article class="message {kind} js-post js-inlineModContainer" data-author="{_escaped(name)}" data-content="post-{number}" id="js-post-{number}">
    <span class="u-anchorTarget" id="post-{number}"></span><div class="message-inner"><div class="message-cell message-cell--user">
    <section itemscope itemtype="https://schema.org/Person" class="message-user"><div class="message-userDetails">
    <h4 class="message-name"><a class="username username--staff" data-user-id="7"><span class="username--style3">{_escaped(name)}</span></a></h4>
    <h5 class="userTitle message-userTitle">Veteraan</h5><div class="userBanner message-userBanner"><strong>Beheerder</strong></div></div></section></div>
    <div class="message-cell message-cell--main"><div class="message-main js-quickEditTarget"><header class="message-attribution">
    <ul class="message-attribution-main listInline"><li class="u-concealed"><a href="/threads/roosters-in-de-zorg.41/post-{number}" rel="nofollow">
    <time class="u-dt" dir="auto" datetime="{local}" data-time="{int(moment.timestamp())}" title="toen">toen</time></a></li></ul></header>
    <div class="message-content js-messageContent"><div class="message-userContent lbContainer" data-lb-id="post-{number}"><article class="{body}">
    <div class="bbWrapper">{quote}{text}</div><div class="js-selectToQuoteEnd">&nbsp;</div></article></div>
    <section class="message-attachments"><ul class="attachmentList"><li>rooster.pdf</li></ul></section>
    <div class="message-lastEdit">Laatst bewerkt: <time class="u-dt" datetime="2026-05-09T12:00:00+0200">9 mei</time></div>
    <aside class="message-signature"><div class="bbWrapper">Mijn handtekening</div></aside></div>
    <footer class="message-footer"><div class="message-actionBar">Reageer</div><div class="reactionsBar"><bdi>Piet</bdi></div></footer></div></div>{votes}</div></article>"""


def xf2_timestamp(number, name, text, quoted, moment):
    """2.3 renamed the attribute that holds the seconds."""
    return xf2(number, name, text, quoted, moment).replace("data-time=", "data-timestamp=")


def xf2_question(number, name, text, quoted, moment):
    votes = '<div class="message-cell message-cell--vote"><div class="contentVote"><span class="contentVote-score">3</span></div></div>'
    return xf2(number, name, text, quoted, moment, "message--post message--solution", votes)


def xf2_article(number, name, text, quoted, moment):
    if number != "101":
        return xf2(number, name, text, quoted, moment)
    return xf2(number, name, text, quoted, moment, "message--article").replace(
        "message-attribution", "message-attribution message-attribution--plain", 1
    )


VARIANTS = [xf1, xf1_wall_clock, xf2, xf2_timestamp, xf2_question, xf2_article]
COUNTED = """<script type="application/ld+json">{"@context": "https://schema.org", "@type": "WebPage", "mainEntity":
{"@type": "DiscussionForumPosting", "interactionStatistic": [
{"@type": "InteractionCounter", "interactionType": "https://schema.org/ViewAction", "userInteractionCount": 900},
{"@type": "InteractionCounter", "interactionType": "https://schema.org/CommentAction", "userInteractionCount": 6}]}}</script>"""


def posts(variant):
    return "".join(
        variant(n, name, text, quoted, moment) for (n, quoted, name, text), moment in zip(POSTS, MOMENTS, strict=True)
    )


def page(content, two=True, navigation="", canonical=URL, template="thread_view"):
    root = f'id="XF" data-app="public" data-template="{template}"' if two else 'id="XenForo"'
    base = "" if two else '<base href="https://forum.invalid/">'
    title = 'class="p-title-value"' if two else ""
    label = (
        '<span class="label label--blue" dir="auto">Vraag</span><span class="label-append">&nbsp;</span>' if two else ""
    )
    return f"""<!DOCTYPE html><html {root} lang="nl-NL"><head>{base}<title>Roosters in de zorg | Forum</title>
    <link rel="canonical" href="{canonical}"></head><body><div class="titleBar"><h1 {title}>{label}Roosters in de zorg</h1></div>
    {navigation}<ol class="messageList" id="messageList"><div class="block-body js-replyNewMessageContainer">{content}</div></ol>{navigation}</body></html>"""


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.__name__)
def test_every_version_gives_the_same_posts(variant):
    body = page(posts(variant), two="xf1" not in variant.__name__)
    assert xenforo.matches(body, URL)
    reading = xenforo.read(body, URL)
    found = [(c.platform_id, c.parent, c.author) for c in reading.comments]
    assert found == [(number, quoted, name) for number, quoted, name, _ in POSTS]
    assert [c.posted_at for c in reading.comments] == MOMENTS
    assert [c.permalink for c in reading.comments] == [f"{URL}#post-{number}" for number, *_ in POSTS]
    assert (reading.title, reading.thread, reading.language) == (
        "Roosters in de zorg",
        "forum.invalid/threads/41",
        "nl-NL",
    )
    first, second, third = [c.text for c in reading.comments]
    assert first == "Ons rooster is wéér te laat."
    assert third == "Ik ben weg bij die instelling."
    quote, _, own = second.rpartition("</blockquote>")
    assert quote.startswith("<blockquote")
    assert "Jürgen de Wit zei:" in quote
    assert "wéér te laat" in quote
    assert own.strip() == "Bij ons ook, al drie weken."
    for chrome in ("Klik om", "handtekening", "bewerkt", "Veteraan", "rooster.pdf", "Reageer"):
        assert chrome not in second


NAV1 = """<div class="PageNav" data-page="{0}" data-last="3"><span class="pageNavHeader">Pagina {0} van 3</span><nav>
<a href="threads/roosters-in-de-zorg.41/" rel="start">1</a><a href="threads/roosters-in-de-zorg.41/page-2">2</a>
<a href="threads/roosters-in-de-zorg.41/page-3">3</a></nav></div>"""
NAV2 = """<nav class="pageNavWrapper"><div class="pageNav"><ul class="pageNav-main"><li class="pageNav-page"><a href="/threads/roosters-in-de-zorg.41/">1</a></li>
<li class="pageNav-page"><a href="/threads/roosters-in-de-zorg.41/page-2#top">2</a></li><li class="pageNav-page"><a href="/threads/roosters-in-de-zorg.41/page-3">3</a></li>
<li><a href="/threads/ander.42/page-2">elders</a></li></ul></div></nav>"""


@pytest.mark.parametrize("two", [False, True])
@pytest.mark.parametrize("here", [1, 2, 3])
def test_each_page_leads_to_the_others_and_names_the_same_thread(two, here):
    pages = [URL, URL + "page-2", URL + "page-3"]
    body = page(posts(xf2 if two else xf1), two, NAV2 if two else NAV1.format(here), canonical=pages[here - 1])
    reading = xenforo.read(body, pages[here - 1])
    assert reading.next_links == [link for link in pages if link != pages[here - 1]]
    assert reading.thread == "forum.invalid/threads/41"


def test_addresses_without_rewriting():
    thread = "https://forum.invalid/index.php?threads/roosters.41/"
    navigation = '<div class="pageNav"><a href="/index.php?threads/roosters.41/page-2">2</a></div>'
    reading = xenforo.read(page(posts(xf2), navigation=navigation, canonical=thread), thread)
    assert reading.next_links == ["https://forum.invalid/index.php?threads/roosters.41/page-2"]
    later = xenforo.read(page(posts(xf2), canonical=thread + "page-2"), thread + "page-2")
    assert later.thread == reading.thread == "forum.invalid/index.php?threads/41"


def test_empty_posts_are_counted_and_deleted_ones_are_in_no_number():
    gone = """<div class="message message--deleted message--post js-post" data-author="Kees" data-content="post-104" id="js-post-104">
    <div class="messageNotice messageNotice--deleted">Verwijderd bericht</div></div>"""
    silent = xf2("105", "Ria", " &nbsp; ", None, MOMENTS[0])
    picture = xf2("106", "Ria", '<img src="/rooster.png" alt="">', None, MOMENTS[0])
    reading = xenforo.read(page(posts(xf2) + gone + silent + picture), URL)
    assert [c.platform_id for c in reading.comments] == ["101", "102", "103", "106"]
    assert reading.left_out == ("105",)
    old = '<li id="post-104" class="message messageSimple deleted placeholder" data-author="Kees"><div class="messageContent">Weg</div></li>'
    assert xenforo.read(page(posts(xf1) + old, two=False), URL).left_out == ()


def test_announced_counts_the_first_post_too():
    assert xenforo.read(page(posts(xf2) + COUNTED), URL).announced == 7
    assert xenforo.read(page(posts(xf2)), URL).announced is None


def test_the_accepted_answer_shown_again_on_top_is_no_second_post():
    again = (
        '<div class="block" id="js-solutionHighlightBlock">'
        + xf2("102", "Fleur & Co", "Bij ons...", None, MOMENTS[1])
        + "</div>"
    )
    reading = xenforo.read(page(again + posts(xf2_question)), URL)
    assert [c.platform_id for c in reading.comments] == ["101", "102", "103"]
    assert "al drie weken" in reading.comments[1].text


@pytest.mark.parametrize(("attribute", "author"), [("Gast Henk", "Gast Henk"), ("", None)])
def test_guests(attribute, author):
    post = f"""<article class="message message--post js-post" data-author="{attribute}" data-content="post-9"><h4 class="message-name"></h4>
    <div class="message-body"><div class="bbWrapper">Hoi</div></div></article>"""
    (comment,) = xenforo.read(page(post), URL).comments
    assert (comment.author, comment.posted_at) == (author, None)


def test_a_link_preview_is_the_address_that_its_author_gave():
    text = """Zie <div class="bbCodeBlock bbCodeBlock--unfurl js-unfurl fauxBlockLink" data-unfurl="true"{0} data-host="krant.invalid">
    <div class="contentRow"><h3 class="contentRow-header js-unfurl-title"><a href="{1}" class="link fauxBlockLink-blockLink">Minister belooft</a></h3>
    <div class="contentRow-snippet">De minister zegt</div><div class="contentRow-minor">krant.invalid</div></div></div>en huiver."""
    address, through = "https://krant.invalid/x", "/redirect/?to=aHR0cHM6Ly9rcmFudC5pbnZhbGlkL3g="
    for shown in (text.format(f' data-url="{address}"', through), text.format("", address)):
        (comment,) = xenforo.read(page(xf2("1", "Ria", shown, None, MOMENTS[0])), URL).comments
        assert comment.text.split() == ["Zie", address, "en", "huiver."]


@pytest.mark.parametrize(
    "chrome",
    [
        '<div class="bbMediaWrapper"><video controls><source src="/v.mp4"><div class="bbMediaWrapper-fallback">Geen film</div></video></div>',
        '<img src="/a.jpg"><div class="cv-attach-exif"><a href="/register">Word lid</a> voor de gegevens</div>',
        '<div class="bbCodeBlock bbCodeBlock--code"><div class="bbCodeBlock-title">Code:</div><pre>ls</pre></div>',
        '<div class="bbCodeBlock bbCodeCode"><div class="type">Code:</div><pre>ls</pre></div>',
    ],
)
def test_what_the_board_writes_into_a_post_is_not_its_author_s(chrome):
    (comment,) = xenforo.read(page(xf2("1", "Ria", f"Kijk: {chrome}", None, MOMENTS[0])), URL).comments
    assert comment.text.startswith("Kijk: <")
    assert not any(said in comment.text for said in ("Geen film", "Word lid", "gegevens", "Code:"))


def captioned(number, moment, zone):
    """A theme without a <time> in the posts' heads: the wall clock's stands in the caption of enlarged pictures."""
    wall = moment.astimezone(zone).strftime("%b %d, %Y at %I:%M %p")
    return f"""<article class="message message--post js-post" data-author="Ria" data-content="post-{number}" id="js-post-{number}"><header
    class="message-header"><a href="/threads/roosters.41/post-{number}"><span>{wall}</span></a></header><div class="message-body"><div class="lbContainer"
    data-lb-caption-desc="Ria &middot; {wall}"></div><div class="bbWrapper">Hoi</div></div><div class="message-lastEdit">Bewerkt:
    <time class="u-dt" datetime="2026-05-09T12:00:00+0200" title="9 mei">9 mei</time></div></article>"""


def test_the_time_of_the_last_edit_is_not_the_post_s():
    declared = f'<meta itemprop="datePublished" content="{MOMENTS[0].isoformat()}">'
    post = captioned("1", MOMENTS[0], dt.UTC).replace("<header", declared + "<header", 1)
    (comment,) = xenforo.read(page(post), URL).comments
    assert comment.posted_at == MOMENTS[0]


def test_a_wall_clock_s_time_that_the_page_tells_exactly_elsewhere():
    exact = MOMENTS[0].replace(second=35)
    zone = dt.timezone(dt.timedelta(hours=-4))
    wall = exact.astimezone(zone).strftime("%b %d, %Y at %I:%M %p")
    start = (
        f'<div class="p-description"><time class="u-dt" datetime="{exact.isoformat()}" title="{wall}">toen</time></div>'
    )
    (comment,) = xenforo.read(page(captioned("1", exact, zone), navigation=start), URL).comments
    assert comment.posted_at == exact


@pytest.mark.parametrize("hours", [-8, -3, 0, 2, 10, 12])
def test_wall_clocks_show_the_zone_in_which_the_page_s_day_began(hours):
    zone = dt.timezone(dt.timedelta(hours=hours))
    today = int(dt.datetime(2026, 3, 5, tzinfo=zone).timestamp())
    script = f"<script>XenForo.serverTimeInfo = {{ now: {today + 900}, today: {today}, todayDow: 4 }};</script>"
    body = page("".join(captioned(n, moment, zone) for (n, *_), moment in zip(POSTS, MOMENTS, strict=True)))
    reading = xenforo.read(body.replace("nl-NL", "en-US").replace("</body>", script + "</body>"), URL)
    assert [c.posted_at for c in reading.comments] == MOMENTS
    assert reading.warnings == [f"times without a zone, taken as {zone} all year: 3"]


@pytest.mark.parametrize(
    "today", [dt.datetime(2026, 3, 4, 23, tzinfo=dt.UTC), dt.datetime(2026, 7, 4, 22, tzinfo=dt.UTC)]
)
def test_a_dutch_page_s_wall_clock_knows_summer_time(today):
    stamps = ["1 maart 2026 om 10:30", "1 juli 2026 om 10:30"]
    content = "".join(
        xf1(str(n), "Ria", "Hoi", None, None, f'<span class="DateTime" title="{stamp}">toen</span>')
        for n, stamp in enumerate(stamps, 1)
    )
    script = f'<script>var XF = {{"now":{int(today.timestamp())},"today":{int(today.timestamp())}}};</script>'
    reading = xenforo.read(page(content + script, two=False), URL)
    assert [c.posted_at.isoformat() for c in reading.comments] == [
        "2026-03-01T09:30:00+00:00",
        "2026-07-01T08:30:00+00:00",
    ]
    assert reading.warnings == []


def nest(post, children="", loaded=0, total=0, unknown=""):
    """A post with the replies to it, and the label that tells how many of them are there."""
    number = re.search(r"js-post-(\d+)", post)[1]
    hidden = "" if total > loaded else "hidden"
    return f"""{post}<div class="nested-post-reply-editor"></div>
    <div class="california-nested-message-children-wrapper js-nested-children-wrapper"><div class="js-nested-children-container">{children}</div>
    <label class="california-reply-label js-nested-reply-label {hidden}" parent-post="{number}" parent-level="1" thread-id="41" posts-loaded="{loaded}"
    total-reply-count="{total}" exact-reply-count-unknown="{unknown}">Meer</label></div>"""


def more(post, loaded, total, unknown=""):
    """Where replies that are folded away come from."""
    return (
        f"https://forum.invalid/threads/load-more-posts/?parent_post_id={post}&parent_post_level=1&thread_id=41&posts_loaded={loaded}"
        f"&total_reply_count={total}&exact_reply_count_unknown={unknown}&_xfRequestUri=%2Fthreads%2Froosters-in-de-zorg.41%2F"
        "&_xfWithData=1&_xfResponseType=json"
    )


ONE, TWO, THREE = (xf2(n, name, text, None, moment) for (n, _, name, text), moment in zip(POSTS, MOMENTS, strict=True))
_COUNTS = "".join(
    f'<span class="icon-with-text">{said}</span>' for said in ("6,3K gezien", "4 reacties", "3 leden", "toen")
)
OPENING = f'<div class="MessageCard__thread-info">{_COUNTS}</div>{ONE}'


def test_replies_nested_behind_the_post_that_they_answer():
    reading = xenforo.read(page(OPENING + nest(TWO, THREE, 1, 1)), URL)
    assert [(c.platform_id, c.parent) for c in reading.comments] == [("101", None), ("102", None), ("103", "102")]
    assert (reading.announced, reading.next_links) == (5, [])


def test_replies_that_are_folded_away_are_asked_for_where_they_are():
    reading = xenforo.read(page(OPENING + nest(TWO, nest(THREE, total=1, unknown="1"), 1, 3)), URL)
    assert [c.parent for c in reading.comments] == [None, None, "102"]
    assert reading.next_links == [more("103", 0, 1, "1"), more("102", 1, 3)]
    assert all(map(interfaces.is_interface_address, reading.next_links))
    assert reading.warnings == []  # the announced number tells that some are missing
    uncounted = xenforo.read(page(ONE + nest(TWO, THREE, 1, 3)), URL)
    assert uncounted.warnings == ["nested replies that the page folds away: 2 or more"]


def test_an_answer_with_folded_replies_joins_its_thread():
    content = nest(xf2("104", "Ria", "Zeker.", None, MOMENTS[2]), xf2("105", "Bob", "Nee.", None, MOMENTS[2]), 1, 2)
    label = nest(TWO, "", 1, 3).removeprefix(TWO)
    url = more("102", 1, 3)
    for data in ({"html": {"content": content + label}}, {"status": "ok", "messages": [content, label]}):
        (reading,) = platforms.pages(json.dumps(data), url)
        assert [(c.platform_id, c.parent, c.author, c.text) for c in reading.comments] == [
            ("104", "102", "Ria", "Zeker."),
            ("105", "104", "Bob", "Nee."),
        ]
        assert [c.posted_at for c in reading.comments] == [MOMENTS[2]] * 2
        assert reading.comments[0].permalink == f"{URL}#post-104"
        assert (reading.platform, reading.thread) == ("xenforo", xenforo.read(page(ONE), URL).thread)
        assert reading.next_links == [more("102", 2, 3), more("104", 1, 2)]


@pytest.mark.parametrize(
    "body", ['{"html": {"content": ""}}', '{"html": null}', '{"errors": ["weg"]}', "[]", '{"html": {"con']
)
def test_an_answer_without_replies_leads_nowhere(body):
    reading = xenforo.read(body, more("102", 1, 3))
    assert (reading.comments, reading.next_links) == ([], [])
    assert bool(reading.warnings) == body.endswith("con")


def test_a_list_of_threads():
    body = """<html id="XF" data-template="forum_view" lang="nl-NL"><body><div class="structItem structItem--thread"><div class="structItem-title">
    <a href="/forums/zorg.3/?prefix_id=2" class="labelLink">Vraag</a><a href="/threads/een.1/">Een</a></div></div>
    <div class="structItem-title"><a href="/threads/twee.2/unread">Twee</a><a href="/threads/twee.2/">Twee</a></div>
    <div class="pageNav"><a href="/forums/zorg.3/page-2">2</a></div></body></html>"""
    reading = xenforo.read(body, "https://forum.invalid/forums/zorg.3/")
    assert (reading.thread, reading.comments) == (None, [])
    assert reading.next_links == [
        f"https://forum.invalid/{path}" for path in ("threads/een.1/", "threads/twee.2/", "forums/zorg.3/page-2")
    ]


def test_a_list_of_threads_of_version_1():
    body = """<html id="XenForo" lang="nl"><head><base href="https://forum.invalid/"></head><body><ol class="discussionListItems">
    <li class="discussionListItem"><h3 class="title"><a href="threads/een.1/" class="PreviewTooltip">Een</a></h3></li></ol>
    <div class="PageNav"><nav><a href="forums/zorg.3/page-2">2</a></nav></div></body></html>"""
    reading = xenforo.read(body, "https://forum.invalid/forums/zorg.3/")
    assert reading.next_links == ["https://forum.invalid/threads/een.1/", "https://forum.invalid/forums/zorg.3/page-2"]


def test_a_thread_without_posts_is_still_a_thread():
    reading = xenforo.read(page(""), URL)
    assert (reading.thread, reading.comments) == ("forum.invalid/threads/41", [])


def test_a_page_cut_in_the_middle_gives_what_arrived():
    whole = page(posts(xf2))
    reading = xenforo.read(whole[: whole.index("Ik ben weg")], URL)
    assert [c.platform_id for c in reading.comments] == ["101", "102"]


def test_an_address_that_is_none():
    url = "https://[forum/threads/load-more-posts/?parent_post_id=1"
    assert not xenforo.matches("{}", url)
    assert xenforo.read("{}", url).comments == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "XF",
        '<html lang="nl"><body class="single"><ol class="commentlist"><li id="comment-1">over XenForo</li></ol></body></html>',
    ],
)
def test_pages_of_others_are_not_matched(body):
    assert not xenforo.matches(body, URL)
