"""One home for settings: checked, settled, written and read, and made into problems and runs."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from tiny import picture, tiny_backbone

from nstkit.errors import SettingsError
from nstkit.losses import CONVENTIONS, MOMENTS
from nstkit.optimizers import PatientLbfgs
from nstkit.runs import Picture, Run, Settings
from nstkit.transfer import Problem

SMALL = Settings(
    content=Picture("a", picture(1), as_it_is=True),
    style=Picture("b", picture(2), as_it_is=True),
    size=32,
    steps=3,
    content_layers={"block2_conv2": 1.0},
    style_layers={"block1_conv1": 1.0, "block2_conv1": 2.0},
)


def test_what_is_left_open_is_settled() -> None:
    plain, adam = Settings(), Settings(optimizer="adam")
    assert (plain.size, plain.steps, plain.learning_rate) == (256, 60, None)
    assert (adam.steps, adam.learning_rate) == (200, 0.02)
    assert plain.weights == CONVENTIONS["relative"].weights
    assert Settings(convention="tensorflow").weights == CONVENTIONS["tensorflow"].weights


def test_layers_may_be_named_or_weighed() -> None:
    assert Settings.of(content_layers="block1_conv1").content_layers == {"block1_conv1": 1.0}
    named = Settings.of(style_layers=["block1_conv1", "block3_conv1"])
    assert named.style_layers == {"block1_conv1": 1.0, "block3_conv1": 1.0}
    several = {"block1_conv1": 0.5, "block4_conv2": 2.0}
    assert Settings(content_layers=several).weights.content_layers == several


def test_a_convention_that_is_named_brings_its_own_and_an_optimizer_its_rate() -> None:
    mine = Settings.of(style_weight=7.0, style_layers="block1_conv1", terms={"moments": 3.0})
    other = mine.replace(convention="coursera", tv_weight=0.5)
    assert (other.content_weight, other.style_weight, other.tv_weight) == (10.0, 40.0, 0.5)
    assert other.style_layers == dict.fromkeys(CONVENTIONS["coursera"].style_layers, 1.0)
    assert other.terms == {"moments": 3.0}
    quick = mine.replace(optimizer="adam", learning_rate=0.3)
    assert quick.replace(steps=9).learning_rate == 0.3
    assert quick.replace(optimizer="lbfgs").learning_rate is None
    assert quick.replace(optimizer="adam").learning_rate == 0.02


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"size": 15}, "size is 15: give a whole number of at least 16 and at most 8192"),
        ({"epochs": 0}, "epochs is 0"),
        ({"seed": 1.5}, "seed is 1.5"),
        ({"backbone": "vgg91"}, "did you mean 'vgg19'"),
        ({"backbone": "vgg16", "content_layers": "block4_conv4"}, "content layer 'block4_conv4'"),
        ({"content_layers": 3}, "content_layers is 3: give names"),
        ({"style_layers": []}, r"style_layers is \[\]"),
        ({"terms": {"moment": 1}}, "unknown term 'moment': did you mean 'moments'"),
        ({"terms": {"moments": -1}}, "the weight of moments is -1"),
        ({"pooling": "mean"}, "unknown pooling 'mean'"),
        ({"optimizer": "sgd"}, "unknown optimizer 'sgd'"),
        ({"init": "nois"}, "unknown picture 'nois'"),
        ({"content": 3}, "content is a int: give a name or a path"),
        ({"styleweight": 3}, "unknown setting 'styleweight': did you mean 'style_weight'"),
    ],
)
def test_what_is_not_accepted_is_told(given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        Settings.of(**given)


def test_the_problem_has_the_terms_layers_and_weights_of_the_settings() -> None:
    wanted = SMALL.replace(terms={"moments": 4.0}, tv_weight=0.5)
    problem = wanted.make_problem(tiny_backbone())
    assert problem.weights == wanted.weights
    assert problem.weights.of("moments", "block2_conv1") == 8.0
    assert MOMENTS in [use.term for use in problem.uses]
    plain = Problem(
        picture(1),
        picture(2),
        backbone=tiny_backbone(),
        content_layers=SMALL.content_layers,
        style_layers=SMALL.style_layers,
        convention="relative",
    )
    evaluation = SMALL.make_problem(tiny_backbone()).evaluate(picture(3), SMALL.weights)
    expected = plain.evaluate(picture(3), SMALL.weights)
    np.testing.assert_array_equal(evaluation.gradient, expected.gradient)


def test_the_run_is_that_of_the_settings() -> None:
    wanted = SMALL.replace(optimizer="adam", learning_rate=0.07, epochs=2, init="noise", seed=5)
    problem = wanted.make_problem(tiny_backbone())
    run, ready = wanted.make_run(problem)
    assert ready
    expected = Run(
        problem,
        optimizer="adam",
        learning_rate=0.07,
        steps=6,
        init="noise",
        seed=5,
        weights=wanted.weights,
    )
    *_, last = run
    *_, other = expected
    np.testing.assert_array_equal(last.image, other.image)
    assert last.step == 6


def test_the_run_takes_another_optimizer_and_picture() -> None:
    problem = SMALL.make_problem(tiny_backbone())
    patient = PatientLbfgs()
    run, _ = SMALL.make_run(problem, optimizer=patient, init=picture(6))
    assert run.optimizer is patient
    np.testing.assert_array_equal(run.image, picture(6))


def test_the_start_may_be_a_picture() -> None:
    wanted = SMALL.replace(init=Picture("c", picture(7)))
    run, _ = wanted.make_run(wanted.make_problem(tiny_backbone()))
    np.testing.assert_allclose(run.image, picture(7), atol=1 / 255)


def test_a_picture_as_it_is_keeps_its_size() -> None:
    large = picture(1, 48, 64)
    assert SMALL.replace(content=Picture("a", large)).picture("content").shape == (1, 24, 32, 3)
    kept = SMALL.replace(content=Picture("a", large, as_it_is=True), crop=True)
    assert kept.picture("content") is large


def test_the_finished_picture_has_the_photographs_colours_where_that_is_wanted() -> None:
    problem = SMALL.make_problem(tiny_backbone())
    assert SMALL.finish(problem.content_image, picture(5)) is not None
    kept = SMALL.replace(preserve_colour=True).finish(problem.content_image, picture(5))
    grey = np.array([0.299, 0.587, 0.114])
    content = problem.content_image
    inside = (kept.min(-1) > 0) & (kept.max(-1) < 1)  # where no colour had to be clipped
    hues = (kept - (kept @ grey)[..., None])[inside]
    np.testing.assert_allclose(hues, (content - (content @ grey)[..., None])[inside], atol=2e-3)


def test_everything_is_the_same_after_writing_and_reading() -> None:
    settings = Settings(
        convention="gatys",
        content_layers={"block1_conv2": 0.5, "block4_conv2": 1.0},
        terms={"histogram": 2.0},
        optimizer="adam",
        epochs=3,
        pooling="average",
        backbone=None,
        init="noise",
        coarse_to_fine=True,
        preserve_colour=True,
    )
    assert Settings.from_json(settings.to_json()) == settings
    own = settings.replace(init=Picture("mine", picture(1)))
    read = Settings.from_json(own.to_json())
    assert isinstance(read.init, Picture)
    assert read.init.name == "mine"
    assert np.abs(read.init.image - picture(1)).mean() < 0.02


BEFORE = {
    "kind": "nstkit settings 1",
    "content": "coffee",
    "style": "night_sky",
    "size": 96,
    "crop": True,
    "backbone": "vgg19-slim",
    "optimizer": "lbfgs",
    "learning_rate": 0.02,
    "steps": 300,
    "init": "noise",
    "seed": 3,
    "content_weight": 1.0,
    "style_weight": 50.0,
    "tv_weight": 2.0,
    "content_layer": "block5_conv2",
    "style_layers": {"block1_conv1": 1.0, "block3_conv1": 0.0},
}
"""What a settings file was before layers of content had weights, whole."""


def test_a_file_of_the_version_before_loads() -> None:
    read = Settings.from_json(json.dumps(BEFORE))
    assert read == Settings(
        content="coffee",
        size=96,
        crop=True,
        steps=300,
        init="noise",
        seed=3,
        style_weight=50.0,
        tv_weight=2.0,
        content_layers={"block5_conv2": 1.0},
        style_layers={"block1_conv1": 1.0, "block3_conv1": 0.0},
    )
    adam = Settings.from_json(json.dumps({**BEFORE, "optimizer": "adam", "learning_rate": 0.3}))
    assert adam.learning_rate == 0.3


def test_settings_load_no_tensorflow() -> None:
    code = (
        "import sys\nfrom nstkit.runs import Settings\n"
        "settings = Settings(terms={'moments': 1.0}, convention='gatys')\n"
        "Settings.from_json(settings.to_json()).picture('content')\n"
        "assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_quality_says_how_large_and_how_long_where_that_is_left_open() -> None:
    draft, fine = Settings(), Settings(quality="print")
    assert (draft.quality, draft.size, draft.steps, draft.coarse_to_fine) == (
        "draft",
        256,
        60,
        False,
    )
    assert (fine.size, fine.steps, fine.coarse_to_fine) == (1500, 80, True)
    assert Settings(quality="good", optimizer="adam").steps == 400
    chosen = Settings(quality="print", size=800, coarse_to_fine=False)
    assert (chosen.size, chosen.steps, chosen.coarse_to_fine) == (800, 80, False)
    good = draft.replace(quality="good")
    assert (good.size, good.steps) == (512, 120)
    assert good.replace(style_weight=5).size == 512
    assert draft.replace(quality="good", steps=7).steps == 7
    assert Settings(size=700).picture("content").shape[2] < 700  # the file has no more
    assert Settings(quality="print", size=700).picture("content").shape[2] == 700
    with pytest.raises(SettingsError, match="accepted: draft, good, print"):
        Settings(quality="best")
