from __future__ import annotations

import dataclasses
import math
import threading
from typing import Any

import numpy as np
import pytest
from tiny import picture, tiny_backbone, tiny_problem

from nstkit.backbones import untrained_backbone
from nstkit.errors import CheckpointError, DivergedError, ImageError, SettingsError
from nstkit.optimizers import Adam
from nstkit.runs import Run, Step, start_image
from nstkit.transfer import Evaluation, Problem

BOTH = pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])


@pytest.fixture(scope="module")
def problem() -> Problem:
    """Return one problem for all tests that leave it as it is: compiling it takes longest."""
    return tiny_problem()


class Hooked:
    """A problem that does something at a chosen evaluation and is otherwise the one inside."""

    def __init__(self, problem: Problem, at: float, act: Any):
        self._problem, self._at, self._act, self.count = problem, at, act, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._problem, name)

    def evaluate(self, image: np.ndarray, weights: Any = None) -> Evaluation:
        self.count += 1
        evaluation = self._problem.evaluate(image, weights)
        return self._act(evaluation) if self.count >= self._at else evaluation


def nan(evaluation: Evaluation) -> Evaluation:
    return dataclasses.replace(
        evaluation,
        parts={"tv": {"picture": math.nan}},
        gradient=np.full_like(evaluation.gradient, math.nan),
    )


def steep(evaluation: Evaluation) -> Evaluation:
    return dataclasses.replace(evaluation, gradient=evaluation.gradient * np.float32(math.inf))


def interrupt(evaluation: Evaluation) -> Evaluation:
    raise KeyboardInterrupt


def hooked(problem: Problem, at: float, act: Any) -> Problem:
    return Hooked(problem, at, act)  # type: ignore[return-value]


@BOTH
def test_a_run_lowers_the_loss_and_reports_every_step(problem: Problem, optimizer: str) -> None:
    run = Run(problem, optimizer=optimizer, steps=12)
    start = run.last
    assert (start.step, start.steps, start.evaluations) == (0, 12, 1)
    np.testing.assert_array_equal(start.image, problem.content_image)
    steps = list(run)
    assert [step.step for step in steps] == list(range(1, 13))
    assert run.finished
    assert steps[-1] is run.last
    assert steps[-1].total < 0.5 * start.total
    for step in steps:
        parts = [*step.content_layers.values(), *step.style_layers.values(), step.tv]
        assert step.total == pytest.approx(sum(parts))
        assert step.image.shape == problem.shape
        assert step.image.dtype == np.float32
        assert 0 <= step.image.min() <= step.image.max() <= 1
    seconds = [step.seconds for step in steps]
    assert seconds == sorted(seconds)
    assert steps[0].seconds_left > 0 == steps[-1].seconds_left
    assert steps[-1].evaluations >= 13


def test_a_step_is_a_frozen_record(problem: Problem) -> None:
    step = Run(problem, steps=1).last
    assert isinstance(step, Step)
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.total = 0.0  # type: ignore[misc]


def test_the_reported_loss_is_that_of_the_picture(problem: Problem) -> None:
    for step in Run(problem, steps=3):
        assert problem.evaluate(step.image).total == step.total


def test_epochs_multiply_steps(problem: Problem) -> None:
    assert Run(problem, optimizer="adam", epochs=10, steps=100).steps == 1000


@BOTH
def test_the_same_seed_gives_the_same_picture_bit_for_bit(optimizer: str) -> None:
    """Also from another problem object, compiled on its own."""
    pictures = []
    for _ in range(2):
        run = Run(tiny_problem(), optimizer=optimizer, steps=8, init="noise", seed=7)
        list(run)
        pictures.append(run.image)
    np.testing.assert_array_equal(pictures[0], pictures[1])


def test_the_same_picture_bit_for_bit_where_the_work_is_shared_by_threads() -> None:
    """At a size where TensorFlow and BLAS split sums over both cores."""
    pictures = []
    for _ in range(2):
        backbone = untrained_backbone("vgg19-slim")
        layers: dict[str, Any] = {
            "content_layers": ["block2_conv1"],
            "style_layers": ["block1_conv1"],
        }
        run = Run(
            Problem(picture(1, 192, 192), picture(2, 192, 192), backbone=backbone, **layers),
            steps=4,
        )
        list(run)
        pictures.append(run.image)
    np.testing.assert_array_equal(pictures[0], pictures[1])


def test_another_seed_gives_another_picture(problem: Problem) -> None:
    one, other = (Run(problem, init="noise", seed=seed).image for seed in (1, 2))
    assert not np.array_equal(one, other)


def test_stop_keeps_the_last_picture_and_iterating_again_goes_on(problem: Problem) -> None:
    unbroken = Run(problem, steps=8)
    list(unbroken)
    run = Run(problem, steps=8)
    for step in run:
        if step.step == 3:
            run.stop()
    assert run.last.step == 3
    assert run.image is run.last.image
    assert not run.finished
    assert [step.step for step in run] == [4, 5, 6, 7, 8]
    np.testing.assert_array_equal(run.image, unbroken.image)


