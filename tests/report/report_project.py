"""A small project to make a report of: two corpora, hostile texts, every state that a comment can be in.

The debate is about wind turbines, to show that nothing in the report knows any other. All texts are invented.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline import store, tables
from pipeline.tables import text_digest

CODEBOOK = """\
debate: wind
title: { nl: Wie is schuldig aan het windpark?, en: Whose fault is the wind farm? }
question: { nl: Wie houdt de schrijver verantwoordelijk?, en: Whom does the author hold responsible? }
parties:
  - id: council
    name: { nl: gemeente, en: council }
    description: { nl: Wethouders en ambtenaren., en: Aldermen and officials. }
  - id: builder
    name: { nl: bouwer, en: builder }
  - id: other
    name: { nl: een ander, en: somebody else }
stances:
  no_blame: { nl: niemand, en: nobody }
  blame_both: { nl: allebei, en: both }
"""
PARAMS = """\
edition: 2026-11-01
report:
  title: { nl: "Wie krijgt de wind?", en: "Who gets the wind?" }
"""

STANCES = ("blame_council", "blame_builder", "blame_both", "blame_other", "no_blame")
PARTIES = ("council", "builder", "other")
BLAMES = {
    "blame_council": ["council"],
    "blame_builder": ["builder"],
    "blame_both": ["council", "builder"],
    "blame_other": ["other"],
    "no_blame": [],
}

#: what somebody might write to break a page, or a spreadsheet
HOSTILE = (
    "</script><script>document.title='broken'</script> De wethouder tekende zonder te lezen.",
    '<img src="https://evil.example/x.png" onerror="document.title=1"> Kijk eens naar de bouwer.',
    "{{ 1234 * 4321 }} {% include 'x' %} ${alert(1)} De bouwer rekende fout.",
    "Regel een.\u2028Regel twee.\u2029De gemeente zweeg. \u202egnaal slaaf\u202c",
    '=HYPERLINK("https://evil.example";"klik") En de wethouder keek weg.',
    "Zie javascript:alert(1) en data:text/html,<script>alert(1)</script> of https://voorbeeld.invalid/pad?a=1&b=2. Mooi stuk.",
    "@buurman -- de bouwer had moeten bellen.",
)
PLAIN = (
    "De gemeente heeft ons drie jaar lang met een kluitje in het riet gestuurd. Eerst hoorden we niets.\n\nToen stond er ineens een hek.",
    "Volgens mij ligt het aan de bouwer: die belofte over geluid was nooit haalbaar.",
    "Wat een uitzicht trouwens, bij helder weer.",
    "Wethouder én bouwer hebben allebei zitten slapen, en wij mogen de scherven opruimen.",
    "Iemand nog een parkeerplek over op zaterdag?",
    "De netbeheerder had het al in maart kunnen weten, maar die stuurt liever een folder.",
    "Ik woon er recht onder en hoor eerlijk gezegd niets.",
    "Och, het went. Mijn schapen liggen in de schaduw van de mast.",
)  # fmt: skip


def _time(day: int) -> dt.datetime:
    return dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC) + dt.timedelta(days=day)


class Builder:
    """Rows of every table, comment by comment."""

    def __init__(self) -> None:
        self.threads: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.clean: list[dict[str, Any]] = []
        self.stance: list[dict[str, Any]] = []
        self.sentiment: list[dict[str, Any]] = []
        self.topics: list[dict[str, Any]] = []
        self.topic_info: list[dict[str, Any]] = []

    def thread(self, thread_id: str, source: str, provenance: str, title: str | None, found: int, **more: Any) -> None:
        """A thread."""
        self.threads.append(
            {
                "thread_id": thread_id,
                "source_id": source,
                "url": None,
                "platform": "wordpress",
                "title": title,
                "opening": "Het park staat er. Niemand weet wie het wilde.",
                "language": "nl",
                "published_at": _time(0),
                "snapshot_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC),
                "announced": found,
                "found": found,
                "complete": True,
                "provenance": provenance,
                "licence": None,
                "warnings": [],
            }
            | more
        )

    def comment(self, thread: str, number: int, text: str, stance: str | None = "no_blame", **more: Any) -> str:
        """A comment with its labels; `stance` None: nothing is known of it. Returns its id."""
        key = more.get("comment_id", f"c-{thread}-{number}")
        source = next(t["source_id"] for t in self.threads if t["thread_id"] == thread)
        fields = {
            "parent_id": None, "depth": 0, "author_id": f"a{number % 9}", "posted_at": _time(number * 9), "permalink": None,
            "version": 1, "tombstone": False, "boundary_confidence": None,
        }  # fmt: skip
        self.comments.append(
            {"comment_id": key, "thread_id": thread, "source_id": source, "position": number, "text_raw": text}
            | {"text_format": "html"}
            | {name: more.get(name, value) for name, value in fields.items()}
        )
        washed = {
            "language": "nl", "language_confidence": 0.9, "language_from": "own", "repairs": [], "quoted_share": 0.0,
            "no_text": False, "duplicate_of": None, "kept": True, "reason": None,
        }  # fmt: skip
        self.clean.append(
            {"comment_id": key, "thread_id": thread, "text": more.get("text", text)}
            | {name: more.get(name, value) for name, value in washed.items()}
        )
        if stance is not None:
            self._labels(key, text, stance, more.get("abstained", False), number)
        return key

    def _labels(self, key: str, text: str, stance: str, abstained: bool, number: int) -> None:
        blames = BLAMES[stance]
        begin = text.rfind(". ", 0, len(text) - 2) + 2 if ". " in text[:-2] else 0
        self.stance.append(
            {
                "comment_id": key,
                "p": [{"party": p, "p": 0.83 if p in blames else 0.11} for p in PARTIES],
                "blames": blames,
                "stance": stance,
                "abstained": abstained,
                "evidence": [{"party": p, "start": begin, "end": len(text), "score": 0.7} for p in blames],
            }
        )
        tone = tables.SENTIMENTS[number % 3]
        p = {f"p_{name}": 0.7 if name == tone else 0.15 for name in tables.SENTIMENTS}
        score = round(p["p_positive"] - p["p_negative"], 6)
        self.sentiment.append({"comment_id": key, "label": tone, **p, "score": score, "abstained": number % 11 == 10})

    def topic(self, scope: str, topic_id: str, label: str, comments: list[str]) -> None:
        """A topic and its comments."""
        self.topics += [{"comment_id": c, "scope": scope, "topic_id": topic_id, "probability": 0.8} for c in comments]
        shares = [{"stance": s, "share": 0.2} for s in STANCES]
        self.topic_info.append(
            {"topic_id": topic_id, "scope": scope, "label": label, "terms": ["mast", "geluid", "<b>schaduw</b>"]}
            | {
                "size": len(comments),
                "stance_shares": shares,
                "representatives": comments[:3],
                "stability": 0.71 if topic_id == "top-0" else 0.31,
            }
        )


def fill_real(b: Builder) -> list[str]:
    """One scraped thread: hostile texts, no authors on some, an unfinished count, a dropped and a deleted comment."""
    url = "https://nieuws.voorbeeld.invalid/windpark"
    warnings = ["page 2: <b>2 comments</b> without a time"]
    b.thread(
        "t-real",
        "krant",
        "scraped",
        "Windpark </title><script>x</script> & co",
        12,
        url=url,
        announced=14,
        complete=False,
    )
    b.threads[-1]["warnings"] = warnings
    ids = [
        b.comment("t-real", n, text, STANCES[n % 5], author_id=None if n == 2 else f"r{n}")
        for n, text in enumerate(HOSTILE)
    ]
    n = len(ids)
    parent = ids[0]
    for depth in range(1, 4):
        parent = b.comment(
            "t-real", n, PLAIN[depth], STANCES[depth], parent_id=parent, depth=depth, author_id=f"r{depth}"
        )
        ids.append(parent)
        n += 1
    b.comment("t-real", n, "", None, tombstone=True, kept=False, reason="tombstone", author_id=None)
    b.comment("t-real", n + 1, PLAIN[1], None, kept=False, reason="duplicate", duplicate_of=ids[8])
    return ids


def fill_constructed(b: Builder, threads: int = 3, size: int = 24) -> list[str]:
    """Invented threads over some months, with replies, repairs, abstentions and comments without text."""
    ids: list[str] = []
    for t in range(threads):
        thread = f"t-made-{t}"
        b.thread(thread, "forum", "constructed", f"Windmolens bij {['de dijk', 'het dorp', 'de school'][t % 3]}", size)
        last = ""
        for n in range(size):
            text = PLAIN[(n + t) % len(PLAIN)]
            more: dict[str, Any] = {}
            if n % 4 == 3:
                more = {"parent_id": last, "depth": 1 + n % 6}
            if n % 10 == 9:
                more["abstained"] = True
            if n == 5:
                more["repairs"] = [{"kind": "lost_letter", "start": 3, "before": "?", "after": text[3:4]}]
            last = b.comment(thread, n, text, STANCES[(n * 3 + t) % 5], **more)
            ids.append(last)
        b.comment(thread, size, "👍", None, no_text=True)
        b.comment(thread, size + 1, PLAIN[0], None, kept=False, reason="flood")
    return ids


def _estimate(
    corpus: str, kind: str, scope: dict[str, str], value: float | None, n: int, quotes: list[Any]
) -> dict[str, Any]:
    real = corpus == "real"
    unit = "score" if kind == "tone_by_stance" else "share"
    half = 0.06 if unit == "share" else 0.2
    citable = real and kind == "stance_share"
    say = f"{kind} {'|'.join(scope.values())}: {value}"
    why = {"nl": "Verzonnen teksten.", "en": "Invented texts."} if not real else {"nl": "Te klein.", "en": "Too few."}
    return {
        "id": tables.bound_id("f-", corpus, kind, *sorted(f"{k}={v}" for k, v in scope.items())),
        "corpus": corpus, "kind": kind, "scope": scope, "claim": {"nl": f"NL {say}.", "en": f"EN {say}."}, "unit": unit,
        "estimate": value, "interval": None if value is None else [round(max(-1.0, value - half), 6), round(value + half, 6)],
        "raw": value, "n": n, "n_authors": 9, "n_threads": 1, "grade": "B" if kind != "tone_by_stance" else "C",
        "method": "error-rates", "citable": citable, "why_not": None if citable else why, "quotes": quotes,
    }  # fmt: skip


def quote(b: Builder, comment_id: str) -> dict[str, Any]:
    """The first sentence of a comment as a quote."""
    text = next(row["text"] for row in b.clean if row["comment_id"] == comment_id)
    end = text.find(". ") + 1 or len(text)
    return {"comment_id": comment_id, "start": 0, "end": end, "digest": text_digest(text[:end])}


def make_findings(b: Builder) -> dict[str, Any]:
    """findings.json for the rows of `b`."""
    found: list[dict[str, Any]] = []
    contrasts: list[dict[str, Any]] = []
    corpora: list[dict[str, Any]] = []
    kept = {c["comment_id"] for c in b.clean if c["kept"] and not c["no_text"]}
    for corpus in ("real", "constructed"):
        threads = {t["thread_id"] for t in b.threads if (t["provenance"] == "constructed") == (corpus == "constructed")}
        if not threads:
            continue
        rows = [r for r in b.stance if r["comment_id"] in kept and _thread_of(b, r["comment_id"]) in threads]
        n = len(rows)
        corpora.append({"corpus": corpus, "threads": len(threads), "comments": n})
        for number, s in enumerate(STANCES):
            mine = [r["comment_id"] for r in rows if r["stance"] == s and not r["abstained"]]
            value = round(len(mine) / n, 6) if n else None
            quotes = [quote(b, c) for c in mine[:2]]
            found.append(_estimate(corpus, "stance_share", {"stance": s}, value, n, quotes))
            found.append(
                _estimate(corpus, "stance_share_authors", {"stance": s}, value and round(value * 0.9, 6), n, [])
            )
            tone = round(-0.5 + number * 0.2, 6) if mine else None
            found.append(_estimate(corpus, "tone_by_stance", {"stance": s}, tone, len(mine), []))
            found += [
                _estimate(corpus, "stance_by_thread", {"stance": s, "thread_id": thread}, value, n, [])
                for thread in sorted(threads)
            ]
            for month in ("2026-03", "2026-04", "2026-05"):
                scope = {"stance": s, "month": month}
                month_value = None if number == 4 and month == "2026-04" else value
                found.append(_estimate(corpus, "stance_by_month", scope, month_value, n // 3, []))
            if mine:
                contrasts.append(_contrast(b, corpus, s, mine, n))
        for number, label in enumerate(tables.SENTIMENTS):
            found.append(_estimate(corpus, "sentiment_share", {"sentiment": label}, round(0.5 - number / 6, 6), n, []))
    return {
        "edition": "2026-11-01",
        "debate": "wind",
        "level": 0.95,
        "corpora": corpora,
        "findings": found,
        "contrasts": contrasts,
    }


def _contrast(b: Builder, corpus: str, stance: str, mine: list[str], n: int) -> dict[str, Any]:
    words = ("<b>kluitje</b>", "belofte", "schapen", "hek", "{{ geluid }}")
    terms = [
        {"term": w, "log_odds": 2.1 - i * 0.4, "z": 3.0 - i * 0.3, "interval": [1.2 - i * 0.4, 3.0 - i * 0.4]}
        | {"n_camp": 9 - i, "n_rest": i, "quotes": [quote(b, mine[0])]}
        for i, w in enumerate(words)
    ]
    return {"corpus": corpus, "stance": stance, "n": len(mine), "n_rest": n - len(mine), "terms": terms}


def _thread_of(b: Builder, comment_id: str) -> str:
    return next(str(c["thread_id"]) for c in b.comments if c["comment_id"] == comment_id)


def error_rates() -> dict[str, Any]:
    """Error rates as evaluation writes them."""
    matrix = [[8 if i == j else 1 for j in range(6)] for i in range(5)]
    tones = [[7 if i == j else 1 for j in range(4)] for i in range(3)]
    return {
        "stance": {
            "labels": list(STANCES),
            "predicted": [*STANCES, "abstained"],
            "by_writer": {"w1": matrix, "w2": matrix},
        },
        "sentiment": {
            "labels": [*tables.SENTIMENTS],
            "predicted": [*tables.SENTIMENTS, "abstained"],
            "by_writer": {"w1": tones},
        },
    }


def metrics() -> dict[str, Any]:
    """Metrics in the shape of the evaluation stage, with an undefined score among them."""
    score = {"precision": 0.71, "recall": 0.66, "f1": 0.684, "support": 31}
    block = {"n": 150, "writers": 12, "macro_f1": 0.61, "macro_f1_interval": [0.52, 0.7], "accuracy": 0.66}
    baseline = {"macro_f1": 0.4, "macro_f1_interval": None, "accuracy": 0.5}
    task = block | {"hard": block, "not_abstained": block | {"share": 0.88}, "ece": 0.043}
    stances = {s: score | ({"f1": None} if s == "blame_both" else {}) for s in STANCES}
    return {
        "stance": task
        | {"classes": stances, "parties": dict.fromkeys(PARTIES, score), "evidence": {"token_f1": 0.7}}
        | {"baselines": {"majority": baseline}},
        "sentiment": task | {"classes": dict.fromkeys(tables.SENTIMENTS, score), "baselines": {}},
    }


CALIBRATION = "labels,confidence,accuracy,n\nstance,0.08,0.05,30\nstance,0.45,0.4,21\nsentiment,0.93,0.9,44\n"


def write_project(root: Path, b: Builder, findings: dict[str, Any] | None = None, *, measured: bool = True) -> Path:
    """Write the rows of `b` as a project under `root`; returns `root`."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "params.yaml").write_text(PARAMS, encoding="utf-8")
    (root / "codebook.yaml").write_text(CODEBOOK, encoding="utf-8")
    source_of = {t["thread_id"]: t["source_id"] for t in b.threads}
    thread_of = {c["comment_id"]: c["thread_id"] for c in b.comments}
    by_source: tuple[tuple[tables.Table, list[dict[str, Any]], Callable[[dict[str, Any]], str]], ...] = (
        (tables.THREADS, b.threads, lambda r: r["source_id"]),
        (tables.COMMENTS, b.comments, lambda r: r["source_id"]),
        (tables.CLEAN, b.clean, lambda r: source_of[r["thread_id"]]),
        (tables.SENTIMENT, b.sentiment, lambda r: source_of[thread_of[r["comment_id"]]]),
        (tables.STANCE, b.stance, lambda r: source_of[thread_of[r["comment_id"]]]),
        (tables.TOPICS, b.topics, lambda r: "all"),
        (tables.TOPIC_INFO, b.topic_info, lambda r: "all"),
        (tables.SENTENCES, [], lambda r: "all"),
    )
    for table, rows, partition in by_source:
        names = sorted({partition(row) for row in rows})
        store.write_table(root, table, {name: table.frame([r for r in rows if partition(r) == name]) for name in names})
    store.write_json(root / "data/processed/findings/findings.json", make_findings(b) if findings is None else findings)
    if measured:
        store.write_json(root / "data/processed/evaluate/metrics.json", metrics())
        store.write_json(root / "data/processed/evaluate/error_rates.json", error_rates())
        (root / "data/processed/evaluate/calibration.csv").write_text(CALIBRATION, encoding="utf-8")
    return root


def full_builder(*, real: bool = True, constructed: bool = True, threads: int = 3, size: int = 24) -> Builder:
    """Both corpora, or one of them, with topics."""
    b = Builder()
    if real:
        fill_real(b)
    if constructed:
        found = fill_constructed(b, threads, size)
        b.topic("constructed", "top-0", "mast · geluid <i>", found[1::3])
        b.topic("constructed", "top-1", "belofte · hek", found[2::3])
        for stance in STANCES[:2]:
            camp = [r["comment_id"] for r in b.stance if r["stance"] == stance and r["comment_id"] in found]
            b.topic(f"constructed/{stance}", "top-2", f"kern van {stance}", camp[:6])
    return b


def load(path: Path) -> Any:
    """A JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))
