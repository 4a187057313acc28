"""Reddit: the same thread as JSON, as an old page and as a new one must be read alike."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from pipeline.platforms import reddit, reddit_json, wordpress

URL = "https://forum.invalid/r/werk/comments/abc123/wie_belt_er/"
THREAD = "forum.invalid/comments/abc123"
BASE = 1_772_355_600  # 1 March 2026, 9:00 UTC
#: id, parent, author, words
POST = ("t3_abc123", None, "jansen_uit_goes", "<p>Wie belt er &amp; waarom?</p>")
COMMENTS = [
    ("t1_aaa1", None, "Müller", "<p>Niemand nam op.</p>"),
    ("t1_aaa2", "t1_aaa1", "bob-de-boer", "<blockquote>\n<p>Niemand</p>\n</blockquote>\n\n<p>Bij ons ook niet.</p>"),
    ("t1_aaa3", "t1_aaa2", None, "<p>Zie je wel?</p>"),
    ("t1_aaa5", None, "Anneke", "<p>Ik wel.</p>"),
]
#: a deleted comment, with an answer that stays
GONE, ORPHAN = ("t1_aaa4", None), ("t1_aaa6", "t1_aaa4", "Anneke", "<p>Jammer.</p>")


def _at(n: int) -> str:
    return dt.datetime.fromtimestamp(BASE + n, dt.UTC).isoformat()


# --- as JSON


def thing(row, n, replies="", **more):
    number, parent, author, words = row
    body = words.replace("<p>", "").replace("</p>", "").strip()
    return {"kind": "t1", "data": {
        "id": number[3:], "name": number, "parent_id": parent or "t3_abc123", "link_id": "t3_abc123", "subreddit": "werk",
        "author": author or "[deleted]", "body": body, "created_utc": float(BASE + n), "replies": replies,
        "body_html": f'<div class="md">{words}\n</div>', "permalink": f"/r/werk/comments/abc123/wie_belt_er/{number[3:]}/",
        "edited": False, **more,
    }}  # fmt: skip


def listing(*things):
    return {"kind": "Listing", "data": {"modhash": "", "after": None, "before": None, "children": list(things)}}


def post(**more):
    return {"kind": "t3", "data": {
        "id": "abc123", "name": "t3_abc123", "subreddit": "werk", "author": POST[2], "title": "Wie belt er &amp; wanneer?",
        "selftext": "Wie belt er & waarom?", "selftext_html": f'<!-- SC_OFF --><div class="md">{POST[3]}\n</div><!-- SC_ON -->',
        "created_utc": float(BASE), "num_comments": 6, "permalink": "/r/werk/comments/abc123/wie_belt_er/", **more,
    }}  # fmt: skip


def stub(count, parent, *names):
    number = names[0] if names else "_"
    return {
        "kind": "more",
        "data": {
            "count": count,
            "name": f"t1_{number}",
            "id": number,
            "parent_id": parent,
            "depth": 1,
            "children": list(names),
        },
    }


def deleted(replies=""):
    return thing((*GONE, None, "<p>[removed]</p>"), 4, replies, body="[removed]")


def as_json(*more, escaped=False):
    one, two, three, five = COMMENTS
    nested = thing(one, 1, listing(thing(two, 2, listing(thing(three, 3)))))
    data = [listing(post()), listing(nested, deleted(listing(thing(ORPHAN, 6))), thing(five, 5), *more)]
    if escaped:
        for part in (data[0]["data"]["children"][0]["data"],):
            part["selftext_html"] = (
                part["selftext_html"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            )
    return json.dumps(data)


# --- as an old page


def old_comment(row, n, replies="", classes="", body=None):
    number, _, author, words = row
    tag = (
        f'<a href="/user/x" class="author may-blank id-t2_x">{author}</a>'
        if author
        else '<span class="author">[deleted]</span>'
    )
    path = f"/r/werk/comments/abc123/wie_belt_er/{number[3:]}/"
    return f"""<div class=" thing id-{number} noncollapsed {classes} comment " id="thing_{number}" data-fullname="{number}" data-type="comment"
    data-permalink="{path}"><p class="parent"><a name="{number[3:]}"></a></p><div class="midcol"><div class="arrow up"></div></div>
    <div class="entry unvoted"><p class="tagline"><a href="javascript:void(0)" class="expand">[-]</a>{tag}<span class="userattrs">[<a class="moderator" title="x">M</a>]</span>
    <span class="flair">chef</span> <span class="score unvoted" title="3">3 points</span> <time title="x" datetime="{_at(n)}" class="live-timestamp">ooit</time>
    <time class="edited-timestamp" title="last edited" datetime="2026-03-09T09:00:00+00:00">*</time></p>
    <form action="#" class="usertext"><input type="hidden" name="thing_id"><div class="usertext-body may-blank-within md-container "><div class="md">{body or words}
