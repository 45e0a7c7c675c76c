"""Do measures of content see a shape where people do? ``python benchmarks/shapes.py FOLDER``.

The folder is that of rgeirhos/texture-vs-shape (Geirhos et al. 2019, CC BY 4.0): photographs of
sixteen kinds of things, each painted with the texture of another kind by Gatys et al.'s method,
and what people took every picture for. For each measure: Spearman's ρ with the share of people who
named the thing by its shape, and the chance that of two pictures the one whose shape was named by
more than half of them has the higher value; 0 and ½ are chance. The photographs themselves may
not be given away; what stands for one is its line drawing, which is, or the mean of the other
pictures that were painted from it.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.stats import mannwhitneyu, spearmanr

from nstkit import load_image
from nstkit.quality import contour_agreement, structural_similarity

PEOPLE = "raw-data/style-transfer-512-nomask-experiment/*_subject-*.csv"
PICTURES = "stimuli/style-transfer-preprocessed-512"
DRAWINGS = "stimuli/edges"
FEWEST = 3
"""Pictures of one photograph, at least, whose mean stands for it."""


def named_by_shape(folder: Path) -> dict[str, float]:
    """Return for every picture in which shape and texture differ who named its shape, a share."""
    answers: dict[str, list[bool]] = defaultdict(list)
    for path in sorted(folder.glob(PEOPLE)):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                name = Path(row["imagename"].rpartition("_")[2]).stem
                shape, texture = (re.sub(r"\d+$", "", part) for part in name.split("-"))
                if shape != texture:
                    answers[name].append(row["object_response"] == shape)
    return {name: float(np.mean(each)) for name, each in answers.items()}


def measured(folder: Path, names: list[str]) -> dict[str, dict[str, float]]:
    """Return the measures of every picture, by the measure's name."""
    pictures = {name: _open(folder / PICTURES, name) for name in names}
    painted: dict[str, list[str]] = defaultdict(list)
    for name in names:
        painted[name.partition("-")[0]].append(name)
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for photograph, its in painted.items():
        drawing = _open(folder / DRAWINGS, photograph)
        total = np.sum([pictures[name] for name in its], axis=0)
        for name in its:
            picture = pictures[name]
            found["contours, line drawing"][name] = contour_agreement(picture, drawing)
            if len(its) > FEWEST:
                others = (total - picture) / (len(its) - 1)
                found["contours, others' mean"][name] = contour_agreement(picture, others)
                found["similarity, others' mean"][name] = structural_similarity(picture, others)
    return found


def compare(values: dict[str, float], people: dict[str, float]) -> tuple[float, float]:
    """Return Spearman's ρ, and the chance to tell pictures named by their shape from the others."""
    shares = np.array([people[name] for name in values])
    numbers = np.array(list(values.values()))
    seen, unseen = numbers[shares > 0.5], numbers[shares <= 0.5]
    both = len(seen) * len(unseen)
    chance = mannwhitneyu(seen, unseen).statistic / both if both else float("nan")
    return float(spearmanr(numbers, shares).statistic), float(chance)


def _open(folder: Path, name: str) -> np.ndarray:
    kind = re.sub(r"\d+$", "", name.partition("-")[0])
    return load_image(folder / kind / f"{name}.png")


def main() -> None:
    """Read the command line, measure, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    people = named_by_shape(folder)
    if not people:
        raise SystemExit(f"there is no {PEOPLE} in that folder")
    print(f"{len(people)} pictures; {np.mean(list(people.values())):.0%} of answers name the shape")
    for measure, values in measured(folder, sorted(people)).items():
        order, chance = compare(values, people)
        print(f"{measure}: Spearman {order:.3f}, told apart {chance:.3f}, of {len(values)}")


if __name__ == "__main__":
    main()
