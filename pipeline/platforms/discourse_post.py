"""What Discourse's pages and JSON answers have in common: the address of a topic, and the markup of a post ("cooked").

A post is known by its number in the topic, not by its database id: replies and quotes name the number, and pages without
JSON show no other.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from pipeline.platforms import addresses, html
from pipeline.platforms.markup import written

#: `/n/` is the same topic with its replies nested
_PATH = re.compile(r"^(https?://[^/?#]+(?:/[^?#]*?)?)/[tn]/(?:((?!\d+/)[^/?#]+)/)?(\d+)(?=[/.?#]|$)")
#: addresses that show a part of a topic: its best posts, those of one member, the replies to one post
_FILTERED = re.compile(
    r"[?&](?:filter|username_filters|replies_to_post_number|filter_upwards_post_id|filter_top_level_replies)=[^&#]"
)
#: what Discourse puts into a post: polls, sizes of pictures, folded rests of e-mails, buttons, numbers of clicks, the heads of quotes
_CHROME = (
    "aside.quote > .title, .quote-controls, .poll, .lightbox .meta, details.elided, .badge-notification, "
    ".codeblock-button-wrapper, .cooked-selection-barrier, .signature, .footnote-backref, "
    ".chat-transcript-meta, .chat-transcript-user, script, style"
)
#: what others said in the site's chat
_CHAT = ".chat-transcript, .discourse-chat-transcript"
#: what Discourse shows in the place of an address: a part of the page there, or its title
_PREVIEWS = "aside.onebox, .onebox-result"
_TITLES = "a.inline-onebox[href]"
_MARKED = re.compile(
    r"<aside|class=\"[^\"]*(?:poll|lightbox|elided|badge-|codeblock|cooked-|signature|onebox|footnote-b|chat-t)|<script|<style"
)
_TAG = re.compile(r"<[^>]*>")
#: a post that says that there was one: "(bericht verwijderd door auteur)"; and one that the community has hidden
_GONE = re.compile(
    r"\([^()]*(?:(?:deleted|withdrawn) by|(?:verwijderd|ingetrokken) door|gelöscht|zurückgezogen|(?:supprimée?|retirée?) par)[^()]*\)"
    r"|[^.]*communit[^.]*(?:temporarily hidden|tijdelijk verborgen|vorübergehend (?:versteckt|ausgeblendet|verborgen)"
    r"|temporairement (?:masqué|caché))\w*\.?",
    re.IGNORECASE,
)
_AUTOMATIC = re.compile(r"autom[aá]ti", re.IGNORECASE)
#: the account that closes topics by itself; with a digit where members had taken the name
_SYSTEM = re.compile(r"system\d?")
_LONGEST_NOTICE = 250


class Topic(NamedTuple):
    """Where a topic stands. `base` is the forum's address without a slash at its end."""

    base: str
    slug: str
    number: str

    @property
    def thread(self) -> str:
        """The same for every page and answer."""
        return addresses.name_of(f"{self.base}/t/{self.number}")

    def address(self, post: str | None = None) -> str:
        """Where people read the topic, or one of its posts."""
        return f"{self.base}/t/{self.slug}/{self.number}" + (f"/{post}" if post else "")


def topic_at(url: str | None) -> Topic | None:
    """The topic that an address leads to: `/t/slug/4`, `/t/4/7`, `/t/slug/4.json`; None for any other."""
    found = _PATH.match(url or "")
    return Topic(found[1], found[2] or "-", found[3]) if found and html.site(url) else None


def is_filtered(url: str) -> bool:
    """Does an address ask for a part of its topic only?"""
    return _FILTERED.search(url) is not None


def own_markup(cooked: str, topic: str | None, number: str | None) -> tuple[str, str | None]:
    """A post's markup with its quotes as blockquotes, without Discourse's own parts, and with addresses in the place of what
    these lead to; and the number of the first post of the same topic that it quotes."""
    if not _MARKED.search(cooked):
        return cooked.strip(), None
    tree, _ = html.parse(cooked)
    if tree.body is None:
        return "", None
    quoted = _quoted(tree.css("aside.quote[data-post]"), topic, number)
    html.cut(tree, _CHROME)
    for title in tree.css(_TITLES):
        title.replace_with(html.attribute(title, "href") or "")
    for preview in reversed(html.each(tree, _PREVIEWS)):
        preview.replace_with(f"\n{_source(preview)}\n")
    for quote in tree.css("aside.quote"):
        quote.unwrap()
    return written(tree.body, quotes=_CHAT), quoted


def is_notice(markup: str, author: str | None) -> bool:
    """Is this what Discourse writes where a post was deleted or hidden, or where it closed the topic by itself?"""
    if len(markup) > 2 * _LONGEST_NOTICE:
        return False
    words = " ".join(_TAG.sub(" ", markup).split())
    if len(words) > _LONGEST_NOTICE:
        return False
    return bool(_GONE.fullmatch(words)) or (bool(_SYSTEM.fullmatch(author or "")) and bool(_AUTOMATIC.search(words)))


def _quoted(quotes: list[LexborNode], topic: str | None, number: str | None) -> str | None:
    for quote in quotes:
        post, of = html.attribute(quote, "data-post"), html.attribute(quote, "data-topic")
        if post and post.isdigit() and post != number and of in (None, topic):
            return post
    return None


def _source(preview: LexborNode) -> str:
    """The address that the author gave, of which Discourse made a preview."""
    link = html.first(preview, ("header a[href]", "a[href]"))
    return html.attribute(preview, "data-onebox-src") or html.attribute(link, "href") or ""
