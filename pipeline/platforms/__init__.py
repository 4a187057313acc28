"""From a page to comments and to the pages where the thread goes on. One module a platform, all of them pure.

Forum software: Asgaros, bbPress, BuddyPress, Discourse, Flarum, FluxBB and PunBB, Forumotion, Invision (IP.Board), Khoros
(Lithium), MyBB, NodeBB, phpBB, SMF, Vanilla, vBulletin 3 to 6, WoltLab, wpForo, XenForo. Sites of their own: FOK!, GeenStijl,
Hacker News, Lemmy, Quora, Reddit, Slashdot, Stack Exchange, Tweakers. Comments below articles: Blogger, Coral, Disqus, Isso,
WordPress. Mailing lists: HyperKitty (and mbox files, which are no pages: see `mbox`). What describes itself in schema.org's
words: `schema_org`. Any other page, by its layout alone: `generic`. An interface beside the pages has a reader of its own:
`interfaces`.

A new platform is a module with `NAME`, `matches` and `read`, named in PLATFORMS before those that are less sure of
themselves. Where one answer may hold several threads, the module has `pages` as well.
"""

from __future__ import annotations

import re
from typing import Protocol

from pipeline.errors import UsageError
from pipeline.platforms import (
    asgaros,
    bbpress,
    blogger,
    blogger_feed,
    buddypress,
    coral,
    discourse,
    discourse_json,
    disqus,
    disqus_json,
    ending,
    flarum,
    flarum_json,
    fluxbb,
    fok,
    forumotion,
    geenstijl,
    generic,
    hackernews,
    hackernews_json,
    html,
    hyperkitty,
    hyperkitty_json,
    invision,
    isso,
    lemmy,
    lemmy_json,
    lithium,
    mybb,
    nodebb,
    phpbb,
    quora,
    reddit,
    reddit_json,
    schema_org,
    slashdot,
    smf,
    stackexchange,
    stackexchange_json,
    tweakers,
    vanilla,
    vanilla_api,
    vbulletin,
    vbulletin5,
    walls,
    woltlab,
    wordpress,
    wordpress_export,
    wordpress_feed,
    wordpress_rest,
    wpforo,
    xenforo,
)
from pipeline.platforms.base import Page, RawComment

__all__ = ["NO_THREAD", "PLATFORMS", "Page", "Platform", "RawComment", "pages", "read", "recognise"]


class Platform(Protocol):
    """What a platform's module offers."""

    NAME: str

    def matches(self, html: str, url: str) -> bool:
        """Is this a page of the platform?"""

    def read(self, body: str, url: str) -> Page:
        """The page."""


NO_THREAD = (
    "no thread found. Is it a log-in or cookie page, or a list of threads? Save the page of the thread while logged in, or paste "
    "its text into a .txt file. See the README for what is read."
)
#: in the order in which they are asked: who knows its pages by marks of its own before who takes what others may have too
PLATFORMS: tuple[Platform, ...] = (
    # answers of interfaces, feeds, exports: no page for people passes for one
    discourse_json, flarum_json, reddit_json, stackexchange_json, lemmy_json, hackernews_json, hyperkitty_json, isso, coral,
    wordpress_rest, wordpress_export, wordpress_feed, vanilla_api, disqus, disqus_json, blogger_feed,
    # software and sites that name themselves in their markup
    discourse, flarum, nodebb, xenforo, woltlab, vbulletin5, vbulletin, invision, lithium, vanilla, forumotion, phpbb, mybb, fluxbb, smf,
    reddit, lemmy, hackernews, stackexchange, slashdot, quora, hyperkitty, tweakers, fok, geenstijl, blogger, bbpress, wpforo,
    asgaros, buddypress,
    # by the names that themes share
    wordpress,
    # by what a page of any software may say of itself
    schema_org,
    # by its layout alone
    generic,
)  # fmt: skip
#: who knows a page by what other software may have too, and may find less on it than there is
UNSURE = frozenset({wordpress.NAME, schema_org.NAME})
#: whose posts a theme may show in a way that is not known: where they find neither a post nor a list, there may be some
THEMED = frozenset({bbpress.NAME, wpforo.NAME, asgaros.NAME, buddypress.NAME, forumotion.NAME})


