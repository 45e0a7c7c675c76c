"""Coarse to fine: small pictures first, then the full size from what they became."""

import numpy as np
import pytest
from tiny import picture, tiny_backbone

from nstkit.errors import SettingsError
from nstkit.images import resize
from nstkit.losses import translate_weights
from nstkit.runs import Run, coarse_sizes, coarse_start, stylize
from nstkit.transfer import Problem


@pytest.fixture
def problem():
    """Return a problem at 256 px, whose pictures have no more detail than 32 px can show."""
    content, style = (resize(picture(seed, 32, 32), 256, 256) for seed in (0, 1))
    return Problem(content, style, backbone=tiny_backbone())


def test_each_size_is_half_of_the_next_and_none_is_too_small():
    assert coarse_sizes(1024, 768) == [(128, 96), (256, 192), (512, 384)]
    assert coarse_sizes(300, 400) == [(150, 200)]
    assert coarse_sizes(200, 250) == []
    assert coarse_sizes(40, 4000) == [(20, 2000)]  # a strip: the short side keeps 16 pixels


def test_the_start_is_a_picture_of_the_full_size_with_a_lower_loss(problem):
    image, finished = coarse_start(problem, init="noise", steps=10)
    assert finished
    assert image.shape == problem.shape
    assert image.dtype == np.float32
    assert image.min() >= 0
    assert image.max() <= 1
    plain = Run(problem, init="noise").last.total
    assert Run(problem, init=image).last.total < plain / 2


def test_a_convention_s_weights_are_carried_to_the_smaller_sizes(problem):
    gatys = Problem(
        problem.content_image,
        problem.style_image,
        backbone=problem.backbone,
        convention="gatys",
        style_layers=problem.style_layers,
        content_layers=problem.content_layers,
    )
    same = translate_weights(
        gatys.weights,
        "gatys",
        "relative",
        content_layers=gatys.layers["content"],
        style_layers=gatys.layers["style"],
    )
    first, _ = coarse_start(gatys, steps=3)
    second, _ = coarse_start(problem, steps=3, weights=same)
    np.testing.assert_allclose(first, second, atol=1e-4)


def test_every_size_is_driven_and_an_unfinished_one_is_the_last(problem):
    driven = []

    def interrupted(run):
        driven.append(run.problem.shape)
        run.advance()

    image, finished = coarse_start(problem, steps=5, drive=interrupted)
    assert not finished
    assert driven == [(1, 128, 128, 3)]
    assert image.shape == problem.shape
    assert not np.array_equal(image, problem.content_image)  # what there is, is kept


def test_bad_steps_are_refused(problem):
    with pytest.raises(SettingsError, match="steps"):
        coarse_start(problem, steps=0)


def test_stylize_can_paint_coarse_to_fine(problem):
    given = {"steps": 2, "backbone": problem.backbone, "progress": False, "init": "noise"}
    pictures = problem.content_image, problem.style_image
    plain = stylize(*pictures, **given)
    fine = stylize(*pictures, coarse_to_fine=True, **given)
    assert fine.total < plain.total
    assert fine.step == 2


def test_stylize_keeps_the_picture_of_an_interrupted_smaller_size(problem, monkeypatch):
    def interrupt(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(Run, "advance", interrupt)
    step = stylize(
        problem.content_image,
        problem.style_image,
        backbone=problem.backbone,
        coarse_to_fine=True,
        progress=False,
    )
    assert step.step == 0
    assert step.image.shape == problem.shape
