"""What collecting does about each fault of `server.py`: Scrapy, the frontier and the archive together, over real sockets.

All jobs share one child process, because a reactor starts only once.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import shutil
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from warcio.archiveiterator import ArchiveIterator

from pipeline.engine import silent
from pipeline.extract import stage as extract
from pipeline.platforms import read
from pipeline.scrape.job import Harvest, Job
from pipeline.scrape.patience import TRIES
from pipeline.scrape.processes import harvest_all
from pipeline.scrape.records import check
from pipeline.store import read_table
from pipeline.tables import COMMENTS
from tests.faults.server import HUGE, PASSING, PRIVATE, SITES, Site, page, serve

CAP = 1_000_000
SLOW = ("drip_body", "drip_headers", "robots_timeout")


@dataclass
class Ran:
    """Every site, collected once."""

    harvests: dict[str, Harvest]
    jobs: dict[str, Job]
    sites: dict[str, Site]

    def reason(self, name: str) -> str:
        return str(self.harvests[name].reason)

    def records(self, name: str) -> list[tuple[str, str, bytes]]:
        """(URL, status, unpacked body) of the answers in the archive."""
        with self.jobs[name].archive.open("rb") as file:
            return [
                (record.rec_headers.get_header("WARC-Target-URI"), record.http_headers.get_statuscode(), record.content_stream().read())
                for record in ArchiveIterator(file)
                if record.rec_type == "response"
            ]  # fmt: skip

    def bodies(self, name: str) -> list[bytes]:
        """Bodies of the thread's pages that were kept as whole."""
        return [body for url, status, body in self.records(name) if status == "200" and "/draad/" in url]


# --- certificates ------------------------------------------------------------------------------------------------


