"""Charts over an ordered axis: shares by month as small multiples, and calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.report.charts import Bar, Chart, chart_of, label, layout_of, marks, whisker
from pipeline.report.palette import LIGHT

PANEL = 92  # pixels of one small multiple


@dataclass(frozen=True)
class Panel:
    """One small multiple: a name, a colour and a bar per month (value None where there is nothing to show)."""

    name: str
    colour: str
    bars: tuple[Bar, ...]


def _panel_axis(row: int, count: int, top: float) -> dict[str, Any]:
    height = 1 / count
    upper = 1 - row * height
    ticks = [0, 0.5, 1] if top > 0.6 else [0, 0.25, 0.5]
    return {
        "domain": [upper - height * 0.72, upper - height * 0.12],
        "range": [-0.03 * top, top],
        "tickvals": ticks,
        "ticktext": [f"{round(tick * 100)}%" for tick in ticks],
        "fixedrange": True,
        "showgrid": True,
        "gridcolor": LIGHT["--line"],
        "zeroline": False,
        "tickfont": {"color": LIGHT["--muted"], "size": 11},
        "anchor": "x",
    }


#: where the name of a small multiple stands
_NAME = {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "left", "yanchor": "top", "showarrow": False}


def _line(panel: Panel) -> dict[str, Any]:
    """The line of one small multiple, one point a month, with its intervals."""
    values, colour = [bar.value for bar in panel.bars], LIGHT[panel.colour]
    error = whisker(values, [bar.low for bar in panel.bars], [bar.high for bar in panel.bars])
    return marks(panel.bars) | {
        "x": list(range(len(values))),
        "y": values,
        "mode": "lines+markers",
        "line": {"color": colour, "width": 2},
        "marker": {
            "color": colour,
            "size": 8,
            "symbol": ["circle-open" if bar.few else "circle" for bar in panel.bars],
        },
        "error_y": error | {"color": colour, "thickness": 1.2, "width": 3},
        "cliponaxis": False,
    }


def month_chart(chart_id: str, panels: Sequence[Panel], months: Sequence[str]) -> Chart:
    """Shares (0-1) by month with intervals: one panel a stance above one shared axis, so that nothing overlaps."""
    import plotly.graph_objects as go

    seen = [v for p in panels for b in p.bars for v in (b.value, b.high) if v is not None]
    top = min(1.0, max([0.3, *seen]) * 1.05)
    traces, axes, notes = [], {}, []
    for row, panel in enumerate(panels):
        number = "" if row == 0 else str(row + 1)
        traces.append(go.Scatter(_line(panel) | {"yaxis": f"y{number}"}))
        axes[f"yaxis{number}"] = _panel_axis(row, len(panels), top)
        notes.append(_NAME | {"y": 1 - row / len(panels), "text": f"<b>{label(panel.name)}</b>"})
    x_axis = {
        "tickvals": list(range(len(months))),
        "ticktext": [label(month) for month in months],
        "range": [-0.4, len(months) - 0.6],
        "tickfont": {"color": LIGHT["--muted"], "size": 12},
        "anchor": f"y{'' if len(panels) == 1 else len(panels)}",
    }
    layout = layout_of(PANEL * len(panels) + 40, xaxis=x_axis, annotations=notes)
    layout["margin"] |= {"l": 40, "t": 0}
    return chart_of(chart_id, traces, layout | axes)


def calibration_chart(
    chart_id: str, series: Sequence[tuple[str, str, Sequence[tuple[float, float, int]]]], titles: tuple[str, str]
) -> Chart:
    """Reliability: predicted against observed share per bin. `series`: (name, colour, [(predicted, observed, n)])."""
    import plotly.graph_objects as go

    ideal = go.Scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"color": LIGHT["--muted"], "width": 1, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
    )
    traces = [ideal]
    symbols = ("circle", "square", "diamond", "triangle-up", "cross", "x")
    for number, (name, colour, points) in enumerate(series):
        traces.append(
            go.Scatter(
                x=[p for p, _, _ in points],
                y=[o for _, o, _ in points],
                name=label(name),
                mode="lines+markers",
                line={"color": LIGHT[colour], "width": 2},
                marker={"color": LIGHT[colour], "size": 8, "symbol": symbols[number % len(symbols)]},
                hoverinfo="text",
                hovertext=[f"{label(name)}: {p:.2f} → {o:.2f} (n = {n})" for p, o, n in points],
                cliponaxis=False,
            )
        )
    axis = {"range": [-0.02, 1.04], "tickvals": [0, 0.25, 0.5, 0.75, 1], "showgrid": True, "gridcolor": LIGHT["--line"]}
    axis |= {"ticktext": ["0", "25%", "50%", "75%", "100%"], "tickfont": {"color": LIGHT["--muted"], "size": 12}}
    named = [
        axis | {"title": {"text": label(text), "font": {"size": 12, "color": LIGHT["--muted"]}}} for text in titles
    ]
    layout = layout_of(360, xaxis=named[0], yaxis=named[1], showlegend=True)
    layout |= {
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "margin": {"l": 56, "r": 16, "t": 48, "b": 48},
    }
    return chart_of(chart_id, traces, layout)