def test_advance_goes_beyond_the_planned_steps(problem: Problem) -> None:
    run = Run(problem, steps=1)
    list(run)
    assert run.advance().step == 2


@pytest.mark.parametrize("split", [0, 1, 5])
@BOTH
def test_a_resumed_run_ends_with_the_same_picture(
    problem: Problem, optimizer: str, split: int, tmp_path: Any
) -> None:
    unbroken = Run(problem, optimizer=optimizer, steps=9, init="noise", seed=3)
    list(unbroken)
    run = Run(problem, optimizer=optimizer, steps=9, init="noise", seed=3)
    for _ in range(split):
        run.advance()
    run.save(tmp_path / "run.npz")
    resumed = Run.resume(tmp_path / "run.npz", tiny_problem())
    assert resumed.last.step == split
    assert resumed.last.total == run.last.total
    assert resumed.last.evaluations == run.last.evaluations
    np.testing.assert_array_equal(resumed.image, run.image)
    list(resumed)
    assert resumed.last.step == 9
    assert resumed.last.evaluations == unbroken.last.evaluations
    np.testing.assert_array_equal(resumed.image, unbroken.image)


@BOTH
@pytest.mark.parametrize("pending", [True, False])
def test_a_resumed_run_remembers_changed_weights(
    problem: Problem, optimizer: str, pending: bool, tmp_path: Any
) -> None:
    """Also when they were set after the last step and no step has used them yet."""
    weights = problem.weights.replace(style=3.0, tv=0.1)

    def half_way() -> Run:
        run = Run(problem, optimizer=optimizer, steps=10)
        for _ in range(4):
            run.advance()
        run.weights = weights
        if not pending:
            run.advance()
        return run

    unbroken, stored = half_way(), half_way()
    list(unbroken)
    stored.save(tmp_path / "run.npz")
    resumed = Run.resume(tmp_path / "run.npz", problem)
    assert resumed.weights == weights
    list(resumed)
    np.testing.assert_array_equal(resumed.image, unbroken.image)


def test_settings_of_the_optimizer_are_resumed(problem: Problem, tmp_path: Any) -> None:
    run = Run(problem, optimizer="adam", steps=5, learning_rate=0.3, beta_1=0.5)
    run.save(tmp_path / "run.npz")
    resumed = Run.resume(tmp_path / "run.npz", problem, steps=7)
    assert (resumed.optimizer.learning_rate, resumed.optimizer.beta_1) == (0.3, 0.5)  # type: ignore[union-attr]
    assert resumed.steps == 7
    with pytest.raises(SettingsError, match="steps is 0"):
        Run.resume(tmp_path / "run.npz", problem, steps=0)


def test_new_weights_take_effect_with_the_next_step(problem: Problem) -> None:
    run = Run(problem, steps=50)
    first = run.advance()
    run.weights = run.weights.replace(style=0)
    second = run.advance()
    assert first.style > 0 == second.style
    assert second.evaluations >= first.evaluations + 2
    assert problem.traces == 1


def test_a_step_may_be_given_up_before_any_evaluation(problem: Problem) -> None:
    run, other = Run(problem, steps=6), Run(problem, steps=6)
    for _ in range(3):
        run.advance()
        other.advance()
    good, tried = run.last, []

    def give_up(image: np.ndarray) -> None:
        tried.append(image)
        raise StopIteration

    with pytest.raises(StopIteration):
        run.advance(give_up)
    assert run.last is good
    assert not np.array_equal(tried[0], good.image)
    seen: list[np.ndarray] = []
    step = run.advance(seen.append)
    np.testing.assert_array_equal(step.image, seen[-1])
    np.testing.assert_array_equal(step.image, other.advance().image)  # as if nothing had been
    assert step.evaluations == other.last.evaluations


def test_equal_weights_set_again_cost_nothing(problem: Problem) -> None:
    run, other = Run(problem, steps=6), Run(problem, steps=6)
    for one, two in zip(run, other, strict=True):
        other.weights = problem.weights.replace()
        assert one.evaluations == two.evaluations
    np.testing.assert_array_equal(run.image, other.image)


def test_bad_weights_are_refused_and_the_old_ones_stay(problem: Problem) -> None:
    run = Run(problem, steps=2)
    with pytest.raises(SettingsError, match="made without"):
        run.weights = run.weights.replace(style_layers={"block5_conv4": 1.0})
    assert run.weights == problem.weights
    with pytest.raises(SettingsError, match="made without"):
        Run(problem, weights=problem.weights.replace(content_layers={"block1_conv1": 1.0}))


