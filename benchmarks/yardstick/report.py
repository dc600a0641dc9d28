"""The results as a table and a plot."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl

from benchmarks.yardstick.measure import Reading

mpl.use("Agg")
mpl.rcParams["svg.hashsalt"] = "yardstick"

from matplotlib import pyplot as plt  # noqa: E402 - the backend comes first


@dataclass(frozen=True)
class Row:
    """Measurements of one server; seconds until the first answer, megabytes, readings by load."""

    name: str
    note: str
    holds_state: bool
    start: float
    idle: float
    loaded: float
    readings: Mapping[str, Reading]


def write_table(rows: list[Row], reference: str) -> str:
    """Return a table in Markdown: rates as multiples of the reference's, with requests per CPU second behind."""
    base = next(row for row in rows if row.name == reference)
    loads = list(base.readings)
    head = ["", *loads, "first answer", "idle", "loaded"]
    lines = [" | ".join(head), " | ".join(["---"] + ["--:"] * (len(head) - 1))]
    for row in rows:
        cells = [row.name]
        for load in loads:
            reading = row.readings.get(load)
            if reading is None:
                cells.append("-")
                continue
            ratio = reading.per_cpu_second / base.readings[load].per_cpu_second
            refused = " (refused)" if reading.refused > reading.requests // 2 else ""
            cells.append(f"**{ratio:.2f}** ({reading.per_cpu_second:,.0f}){refused}")
        cells += [f"{row.start:.2f} s", f"{row.idle:.0f} MB", f"{row.loaded:.0f} MB"]
        lines.append(" | ".join(cells))
    notes = [f"- {row.name}: {row.note}" for row in rows if row.note]
    return "\n".join([f"| {line} |" for line in lines] + ["", *notes]) + "\n"


def draw(rows: list[Row], reference: str, path: Path) -> None:
    """Draw the rates over the loads as PNG and SVG."""
    base = next(row for row in rows if row.name == reference)
    loads = list(base.readings)
    figure, axes = plt.subplots(figsize=(11, 4.5), layout="constrained")
    width = 0.8 / len(rows)
    for place, row in enumerate(rows):
        heights = [
            row.readings[load].per_cpu_second / base.readings[load].per_cpu_second if load in row.readings else 0
            for load in loads
        ]
        axes.bar([x + place * width for x in range(len(loads))], heights, width, label=row.name)
    axes.axhline(1, color="black", linewidth=0.8)
    axes.set_xticks([x + 0.4 - width / 2 for x in range(len(loads))], loads)
    axes.set_ylabel("requests per second of server CPU,\nas a multiple of hello")
    figure.legend(loc="outside lower center", ncols=4, fontsize="small", frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path.with_suffix(".png"), dpi=120)
    figure.savefig(path.with_suffix(".svg"), metadata={"Date": None})
