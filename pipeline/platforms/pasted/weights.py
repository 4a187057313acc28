"""How much each feature adds to the log-odds: of the article going on, of a comment beginning.

Fitted by `python benchmarks/segmentation.py --weights`, which prints this module: maximum likelihood of the chain in
`model` over the constructed pastes and threads of benchmarks/segmentation_fit.py, those held out excepted, with a
squared penalty.
Not fitted are those in SET_ARTICLE and SET_BEGIN: what a page put between comments, greetings and leave taken separate by
what they are, and lines after a colon or opening with dots go on, however few pastes have them.
LATER is the bias of a comment's second, third, fourth and any later paragraph: the prior on its length. CONFIDENCE is
the scale and shift of `model.confidence`.
"""

from __future__ import annotations

SET_ARTICLE: dict[str, float] = {
    "headed": -12.00,
    "before_names": 12.00,
}

SET_BEGIN: dict[str, float] = {
    "header": 12.00,
    "unheaded": -12.00,
    "heading": 8.00,
    "button": 3.00,
    "wide_gap": 3.00,
    "narrow_gap": -4.00,
    "after_sign_off": 3.00,
    "sign_off": -4.00,
    "salutation": 3.00,
    "after_salutation": -5.00,
    "after_colon": -2.00,
    "dots": -2.00,
}

ARTICLE: dict[str, float] = {
    "asks": 1.36,
    "attributed_quotation": 0.82,
    "attribution": 1.85,
    "bias": 1.92,
    "connective": -2.10,
    "echo": -1.28,
    "emoticon": -0.02,
    "evaluates": -0.47,
    "exclaims": -0.76,
    "fact": -0.01,
    "first_person": -2.78,
    "fragment": -2.14,
    "identity": -1.13,
    "intertitle": 0.32,
    "length": 2.20,
    "long_sentences": 0.58,
    "low": -0.24,
    "name": 0.17,
    "on_topic": 1.34,
    "position": -2.20,
    "quotation": -0.21,
    "refers_above": 0.02,
    "second": 1.19,
    "second_person": -1.85,
    "short": 0.04,
    "trails_off": -0.66,
    "under_headline": 1.11,
} | SET_ARTICLE

BEGIN: dict[str, float] = {
    "address": 1.23,
    "adverb": -1.40,
    "after_comma": -5.04,
    "after_length": 0.69,
    "after_list": -2.06,
    "after_open_end": 1.50,
    "after_question": 0.23,
    "after_quote": -2.34,
    "after_relative": -0.65,
    "after_short": -0.37,
    "after_single": -0.14,
    "anaphor": -1.03,
    "asks": 0.66,
    "bias": -1.75,
    "brief": -0.04,
    "cohesion": -2.53,
    "conjunction": -2.07,
    "depth": 0.40,
    "echo": 0.51,
    "evaluates": 1.83,
    "exclaims": 0.32,
    "first_person_new": 0.40,
    "first_person_on": 0.27,
    "fragment": -0.02,
    "identity": 0.33,
    "language_shift": 3.18,
    "length": 0.75,
    "list": -2.41,
    "low": -0.39,
    "nearby_length": 0.84,
    "nearby_low": -0.30,
    "nearby_single": -1.29,
    "open_end": 0.86,
    "opens_on_single": -0.94,
    "opens_with_i": -0.38,
    "quotation_first": 0.68,
    "quote": 0.94,
    "refers_above": 1.27,
    "relative_length": -0.33,
    "repeated": 1.36,
    "runs_on": -2.47,
    "second_person": 0.09,
    "short": -0.35,
    "single": -0.38,
    "style_shift": 1.41,
    "thread_joins": -0.80,
    "thread_length": 0.82,
    "thread_opens": 2.63,
    "vocative": 0.89,
} | SET_BEGIN

LATER: dict[str, float] = {
    "2": -0.47,
    "3": 0.29,
    "4": 0.37,
    "5": -0.35,
}

CONFIDENCE = (0.53, -0.81)
