"""What a finding says, as a sentence in Dutch and English: the number, its interval, and what it is a share of."""

from __future__ import annotations

from pipeline.settings import Codebook

Claim = dict[str, str]

SENTIMENT_LABELS = {
    "negative": {"nl": "negatief", "en": "negative"},
    "neutral": {"nl": "neutraal", "en": "neutral"},
    "positive": {"nl": "positief", "en": "positive"},
}
MONTHS = {
    "nl": tuple("januari februari maart april mei juni juli augustus september oktober november december".split()),  # noqa: SIM905, one line reads better than twelve
    "en": tuple("January February March April May June July August September October November December".split()),  # noqa: SIM905
}


def _percent(value: float, _language: str) -> str:
    return f"{100 * value:.0f}%"


def _number(value: float, language: str) -> str:
    text = f"{value:+.2f}".replace("-", "−")
    return text if language == "en" else text.replace(".", ",")


def _between(low: float | None, high: float | None, level: float, unit: str, language: str) -> str:
    if low is None or high is None:
        return ""
    show = _percent if unit == "share" else _number
    name = _percent(level, language)
    joint = "to" if language == "en" else "tot"
    return f" ({name}{'-interval' if language == 'nl' else ' interval'} {show(low, language)} {joint} {show(high, language)})"


def _where(scope: dict[str, str], titles: dict[str, str], language: str) -> str:
    if "thread_id" in scope:
        title = titles.get(scope["thread_id"], scope["thread_id"])
        return f" onder “{title}”" if language == "nl" else f" under “{title}”"
    if "month" in scope:
        year, month = scope["month"].split("-")
        return f" in {MONTHS[language][int(month) - 1]} {year}"
    return ""


def _undefined(language: str) -> str:
    return (
        "Hierover valt niets te zeggen: er zijn geen reacties die tellen."
        if language == "nl"
        else "Nothing can be said of this: no comment counts."
    )


def claim(
    kind: str,
    scope: dict[str, str],
    value: float | None,
    interval: list[float] | None,
    level: float,
    codebook: Codebook,
    titles: dict[str, str],
) -> Claim:
    """The sentences of one finding, {"nl": ..., "en": ...}.

    `scope` may hold stance, sentiment, thread_id, month (yyyy-mm); `value` is a share in 0-1 or a score in [-1, 1].
    """
    return {
        language: _sentence(language, kind, scope, value, interval, level, codebook, titles)
        for language in ("nl", "en")
    }


def _sentence(
    language: str,
    kind: str,
    scope: dict[str, str],
    value: float | None,
    interval: list[float] | None,
    level: float,
    codebook: Codebook,
    titles: dict[str, str],
) -> str:
    if value is None:
        return _undefined(language)
    low, high = interval or (None, None)
    where = _where(scope, titles, language)
    dutch = language == "nl"
    if kind == "tone_by_stance":
        camp = codebook.stance_label(scope["stance"], language)
        around = _between(low, high, level, "score", language)
        score = _number(value, language)
        if dutch:
            return f"Wie de verantwoordelijkheid legt bij {camp}, schrijft gemiddeld op toon {score} op een schaal van −1 tot +1{around}."
        return f"Those who hold {camp} responsible write in a tone of {score} on average, on a scale from −1 to +1{around}."
    share, around = _percent(value, language), _between(low, high, level, "share", language)
    if kind == "sentiment_share":
        tone = SENTIMENT_LABELS[scope["sentiment"]][language]
        return (
            f"Naar schatting {share} van de reacties is {tone} van toon{around}."
            if dutch
            else f"An estimated {share} of the comments are {tone} in tone{around}."
        )
    party = codebook.stance_label(scope["stance"], language)
    if kind == "stance_share_authors":
        if dutch:
            return f"Telt iedere schrijver even zwaar, dan legt naar schatting {share} de verantwoordelijkheid bij {party}{around}."
        return f"If every author counts once, an estimated {share} hold {party} responsible{around}."
    if dutch:
        return f"Naar schatting {share} van de reacties{where} legt de verantwoordelijkheid bij {party}{around}."
    return f"An estimated {share} of the comments{where} hold {party} responsible{around}."