@dataclass
class Authority:
    """A certificate authority of our own, which the child process is told to trust."""

    key: ec.EllipticCurvePrivateKey
    name: x509.Name

    @classmethod
    def new(cls) -> Authority:
        return cls(ec.generate_private_key(ec.SECP256R1()), _name("Standpunt test"))

    def certificate(
        self, host: str, days: int, own: bool = False
    ) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        """One for `host`, good until so many days from now; `own`: signed by nobody but itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = dt.datetime.now(dt.UTC)
        names: list[x509.GeneralName] = [x509.DNSName(host)]
        if host.startswith("127."):
            names = [x509.IPAddress(ipaddress.ip_address(host))]
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(host))
            .issuer_name(_name(host) if own else self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=30))
            .not_valid_after(now + dt.timedelta(days=days))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
        )
        return builder.sign(key if own else self.key, hashes.SHA256()), key

    def root(self) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(self.name)
            .public_key(self.key.public_key())
            .serial_number(1)
            .not_valid_before(now - dt.timedelta(days=40))
            .not_valid_after(now + dt.timedelta(days=40))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self.key, hashes.SHA256())
        )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _context(folder: Path, name: str, pair: tuple[x509.Certificate, ec.EllipticCurvePrivateKey]) -> ssl.SSLContext:
    certificate, key = pair
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / f"{name}.pem").write_bytes(secret + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem")
    return context


# --- one run for all ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    folder = tmp_path_factory.mktemp("archive")
    authority = Authority.new()
    (folder / "root.pem").write_bytes(authority.root().public_bytes(serialization.Encoding.PEM))
    with ExitStack() as stack:
        sites = {name: stack.enter_context(serve(name)) for name in SITES}
        sites["elsewhere"] = stack.enter_context(serve("elsewhere", SITES["whole"]))
        sites["to_other_host"] = stack.enter_context(
            serve(
                "to_other_host", lambda ask: ask.send(b"", 302, Location=sites["elsewhere"].url, Set_Cookie="wie=jij")
            )
        )
        for name, host, days, own, answer in (
            ("tls_good", "127.0.0.1", 30, False, "whole"),
            ("tls_expired", "127.0.0.1", -1, False, "whole"),
            ("tls_wrong_host", "forum.invalid", 30, False, "whole"),
            ("tls_own", "127.0.0.1", 30, True, "whole"),
        ):
            context = _context(folder, name, authority.certificate(host, days, own))
            sites[name] = stack.enter_context(serve(name, SITES[answer], context))
        context = _context(folder, "downgrade", authority.certificate("127.0.0.1", 30))
        sites["tls_to_http"] = stack.enter_context(
            serve("tls_to_http", lambda ask: ask.send(b"", 302, Location=sites["elsewhere"].url), context)
        )
        jobs = [job_for(folder, name, place.url) for name, place in sites.items() if name != "elsewhere"]
        jobs += [
            replace(job_for(folder, "guarded_number", sites["whole"].url), private=False),
            replace(
                job_for(folder, "guarded_decimal", f"http://2130706433:{sites['whole'].port}/draad/"), private=False
            ),
            replace(job_for(folder, "guarded_name", f"http://localhost:{sites['whole'].port}/draad/"), private=False),
            replace(job_for(folder, "no_such_host", "http://forum.invalid/draad/"), private=False),
            job_for(folder, "nobody_listens", "http://127.0.0.1:1/draad/"),
        ]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SSL_CERT_FILE", str(folder / "root.pem"))
            harvests = list(harvest_all(jobs, silent))
        yield Ran({h.source_id: h for h in harvests}, {job.source_id: job for job in jobs}, sites)


def job_for(folder: Path, name: str, url: str) -> Job:
    return Job(
        name,
        url,
        "Standpunt/0 (+test)",
        folder / f"{name}.partial.warc.gz",
        delay=0.0,
        max_pages=15,
        max_page_bytes=CAP,
        request_seconds=0.3 if name in SLOW else 20.0,
        total_seconds=60.0,
        private=True,
        backoff=0.01,
        max_wait=5.0,
        tdm_override="toestemming van de beheerder" if name == "tdm_override" else None,
    )


# --- how each ends -----------------------------------------------------------------------------------------------

BUSY = "answers 503, 4 times"


def fault(number: int, *case: object) -> object:
    """A row of a table, marked with the fault that it proves."""
    return pytest.param(*case, marks=pytest.mark.fault(number), id=str(case[0]))


@pytest.mark.parametrize(
    ("name", "ending", "reason", "requests"),
    [
        fault(10, "wait_seconds", "complete", None, 2),
        fault(10, "wait_date", "complete", None, 2),
        fault(10, "wait_past", "complete", None, 2),
        fault(10, "wait_absurd", "incomplete", "asks to wait 86,400 s", 1),
        fault(10, "wait_garbage", "complete", None, 2),
        fault(11, "wait_unsaid", "complete", None, 2),
        fault(12, "down_once", "complete", None, 2),
        fault(13, "down_for_ever", "incomplete", BUSY, 5),
        *(fault(13, f"passes_{status}", "complete", None, 2) for status in PASSING),
        fault(13, "empty_once", "complete", None, 2),
        fault(13, "empty_for_ever", "incomplete", "answers 200 with nothing, 4 times", TRIES),
        fault(10, "redirect_waits", "complete", None, 2),
        fault(10, "redirect_waits_absurd", "incomplete", "answers 302, and asks to wait 86,400 s", 1),
        fault(20, "to_utf8", "complete", None, 2),
        fault(20, "to_latin", "complete", None, 2),
        fault(14, "drip_body", "incomplete", "timeout", TRIES),
        fault(14, "drip_headers", "incomplete", "timeout", TRIES),
        fault(15, "endless_headers", "failed", "262,144 bytes of headers", 1),
        fault(15, "endless_line", "failed", "262,144 bytes of headers", 1),
        fault(15, "endless_interim", "failed", "262,144 bytes of headers", 1),
        fault(16, "half_gzip", "complete", None, 2),
        fault(16, "half_gzip_for_ever", "incomplete", "cut", TRIES),
        fault(17, "short", "complete", None, 2),
        fault(17, "short_for_ever", "incomplete", "cut", TRIES),
        fault(17, "cut_chunk", "complete", None, 2),
        fault(17, "no_length", "complete", None, 2),
        fault(17, "no_length_for_ever", "failed", "ended with the connection in the middle", 2),
        fault(17, "no_end_tags", "complete", None, 2),
        fault(17, "no_end_tags_cut", "complete", None, 3),
        fault(18, "bomb_gzip", "failed", "unpacks to over 1,000,000 bytes", 1),
        fault(18, "bomb_br", "failed", "unpacks to over 1,000,000 bytes", 1),
        fault(18, "bomb_zstd", "failed", "unpacks to over 1,000,000 bytes", 1),
        fault(18, "bomb_in_bomb", "failed", "unpacks to over 1,000,000 bytes", 1),
        fault(18, "unasked_br", "complete", None, 1),
        fault(19, "twenty_encodings", "failed", "20 content encodings", 1),
        fault(20, "latin_says_utf8", "complete", None, 1),
        fault(20, "utf8_says_latin", "complete", None, 1),
        fault(21, "redirect_for_ever", "failed", "more than 10 redirects", None),
        fault(21, "redirect_to_itself", "failed", "redirects", None),
        fault(21, "redirect_in_a_ring", "failed", "redirects", None),
        *(fault(22, name, "failed", "redirects to another site", 1) for name in PRIVATE),
        fault(22, "to_metadata_later", "failed", "redirects to another site", 2),
        fault(22, "robots_elsewhere", "refused", "robots.txt could not be read (status 302)", 0),
        fault(22, "links_to_private", "complete", None, 1),
        fault(22, "guarded_number", "incomplete", "leads to 127.0.0.1", None),
        fault(22, "guarded_decimal", "incomplete", "leads to 127.0.0.1", None),
        fault(22, "guarded_name", "incomplete", "leads to 127.0.0.1", None),
        fault(23, "to_other_host", "failed", "redirects to another site", 1),
        fault(24, "tls_to_http", "failed", "redirects to another site", 1),
        fault(25, "to_password", "failed", "redirects to another site", 1),
        fault(25, "links_with_password", "complete", None, 1),
        fault(26, "endless_pages", "complete", None, 2),
        fault(27, "next_in_a_ring", "complete", None, 4),
        fault(28, "huge_with_length", "failed", "too large", 1),
        fault(28, "huge_without_length", "failed", "too large", 1),
        fault(28, "huge_in_chunks", "failed", "too large", 1),
        fault(28, "million_comments", "failed", "too large", 1),
        fault(28, "endless_new_pages", "incomplete", "scrape.max_pages (15) is reached", 15),
        fault(29, "deep", "complete", None, 1),
        fault(30, "login", "failed", "no thread found", 1),
        fault(30, "captcha", "failed", "no thread found", 1),
        fault(30, "cookie_wall", "failed", "no thread found", 1),
        fault(31, "unauthorised", "refused", "answers 401", 2),
        fault(31, "forbidden", "refused", "answers 403", 2),
        fault(32, "robots_disallows", "refused", "Disallow: /draad", 0),
        fault(32, "robots_disallows_part", "refused", "Disallow: /draad/comment-page-", 1),
        fault(33, "robots_500", "incomplete", "robots.txt could not be read", 0),
        fault(33, "robots_501", "incomplete", "robots.txt answers 501, 4 times", 0),
        fault(33, "robots_timeout", "incomplete", "robots.txt could not be read", 0),
        fault(33, "robots_404", "complete", None, 2),
        fault(33, "robots_403", "complete", None, 2),
        fault(34, "robots_html", "complete", None, 2),
        fault(35, "robots_bom", "refused", "Disallow: /draad/", 0),
        fault(36, "robots_wildcard", "refused", "Disallow: /*/comment-page-*/$", 1),
        fault(36, "robots_longest", "complete", None, 2),
        fault(36, "robots_group", "refused", "Disallow: /", 0),
        fault(36, "robots_other_group", "complete", None, 2),
        fault(37, "robots_delay", "complete", None, 2),
        fault(37, "robots_delay_absurd", "incomplete", "asks to wait 60 s", 0),
        fault(38, "tdm_header", "refused", "header tdm-reservation", 1),
        fault(38, "tdm_meta", "refused", "meta tdm-reservation", 1),
        fault(38, "tdm_noai", "refused", "X-Robots-Tag: noai", 1),
        fault(38, "tdm_file", "refused", "tdmrep.json", 0),
        fault(38, "tdm_override", "complete", None, 2),
        fault(39, "tls_good", "complete", None, 2),
        fault(39, "tls_expired", "incomplete", "certificate verify failed", 0),
        fault(39, "tls_wrong_host", "incomplete", "the certificate does not hold", 0),
        fault(39, "tls_own", "incomplete", "certificate verify failed", 0),
        fault(40, "no_such_host", "incomplete", "no such host", None),
        fault(40, "nobody_listens", "incomplete", "refused connection", None),
        fault(40, "reset", "incomplete", "4 times", TRIES),
        fault(40, "reset_once", "complete", None, 2),
    ],
)
def test_how_it_ends(ran: Ran, name: str, ending: str, reason: str | None, requests: int | None) -> None:
    """Ending, the reason that is told, and how many pages were asked for (robots.txt and tdmrep.json apart)."""
    harvest = ran.harvests[name]
    assert harvest.ending == ending, harvest
    assert (harvest.reason is None) if reason is None else reason in ran.reason(name), harvest.reason
    if requests is not None:
        assert len(ran.sites[name].pages) == requests, ran.sites[name].asked


# --- what is kept ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        fault(13, "down_for_ever", 1),
        fault(14, "drip_body", 0),
        fault(16, "half_gzip", 1),
        fault(16, "half_gzip_for_ever", 0),
        fault(17, "short", 1),
        fault(17, "short_for_ever", 0),
        fault(17, "cut_chunk", 1),
        fault(17, "no_length", 1),
        fault(17, "no_length_for_ever", 0),
        fault(18, "bomb_gzip", 0),
        fault(18, "bomb_br", 0),
        fault(28, "huge_without_length", 0),
        fault(40, "reset", 0),
        fault(40, "reset_once", 1),
    ],
)
def test_only_whole_pages_are_kept(ran: Ran, name: str, whole: int) -> None:
    bodies = ran.bodies(name)
    assert len(bodies) == whole and all(body.endswith(b"</html>") for body in bodies)
    assert check(ran.jobs[name].archive)[1] == []


@pytest.mark.fault(17)
@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("whole", "length"),
        ("cut_chunk", "last chunk"),
        ("no_length", "end tag"),
        ("no_end_tags", "the same bytes twice, with nothing left open"),
        ("no_end_tags_cut", "the same bytes twice, with nothing left open"),
    ],
)
def test_how_a_page_is_known_to_be_whole_is_recorded(ran: Ran, name: str, whole: str) -> None:
    assert {visit.whole for visit in ran.harvests[name].visits if visit.outcome == "page"} == {whole}
    assert [body.count(b"<article") for body in ran.bodies(name)] == [2, 1] if name == "whole" else [1]


@pytest.mark.fault(28)
def test_a_page_that_is_too_large_is_told_and_the_others_go_on(ran: Ran) -> None:
    harvest = ran.harvests["one_too_large"]
    assert ran.sites["one_too_large"].pages == [f"/draad/{page}" for page in ("", "comment-page-2/", "comment-page-3/")]
    assert harvest.ending == "complete" and len(ran.bodies("one_too_large")) == 2
    (row,) = harvest.threads
    assert row["complete"] is False and "comment-page-2/ (too large)" in row["why"]
    (visit,) = (visit for visit in harvest.visits if visit.outcome == "too large")
    assert "scrape.max_page_bytes" in str(visit.why) and any("max_page_bytes" in note for note in harvest.notes)


def test_the_archive_holds_the_bytes_as_transferred(ran: Ran) -> None:
    with ran.jobs["whole"].archive.open("rb") as file:
        raws = [
            r.raw_stream.read()
            for r in ArchiveIterator(file)
            if r.rec_type == "response" and "/draad/" in r.rec_headers.get_header("WARC-Target-URI")
        ]
    assert [raw[:2] for raw in raws] == [b"\x1f\x8b"] * 2


@pytest.mark.fault(12)
def test_repeats_are_counted(ran: Ran) -> None:
    assert "1 requests had to be repeated" in ran.harvests["down_once"].notes
    assert not any("repeated" in note for note in ran.harvests["whole"].notes)


@pytest.mark.fault(13)
@pytest.mark.parametrize("name", ["down_for_four", "empty_for_four"])
def test_an_incomplete_run_goes_on_where_it_stopped(ran: Ran, name: str) -> None:
    assert ran.harvests[name].ending == "incomplete" and len(ran.sites[name].pages) == 1 + TRIES
    visits = ran.harvests[name].visits
    assert [(v.outcome, v.status) for v in visits if "/draad/" in v.url] == [("page", 200), ("no whole answer", None)]
    assert visits[-2].digest and visits[-2].bytes == len(page([1], ["/draad/comment-page-2/"]))
    (again,) = harvest_all([ran.jobs[name]], silent)
    assert again.ending == "complete" and ran.sites[name].pages[1 + TRIES :] == ["/draad/comment-page-2/"]
    assert [(v.outcome, v.carried_over) for v in again.visits if "/draad/" in v.url] == [
        ("page", True),
        ("page", False),
    ]
    assert len([body for body in ran.bodies(name) if body]) == 2


@pytest.mark.fault(20)
@pytest.mark.parametrize(("name", "encoding"), [("latin_says_utf8", "cp1252"), ("utf8_says_latin", "utf-8")])
def test_the_letters_are_what_they_are_and_the_choice_is_recorded(ran: Ran, name: str, encoding: str) -> None:
    visit = next(visit for visit in ran.harvests[name].visits if visit.outcome == "page")
    assert visit.encoding == encoding
    assert "Één café 1." in ran.bodies(name)[0].decode(encoding)


# --- how much is taken, how long it takes ------------------------------------------------------------------------


@pytest.mark.fault(28)
@pytest.mark.parametrize("name", ["huge_without_length", "huge_in_chunks", "huge_with_length"])
def test_a_huge_page_is_left_while_it_streams(ran: Ran, name: str) -> None:
    """What lies in the buffers of both ends is asked for as well, which is some megabytes."""
    assert ran.sites[name].sent < HUGE / 5


@pytest.mark.fault(15)
@pytest.mark.parametrize("name", ["endless_headers", "endless_line", "endless_interim"])
def test_endless_headers_are_left(ran: Ran, name: str) -> None:
    assert "max_page_bytes" not in ran.reason(name)  # which would change nothing
    assert ran.sites[name].sent < HUGE / 5


@pytest.mark.fault(10)
@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("wait_seconds", 1.0, 10), ("wait_date", 0.9, 10), ("wait_past", 0, 5), ("redirect_waits", 1.0, 10)],
)
def test_retry_after_is_waited_for(ran: Ran, name: str, least: float, most: float) -> None:
    place = ran.sites[name]
    first, second = (at for at, path in zip(place.times, place.asked, strict=True) if path.startswith("/draad/"))
    assert least <= second - first < most


@pytest.mark.fault(37)
def test_crawl_delay_is_kept_to(ran: Ran) -> None:
    place = ran.sites["robots_delay"]
    first, second = (at for at, path in zip(place.times, place.asked, strict=True) if path.startswith("/draad/"))
    assert second - first >= 0.59


@pytest.mark.fault(37)
def test_an_absurd_crawl_delay_is_capped_in_the_manifest_too(ran: Ran) -> None:
    assert ran.harvests["robots_delay_absurd"].robots["crawl_delay"] == 60.0


# --- where it does not go ----------------------------------------------------------------------------------------


@pytest.mark.fault(22)
def test_a_private_address_gets_no_request(ran: Ran) -> None:
    assert len(ran.sites["whole"].pages) == 2  # by its own job, and by none of the three guarded ones
    for name in ("links_to_private", "to_metadata_later", "robots_elsewhere", *PRIVATE):
        place = ran.sites[name].url.removesuffix("/draad/")
        assert not [v for v in ran.harvests[name].visits if v.status is not None and not v.url.startswith(place)]


@pytest.mark.fault(23)
def test_the_other_host_is_not_asked_and_no_cookie_comes_back(ran: Ran) -> None:
    assert ran.sites["elsewhere"].asked == []
    assert not any("cookie" in headers for place in ran.sites.values() for headers in place.headers)


@pytest.mark.fault(25)
@pytest.mark.parametrize("name", ["to_password", "links_with_password"])
def test_a_password_is_neither_sent_nor_told(ran: Ran, name: str) -> None:
    harvest = ran.harvests[name]
    told = repr([harvest.reason, harvest.notes, list(harvest.visits)])
    assert "geheim99" not in told
    assert not any("authorization" in headers for headers in ran.sites[name].headers)


@pytest.mark.fault(27)
def test_a_ring_is_gone_round_once_and_not_left(ran: Ran) -> None:
    assert ran.sites["next_in_a_ring"].pages == ["/draad/", *(f"/draad/comment-page-{n}/" for n in (2, 3, 1))]
    assert not any("elders.invalid" in visit.url and visit.status for visit in ran.harvests["next_in_a_ring"].visits)


@pytest.mark.fault(29)
def test_deep_nesting_is_cut_told_and_read(ran: Ran) -> None:
    found = read(ran.bodies("deep")[0].decode(), "http://f.invalid/draad/")
    assert [comment.platform_id for comment in found.comments] == ["1", "2"]
    assert any("nested over" in warning for warning in found.warnings)


@pytest.mark.fault(30)
@pytest.mark.parametrize("name", ["login", "captcha", "cookie_wall"])
def test_a_wall_is_no_thread_without_comments(ran: Ran, name: str) -> None:
    assert [v.outcome for v in ran.harvests[name].visits if "/draad/" in v.url] == ["no thread found"]


@pytest.mark.fault(32)
def test_the_rule_is_recorded(ran: Ran) -> None:
    harvest = ran.harvests["robots_disallows"]
    assert harvest.robots["rule"] == "Disallow: /draad"
    assert [v.outcome for v in harvest.visits if "/draad/" in v.url] == ["robots: Disallow: /draad"]


@pytest.mark.fault(34)
def test_a_page_instead_of_robots_txt_is_told(ran: Ran) -> None:
    assert any("HTML page" in note for note in ran.harvests["robots_html"].notes)


@pytest.mark.fault(38)
def test_an_override_is_recorded_and_a_reserved_page_leads_nowhere(ran: Ran) -> None:
    assert ran.harvests["tdm_override"].tdm["override"] == "toestemming van de beheerder"
    assert ran.sites["tdm_header"].pages == ["/draad/"]


@pytest.mark.fault(45)
def test_the_same_ids_on_two_sites_are_different_comments(ran: Ran, tmp_path: Path) -> None:
    names = {"een": "whole", "twee": "tdm_override"}
    (tmp_path / "data/raw/archive").mkdir(parents=True)
    entries = ""
    for source_id, name in names.items():
        shutil.copy(ran.jobs[name].archive, tmp_path / f"data/raw/archive/{source_id}.warc.gz")
        entries += (
            f"  - {{id: {source_id}, kind: url, location: '{ran.sites[name].url}', added: 2026-01-01T00:00:00Z, "
            "provenance: scraped, private_network: true}\n"
        )
    (tmp_path / "data/raw/sources.yaml").write_text(f"sources:\n{entries}", "utf-8")
    extract.run(tmp_path)
    comments = read_table(tmp_path, COMMENTS)
    assert comments["comment_id"].n_unique() == len(comments) == 6
    assert sorted(link.rpartition("#")[2] for link in comments["permalink"].to_list()) == sorted(
        f"comment-{n}" for n in (1, 2, 3) for _ in names
    )


def test_it_says_who_it_is(ran: Ran) -> None:
    agents = {headers.get("user-agent") for place in ran.sites.values() for headers in place.headers}
    assert agents == {"Standpunt/0 (+test)"}
    assert all(place.most_at_once <= 1 for place in ran.sites.values() if place.name not in SLOW)
