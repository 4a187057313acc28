"""How much each feature adds to the log-odds: of the article going on, of a comment beginning.

Fitted by `python benchmarks/segmentation.py --weights`, which prints this module: maximum likelihood of the chain in
`model` over the constructed pastes of tests/platforms/pasted_cases, those held out excepted, with a squared penalty.
Not fitted are those in SET_ARTICLE and SET_BEGIN: what a page put between comments, and leave taken, separate by what
they are, and lines after a colon or opening with dots go on, however few pastes have them.
LATER is the bias of a comment's second, third, fourth and any later paragraph: the prior on its length.
"""

from __future__ import annotations

SET_ARTICLE: dict[str, float] = {
    "headed": -6.00,
}

SET_BEGIN: dict[str, float] = {
    "header": 6.00,
    "unheaded": -6.00,
    "heading": 4.00,
    "button": 3.00,
    "wide_gap": 3.00,
    "narrow_gap": -4.00,
    "after_sign_off": 3.00,
    "sign_off": -4.00,
    "after_colon": -2.00,
    "dots": -2.00,
}

ARTICLE: dict[str, float] = {
    "asks": 2.02,
    "attributed_quotation": 1.14,
    "attribution": 1.78,
    "bias": 2.44,
    "connective": -2.72,
    "echo": -1.74,
    "emoticon": -0.02,
    "evaluates": -0.60,
    "exclaims": -0.87,
    "fact": 0.03,
    "first_person": -3.47,
    "fragment": -2.66,
    "identity": -1.04,
    "intertitle": 0.42,
    "length": 3.05,
    "long_sentences": 1.16,
    "low": -0.70,
    "name": -0.01,
    "on_topic": 1.41,
    "position": -3.26,
    "quotation": -0.46,
    "refers_above": 0.17,
    "second": 1.13,
    "second_person": -2.91,
    "short": 0.45,
    "trails_off": -1.04,
    "under_headline": 1.07,
} | SET_ARTICLE

BEGIN: dict[str, float] = {
    "address": 2.36,
    "adverb": -1.22,
    "after_comma": -7.61,
    "after_length": -0.66,
    "after_list": -1.04,
    "after_open_end": -0.02,
    "after_question": 1.50,
    "after_quote": -4.87,
    "after_relative": -0.75,
    "after_short": -0.10,
    "anaphor": -1.12,
    "asks": 0.79,
    "bias": -1.52,
    "brief": -0.62,
    "cohesion": -0.39,
    "conjunction": -1.89,
    "depth": 1.32,
    "echo": 1.07,
    "evaluates": 1.73,
    "exclaims": 1.15,
    "first_person_new": 0.66,
    "first_person_on": 0.16,
    "fragment": 0.46,
    "identity": 1.30,
    "language_shift": 0.64,
    "length": -0.62,
    "list": -2.81,
    "low": 1.03,
    "nearby_length": 3.27,
    "open_end": 1.38,
    "opens_with_i": -0.47,
    "quotation_first": -0.41,
    "quote": 1.46,
    "refers_above": 1.36,
    "relative_length": -0.56,
    "repeated": 1.93,
    "runs_on": -1.33,
    "second_person": 0.03,
    "short": -1.95,
    "style_shift": -0.21,
    "thread_opens": 1.56,
    "vocative": 0.35,
} | SET_BEGIN

LATER: dict[str, float] = {
    "2": -0.90,
    "3": 0.34,
    "4": -0.32,
    "5": -0.03,
}
