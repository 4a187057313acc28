"""What a classifier's labels say of parties, tones and entailment. A label that does not say is an error, never a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.errors import UsageError
from pipeline.settings import Codebook
from pipeline.tables import SENTIMENTS

#: What models call the tones, in the order of SENTIMENTS.
TONES = (
    frozenset({"negative", "very_negative", "neg", "negatief", "1_star", "1_stars", "2_stars"}),
    frozenset({"neutral", "neu", "neutraal", "3_stars"}),
    frozenset({"positive", "very_positive", "pos", "positief", "4_stars", "5_stars"}),
)


def _key(label: str) -> str:
    return re.sub(r"\W+", "_", label.strip().casefold()).strip("_")


def _meanings(codebook: Codebook) -> dict[str, set[str]]:
    """What a label may be -> the parties that it blames."""
    meant = {"no_blame": set[str]()}
    primary = {party.id for party in codebook.parties if not party.secondary}
    for stance in codebook.stance_ids:
        of_stance = {party.id for party in codebook.parties if party.stance == stance}
        meant[_key(stance)] = primary if stance == "blame_both" and not of_stance else of_stance
    for party in codebook.parties:
        meant |= {_key(word): {party.id} for word in (party.name.nl, party.name.en)}
    return meant | {_key(party.id): {party.id} for party in codebook.parties}


def blame_groups(labels: Sequence[str], codebook: Codebook, multi: bool, name: str) -> list[list[int]]:
    """Of each party of the codebook the places of the labels that say that it is blamed.

    A label is a party's id or name, a stance of the codebook, or `no_blame`. `multi`: labels do not exclude one another.
    Raises UsageError for a label that is none of these, a party without a label, or labels that cannot say that nobody is blamed.
    """
    meant = _meanings(codebook)
    groups = [[i for i, label in enumerate(labels) if p in meant.get(_key(label), ())] for p in codebook.party_ids]
    unknown = [label for label in labels if _key(label) not in meant]
    without = [party for party, group in zip(codebook.party_ids, groups, strict=True) if not group]
    nobody = multi or any(meant.get(_key(label)) == set() for label in labels)
    if unknown or without or not nobody:
        raise UsageError(
            f"hf:{name} cannot be asked who is blamed: its labels are {listed(labels)}. Needed are labels for "
            f"{listed(codebook.party_ids)} (or stances: {listed(codebook.stance_ids)}), and none other; where labels exclude one "
            "another (problem_type is not multi_label_classification), no_blame too. Rename them in id2label of its config.json."
        )
    return groups


def tone_groups(labels: Sequence[str], name: str) -> list[list[int]]:
    """Of each of SENTIMENTS the places of the labels that say it: its name, stars (1 and 2, 3, 4 and 5), or three LABEL_i in order.

    Raises UsageError for any other label, or a tone without one.
    """
    keys = [_key(label) for label in labels]
    if sorted(keys) == ["label_0", "label_1", "label_2"]:
        return [[keys.index(f"label_{tone}")] for tone in range(len(SENTIMENTS))]
    groups = [[i for i, key in enumerate(keys) if key in known] for known in TONES]
    if sum(map(len, groups)) < len(labels) or not all(groups):
        raise UsageError(
            f"hf:{name} cannot be asked for the tone: its labels are {listed(labels)}. Needed are {listed(SENTIMENTS)}, or "
            "1 star to 5 stars, or LABEL_0 to LABEL_2 in that order, and none other. Rename them in id2label of its config.json."
        )
    return groups


def nli_places(labels: Sequence[str], name: str) -> tuple[int, int]:
    """The places of entailment and of contradiction (or of what is not entailed). Raises UsageError where they are not named."""
    keys = [_key(label) for label in labels]
    yes = [i for i, key in enumerate(keys) if key.startswith("entail")]
    no = [i for i, key in enumerate(keys) if key.startswith(("contradict", "not_entail"))]
    if len(yes) != 1 or len(no) != 1:
        raise UsageError(
            f"nli:{name} is no model of inference that can be understood: its labels are {listed(labels)}; needed are entailment "
            "and contradiction (or not_entailment). Rename them in id2label of its config.json, or choose another model."
        )
    return yes[0], no[0]


def listed(words: Sequence[str]) -> str:
    """Words for a message."""
    return ", ".join(words)
