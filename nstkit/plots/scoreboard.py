"""The scoreboard as a page that needs no other file, and as CSV."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from html import escape
from pathlib import Path
from string import Template

from nstkit.machine import replace_file, table_text
from nstkit.quality.evaluation import MEASURES
from nstkit.quality.scoreboard import Rules, Standing

COLUMNS = ("score", "effectiveness", "coherence", *MEASURES)
PAGE = Path(__file__).with_name("scoreboard.html")


def write_board(
    folder: str | os.PathLike[str], standings: Iterable[Standing], rules: Rules
) -> tuple[Path, Path]:
    """Write ``scoreboard.html`` and ``scoreboard.csv``, the best first.

    Parameters
    ----------
    folder : path-like
        Where; made if it is not there.
    standings : iterable of Standing
        What `score` found.
    rules : Rules
        What was asked.

    Returns
    -------
    page, table : pathlib.Path
        The two files.
    """
    ranked = sorted(standings, key=lambda each: (bool(each.fault), -each.values.get("score", 0.0)))
    lines = ([s.name, *(s.values.get(c, "") for c in COLUMNS), s.fault] for s in ranked)
    table = table_text(["entry", *COLUMNS, "fault"], lines)
    page = Template(PAGE.read_text(encoding="utf-8")).substitute(
        rules=escape(rules.text),
        judge=escape(next((each.judge for each in ranked if each.judge), "Nobody judged")),
        count=len(rules.pairs),
        heads="".join(f"<th>{escape(_title(name))}</th>" for name in COLUMNS),
        rows="\n".join(_row(place, each) for place, each in enumerate(ranked, start=1)),
    )
    written = replace_file(Path(folder) / "scoreboard.html", page.encode())
    return written, replace_file(written.with_suffix(".csv"), table.encode())


def _title(name: str) -> str:
    what = MEASURES.get(name)
    return name if what is None else f"{what.title} {'↑' if what.better > 0 else '↓'}"


def _row(place: int, each: Standing) -> str:
    name = f'<td class="left" data-value="{escape(each.name)}">{escape(each.name)}</td>'
    if each.fault:
        fault = f'<td class="left" colspan="{len(COLUMNS) + 1}">{escape(each.fault)}</td>'
        return f"<tr><td>–</td>{name}{fault}</tr>"
    pictures = "".join(
        f'<img alt="{escape(pair)}" title="{escape(pair)}" '
        f'src="data:image/jpeg;base64,{base64.b64encode(data).decode()}">'
        for pair, data in each.thumbnails.items()
    )
    values = (each.values[name] for name in COLUMNS)
    cells = "".join(f'<td data-value="{value}">{value:.2f}</td>' for value in values)
    place_cell = f'<td data-value="{place}">{place}</td>'
    return f'<tr>{place_cell}{name}<td class="pictures">{pictures}</td>{cells}</tr>'
