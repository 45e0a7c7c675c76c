"""Measure nstkit beside its rivals in one run: ``python benchmarks/run.py``.

Prints tables, and writes ``results.json``, ``results.md`` and ``results.png`` beside this file.
PyTorch is measured where it is installed (``python3 course.py pytorch``).
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import measure

PARTS = ("cost", "loss", "full", "optimizer", "memory", "startup", "growth", "coarse")


def main() -> None:
    """Read the command line, measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", default=PARTS, help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="small and few, to try the script")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    settings = parser.parse_args()
    settings.out.mkdir(parents=True, exist_ok=True)
    results: dict[str, Any] = {"machine": describe_machine()}
    for part in settings.parts:
        print(f"measuring {part} …", flush=True)
        results[part] = measure_part(part, settings.quick, settings.out, results)
        print(table(results[part]), flush=True)
        (settings.out / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    (settings.out / "results.md").write_text(report(results), encoding="utf-8")
    draw(results, settings.out / "results.png")


def measure_part(part: str, quick: bool, out: Path, results: dict[str, Any]) -> list[measure.Row]:
    """Run one of the measurements."""
    repeats = 3 if quick else 7
    if part == "cost":
        sizes = {"vgg19-slim": [64] if quick else [128, 256, 400]}
        sizes |= {} if quick else {"vgg19": [256, 400]}
        return measure.evaluation_cost(sizes, repeats, measure.peak_flops())
    if part == "loss":
        return measure.time_to_loss([64] if quick else [256, 400], 50 if quick else 1000, out)
    if part == "full":
        return measure.full_estimate(results["loss"], 3)
    if part == "optimizer":
        return measure.optimizer_share(64 if quick else 256)
    if part == "memory":
        slim, full = ("vgg19-slim", "vgg19")
        cases = (
            [(slim, 64)] if quick else [(n, s) for n in (slim, full) for s in (256, 400, 800, 1024)]
        )
        return measure.memory(cases)
    if part == "startup":
        return measure.startup()
    if part == "coarse":
        return measure.coarse_to_fine([256] if quick else [256, 400, 800], 2 if quick else 60)
    return measure.growth([64] if quick else [64, 128, 192, 256, 400, 512], repeats)


def describe_machine() -> dict[str, Any]:
    """Return what a reader must know to compare: processor, cores, versions, load, date."""
    info = Path("/proc/cpuinfo")
    names = (
        [line.split(":")[1] for line in info.read_text().splitlines() if "model name" in line]
        if (info.exists())
        else [platform.processor()]
    )
    packages = ["tensorflow", "keras", "numpy", "scipy"] + ["torch"] * measure.has_torch()
    return {
        "date": datetime.date.today().isoformat(),
        "processor": names[0].strip(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "load at the start": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "system": f"{platform.system()}, Python {platform.python_version()}",
        "versions": {package: version(package) for package in packages},
    }


def table(rows: list[measure.Row]) -> str:
    """Write rows as a Markdown table."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(text(row.get(key)) for key in columns) + " |" for row in rows]
    return "\n".join(lines)


def text(value: Any) -> str:
    """Write one cell."""
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return "" if value is None else str(value)


def report(results: dict[str, Any]) -> str:
    """Write the tables under their headings."""
    parts = [f"Machine: {json.dumps(results['machine'], ensure_ascii=False)}"]
    parts += [f"### {part}\n\n{table(rows)}" for part, rows in results.items() if part != "machine"]
    return "\n\n".join(parts) + "\n"


def draw(results: dict[str, Any], path: Path) -> None:
    """Plot the cost of one evaluation, and the time to the tutorial's loss."""
    import matplotlib.pyplot as plt

    rows = results.get("cost", [])
    if not rows:
        return
    cases = list(dict.fromkeys((row["network"], row["size"]) for row in rows))
    figure, axes = plt.subplots(1, len(cases), figsize=(3 * len(cases), 2.6), layout="constrained")
    for axis, (network, size) in zip(figure.axes if len(cases) > 1 else [axes], cases, strict=True):
        chosen = [row for row in rows if (row["network"], row["size"]) == (network, size)]
        colours = ["#0072B2" if row["with"] == "nstkit" else "#999999" for row in chosen]
        axis.barh(
            [row["with"] for row in chosen], [row["seconds"] for row in chosen], color=colours
        )
        axis.invert_yaxis()
        axis.set(title=f"{network}, {size} px", xlabel="seconds")
    figure.savefig(path, dpi=110)
    plt.close(figure)


if __name__ == "__main__":
    main()
