"""The weights that ship: small, whole, and worth looking at on the pictures that ship."""

from __future__ import annotations

import numpy as np
import pytest

from judge_slim import edge_agreement
from nstkit import Problem, paint, samples
from nstkit.fast import load_painter
from nstkit.fast.painting import FILE

PAIRS = {
    "night_sky": "chelsea",
    "woodblock_wave": "astronaut",
    "stained_glass": "coffee",
    "pointillism": "hopper",
    "ink_wash": "raccoon",
    "cubist_shards": "rocket",
}


def test_the_file_is_small_and_knows_every_shipped_style():
    assert FILE.stat().st_size <= 4_000_000
    styles = {name for name in samples.names() if samples.get(name).kind == "style"}
    assert set(load_painter().table) == styles == set(PAIRS)


@pytest.mark.parametrize("style", PAIRS)
def test_a_shipped_style_is_painted_and_the_photograph_kept(style):
    content, painting = (samples.load(name, size=256, crop=True) for name in (PAIRS[style], style))
    problem = Problem(content, painting, backbone=load_painter().backbone)
    painted = paint(content, style)
    assert problem.evaluate(painted).style < 0.5 * problem.evaluate(content).style
    assert edge_agreement(painted, content) > 0.4


def test_no_strength_leaves_the_photograph_nearly_as_it_is():
    content = samples.load("chelsea", size=256, crop=True)
    assert np.abs(paint(content, "night_sky", strength=0) - content).mean() < 0.15
