"""Which addresses may be asked."""

from __future__ import annotations

import pytest

from pipeline.errors import UsageError
from pipeline.scrape.address import (
    at_site,
    check_url,
    is_loopback,
    is_public,
    linked,
    masked,
    private_addresses,
    same_origin,
    same_site,
)


@pytest.mark.parametrize(
    "url",
    ["ftp://f.invalid/", "file:///etc/passwd", "data:text/html,x", "http://", "http:///x", "http://f.invalid:99999/", "http://f.invalid/a b",
     "http://f.invalid/\nx", "http://[::1", "https://f.invalid:0/", "javascript:alert(1)"],
)  # fmt: skip
def test_no_address_of_a_page(url: str) -> None:
    with pytest.raises(UsageError):
        check_url(url)


@pytest.mark.parametrize(
    "url", ["http://f.invalid", "https://f.invalid:8443/a?b=c#d", "http://[::1]:80/", "http://127.0.0.1:8088/x/"]
)
def test_an_address_of_a_page(url: str) -> None:
    check_url(url)


@pytest.mark.fault(25)
def test_a_password_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError) as error:
        check_url("http://jan:geheim99@f.invalid/")
    assert "geheim99" not in str(error.value)


@pytest.mark.fault(25)
@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://jan:geheim99@f.invalid/x", "http://***@f.invalid/x"),
        ("http://jan:ge@heim99@f.invalid", "http://***@f.invalid"),
        ("//jan:geheim99@f.invalid/", "//***@f.invalid/"),
        ("http://f.invalid/@jan?a=//b@c", "http://f.invalid/@jan?a=//b@c"),
    ],
)
def test_a_password_is_masked_and_the_address_still_refused(url: str, shown: str) -> None:
    assert masked(url) == shown
    if "geheim99" in url:
        with pytest.raises(UsageError):
            check_url(shown)


@pytest.mark.fault(22)
@pytest.mark.parametrize(
    ("ip", "public"),
    [("127.0.0.1", False), ("10.1.2.3", False), ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
     ("0.0.0.0", False), ("224.0.0.1", False), ("::1", False), ("fe80::1", False), ("fc00::1", False),
     ("::ffff:127.0.0.1", False), ("2002:7f00:1::", False), ("::127.0.0.1", False), ("64:ff9b::7f00:1", False), ("::ffff:0:a00:1", False),
     ("64:ff9b:1::1", False), ("2001:0:7f00:1::", False), ("ff02::1", False), ("::", False), ("fe80::1%eth0", False), ("fec0::1", False), ("100::1", False), ("2001:db8::1", False), ("::ffff:93.184.215.14", True),
     ("2606:2800::5efe:10.0.0.1", False), ("2606:2800::200:5efe:192.168.1.1", False), ("2606:2800::5efe:93.184.215.14", True), ("2001:0:5db8:d70e::", False),
     ("64:ff9b::5db8:d70e", True), ("2002:5db8:d70e::", True), ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True)],
)  # fmt: skip
def test_private_networks_are_not_public(ip: str, public: bool) -> None:
    assert is_public(ip) is public


@pytest.mark.fault(22)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]"])
def test_a_name_is_judged_by_what_it_resolves_to(host: str) -> None:
    assert is_loopback(f"http://{host}/") and private_addresses(f"http://{host}/")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://f.invalid/a", "http://f.invalid:80/b", True),
        ("https://f.invalid/a", "https://F.invalid:443/", True),
        ("http://f.invalid/", "https://f.invalid/", False),
        ("http://f.invalid/", "http://f.invalid:8080/", False),
        ("http://f.invalid/", "http://www.f.invalid/", False),
        ("http://f.invalid/", "http://f.invalid:x/", False),
        ("http://f.invalid/", "http://jan:geheim99@f.invalid/", False),
        ("http://f.invalid/", "http://f.invalid@elders.invalid/", False),
    ],
)
def test_origin(one: str, other: str, same: bool) -> None:
    assert same_origin(one, other) is same


@pytest.mark.parametrize(
    ("link", "page", "asked"),
    [
        ("http://f.invalid/t/2#p", "https://f.invalid/t", "https://f.invalid/t/2"),
        ("http://f.invalid:80/t/2", "https://f.invalid/t", "http://f.invalid:80/t/2"),  # says so on purpose
        ("http://f.invalid:8080/t/2", "https://f.invalid/t", "http://f.invalid:8080/t/2"),
        ("http://other.invalid/t/2", "https://f.invalid/t", "http://other.invalid/t/2"),
        ("http://f.invalid/t/2", "http://f.invalid/t", "http://f.invalid/t/2"),
        ("https://f.invalid/t/2", "http://f.invalid/t", "https://f.invalid/t/2"),
        ("http://[kapot/", "https://f.invalid/t", "http://[kapot/"),
    ],
)
def test_a_site_on_https_is_asked_over_https_alone(link: str, page: str, asked: str) -> None:
    assert linked(link, page) == asked


@pytest.mark.parametrize(
    ("url", "target", "same"),
    [
        ("http://f.invalid/t", "https://f.invalid/t", True),
        ("http://f.invalid/t", "https://www.f.invalid/u?p=2", True),
        ("https://www.f.invalid/t", "https://f.invalid/t", True),
        pytest.param("https://f.invalid/t", "http://f.invalid/t", False, marks=pytest.mark.fault(24)),
        ("http://f.invalid:8080/t", "https://f.invalid/t", False),
        ("http://f.invalid/t", "https://f.invalid:8443/t", False),
        ("http://f.invalid/t", "https://m.f.invalid/t", False),
        ("http://f.invalid/t", "https://wwwf.invalid/t", False),
        pytest.param("http://f.invalid/t", "https://ik:geheim@f.invalid/t", False, marks=pytest.mark.fault(25)),
        ("http://f.invalid/t", "https://[f.invalid/t", False),
    ],
)
def test_the_same_site_by_scheme_or_www_alone(url: str, target: str, same: bool) -> None:
    assert same_site(url, target) is same
    if same:
        assert at_site(url, target).startswith(target.partition("f.invalid")[0]) and at_site(url, target).endswith("/t")
