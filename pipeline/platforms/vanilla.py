"""Vanilla Forums as HTML: 2, 3 and Higher Logic Vanilla in its classic layout.

A discussion is `#Discussion_12` on its first page, each reply `#Comment_34`. Both count from 1, so the opening post's id is
written `discussion-12`. The newest layout of Higher Logic Vanilla holds no comments that can be told apart: such a page
leads to the answers of the interface (`vanilla_api`).
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.platforms import html
from pipeline.platforms.base import RawComment
from pipeline.platforms.counts import number_in
from pipeline.platforms.dates import Clock
from pipeline.platforms.json_text import BadJSONError, load, string
from pipeline.platforms.marks import Marks
from pipeline.platforms.markup import says_something
from pipeline.platforms.posts import Posts, around, first_of
from pipeline.platforms.reading import Reading

NAME = "vanilla"

_MARKED = Marks(
    ("vanilla_", r"<body\b[^<>]{0,2000}?\bid=[\"']?vanilla_\w"),
    ("Discussion_", r"\bid=[\"']?Discussion_\d+[\"'][^<>]{0,500}\bclass=[\"'][^\"']*\bItem"),
    ("Comment_", r"\bid=[\"']?Comment_\d+[\"'][^<>]{0,500}\bclass=[\"'][^\"']*\bItem"),
    ("ItemComment", r"\bclass=[\"'][^\"']*\bItemComment\b"),
    ("ItemDiscussion", r"\bclass=[\"'][^\"']*\bItemDiscussion\b"),
    ("/applications/vanilla/js/", r"\bsrc=[\"'][^\"']*/applications/vanilla/js/"),
    ("gdn.meta", r"\bgdn\.meta\s*="),
)
_POST = '[id^="Discussion_"], [id^="Comment_"]'
_ID = re.compile(r"(Discussion_|Comment_)(\d+)")
_AUTHOR = (".Author a.Username", ".Username", ".Author a", ".Author")
_TIME = (".DateCreated time", ".CommentMeta time", ".DiscussionMeta time", ".Meta time", ".DateCreated")
#: within a post, what its author did not write
_CHROME = (
    ".Signature, .UserSignature, .Reactions, .Attachments, .AttachmentFileContainer, .editor-upload-attachments, "
    ".DateUpdated, .QuoteAuthor .QuoteLink, .spoiler-buttonContainer, script, style"
)
#: not a link to a page whose words, which are in its description as well, speak of a quote
_EMBEDDED = """[data-embedjson*='"embedType":"quote"'], [data-embedjson*='"type":"quote"'], .embedQuote"""
_QUOTED = f"blockquote a[href], .QuoteAuthor a[href], {_EMBEDDED}"
_TARGET = re.compile(r"#Comment_(\d+)|/discussion/comment/(\d+)")
_OPENING_TARGET = re.compile(r"#Discussion_(\d+)|/discussion/(\d+)")
_DISCUSSION = re.compile(r"^(.*?)/discussion/(\d+)(?:[/?#]|$)")
_META_ID = re.compile(r"[\"']?DiscussionID[\"']?\s*[:=]\s*[\"']?(\d+)")
_PAGE = re.compile(r"/p(\d+)(?:[/?#]|$)")
_PAGES = '.Pager a[href], link[rel~="next"][href], link[rel~="prev"][href], a[rel~="next"][href]'
_LISTED = ".DataList .Title a[href], .DataList a.Title[href], .DataTable a.Title[href], .DataTable .Title[href], " \
    ".ItemDiscussion .Title a[href], .ItemCategory .Title a[href], .CategoryList a[href], .DataTableWrap h3 a[href]"  # fmt: skip
_TITLE = (".PageTitle h1", "h1.PageTitle", ".Discussion h1", "#Content h1", "h1", ".HeadingTabs .SubTab")


def matches(html: str, url: str) -> bool:
    """Is this a page of Vanilla?"""
    return _MARKED.on(html)


def read(body: str, url: str) -> Reading:
    """A page of a discussion, or a listing of discussions and categories (no thread, only links)."""
    tree, warnings = html.parse(body)
    address = html.page_address(tree, url)
    language = html.language(tree)
    spoken = around(tree, ".Message")
    nodes = (node for node in tree.css(_POST) if node.mem_id in spoken)
    posts = Posts(tree, ((found, node) for node in nodes if (found := _number(node.id))))
    root, number = _discussion(tree, body, address, bool(posts.nodes))
    if number is None:
        links = [*html.links(tree, _LISTED, address), *html.links(tree, _PAGES, address)]
        here = address.partition("#")[0]
        links = [link for link in dict.fromkeys(links) if link != here]
        return Reading(NAME, url, language=language, next_links=links, warnings=warnings)
    clock = Clock(language)
    announced, title = _announced(tree), _title(tree)
    links = _other_pages(tree, address, number)
    if not posts.nodes and (site := html.absolute(address, root + "/")):
        links = [f"{site}api/v2/discussions/{number}", *comments_urls(site, number), *links]
    return Reading(
        NAME, url, title=title, language=language, announced=announced,
        comments=_comments(tree, posts, address, root, clock), next_links=links,
        warnings=[*warnings, *clock.warnings()], thread=thread_name(root, number),
    )  # fmt: skip


def thread_name(root: str, number: str) -> str:
    """The name of a discussion's thread; `root`: the forum's address, up to `/discussion/`."""
    parts = urlsplit(root)
    return f"{html.site(root) or ''}{parts.path.rstrip('/')}/discussion/{number}"


def comments_urls(site: str, number: str) -> list[str]:
    """The first answer of the interface about a discussion's comments; `site` ends in a slash."""
    return [f"{site}api/v2/comments?discussionID={number}&limit=100&page=1&expand=insertUser"]


