"""What a file is, by its name and its bytes: mbox files, gzip or not, and the exports that are XML."""

from __future__ import annotations

import gzip
import io

import pytest

from pipeline.errors import UsageError
from pipeline.extract.page import records
from pipeline.extract.reading import pages
from pipeline.files import kinds

MBOX = b"""From anna at lijst.invalid  Mon Mar  2 10:00:00 2026
From: anna at lijst.invalid (Anna Kuiper)
Date: Mon, 2 Mar 2026 10:00:00 +0100
Subject: Rooster
Message-ID: <a1@lijst.invalid>

Wie maakt het rooster?

From bob at lijst.invalid  Mon Mar  2 11:00:00 2026
From: bob at lijst.invalid (Bob)
Date: Mon, 2 Mar 2026 11:00:00 +0100
Subject: Re: Rooster
Message-ID: <a2@lijst.invalid>
In-Reply-To: <a1@lijst.invalid>

De planner.
"""
DISQUS = b"""<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<thread dsq:id="7"><link>https://krant.invalid/rooster/</link><title>Rooster</title></thread>
<post dsq:id="101"><message><![CDATA[<p>Wie maakt het?</p>]]></message><createdAt>2026-03-02T09:00:00Z</createdAt>
<author><name>Zo\xc3\xab</name></author><thread dsq:id="7"/></post></disqus>"""
FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Nieuws</title></channel></rss>'


@pytest.mark.parametrize(
    ("body", "name", "kind"),
    [
        (MBOX, "2026-March.txt", "mbox"), (MBOX, "lijst", "mbox"), (gzip.compress(MBOX), "2026-March.txt.gz", "mbox"),
        (gzip.compress(MBOX), "lijst.mbox.gz", "mbox"), (b"From x\nSubject: y\n\nz\n", "Lijst.MBOX", "mbox"),
        (b"From x\nSubject: y\n\nz\n", "lijst.mbx", "mbox"),
        (b"From the start this went wrong\nJan: I agree\n", "draad.txt", "pasted"),
        (DISQUS, "export.xml", "xml"), (DISQUS, "export", "xml"), (FEED, "nieuws.xml", "xml"),
        (b'<?xml version="1.0"?><html xmlns="x"><body>', "pagina.xhtml", "page"), (b'<?xml version="1.0"?><html xmlns="x"><body>', "x", "page"),
    ],
)  # fmt: skip
def test_the_kind_of_a_file(body, name, kind):
    assert kinds.tell(io.BytesIO(body), name) == kind


@pytest.mark.parametrize(("body", "name"), [(MBOX, "lijst.mbox"), (gzip.compress(MBOX), "2026-March.txt.gz")])
def test_the_messages_of_an_mbox_file(body, name):
    found = records(body, name, None)
    assert [(record["author"], record["text"]) for record in found] == [
        ("Anna Kuiper", "Wie maakt het rooster?"),
        ("Bob", "De planner."),
    ]
    assert found[1]["parent_id"] == found[0]["comment_id"]


def test_the_comments_of_an_export():
    (record,) = records(DISQUS, "export.xml", None)
    assert (record["author"], record["text"], record["posted_at"]) == ("Zoë", "Wie maakt het?", "2026-03-02T09:00:00Z")


@pytest.mark.parametrize(
    ("body", "name", "says"),
    [
        (b"Geen brieven.\n", "lijst.mbox", "lijst.mbox: no message"), (gzip.compress(MBOX)[:60], "lijst.mbox.gz", "lijst.mbox.gz is a damaged gzip"),
        (gzip.compress(b"tekst"), "draad.txt.gz", "a gzip file"), (b"", "lijst.mbox", "empty"),
        (FEED, "nieuws.xml", "nieuws.xml is XML, but neither"), (DISQUS[:200], "export.xml", "export.xml: no comment in it .*breaks off"),
    ],
)  # fmt: skip
def test_what_holds_no_comments_says_why(body, name, says):
    with pytest.raises(UsageError, match=says):
        pages(body, kinds.tell(io.BytesIO(body), name), name, "")
