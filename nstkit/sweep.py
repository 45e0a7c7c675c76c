"""Many paintings over a grid of settings: a table, a contact sheet and a map, gone on with at will.

Cells are painted in this process, or on a Dask cluster with the same results.
"""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import itertools
import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from nstkit.backbones import load_backbone
from nstkit.errors import NstkitError, SettingsError, choose
from nstkit.images import encode, load_image
from nstkit.machine import replace_file, table_text
from nstkit.quality import MEASURES, Ruler, find_judge
from nstkit.runs.picture import Picture
from nstkit.runs.settings import Settings
from nstkit.runs.stylization import paint_settings

FOUND = ("effectiveness", "coherence", *MEASURES, "loss", "judge", "seconds", "fault")
"""What the table says of each cell behind its settings; only "seconds" differ from run to run."""

DIGITS = 6
"""Of what is measured, as many are written: the last of sixteen depend on who shares a product."""

PATIENCE = "10s"
"""How long a cluster may take to answer."""

_ONE_AT_A_TIME = threading.Lock()
_network = functools.lru_cache(maxsize=4)(load_backbone)
_judge = functools.lru_cache(maxsize=4)(find_judge)


def sweep(
    grid: Mapping[str, Iterable[Any]],
    folder: str | os.PathLike[str],
    *,
    base: Settings | None = None,
    cluster: str | None = None,
    progress: bool = True,
) -> list[dict[str, str]]:
    """Paint every combination of settings, and measure it.

    Parameters
    ----------
    grid : mapping of str to iterable
        For names of settings, fields of `nstkit.runs.settings.Settings`, the values to try:
        ``{"style_weight": [100, 1000], "pooling": ["max", "average"], "seed": range(3)}``.
    folder : path-like
        Gets ``sweep.csv`` after every cell, and the pictures as ``<key>.png``. A folder with an
        unfinished sweep is gone on with: what it has is not painted again, but failed cells are.
    base : Settings, optional
        All other settings.
    cluster : str, optional
        Address of a Dask scheduler, such as "tcp://127.0.0.1:8786"; without one this process
        paints. Results are the same where a process has the same number of threads
        (``NSTKIT_THREADS``) and processor. Workers need nstkit and files under the same paths.
    progress : bool
        Whether to show a bar with the time left.

    Returns
    -------
    list of dict
        The rows of the table, in the order of the grid: "key", the settings, and `FOUND`. A cell
        that fails has its reason as "fault".

    Raises
    ------
    SettingsError
        If the grid is empty or names no setting, the folder holds another sweep, or the cluster
        cannot be reached.
    """
    from tqdm.auto import tqdm

    known = Settings.__dataclass_fields__
    values = {choose(name, known, "setting"): [*tried] for name, tried in grid.items()}
    cells = [dict(zip(values, each, strict=True)) for each in itertools.product(*values.values())]
    if not values or not cells:
        raise SettingsError('the grid is empty: give values, such as {"style_weight": [10, 100]}')
    jobs: dict[str, str] = {}
    rows: dict[str, dict[str, str]] = {}
    for cell in cells:
        shown = {name: _shown(value) for name, value in cell.items()}
        text, fault = json.dumps(shown), ""
        try:
            text = (base or Settings()).replace(**cell).to_json()
        except NstkitError as error:
            fault = str(error)
        key = hashlib.sha256(text.encode()).hexdigest()[:12]
        rows[key] = {"key": key, **shown, **dict.fromkeys(FOUND, ""), "fault": fault}
        jobs |= {} if fault else {key: text}
    place = Path(folder)
    for key, row in _earlier(place / "sweep.csv", rows).items():
        if key in jobs and not row["fault"] and (place / f"{key}.png").exists():
            rows[key], _ = row, jobs.pop(key)
    done = len(rows) - len(jobs)
    _write(place / "sweep.csv", [*rows.values()])
    here = ((key, *paint_cell(text)) for key, text in jobs.items())
    engine = here if cluster is None else _paint_on(cluster, jobs)
    with tqdm(total=len(rows), initial=done, disable=not progress, unit="cell") as bar:
        for key, found, picture in engine:
            rows[key] |= {name: _shown(value) for name, value in found.items()}
            if picture:
                replace_file(place / f"{key}.png", picture)
            _write(place / "sweep.csv", [*rows.values()])
            bar.update()
    return [*rows.values()]


def paint_cell(text: str) -> tuple[dict[str, Any], bytes]:
    """Paint and measure one cell; whatever fails is an answer too.

    Parameters
    ----------
    text : str
        Settings, as `Settings.to_json` writes them.

    Returns
    -------
    found : dict
        What belongs in the table, by the names of `FOUND`.
    picture : bytes
        The PNG that was measured; empty where none was painted.
    """
    try:
        with _ONE_AT_A_TIME:
            wanted = Settings.from_json(text)
            how = {"pooling": wanted.pooling, "download": wanted.download}
            backbone = _network(wanted.backbone, weights=wanted.weights_file, **how)  # type: ignore[arg-type]
            step = paint_settings(wanted, backbone)
            png = encode(step.image)
            pair = wanted.picture("content"), wanted.picture("style")
            ruler = Ruler(*pair, judge=_judge(backbone.name), painter=backbone.name)
            measured = ruler.measure(load_image(png))
    except Exception as error:
        return {"fault": f"{type(error).__name__}: {error}"}, b""
    found = {name: getattr(measured, name) for name in ("effectiveness", "coherence", "judge")}
    return {**found, **measured.values, "loss": step.total, "seconds": step.seconds}, png


def _paint_on(address: str, jobs: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any], bytes]]:
    """Have a cluster paint; what a lost worker had is painted by another."""
    try:
        from dask.distributed import Client, as_completed

        client = Client(address, timeout=PATIENCE)
    except ImportError as error:
        raise SettingsError("a cluster needs Dask: pip install 'nstkit[cluster]'") from error
    except (OSError, ValueError) as error:
        text = f"no Dask scheduler answers at {address!r}: start one with `dask scheduler`; {error}"
        raise SettingsError(text) from error
    with client:
        futures = {client.submit(paint_cell, text, pure=False): key for key, text in jobs.items()}
        for future in as_completed(futures):
            lost = future.exception()  # its workers died again and again
            answer = ({"fault": str(lost)}, b"") if lost else future.result()
            yield futures.pop(future), *answer


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.{DIGITS}g}"
    value = value.name if isinstance(value, Picture) else value
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _earlier(path: Path, rows: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Read the rows that are in the folder already, if they are of this grid."""
    if not path.exists():
        return {}
    lines = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
    found = {line.get("key", ""): line for line in lines}
    columns = [*next(iter(rows.values()))]
    if lines.fieldnames != columns or not set(found) <= set(rows):
        raise SettingsError(f"{path} holds another sweep, and is as it was: give another folder")
    return found


def _write(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    known = (row.values() for row in rows if row["judge"] or row["fault"])
    replace_file(path, table_text([*rows[0]], known).encode())
