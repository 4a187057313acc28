"""The charts: plotly figures as JSON, drawn in the page by plotly.js.

Each says only what the table beside it says too, with its interval. Labels stand at the marks, above the bars, so that
nothing has to be looked up in a legend and the same drawing serves a screen of 360 pixels. Texts that come from people
(titles, terms) are escaped, because plotly reads a little markup in labels.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from pipeline.report.palette import LIGHT
from pipeline.report.words import harmless

CLEAR = "rgba(0,0,0,0)"
ROW = 58  # pixels of a labelled bar


@dataclass(frozen=True)
class Chart:
    """A figure for one page: the id of its element, its height in pixels, and its JSON, safe inside a script element."""

    id: str
    height: int
    spec: Markup


@dataclass(frozen=True)
class Bar:
    """One mark: a label, a value, its interval where there is one, a colour (custom property) and where it leads.

    `few` says that it rests on few comments.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    text: str
    colour: str
    href: str = ""
    second: tuple[float, float | None, float | None] | None = None
    few: bool = False


def label(text: str) -> str:
    """A text as plotly shows it literally: no markup, on one line."""
    plain = " ".join(harmless(text).split())
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def embed(data: Any) -> Markup:
    """JSON that may stand in a script element: only ASCII, and no character that could end the element."""
    text = json.dumps(data, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _round(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, list):
        return [_round(item) for item in value]
    return {k: _round(v) for k, v in value.items()} if isinstance(value, dict) else value


def layout_of(height: int, **more: Any) -> dict[str, Any]:
    """The layout that all charts share, `height` pixels high, with `more` on top."""
    axis = {"fixedrange": True, "zeroline": False, "showgrid": False, "ticks": "", "showline": False}
    base = {
        "template": "none",
        "height": height,
        "margin": {"l": 4, "r": 12, "t": 6, "b": 34},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": "sans-serif", "size": 13, "color": LIGHT["--ink"]},
        "hoverlabel": {"bgcolor": LIGHT["--paper"], "bordercolor": LIGHT["--line"], "font": {"color": LIGHT["--ink"]}},
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
    }
    axes = {name: {**axis, **more.pop(name, {})} for name in ("xaxis", "yaxis")}
    return {**base, **axes, **more}


def chart_of(chart_id: str, traces: list[Any], layout: dict[str, Any]) -> Chart:
    """Traces and layout, checked by plotly, as a chart."""
    import plotly.graph_objects as go

    figure = json.loads(go.Figure(traces, layout).to_json())
    return Chart(chart_id, int(layout["height"]), embed(_round(figure)))


def whisker(
    values: Sequence[float | None], lows: Sequence[float | None], highs: Sequence[float | None]
) -> dict[str, Any]:
    """Error bars from intervals; no bar where there is no interval."""

    def gap(a: float | None, b: float | None) -> float:
        return 0.0 if a is None or b is None else max(0.0, a - b)

    return {
        "type": "data",
        "symmetric": False,
        "array": [gap(high, value) for value, high in zip(values, highs, strict=True)],
        "arrayminus": [gap(value, low) for value, low in zip(values, lows, strict=True)],
        "thickness": 1.5,
        "width": 4,
        "color": LIGHT["--ink"],
    }


def _above(bars: Sequence[Bar], x: float, lift: float) -> list[dict[str, Any]]:
    """Labels that stand above each row at its left."""
    common = {"xref": "x", "yref": "y", "x": x, "xanchor": "left", "yanchor": "bottom", "showarrow": False}
    return [
        {**common, "y": row + lift, "text": f"{label(bar.label)} <b>{label(bar.text)}</b>", "align": "left"}
        for row, bar in enumerate(reversed(bars))
    ]


def _grid(ticks: Sequence[float], texts: Sequence[str], span: tuple[float, float]) -> dict[str, Any]:
    return {
        "range": list(span),
        "tickvals": list(ticks),
        "ticktext": list(texts),
        "showgrid": True,
        "gridcolor": LIGHT["--line"],
        "tickfont": {"color": LIGHT["--muted"], "size": 12},
    }


def marks(rows: Sequence[Bar]) -> dict[str, Any]:
    """What a trace needs to know of its marks: where each leads, and what it says under the pointer."""
    return {
        "customdata": [bar.href for bar in rows],
        "hoverinfo": "text",
        "hovertext": [f"{label(bar.label)}: {label(bar.text)}" for bar in rows],
    }


def _points(rows: Sequence[Bar], size: int, **whiskers: Any) -> dict[str, Any]:
    """Points with horizontal intervals, one a row."""
    values = [bar.value for bar in rows]
    return marks(rows) | {
        "x": values,
        "y": list(range(len(rows))),
        "mode": "markers",
        "marker": {"color": [LIGHT[bar.colour] for bar in rows], "size": size},
        "error_x": whisker(values, [bar.low for bar in rows], [bar.high for bar in rows]) | whiskers,
    }


def _seconds(rows: Sequence[Bar]) -> dict[str, Any]:
    """The second value of each row that has one, as a hollow diamond below its bar."""
    found = [(row, bar.second) for row, bar in enumerate(rows) if bar.second is not None]
    values, lows, highs = ([second[part] for _, second in found] for part in range(3))
    thin = {"thickness": 1, "width": 2, "color": LIGHT["--muted"]}
    return {
        "x": values,
        "y": [row - 0.29 for row, _ in found],
        "mode": "markers",
        "marker": {"symbol": "diamond-open", "size": 8, "color": LIGHT["--ink"], "line": {"width": 1.5}},
        "error_x": whisker(values, lows, highs) | thin,
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def share_chart(chart_id: str, bars: Sequence[Bar]) -> Chart:
    """Shares (0-1) as bars with intervals; `second` (another base, such as authors) as a hollow diamond below."""
    import plotly.graph_objects as go

    rows = list(reversed(bars))
    values = [bar.value for bar in rows]
    drawn = {
        "x": values,
        "y": list(range(len(rows))),
        "orientation": "h",
        "width": 0.34,
        "marker": {"color": [LIGHT[bar.colour] for bar in rows]},
        "error_x": whisker(values, [bar.low for bar in rows], [bar.high for bar in rows]),
    }
    traces = [go.Bar(drawn | marks(rows))]
    if any(bar.second for bar in rows):
        traces.append(go.Scatter(_seconds(rows)))
    top = max([0.1, *(v for bar in bars for v in (bar.value, bar.high, *(bar.second or ())) if v is not None)])
    step = 0.1 if top <= 0.5 else 0.25
    ticks = [i * step for i in range(int(1 / step) + 1) if i * step <= top * 1.05]
    axis = _grid(ticks, [f"{round(tick * 100)}%" for tick in ticks], (0, top * 1.06))
    y_axis = {"visible": False, "range": [-0.5, len(rows) - 0.4]}
    notes = _above(bars, 0, 0.18)
    return chart_of(chart_id, traces, layout_of(ROW * len(rows) + 44, xaxis=axis, yaxis=y_axis, annotations=notes))


def score_chart(chart_id: str, bars: Sequence[Bar], ends: tuple[str, str]) -> Chart:
    """Scores in [-1, 1] as points with intervals around a zero line; `ends` names what -1 and 1 mean."""
    import plotly.graph_objects as go

    rows = list(reversed(bars))
    axis = _grid([-1, -0.5, 0, 0.5, 1], [f"\u22121 {ends[0]}", "", "0", "", f"{ends[1]} +1"], (-1.04, 1.04))
    zero = {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper", "layer": "below"}
    layout = layout_of(
        ROW * len(rows) + 44,
        xaxis=axis,
        yaxis={"visible": False, "range": [-0.5, len(rows) - 0.4]},
        annotations=_above(bars, -1.02, 0.16),
        shapes=[zero | {"line": {"color": LIGHT["--muted"], "width": 1}}],
    )
    return chart_of(chart_id, [go.Scatter(_points(rows, 12))], _outward(layout))


def _outward(layout: dict[str, Any]) -> dict[str, Any]:
    """End labels as annotations inside the axis, because tick labels at the very ends would be cut off."""
    axis = layout["xaxis"]
    first, *_, last = axis["ticktext"]
    axis["ticktext"] = ["", *axis["ticktext"][1:-1], ""]
    common = {"xref": "x", "yref": "paper", "y": 0, "yanchor": "top", "yshift": -6, "showarrow": False}
    font = {"color": LIGHT["--muted"], "size": 12}
    layout["annotations"] += [
        {**common, "x": -1, "xanchor": "left", "text": label(first), "font": font},
        {**common, "x": 1, "xanchor": "right", "text": label(last), "font": font},
    ]
    return layout


def term_chart(chart_id: str, bars: Sequence[Bar], axis_title: str) -> Chart:
    """Log-odds of terms as points with intervals, the most distinguishing at the top."""
    import plotly.graph_objects as go

    rows = list(reversed(bars))
    y_axis = {
        "tickvals": list(range(len(rows))),
        "ticktext": [label(bar.label) for bar in rows],
        "automargin": True,
        "range": [-0.7, len(rows) - 0.3],
        "ticklabelstandoff": 6,
    }
    x_axis = {
        "showgrid": True,
        "gridcolor": LIGHT["--line"],
        "zeroline": True,
        "zerolinecolor": LIGHT["--muted"],
        "nticks": 5,
        "tickfont": {"color": LIGHT["--muted"], "size": 12},
        "title": {"text": label(axis_title), "font": {"color": LIGHT["--muted"], "size": 12}, "standoff": 8},
    }
    layout = layout_of(24 * len(rows) + 66, xaxis=x_axis, yaxis=y_axis)
    layout["margin"]["b"] = 48
    return chart_of(chart_id, [go.Scatter(_points(rows, 9, thickness=1.2, width=0))], layout)
