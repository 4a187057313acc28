"""Which addresses may be asked: http(s), no credentials, and no private network unless the source says so.

A name is judged by what it resolves to, because `2130706433` and a public name with a private record both lead to this
machine. `GuardedResolver` in `download.py` applies the same judgement to every connection that is made.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from pipeline.errors import UsageError

DEFAULT_PORTS = {"http": 80, "https": 443}
#: the parts of an address that tell one page from another, and those that the first page of something may be named by
_PARTS = re.compile(r"\d+|[^\W\d_]+")
_FIRST = frozenset(
    ("0", "1", "page", "pagina", "p", "start", "index", "default", "home", "php", "html", "htm", "asp", "aspx")
)
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
#: The only part of IPv6 that is given out for the open internet (RFC 4291, 2.4).
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
#: NAT64, IPv4-compatible and IPv4-translated addresses: the last 32 bits are an IPv4 address.
_WITH_IPV4 = [ipaddress.IPv6Network(text) for text in ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")]


def check_url(url: str) -> None:
    """UsageError where `url` is no plain http(s) address. The message never repeats a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError(
            f"this is no address of a page ({error}). Give http://host/path or https://host/path."
        ) from error
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            f"the address of {parts.hostname} carries a user name or password, which would end up in the archive. "
            "Give it without; only public threads are collected."
        )
    if parts.scheme not in DEFAULT_PORTS:
        raise UsageError(f"{url}: only http:// and https:// addresses are collected.")
    if not parts.hostname or port == 0 or re.search(r"[\x00-\x20\x7f\\]", url):
        raise UsageError(f"{url!r} is no address of a page. Give http://host/path or https://host/path.")


def normal(url: str, base: str = "") -> str:
    """A URL (a link on the page `base`) as it is asked for: absolute, no fragment, what must be escaped escaped. One that
    cannot be read stays as it is, and lies on no site."""
    try:
        return safe_url_string(urldefrag(urljoin(base, url))[0])
    except ValueError:
        return url


def linked(link: str, page: str) -> str:
    """A link on a page as it is asked for. Where the page came over https, its own site is asked over https alone: forums that
    moved there keep old links to themselves."""
    found = normal(link)
    secure = f"https{found[4:]}" if found.startswith("http:") and urlsplit(page).scheme == "https" else found
    return secure if same_origin(secure, page) else found


def may_be(url: str, target: str, words: bool = False) -> bool:
    """Whether an address that leads to `target` may be another name of it, and nothing of its own is missed: it holds no
    number but 0 and 1 that `target` does not hold (a later page, another thread would); with `words`, no word either but those
    of first pages."""
    more = set(_PARTS.findall(_local(url))) - set(_PARTS.findall(_local(target)))
    return all(part in _FIRST for part in more if words or part.isdigit())


def _local(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}".lower()


def host_of(url: str) -> str:
    """Host and port, without `www.`: who takes turns."""
    return urlsplit(url).netloc.lower().removeprefix("www.")


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: what two URLs share that lie on one site (RFC 6454)."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or DEFAULT_PORTS.get(scheme, 0)


def same_origin(one: str, other: str) -> bool:
    """Whether two URLs lie on one site. One that cannot be read, or carries a user name or password, lies on none."""
    try:
        if any("@" in urlsplit(url).netloc for url in (one, other)):
            return False
        return origin(one) == origin(other)
    except ValueError:
        return False


def same_site(url: str, target: str) -> bool:
    """Whether an address leads to its own site, by https for http, or a `www.` more or less, alone; never from https to http."""
    try:
        if any("@" in urlsplit(each).netloc for each in (url, target)):
            return False
        (scheme, host, port), (to_scheme, to_host, to_port) = origin(url), origin(target)
    except ValueError:
        return False
    secured = (scheme, port, to_scheme, to_port) == ("http", 80, "https", 443)
    same = (scheme, port) == (to_scheme, to_port)
    return (same or secured) and host.removeprefix("www.") == to_host.removeprefix("www.")


def at_site(url: str, site: str) -> str:
    """An address as it is on the `site` (an address there) to which its own has moved."""
    parts, there = urlsplit(url), urlsplit(site)
    return urlunsplit((there.scheme, there.netloc, parts.path, parts.query, "")) if same_site(url, site) else url


def masked(url: str) -> str:
    """A URL without the user name and password that it may carry, for messages and manifests; still recognisable, and
    refused, as one that carries them."""
    return re.sub(r"(?i)\A(\s*[a-z][a-z0-9+.-]*:)?([/\\]{2})[^/?#\\]*@", r"\1\2***@", url)


def is_worth_adding(url: str) -> bool:
    """Whether an address that a site leads to is one that an analyst may add: http(s), and not plainly of this machine or a
    private network. No name is looked up."""
    try:
        check_url(url)
        host = urlsplit(url).hostname or ""
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP, flags=socket.AI_NUMERICHOST)
        return all(is_public(str(info[4][0]).split("%")[0]) for info in found)
    except OSError:  # a name
        return host != "localhost" and not host.endswith(".localhost")
    except (UsageError, ValueError):
        return False


def is_public(ip: Ip | str) -> bool:
    """Whether an IP address is one of the open internet. IPv4 inside IPv6 is looked into, whichever way it is put there."""
    ip = ipaddress.ip_address(ip) if isinstance(ip, str) else ip
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast
    inner = _inner(ip)
    if inner is not None:
        return is_public(inner)
    return ip in _GLOBAL_UNICAST and ip.is_global


def _inner(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for: mapped, 6to4 (RFC 3056), NAT64 (RFC 6052), ISATAP (RFC 5214),
    compatible, translated. Teredo (RFC 4380) is refused as a whole, because none of it is global."""
    if ip.ipv4_mapped or ip.sixtofour:
        return ip.ipv4_mapped or ip.sixtofour
    last = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    isatap = int(ip) >> 32 & 0xFDFFFFFF == 0x5EFE
    return last if isatap or any(ip in network for network in _WITH_IPV4) else None


def addresses(host: str) -> list[Ip]:
    """What a host name or literal resolves to. OSError where it does not."""
    found = {str(info[4][0]).split("%")[0] for info in socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)}
    return [ipaddress.ip_address(text) for text in sorted(found)]


def is_loopback(url: str) -> bool:
    """Whether an address leads to this machine and nowhere else. A name that does not resolve does not."""
    try:
        found = addresses(urlsplit(url).hostname or "")
    except (OSError, ValueError):
        return False
    return bool(found) and all(ip.is_loopback for ip in found)


def private_addresses(url: str) -> list[str]:
    """The addresses of the URL's host that are not of the open internet. OSError where it does not resolve."""
    return [str(ip) for ip in addresses(urlsplit(url).hostname or "") if not is_public(ip)]