#: how WordPress and its like link to a comment: at its place on the page of its thread. An address that ends in the comment's
#: own number (`/comments/12/#comment-12`) leads there by a redirect, and tells nothing of the page.
_COMMENT_LINK = re.compile(r"(?:/(\d+)/?)?#comment-?(\d+)$")


def recognise(body: str, url: str) -> Platform | None:
    """The platform of a page, or None: no thread that we know how to read."""
    return next((platform for platform in PLATFORMS if platform.matches(body, url)), None)


def pages(body: str, url: str) -> list[Page]:
    """The threads on a page, most often one, told where it is cut. UsageError: no platform knows it."""
    return ending.judged(_pages(body, url), body)


def _pages(body: str, url: str) -> list[Page]:
    """The threads by the first platform that finds comments there, else by the first that knows the page. UsageError: none does.

    `generic` guesses, so it is asked where no platform knows the page, and where those that know it are not sure of it:
    those that are UNSURE, those that are THEMED and found nothing, and one that found posts but no words or no time of any
    (a theme that it does not know). What these found stands, unless it found more entries, or as many of which more have an
    author and a time.
    """
    first: list[Page] = []
    unsure = True
    for platform in PLATFORMS:
        if (platform is generic and not unsure) or not platform.matches(body, url):
            continue
        several = getattr(platform, "pages", None)
        found: list[Page] = several(body, url) if several is not None else [platform.read(body, url)]
        if platform is generic and any(map(_stands_elsewhere, found)):
            continue
        unsure = unsure and (platform is generic or not _is_sure(platform, found))
        if any(page.comments for page in found) and not unsure:
            return found
        if not first or _worth(found) > _worth(first):
            first = found
    if not first:
        wall = walls.advice(body)
        raise UsageError(f"{url or 'the page'}: {f'no thread found: {wall}' if wall else NO_THREAD}")
    return first


def _is_sure(platform: Platform, found: list[Page]) -> bool:
    """Does nothing speak against what a platform found? A list that leads to threads (a site's front page) is none itself."""
    if any(getattr(page, "thread", "") is None and page.next_links and not page.comments for page in found):
        return True
    comments = [comment for page in found for comment in page.comments]
    if not any(comment.text for comment in comments):
        silent = comments or any(getattr(page, "left_out", ()) for page in found)
        ends = any(page.announced and not page.next_links for page in found)
        return platform.NAME not in UNSURE | THEMED and not silent and not ends
    return platform.NAME not in UNSURE and (len(comments) < 2 or any(comment.posted_at for comment in comments))


def _stands_elsewhere(page: Page) -> bool:
    """Are a page's entries the latest comments of a site, which link to the several pages that they stand on?"""
    links = [
        link
        for comment in page.comments
        if (link := comment.permalink) and (found := _COMMENT_LINK.search(link)) and found[1] != found[2]
    ]
    threads = {html.thread_url(link).rstrip("/") for link in links}
    own = html.thread_url(page.url).rstrip("/")
    return len(links) * 2 > len(page.comments) and len(threads) > 1 and own not in threads


def _worth(found: list[Page]) -> tuple[int, int]:
    """How many entries of threads a page shows, and how many have an author and a time. Those left out on purpose count
    beside others; where nothing else is, they may be posts whose words were not found."""
    said = [comment for page in found for comment in page.comments if comment.text]
    known = sum(comment.author is not None and comment.posted_at is not None for comment in said)
    left_out = sum(len(getattr(page, "left_out", ())) for page in found) if said else 0
    return len(said) + left_out, known


def read(body: str, url: str) -> Page:
    """The thread on a page (the first, where there are several). UsageError: no platform knows it."""
    return pages(body, url)[0]
