"""Each paragraph as two short lists of named numbers: is it still the article, does a comment begin here?

Every feature lies in about [0, 1] (lengths against the text's mean in [-1, 1]), so that a fitted weight reads as the
log-odds that the feature adds when fully present. `begin_features` compares a paragraph with the one before it,
`thread_features` with the rest of the thread, as in some threads every paragraph is a comment and in others one in
five; `article_features` judges its register.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

from pipeline.platforms.pasted import cues
from pipeline.platforms.pasted.lines import BUTTON, HEADER, HEADING, TEXT, Line
from pipeline.platforms.pasted.paragraphs import (
    Paragraph,
    cosine,
    depths,
    measure,
    starts_sentences_low,
    weights_of,
)

Features = dict[str, float]
_NEAR = 4  # paragraphs on either side that are near


def features(lines: list[Line]) -> list[tuple[Features, Features]]:
    """(article, begin) features of every paragraph, in order. Features that are 0 are left out."""
    paragraphs = measure(lines)
    weights = weights_of(paragraphs)
    deep = depths(paragraphs, weights)
    layout = _layout(lines, paragraphs)
    topic = sum((p.stems for p in paragraphs[:3]), Counter[str]())
    thread = thread_features(paragraphs)
    announced = any(p.heading for p in paragraphs)
    headed, out = False, []
    for i, paragraph in enumerate(paragraphs):
        headed = headed or paragraph.header or paragraph.heading
        before = paragraphs[i - 1] if i else None
        article = article_features(paragraph, i, headed, cosine(paragraph.stems, topic, weights))
        apart = paragraph.header or paragraph.heading
        unnamed = bool(layout["headed"]) and (headed or not layout["trailing"] or announced) and not apart
        begin = begin_features(paragraph, before, layout) if before else {"bias": 1.0}
        begin["unheaded"] = unnamed
        article["before_names"] = unnamed and not headed
        if before:
            begin["cohesion"] = cosine(before.stems, paragraph.stems, weights)
            begin["depth"] = min(deep[i], 1.0)
            begin |= thread[i]
        out.append((_present(article), _present(begin)))
    return out


def thread_features(paragraphs: list[Paragraph]) -> list[Features]:
    """What the thread around a paragraph says about how often comments begin; one row per paragraph.

    `thread_opens`: the share of paragraphs, the first third (mostly article) left out, that open or end as a comment
    does; `thread_joins`: the share that goes on from another; `thread_length`: their mean log length. `nearby_length`:
    mean log length of the neighbours, as whoever writes many paragraphs writes short ones.
    `relative_length`, `after_relative`: log length of the paragraph and of the one before, against the text's mean.
    `nearby_single`, `nearby_low`: the share of the neighbours that are one sentence, or open with a small letter, as
    where people write a line a sentence, or break lines within one. There a verdict may just as well be the next line
    of the same comment: `opens_on_single`.
    """
    lengths = [math.log1p(len(p.words)) for p in paragraphs]
    mean = sum(lengths) / max(1, len(lengths))
    zone = paragraphs[len(paragraphs) // 3 :]
    opens = sum(_as_comment(p) for p in zone) / max(1, len(zone))
    joins = sum(_goes_on(p) for p in zone) / max(1, len(zone))
    rows: list[Features] = [{}]
    for i in range(1, len(paragraphs)):
        around = [*range(max(1, i - _NEAR), i), *range(i + 1, min(len(paragraphs), i + 1 + _NEAR))]
        near = [lengths[j] for j in around]
        single = sum(paragraphs[j].sentences == 1 for j in around) / max(1, len(around))
        rows.append(
            {
                "thread_opens": opens,
                "thread_joins": joins,
                "thread_length": mean / 5,
                "nearby_length": sum(near) / len(near) / 5 if near else 0.0,
                "relative_length": lengths[i] - mean,
                "after_relative": lengths[i - 1] - mean,
                "nearby_single": single,
                "nearby_low": sum(paragraphs[j].text[0].islower() for j in around) / max(1, len(around)),
                "opens_on_single": single * _as_comment(paragraphs[i]),
            }
        )
    return rows


def _as_comment(p: Paragraph) -> bool:
    """A verdict, an address, or no full stop: as comments open or end, and paragraphs within them seldom."""
    return _evaluates(p) or cues.opens("address", p.text) or p.text[-1].isalnum()


def _goes_on(p: Paragraph) -> bool:
    """A small letter, or a word that ties it to what went before: as paragraphs within a comment open."""
    return p.text[0].islower() or any(p.opens_with(words) for words in (cues.CONJUNCTION, cues.ANAPHOR, cues.ADVERB))


def _present(values: Features) -> Features:
    return {name: float(value) for name, value in values.items() if value}


def _layout(lines: list[Line], paragraphs: list[Paragraph]) -> Features:
    """How the paste is laid out: do name lines or blank lines separate anything, and how wide is a wide gap?

    Blank lines separate if some gaps have more of them than others, and wide ones occur in the second half too:
    an article with blank lines above comments without any says nothing of the comments.
    """
    gaps = [p.blanks for p in paragraphs[1:]]
    narrow = min(gaps, default=0)
    wide = [i for i, blanks in enumerate(gaps) if blanks > narrow]
    mixed = 2 <= len(wide) < len(gaps) and wide[-1] >= len(gaps) / 2
    return {
        "headed": float(sum(p.header for p in paragraphs) >= 2),
        "trailing": float(names_trail(lines)),
        "mixed": float(mixed),
        "narrow": float(narrow),
    }


def names_trail(lines: list[Line]) -> bool:
    """Whether name lines stand under the comments: the last line of words is one, and the first is none.

    A name right under the heading of the comments ("4 reacties") stands above its words.
    """
    words = [line for line in lines if line.kind != BUTTON]
    kinds = [line.kind for line in words if line.kind != HEADING]
    under_heading = any(a.kind == HEADING and b.kind == HEADER for a, b in pairwise(words))
    return len(kinds) > 1 and kinds[-1] == HEADER and kinds[0] == TEXT and not under_heading


def article_features(p: Paragraph, index: int, headed: bool, on_topic: float) -> Features:
    """Register and place of a paragraph, for the question whether the article still goes on.

    `headed`: a name line or "4 reacties" has been met. `on_topic`: cosine with the first three paragraphs.
    """
    n = len(p.words)
    attributed = cues.holds("attribution", p.text)
    return {
        "bias": 1,
        "under_headline": index == 1,
        "second": index == 2,
        "headed": headed,
        "position": math.log1p(index) / 2,
        "attribution": attributed,
        "quotation": cues.has_quotation(p.text),
        "attributed_quotation": attributed and cues.has_quotation(p.text),
        "first_person": p.says(cues.FIRST_PERSON),
        "second_person": p.says(cues.SECOND_PERSON),
        "exclaims": "!" in cues.without_quotations(p.text),
        "asks": cues.asks(cues.without_quotations(p.text)),
        "trails_off": "..." in p.text or "…" in p.text,
        "emoticon": cues.holds("emoticon", p.text),
        "evaluates": _evaluates(p),
        "refers_above": cues.holds("above", p.text),
        "identity": cues.opens("identity", p.text),
        "intertitle": n <= 4 and p.text[-1].isalpha() and index > 0,
        "short": 4 < n <= 12 and index > 0,
        "low": starts_sentences_low(p),
        "fact": cues.holds("fact", p.text),
        "name": cues.holds("name", p.text),
        "long_sentences": min(n / p.sentences / 20, 1.5),
        "length": math.log1p(n) / 5,
        "on_topic": on_topic,
        "connective": p.opens_with(cues.CONJUNCTION),
        "fragment": p.fragment,
        "echo": p.echo,
    }


def _evaluates(p: Paragraph) -> bool:
    return p.opens_with(cues.EVALUATION) or cues.opens("openings", p.text)


def begin_features(p: Paragraph, before: Paragraph, layout: Features) -> Features:
    """The gap before a paragraph, for the question whether a new comment begins here or the last one goes on."""
    return {"bias": 1, **_separators(p, layout), **_opening(p), **_join(p, before), **_voice(p, before)}


def _separators(p: Paragraph, layout: Features) -> Features:
    """What the page put between."""
    return {
        "header": p.header,
        "button": p.button,
        "heading": p.heading,
        "wide_gap": bool(layout["mixed"]) and p.blanks > layout["narrow"],
        "narrow_gap": bool(layout["mixed"]) and p.blanks == layout["narrow"],
    }


def _opening(p: Paragraph) -> Features:
    """How the paragraph opens."""
    return {
        "conjunction": p.opens_with(cues.CONJUNCTION),
        "anaphor": p.opens_with(cues.ANAPHOR),
        "adverb": p.opens_with(cues.ADVERB),
        "evaluates": _evaluates(p),
        "identity": cues.opens("identity", p.text),
        "address": cues.opens("address", p.text),
        "vocative": cues.opens("vocative", p.text),
        "refers_above": cues.holds("above", p.text),
        "quote": cues.opens("quote", p.text),
        "list": cues.opens("list", p.text),
        "low": p.text[0].islower(),
        "dots": p.text.startswith(("..", "…")),
        "opens_with_i": p.first in ("ik", "i", "ich") or (p.tongue == "fr" and p.first in ("je", "j'ai")),
        "sign_off": cues.is_sign_off(p.text),
        "salutation": cues.is_salutation(p.text),
        "repeated": p.repeated,
        "echo": p.echo,
        "fragment": p.fragment,
        "quotation_first": p.text[0] in "“„\"‘'" and cues.has_quotation(p.text[:200]),
    }


def _join(p: Paragraph, before: Paragraph) -> Features:
    """How the paragraph before ends, and the lengths of both."""
    end = before.text[-1]
    return {
        "after_colon": end == ":",
        "after_comma": end == ",",
        "after_open_end": end.isalnum(),
        "open_end": p.text[-1].isalnum(),
        "after_question": end == "?",
        "runs_on": p.text[0].islower() and (end.isalnum() or end in ",:;"),
        "after_sign_off": cues.is_sign_off(before.text),
        "after_salutation": cues.is_salutation(before.text),
        "after_quote": cues.opens("quote", before.text),
        "after_list": cues.opens("list", before.text),
        "short": len(p.words) <= 4,
        "brief": 4 < len(p.words) <= 12,
        "single": p.sentences == 1,
        "after_single": before.sentences == 1,
        "after_short": len(before.words) <= 4,
        "length": math.log1p(len(p.words)) / 5,
        "after_length": math.log1p(len(before.words)) / 5,
    }


def _voice(p: Paragraph, before: Paragraph) -> Features:
    """Whether the same person seems to speak on."""
    mine, earlier = p.says(cues.FIRST_PERSON), before.says(cues.FIRST_PERSON)
    return {
        "first_person_on": mine and earlier,
        "first_person_new": mine and not earlier,
        "second_person": p.says(cues.SECOND_PERSON),
        "exclaims": "!" in p.text,
        "asks": cues.asks(p.text),
        "style_shift": starts_sentences_low(p) != starts_sentences_low(before),
        "language_shift": bool(p.language and before.language) and p.language != before.language,
    }