def _number(name: str | None) -> str | None:
    """A post's id: the number of a comment, `discussion-12` for the opening post."""
    found = _ID.fullmatch(name or "")
    return None if found is None else found[2] if found[1] == "Comment_" else f"discussion-{found[2]}"


def _discussion(tree: LexborHTMLParser, body: str, address: str, posted: bool) -> tuple[str, str | None]:
    """The forum's address and the discussion's number; the number is None on a page that is no discussion's."""
    canonical = html.absolute(address, html.attribute(tree.css_first('link[rel="canonical"]'), "href"))
    for url in (canonical, address):
        if found := _DISCUSSION.match(url or ""):
            return found[1], found[2]
    if not posted and tree.css_first("body#vanilla_discussion_index, body#vanilla_discussion_comment") is None:
        return "", None
    opening, named = tree.css_first('[id^="Discussion_"]'), _META_ID.search(body)
    number = (opening.id or "").rpartition("_")[2] if opening is not None else named[1] if named else None
    return re.split(r"/discussion/|/index\.php", address)[0].rstrip("/"), number


def _comments(tree: LexborHTMLParser, posts: Posts, address: str, root: str, clock: Clock) -> list[RawComment]:
    parents = first_of((number, _quoted(node, number)) for number, node in posts.every(_QUOTED))
    authors = {number: html.inner_text(node) for number, node in posts.first(*_AUTHOR, text=True).items()}
    photos = posts.first(".Author a[title]")
    stamps = {
        number: html.attribute(node, "datetime") or html.attribute(node, "title") or html.inner_text(node)
        for number, node in posts.first(*_TIME).items()
    }
    links = {
        number: html.absolute(address, html.attribute(node, "href"))
        for number, node in posts.first("a.Permalink[href]", ".DateCreated a[href]").items()
    }
    contents = posts.first(".Message")
    texts = posts.texts(contents, _CHROME, f"{_EMBEDDED}, div.Quote, div.UserQuote")
    found = []
    for number in posts.nodes:
        text = texts.get(number, "")
        if says_something(text):
            author = authors.get(number) or html.attribute(photos.get(number), "title")
            link = links.get(number) or html.absolute(address, _own_address(root, number))
            found.append(
                RawComment(number, parents.get(number), author, clock.read(stamps.get(number)), text, "html", link)
            )
    return found


def _own_address(root: str, number: str) -> str:
    name = number.removeprefix("discussion-")
    return f"{root}/discussion/{name}" if name != number else f"{root}/discussion/comment/{number}#Comment_{number}"


def _quoted(node: LexborNode, number: str) -> str | None:
    """The post that a quote links to, or that an embedded one describes; None for the post itself."""
    target = _embedded(node.attributes.get("data-embedjson"))
    href = node.attributes.get("href") or ""
    if target is None and (found := _TARGET.search(href)):
        target = found[1] or found[2]
    elif target is None and (found := _OPENING_TARGET.search(href)):
        target = f"discussion-{found[1] or found[2]}"
    return target if target != number else None


def _embedded(described: str | None) -> str | None:
    """The post that an embedded quote describes as JSON."""
    try:
        data = load(described or "null")
    except BadJSONError:
        return None
    record = string(data.get("recordID")) if isinstance(data, dict) else None
    if record is None or not record.isdigit():
        return None
    kind = data.get("recordType")
    return record if kind == "comment" else f"discussion-{record}" if kind == "discussion" else None


def _announced(tree: LexborHTMLParser) -> int | None:
    """The opening post and its replies, where the page's own heading counts these."""
    node = tree.css_first(".PageTitle .CountComments .Number")
    number = number_in(html.attribute(node, "title")) if node is not None else None
    number = number if number is not None else number_in(html.inner_text(node))
    return None if number is None else number + 1


def _title(tree: LexborHTMLParser) -> str | None:
    if (heading := html.inner_text(html.first(tree, _TITLE))) is not None:
        return heading
    return html.attribute(tree.css_first('meta[property="og:title"]'), "content")


def _other_pages(tree: LexborHTMLParser, address: str, number: str) -> list[str]:
    """The other pages of the discussion, each once."""
    found: dict[str, str] = {}
    for link in html.links(tree, _PAGES, address):
        place = _DISCUSSION.match(link)
        if place and place[2] == number:
            found.setdefault(_page(link), link)
    canonical = html.attribute(tree.css_first('link[rel="canonical"]'), "href") or ""
    found.pop(_page(canonical if _PAGE.search(canonical) else address), None)
    return list(found.values())


def _page(url: str) -> str:
    found = _PAGE.search(url)
    return (found[1].lstrip("0") or "1") if found else "1"