def test_weights_set_during_a_step_wait_for_the_next(problem: Problem) -> None:
    """A line search must not compare losses under different weights."""
    seen: list[Any] = []

    class Spy(Hooked):
        def evaluate(self, image: np.ndarray, weights: Any = None) -> Evaluation:
            seen.append(weights)
            if len(seen) == 3:
                run.weights = run.weights.replace(style=0.001)
            return self._problem.evaluate(image, weights)

    spy: Any = Spy(problem, math.inf, None)
    run = Run(spy, steps=6, first_step=0.9)  # too long: several evaluations in the first step
    run.advance()
    assert len(seen) > 3
    assert all(weights == problem.weights for weights in seen)
    seen.clear()
    run.advance()
    assert all(weights.style == 0.001 for weights in seen)


def test_weights_may_be_set_and_the_run_stored_from_another_thread(
    problem: Problem, tmp_path: Any
) -> None:
    run, path, stop = Run(problem, steps=40), tmp_path / "run.npz", threading.Event()
    failures: list[BaseException] = []

    def meddle() -> None:
        try:
            style = 1.0
            while not stop.is_set():
                style = 200.0 if style == 1.0 else 1.0
                run.weights = problem.weights.replace(style=style)
                run.save(path)
                stored = Run.resume(path, problem)
                # What was stored belongs together: the loss is that of the picture.
                expected = problem.evaluate(stored.image, stored.weights).total
                assert stored.last.total == expected
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=meddle)
    thread.start()
    steps = [step.step for step in run]
    stop.set()
    thread.join()
    assert not failures
    assert steps == list(range(1, len(steps) + 1))


def test_a_run_that_has_converged_goes_on_when_the_weights_change(problem: Problem) -> None:
    run = Run(problem, steps=5)
    run.converged = True
    assert run.finished
    run.weights = run.weights.replace(style=1.0)
    assert not run.finished
    assert len(list(run)) == 5


def test_a_run_ends_where_no_step_lowers_the_loss() -> None:
    """At the content picture with no weight on style the loss is 0 already."""
    run = Run(tiny_problem(), steps=50)
    run.weights = run.weights.replace(style=0)
    assert len(list(run)) == 1
    assert run.converged
    assert run.last.total == 0


@pytest.mark.parametrize("act", [nan, steep])
@BOTH
def test_nan_keeps_the_last_good_picture_and_says_what_to_change(
    problem: Problem, optimizer: str, act: Any
) -> None:
    run = Run(hooked(problem, 6, act), optimizer=optimizer, steps=30)
    with pytest.raises(DivergedError, match=r"lower the weights \(now content 1, style 100") as it:
        list(run)
    good = it.value.step
    assert good is run.last
    assert good.step >= 1
    assert np.isfinite(good.image).all()
    assert problem.evaluate(good.image).total == good.total
    assert "learning rate" in str(it.value)
    assert f"at step {good.step + 1}" in str(it.value)


@BOTH
def test_a_run_that_met_nan_can_be_stored_and_goes_on_as_if_unbroken(
    problem: Problem, optimizer: str, tmp_path: Any
) -> None:
    run = Run(hooked(problem, 6, nan), optimizer=optimizer, steps=10)
    with pytest.raises(DivergedError):
        list(run)
    run.save(tmp_path / "run.npz")
    resumed, unbroken = Run.resume(tmp_path / "run.npz", problem), None
    list(resumed)
    unbroken = Run(problem, optimizer=optimizer, steps=10)
    list(unbroken)
    np.testing.assert_array_equal(resumed.image, unbroken.image)


@BOTH
def test_an_interrupt_within_a_step_costs_that_step_only(
    problem: Problem, optimizer: str, tmp_path: Any
) -> None:
    run = Run(hooked(problem, 6, interrupt), optimizer=optimizer, steps=10)
    with pytest.raises(KeyboardInterrupt):
        list(run)
    assert run.last.step >= 1
    run.save(tmp_path / "run.npz")
    resumed = Run.resume(tmp_path / "run.npz", problem)
    list(resumed)
    unbroken = Run(problem, optimizer=optimizer, steps=10)
    list(unbroken)
    np.testing.assert_array_equal(resumed.image, unbroken.image)


def test_nan_at_the_start_is_told_without_a_step(problem: Problem) -> None:
    with pytest.raises(DivergedError, match="for the start picture: lower the weights") as caught:
        Run(hooked(problem, 1, nan))
    assert caught.value.step is None


def test_weights_that_overflow_can_be_lowered_again(problem: Problem) -> None:
    run = Run(problem, steps=9)
    run.advance()
    run.weights = run.weights.replace(style=1e300)
    with pytest.raises(DivergedError, match=r"style 1e\+300"):
        run.advance()
    assert run.last.step == 1
    run.weights = problem.weights
    assert run.advance().step == 2