</div></div></form><ul class="flat-list buttons"><li class="first"><a href="https://forum.invalid{path}" class="bylink">permalink</a></li><li>reply</li></ul></div>
    <div class="child"><div id="siteTable_{number}" class="sitetable listing">{replies}</div></div></div>"""


def old_post(text=POST[3]):
    body = (
        f'<div class="expando"><form class="usertext"><div class="usertext-body md-container"><div class="md">{text}\n</div></div></form></div>'
        if text
        else ""
    )
    return f"""<div id="siteTable" class="sitetable linklisting"><div class=" thing id-t3_abc123 self link " id="thing_t3_abc123" data-fullname="t3_abc123"
    data-author="jansen_uit_goes" data-timestamp="{BASE}000" data-permalink="/r/werk/comments/abc123/wie_belt_er/" data-comments-count="6">
    <div class="entry"><p class="title"><a class="title may-blank" href="/r/werk/">Wie belt er &amp; wanneer?</a></p><p class="tagline">submitted
    <time datetime="{_at(0)}">toen</time> by <a class="author" href="/user/x">jansen_uit_goes</a></p>{body}</div></div></div>"""


def as_old(*more, text=POST[3]):
    one, two, three, five = COMMENTS
    tree = old_comment(one, 1, old_comment(two, 2, old_comment(three, 3)))
    tree += old_comment((*GONE, None, "<p>[deleted]</p>"), 4, old_comment(ORPHAN, 6), "deleted")
    tree += old_comment(five, 5) + "".join(more)
    return f"""<html xml:lang="nl" lang="nl"><head><title>x</title></head><body class="comments-page">{old_post(text)}<div class="commentarea">
    <div class="panestack-title"><span class="title">all 6 comments</span></div><div class="sitetable nestedlisting">{tree}</div></div></body></html>"""


# --- as a new page


def new_comment(row, n, replies="", attributes="", body=None):
    number, parent, author, words = row
    body = f'<div id="{number}-comment-rtjson-content" class="md" slot="comment"><div id="{number}-post-rtjson-content" class="inline-block">{body or words}</div></div>'
    named = f'parentid="{parent}"' if parent else ""
    return f"""<shreddit-comment {attributes} author="{author or "[deleted]"}" thingid="{number}" {named} postid="t3_abc123" depth="0" score="3"
    permalink="/r/werk/comments/abc123/wie_belt_er/{number[3:]}/" created="{_at(n).replace("+00:00", ".000000+0000")}"><div slot="commentAvatar"><img alt="u/x avatar"></div>
    <div slot="commentMeta"><faceplate-tracker noun="comment_author"><a href="/user/x/">{author}</a></faceplate-tracker><time datetime="{_at(n)}">ooit</time></div>
    {"" if "deleted" in attributes else body}<shreddit-comment-action-row slot="actionRow"><button>Antwoord</button></shreddit-comment-action-row>{replies}</shreddit-comment>"""


def new_post(text=POST[3]):
    body = f'<shreddit-post-text-body slot="text-body"><div slot="text-body"><div id="t3_abc123-post-rtjson-content" class="md" property="schema:articleBody">{text}</div></div><button>Lees meer</button></shreddit-post-text-body>'
    return f"""<shreddit-post permalink="/r/werk/comments/abc123/wie_belt_er/" view-context="CommentsPage" comment-count="6" id="t3_abc123"
    created-timestamp="{_at(0)}" post-title="Wie belt er &amp; wanneer?" author="jansen_uit_goes">{body if text else ""}</shreddit-post>"""


def as_new(*more, text=POST[3]):
    one, two, three, five = COMMENTS
    tree = new_comment(one, 1, new_comment(two, 2, new_comment(three, 3)))
    tree += new_comment((*GONE, None, ""), 4, new_comment(ORPHAN, 6), 'is-comment-deleted="true"')
    tree += new_comment(five, 5) + "".join(more)
    ad = "<shreddit-comments-page-ad><p>Reclame</p></shreddit-comments-page-ad>"
    return f"""<html lang="nl"><body><shreddit-app>{new_post(text)}{ad}<shreddit-comment-tree id="comment-tree" post-id="t3_abc123">{tree}</shreddit-comment-tree></shreddit-app></body></html>"""


def spread(page):
    return [(c.platform_id, c.parent, c.author, c.text, c.posted_at, c.permalink) for c in page.comments]


EXPECTED = [
    (
        row[0],
        row[1],
        row[2],
        row[3],
        dt.datetime.fromtimestamp(BASE + n, dt.UTC),
        f"{URL}{row[0][3:] + '/' if n else ''}",
    )
    for n, row in ((0, POST), (1, COMMENTS[0]), (2, COMMENTS[1]), (3, COMMENTS[2]), (6, ORPHAN), (5, COMMENTS[3]))
]


@pytest.mark.parametrize(
    ("module", "body"),
    [(reddit_json, as_json()), (reddit_json, as_json(escaped=True)), (reddit, as_old()), (reddit, as_new())],
    ids=["json", "json-escaped", "old", "new"],
)
def test_every_form_gives_the_same_thread(module, body):
    assert module.matches(body, URL)
    page = module.read(body, URL)
    assert spread(page) == EXPECTED
    assert (page.title, page.thread, page.opening) == ("Wie belt er & wanneer?", THREAD, None)
    assert (page.announced, page.left_out) == (7, ("t1_aaa4",))  # six comments and the post's own words
    assert page.published_at == dt.datetime.fromtimestamp(BASE, dt.UTC)
    assert page.next_links == []


@pytest.mark.parametrize(
    ("module", "body"),
    [
        (reddit, as_old(text="")),
        (reddit, as_new(text="")),
        (reddit_json, json.dumps([listing(post(selftext="", selftext_html=None)), listing(thing(COMMENTS[0], 1))])),
    ],
)
def test_a_link_without_words_is_no_comment(module, body):
    page = module.read(body, URL)
    assert page.comments[0].platform_id == "t1_aaa1"
    assert page.announced == 6


def test_stubs_are_counted_and_lead_on_a_hundred_at_a_time():
    names = [f"b{n}" for n in range(150)]
    page = reddit_json.read(as_json(stub(170, "t3_abc123", *names), stub(0, "t1_aaa5")), URL + ".json")
    first, second, deep = page.next_links
    assert first == (
        "https://forum.invalid/api/morechildren.json?api_type=json&raw_json=1&link_id=t3_abc123&children="
        + ",".join(names[:100])
    )
    assert second.endswith("children=" + ",".join(names[100:]))
    assert deep == "https://forum.invalid/comments/abc123/_/aaa5.json?raw_json=1&limit=500"
    assert page.warnings == ["comments that are not in this answer: 170"]


def test_more_children_belong_to_the_thread():
    things = [thing(COMMENTS[3], 5), thing(ORPHAN, 6), stub(1, "t1_aaa5", "ccc1")]
    body = json.dumps({"json": {"errors": [], "data": {"things": things}}})
    url = "https://forum.invalid/api/morechildren.json?link_id=t3_abc123&children=aaa5,aaa6"
    page = reddit_json.read(body, url)
    assert reddit_json.matches(body, url)
    assert (page.thread, page.announced) == (THREAD, None)
    assert [(c.platform_id, c.parent) for c in page.comments] == [("t1_aaa5", None), ("t1_aaa6", "t1_aaa4")]
    assert page.next_links == [
        "https://forum.invalid/api/morechildren.json?api_type=json&raw_json=1&link_id=t3_abc123&children=ccc1"
    ]
    empty = reddit_json.read('{"json": {"errors": [], "data": {"things": []}}}', url)
    assert (empty.thread, empty.comments) == (THREAD, [])


def test_an_old_page_leads_to_what_it_does_not_hold():
    more = """<div class=" thing id-t1_ddd1 morechildren " data-fullname="t1_ddd1"><div class="entry"><span class="morecomments"><a class="button"
    onclick="return morechildren(this, 't3_abc123', 'confidence', 'ddd1,ddd2', 'False')">load more comments <span class="gray">(3 replies)</span></a></span></div></div>
    <div class="thing morerecursion"><span class="deepthread"><a href="/r/werk/comments/abc123/wie_belt_er/aaa5/">continue</a></span></div>"""
    page = reddit.read(as_old(more), URL)
    assert page.next_links == [
        "https://forum.invalid/api/morechildren.json?api_type=json&raw_json=1&link_id=t3_abc123&children=ddd1,ddd2",
        URL + "aaa5/",
    ]
    assert page.warnings == ["comments that are not on this page: 3"]
    assert spread(page) == EXPECTED


def test_a_new_page_leads_to_its_comments_and_to_further_replies():
    more = new_comment(
        ("t1_eee1", None, "Kees", "<p>Nou.</p>"),
        9,
        '<faceplate-partial method="post" src="/svc/shreddit/more-comments/r/werk/t3_abc123"><button>4 antwoorden</button></faceplate-partial>',
    )
    folded = '<a slot="more-comments-permalink" href="/r/werk/comments/abc123/comment/fff1/">2 antwoorden</a>'
    loaded = (
        '<faceplate-partial src="/svc/shreddit/comments/r/werk/abc123?render-mode=partial&amp;x=1"></faceplate-partial>'
    )
    page = reddit.read(as_new(more, folded, loaded), URL)
    assert page.next_links == [
        "https://forum.invalid/svc/shreddit/comments/r/werk/abc123?render-mode=partial&x=1",
        "https://forum.invalid/r/werk/comments/abc123/comment/fff1/",
        URL + "eee1/",
    ]
    assert page.warnings == ["comments that are not on this page: 6"]


def test_a_part_of_a_new_page_names_the_thread_by_itself():
    part = f"<shreddit-comment-tree>{new_comment(COMMENTS[0], 1)}</shreddit-comment-tree>"
    page = reddit.read(part, "https://www.forum.invalid/svc/shreddit/comments/r/werk/abc123?x=1")
    assert (page.thread, len(page.comments), page.announced) == (THREAD, 1, None)


def test_a_new_page_without_ids_is_known_by_its_addresses():
    """What a browser or a cleaner leaves of a page: no `thingid`, perhaps no address either."""
    body = as_new().replace("thingid=", "data-x=")
    assert spread(reddit.read(body, URL)) == EXPECTED
    page = reddit.read(body.replace("permalink=", "data-y="), URL)
    assert [(c.platform_id, c.author) for c in page.comments] == [("t3_abc123", "jansen_uit_goes")] + [
        (None, author) for _, _, author, *_ in EXPECTED[1:]
    ]
    assert [c.text for c in page.comments] == [text for _, _, _, text, *_ in EXPECTED]


def test_a_button_for_more_replies_counts_by_the_number_that_it_draws():
    """In a browser the button is no longer the part that it loads; its number may stand in an attribute alone."""
    button = """<button><faceplate-tracker noun="more_replies"><faceplate-number number="27"></faceplate-number> meer antwoorden
    </faceplate-tracker></button>"""
    around = f'<faceplate-partial src="/svc/shreddit/more-comments/r/werk/t3_abc123">{button}</faceplate-partial>'
    for form in (button, around):
        page = reddit.read(as_new(new_comment(("t1_eee1", None, "Kees", "<p>Nou.</p>"), 9, form)), URL)
        assert page.warnings == ["comments that are not on this page: 27"]
        assert page.next_links == [URL + "eee1/"]


@pytest.mark.parametrize("place", ["r/werk/abc123", "r/werk/t3_abc123", "u/jansen/t3_abc123"])
def test_a_part_without_comments_still_names_its_thread(place):
    page = reddit.read(
        "<shreddit-comment-tree></shreddit-comment-tree>", f"https://forum.invalid/svc/shreddit/comments/{place}"
    )
    assert (page.thread, page.comments) == (THREAD, [])


@pytest.mark.parametrize("host", ["www.reddit.com", "old.reddit.com", "reddit.com", "api.reddit.com", "nl.reddit.com"])
def test_the_thread_is_the_same_on_all_hosts(host):
    assert reddit_json.read(as_json(), f"https://{host}/comments/abc123.json").thread == "reddit.com/comments/abc123"


@pytest.mark.parametrize("text", ["[removed]", "[deleted]", "[ Removed by Reddit ]", "[removed by moderator]"])
def test_words_that_stand_for_none(text):
    data = [listing(post()), listing(thing(COMMENTS[0], 1, body=text, body_html=f"<div><p>{text}</p></div>"))]
    page = reddit_json.read(json.dumps(data), URL)
    assert ([c.platform_id for c in page.comments], page.left_out) == (["t3_abc123"], ("t1_aaa1",))
    html = reddit.read(as_old(old_comment(COMMENTS[3], 5, body=f"<p>{text}</p>").replace("aaa5", "ggg1")), URL)
    assert html.left_out == ("t1_aaa4", "t1_ggg1")


def test_a_dump_without_markup_is_text():
    data = [listing(post()), listing(thing(COMMENTS[0], 1, body="&gt; Nee\n\nJa", body_html=None))]
    comment = reddit_json.read(json.dumps(data), URL).comments[1]
    assert (comment.text, comment.text_format) == ("> Nee\n\nJa", "text")


def test_comments_of_several_threads_are_several_pages():
    other = thing(COMMENTS[3], 5, link_id="t3_zzz9", link_title="Anders")
    pages = reddit_json.pages(
        json.dumps(listing(thing(COMMENTS[0], 1), other)), "https://forum.invalid/r/werk/comments.json"
    )
    assert [(page.thread, page.title) for page in pages] == [(THREAD, None), ("forum.invalid/comments/zzz9", "Anders")]


def test_listings_lead_to_threads():
    data = listing(post(), post(id="def456"))
    data["data"]["after"] = "t3_def456"
    page = reddit_json.read(json.dumps(data), "https://forum.invalid/r/werk/new.json?limit=2")
    assert (page.thread, page.comments) == (None, [])
    assert page.next_links == [
        "https://forum.invalid/comments/abc123.json?raw_json=1&limit=500",
        "https://forum.invalid/comments/def456.json?raw_json=1&limit=500",
        "https://forum.invalid/r/werk/new.json?limit=2&after=t3_def456",
    ]
    old = f"""<html><body class="listing-page">{old_post("")}<div class="thing id-t3_ad1 link promoted" data-fullname="t3_ad1" data-promoted="true" data-permalink="/ad/"></div>
    <span class="nextprev"><span class="next-button"><a href="/r/werk/?count=25&amp;after=t3_abc123" rel="nofollow next">next</a></span></span></body></html>"""
    page = reddit.read(old, "https://forum.invalid/r/werk/")
    assert (page.thread, page.comments) == (None, [])
    assert page.next_links == [URL, "https://forum.invalid/r/werk/?count=25&after=t3_abc123"]
    new = f"<shreddit-feed>{new_post('').replace('CommentsPage', 'SubredditFeed')}</shreddit-feed>"
    page = reddit.read(new, "https://forum.invalid/r/werk/")
    assert (page.thread, page.comments, page.next_links) == (None, [], [URL])


def test_an_empty_thread_is_a_thread():
    page = reddit_json.read(json.dumps([listing(post()), listing()]), URL)
    assert (page.thread, [c.platform_id for c in page.comments]) == (THREAD, ["t3_abc123"])
    page = reddit.read(f'<html>{old_post()}<div class="commentarea"></div></html>', URL)
    assert (page.thread, [c.platform_id for c in page.comments]) == (THREAD, ["t3_abc123"])


@pytest.mark.parametrize("share", [0.3, 0.5, 0.8, 0.95])
@pytest.mark.parametrize("form", [as_old, as_new])
def test_half_a_page_gives_its_comments(form, share):
    body = form()
    whole, part = spread(reddit.read(body, URL)), spread(reddit.read(body[: int(len(body) * share)], URL))
    assert len(part) < len(whole) or share > 0.9
    assert {row[0] for row in part} <= {row[0] for row in whole}


@pytest.mark.parametrize(
    "body",
    ["[", '[{"kind": "Listing"', '{"kind":"t1"}', '[{"kind":"Listing","data":5}, null, 7, {"kind":"t1","data":{"id":{}}}]',
     '[{"kind":"more","data":{"children":"x","count":"y"}}]', "[" * 50_000],
)  # fmt: skip
def test_broken_json_gives_an_empty_page(body):
    page = reddit_json.read(body, URL)
    assert page.comments == []


def test_other_pages_are_not_matched():
    word = '<html><body class="single"><link href="/wp-content/x"><li id="comment-1" class="comment"><div class="comment-content">Ja</div></li></body></html>'
    assert wordpress.matches(word, URL)
    assert not reddit.matches(word, URL)
    assert not reddit_json.matches('[{"id": 1, "post": 4, "parent": 0, "author_name": "x"}]', URL)
