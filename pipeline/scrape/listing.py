"""The threads of a whole site: the posts that its front page, or its REST interface, lists.

A source may be a site's root. WordPress names its REST interface in the front page (`<link rel="https://api.w.org/">`), and
there the list of posts is complete, while a front page shows the newest and its older pages shift when a post is added.
"""

from __future__ import annotations

import json

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from pipeline.platforms.interfaces import is_interface_address
from pipeline.scrape.address import normal

PER_PAGE = 100  # more is a 400


def is_api(url: str) -> bool:
    """Whether a URL belongs to a site's interface (REST, JSON, a feed): an extra beside the pages, which may be closed."""
    return is_interface_address(url)


def api_root(html: str, url: str) -> str | None:
    """The REST interface that a page names, absolute."""
    node = HTMLParser(html).css_first('link[rel="https://api.w.org/"]')
    href = node.attributes.get("href") if node else None
    return normal(href, url) if href else None


def is_home(api: str, url: str) -> bool:
    """Whether a page that names this REST interface is the front page of its site (not a category, not an archive)."""
    return api.split("wp-json")[0].split("?")[0].removesuffix("index.php/").rstrip("/") == url.rstrip("/")


def posts_url(api: str, page: int) -> str:
    """Address of one page of the list of posts (oldest first)."""
    joint = "&" if "?" in api else "?"
    return f"{api}wp/v2/posts{joint}per_page={PER_PAGE}&page={page}&order=asc&_fields=id,link,date_gmt"


def post_links(body: str) -> list[str]:
    """Links of the posts in one page of the list; none where it is not such a list."""
    try:
        posts = json.loads(body)
    except ValueError:
        return []
    if not isinstance(posts, list):
        return []
    return [post["link"] for post in posts if isinstance(post, dict) and isinstance(post.get("link"), str)]