@BOTH
def test_raw_losses_of_huge_size_are_optimised_too(optimizer: str) -> None:
    """Under the paper's own constants with β = 1 a loss of some 1e20 is nothing special."""
    backbone = tiny_backbone()
    parameters = {layer: backbone.parameters(layer) for layer in backbone.layers}
    kernel, bias = parameters["block1_conv1"]
    parameters["block1_conv1"] = (kernel * 300, bias)
    problem = tiny_problem(
        backbone=type(backbone)("loud", parameters),
        convention="seed",
        content_layers=["block2_conv1"],
        style_layers=["block1_conv1", "block2_conv1"],
    )
    problem.weights = problem.weights.replace(style=1.0)
    run = Run(problem, optimizer=optimizer, steps=15)
    start = run.last.total
    assert start > 1e19
    list(run)
    assert run.last.total < 0.5 * start


def test_every_start_picture(problem: Problem) -> None:
    np.testing.assert_array_equal(Run(problem, init="style").image, problem.style_image)
    noise = Run(problem, init="noise", seed=5).image
    assert noise.mean() == pytest.approx(0.5, abs=0.002)
    assert noise.std() == pytest.approx(0.01, rel=0.1)
    assert not np.array_equal(noise, Run(problem, init="noise", seed=6).image)
    np.testing.assert_array_equal(Run(problem, init=picture(8)).image, picture(8))
    assert Run(problem, init=picture(8, 20, 50)).image.shape == problem.shape
    np.testing.assert_array_equal(Run(problem, init=picture(8)[0]).image, picture(8))


def test_the_start_picture_is_a_copy(problem: Problem) -> None:
    start_image(problem, "content")[:] = 0
    assert problem.content_image.max() == 1


def test_a_style_picture_of_another_size_can_be_the_start() -> None:
    wide = Problem(picture(1), picture(2, 20, 48), backbone=tiny_backbone())
    assert Run(wide, init="style").image.shape == wide.shape


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"optimizer": "sgd"}, "unknown optimizer 'sgd'.*accepted: lbfgs, adam"),
        ({"steps": 0}, "steps is 0: give a whole number of at least 1"),
        ({"steps": 2.5}, r"steps is 2\.5"),
        ({"steps": -1}, "steps is -1"),
        ({"epochs": 0}, "epochs is 0"),
        ({"epochs": math.nan}, "epochs is nan"),
        ({"init": "contant"}, "did you mean 'content'"),
        ({"init": "noise", "seed": -1}, "seed is -1"),
        ({"init": "noise", "seed": "x"}, "seed is 'x'"),
        ({"optimizer": "adam", "learning_rate": math.inf}, "learning_rate is inf"),
        ({"bounds": None}, r"picture in \[0, 1\]: leave bounds out"),
    ],
)
def test_bad_settings_are_refused(problem: Problem, settings: Any, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        Run(problem, **settings)


def test_a_start_picture_that_is_none_is_refused(problem: Problem) -> None:
    with pytest.raises(ImageError, match="init holds NaN"):
        Run(problem, init=np.full((1, 32, 32, 3), np.nan))
    with pytest.raises(ImageError, match="init has shape"):
        Run(problem, init=None)


def test_resuming_needs_the_same_problem(problem: Problem, tmp_path: Any) -> None:
    path = tmp_path / "run.npz"
    Run(problem, steps=2).save(path)
    others = [
        Problem(picture(9), picture(2), backbone=tiny_backbone()),
        Problem(picture(1), picture(9), backbone=tiny_backbone()),
        tiny_problem(backbone=tiny_backbone(seed=1)),
        tiny_problem(backbone=tiny_backbone(pooling="average")),
        tiny_problem(style_layers=["block1_conv1"]),
        tiny_problem(convention="gatys"),
    ]
    for other in others:
        with pytest.raises(CheckpointError, match="belongs to another problem: resume it with"):
            Run.resume(path, other)


def test_an_optimizer_may_be_an_object_and_is_resumed_by_its_settings(
    problem: Problem, tmp_path: Any
) -> None:
    named = Run(problem, optimizer="adam", steps=3, learning_rate=0.3)
    given = Run(problem, optimizer=Adam(learning_rate=0.3), steps=3)
    list(named)
    list(given)
    np.testing.assert_array_equal(given.image, named.image)
    given.save(tmp_path / "run.npz")
    resumed = Run.resume(tmp_path / "run.npz", problem)
    assert isinstance(resumed.optimizer, Adam)
    assert resumed.optimizer.learning_rate == 0.3
    with pytest.raises(SettingsError, match="optimizer is of type Adam: give 'lbfgs' or"):
        Run(problem, optimizer=Adam(), learning_rate=0.3)
    with pytest.raises(SettingsError, match="optimizer is of type float"):
        Run(problem, optimizer=0.5)  # type: ignore[arg-type]
