"""Agreement against values worked out by hand."""

import pytest

from pipeline.evaluate.agreement import alpha


@pytest.mark.parametrize(
    ("labels", "value"),
    [
        ([(1, 1), (0, 0), (1, 1), (0, 0)], 1.0),
        # 4 units, one disagreement: observed 1/4; expected (4 x 4 x 2) / (8 x 7) = 32/56 of ordered pairs of unlike labels
        ([(1, 1), (0, 0), (1, 0), (1, 0)], 1 - (2 / 4) / (2 * 4 * 4 / (8 * 7))),
        ([("x", "x"), ("x", "x")], None),
        ([], None),
    ],
)
def test_alpha(labels: list[tuple[object, object]], value: float | None) -> None:
    found = alpha(labels)
    assert found is None if value is None else found == pytest.approx(value)
