"""Further words of the command line: ``score`` and ``sweep``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nstkit.errors import SettingsError


def score(arguments: Sequence[str]) -> int:
    """Score a folder of entries and write the scoreboard."""
    from nstkit.backbones import ARCHITECTURES, load_backbone
    from nstkit.plots import write_board
    from nstkit.quality import Rules
    from nstkit.quality import score as score_entries

    parser = argparse.ArgumentParser(prog="python -m nstkit score", description=score.__doc__)
    add = parser.add_argument
    add("folder", nargs="?", type=Path, help="holds a folder of pictures, or settings, per entry")
    add("-o", "--output", type=Path, default=Path("scoreboard"), help="default: %(default)s")
    add("--rules", type=Path, help="file of other rules than data/scoreboard.json")
    judges = "default: a network with random weights, the same on every machine"
    add("--judge", choices=list(ARCHITECTURES), help=judges)
    add("--without-own", action="store_true", help="leave the kit's own entries out")
    options = parser.parse_args(arguments)
    rules = Rules.read(options.rules)
    judge = None if options.judge is None else load_backbone(options.judge)
    found = []
    for each in score_entries(
        options.folder, rules=rules, judge=judge, own=not options.without_own
    ):
        print(f"{each.name}: {each.fault or format(each.values['score'], '.3f')}", flush=True)
        found.append(each)
    for path in write_board(options.output, found, rules):
        print(path.resolve())
    return 0


def sweep(arguments: Sequence[str]) -> int:
    """Paint a grid of settings and measure every picture."""
    from nstkit.plots import show_sweep
    from nstkit.runs.settings import Settings
    from nstkit.sweep import sweep as paint_grid

    parser = argparse.ArgumentParser(prog="python -m nstkit sweep", description=sweep.__doc__)
    add = parser.add_argument
    grid = "setting and the values to try, such as style_weight=100,1000 or seed=0,1,2"
    add("grid", nargs="+", metavar="SETTING=VALUE,VALUE…", help=grid)
    add("-o", "--output", type=Path, default=Path("sweep"), help="default: %(default)s")
    add("--base", type=Path, help="settings file for all other settings")
    add("--cluster", metavar="ADDRESS", help="of a Dask scheduler, such as tcp://127.0.0.1:8786")
    add("--quiet", action="store_true", help="no progress bar")
    options = parser.parse_args(arguments)
    base = None if options.base is None else Settings.from_json(options.base.read_bytes())
    how = {"base": base, "cluster": options.cluster, "progress": not options.quiet}
    rows = paint_grid(dict(map(_values, options.grid)), options.output, **how)
    for name, figure in show_sweep(rows, options.output).items():
        figure.savefig(options.output / f"{name}.png", bbox_inches="tight", dpi=110)
    failed = sum(bool(row["fault"]) for row in rows)
    print(f"{(options.output / 'sweep.csv').resolve()}: {len(rows)} cells, {failed} failed")
    return 0


WORDS: dict[str, Callable[[Sequence[str]], int]] = {"score": score, "sweep": sweep}
"""What the first word of the command line may be, where it is not a picture."""


def _values(word: str) -> tuple[str, list[Any]]:
    """Return a setting's name and its values; each is JSON, or else a text."""
    name, equals, values = word.partition("=")
    if not equals:
        raise SettingsError(f"{word!r} gives no values: write setting=value,value")
    return name, [_value(value) for value in values.split(",")]


def _value(word: str) -> Any:
    try:
        return json.loads(word)
    except ValueError:
        return word
