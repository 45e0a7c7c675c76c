from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.optimize import minimize

from nstkit.errors import SettingsError
from nstkit.optimizers import Adam, Lbfgs, make_optimizer

Function = Callable[[np.ndarray], tuple[float, np.ndarray]]


@dataclass(frozen=True)
class Value:
    total: float
    gradient: np.ndarray


class Counted:
    """A function that counts its evaluations and can be made to fail after some of them."""

    def __init__(self, function: Function, fail_after: float = math.inf, scale: float = 1.0):
        self.function, self.fail_after, self.scale, self.count = function, fail_after, scale, 0

    def __call__(self, x: np.ndarray) -> Value:
        self.count += 1
        if self.count > self.fail_after:
            return Value(math.nan, np.full_like(x, math.nan))
        total, gradient = self.function(x)
        return Value(total * self.scale, (gradient * self.scale).astype(x.dtype))


def go(optimizer: Any, evaluate: Any, x: np.ndarray, steps: int) -> tuple[np.ndarray, Value]:
    current = evaluate(x)
    for _ in range(steps):
        x, current = optimizer.step(x, current, evaluate)
    return x, current


def quadratic(x: np.ndarray) -> tuple[float, np.ndarray]:
    """½ (x − c)ᵀ D (x − c) with condition number 1000."""
    stiffness, centre = np.logspace(0, 3, x.size), np.linspace(-1, 2, x.size)
    return 0.5 * float(np.sum(stiffness * (x - centre) ** 2)), stiffness * (x - centre)


def rosenbrock(x: np.ndarray) -> tuple[float, np.ndarray]:
    """The banana valley in ten dimensions, least (0) where every value is 1."""
    ahead, here = x[1:], x[:-1]
    gradient = np.zeros_like(x)
    gradient[:-1] = -400 * here * (ahead - here**2) - 2 * (1 - here)
    gradient[1:] += 200 * (ahead - here**2)
    return float(np.sum(100 * (ahead - here**2) ** 2 + (1 - here) ** 2)), gradient


def scipy_minimum(function: Function, x: np.ndarray, bounds: Any, **options: Any) -> Any:
    return minimize(
        function,
        x,
        jac=True,
        method="L-BFGS-B",
        bounds=None if bounds is None else [bounds] * x.size,
        options={"maxcor": 10, "ftol": 1e-15, "gtol": 1e-8, "maxiter": 2000, **options},
    )


CASES = [
    (quadratic, None),
    (quadratic, (0.0, 1.0)),
    (rosenbrock, None),
    (rosenbrock, (-2.0, 0.8)),
    (rosenbrock, (0.0, 1.0)),
]
NAMES = ["quadratic", "quadratic-bounds", "rosenbrock", "rosenbrock-bounds", "rosenbrock-at-bound"]


@pytest.mark.parametrize(("function", "bounds"), CASES, ids=NAMES)
def test_lbfgs_finds_scipy_s_minimum_with_about_as_many_evaluations(
    function: Function, bounds: tuple[float, float] | None
) -> None:
    start = np.full(10, -0.5) if bounds is None else np.full(10, bounds[0] + 0.1)
    expected = scipy_minimum(function, start, bounds)
    evaluate, optimizer = Counted(function), Lbfgs(bounds=bounds)
    x, current, steps = start, evaluate(start), 0
    while current.total > expected.fun + 1e-8 and steps < 500:
        x, current = optimizer.step(x, current, evaluate)
        steps += 1
    assert current.total <= expected.fun + 1e-8
    np.testing.assert_allclose(x, expected.x, atol=2e-3)
    assert evaluate.count <= 2 * expected.nfev + 20


@pytest.mark.parametrize("bounds", [(0.0, 1.0), (-2.0, 0.8)])
@pytest.mark.parametrize("kind", [Adam, Lbfgs])
def test_bounds_hold_at_every_evaluation(kind: Any, bounds: tuple[float, float]) -> None:
    seen = []

    def function(x: np.ndarray) -> tuple[float, np.ndarray]:
        seen.append((x.min(), x.max()))
        return rosenbrock(x)

    go(kind(bounds=bounds), Counted(function), np.full(10, bounds[0] + 0.1), 40)
    assert min(low for low, _ in seen) >= bounds[0]
    assert max(high for _, high in seen) <= bounds[1]


def test_lbfgs_never_climbs() -> None:
    optimizer, evaluate = Lbfgs(bounds=None), Counted(rosenbrock)
    x = np.full(10, -0.5)
    current = evaluate(x)
    for _ in range(60):
        x, after = optimizer.step(x, current, evaluate)
        assert after.total <= current.total
        current = after


def test_lbfgs_stays_where_nothing_lowers_the_value() -> None:
    evaluate = Counted(quadratic)
    least = np.linspace(-1, 2, 10)
    current = evaluate(least)
    x, after = Lbfgs(bounds=None).step(least, current, evaluate)
    assert x is least
    assert after is current
    assert evaluate.count == 1
    corner = np.zeros(4)  # both bounds hold: the gradient pushes outward everywhere
    current = Counted(lambda x: (float(x.sum()), np.ones_like(x)))(corner)
    x, after = Lbfgs().step(corner, current, evaluate)
    assert after is current


@pytest.mark.parametrize("exponent", [-60, -30, 30, 90])
@pytest.mark.parametrize("kind", [Adam, Lbfgs])
def test_the_scale_of_the_loss_does_not_change_the_path(kind: Any, exponent: int) -> None:
    """Raw style losses are some 1e24, whose dot products would overflow float32."""
    start = np.full(10, 0.5, np.float32)
    options = {"epsilon": 1e-30} if kind is Adam else {}
    plain, _ = go(kind(bounds=None, **options), Counted(rosenbrock), start, 15)
    scaled, _ = go(
        kind(bounds=None, **options), Counted(rosenbrock, scale=2.0**exponent), start, 15
    )
    np.testing.assert_allclose(scaled, plain, rtol=1e-5)
    assert scaled.dtype == np.float32
    assert not np.array_equal(plain, start)


@pytest.mark.parametrize(
    "settings",
    [
        {"learning_rate": 0.02},
        {"learning_rate": 0.1, "beta_1": 0.99, "epsilon": 0.1},  # TensorFlow's tutorial
        {"learning_rate": 0.01, "beta_1": 0.8, "beta_2": 0.9, "epsilon": 1e-6},
    ],
)
def test_adam_equals_keras(settings: dict[str, float]) -> None:
    variable = keras.Variable(np.full(10, 0.5, np.float32))
    reference = keras.optimizers.Adam(**({"epsilon": 1e-8} | settings))
    for _ in range(8):
        gradient = rosenbrock(variable.numpy())[1]
        reference.apply([tf.constant(gradient)], [variable])
    optimizer = Adam(bounds=None, **settings)
    x, _ = go(optimizer, Counted(rosenbrock), np.full(10, 0.5, np.float32), 8)
    np.testing.assert_allclose(x, variable.numpy(), rtol=1e-4)


def test_adam_s_first_step_has_the_size_of_the_learning_rate() -> None:
    x = np.full(10, 0.5)
    evaluate = Counted(quadratic)
    moved, _ = Adam(learning_rate=0.05).step(x, Counted(quadratic)(x), evaluate)
    np.testing.assert_allclose(np.abs(moved - x), 0.05, rtol=1e-6)
    assert evaluate.count == 1


@pytest.mark.parametrize("kind", [Adam, Lbfgs])
def test_state_taken_and_given_back_continues_bit_for_bit(kind: Any) -> None:
    start = np.full(10, 0.5, np.float32)
    unbroken, _ = go(kind(bounds=None), Counted(rosenbrock), start, 30)
    first = kind(bounds=None)
    middle, _ = go(first, Counted(rosenbrock), start, 17)
    second = kind(bounds=None)
    second.restore({key: np.array(value) for key, value in first.state().items()})
    resumed, _ = go(second, Counted(rosenbrock), middle, 13)
    np.testing.assert_array_equal(resumed, unbroken)


@pytest.mark.parametrize("kind", [Adam, Lbfgs])
def test_a_fresh_state_is_empty_and_restoring_it_starts_afresh(kind: Any) -> None:
    optimizer = kind()
    assert optimizer.state() == {}
    go(optimizer, Counted(quadratic), np.full(10, 0.5), 3)
    assert optimizer.state()
    optimizer.restore({})
    assert optimizer.state() == {}
    go(optimizer, Counted(quadratic), np.full(10, 0.5), 3)
    optimizer.restart()
    assert optimizer.state() == {}


def test_lbfgs_remembers_no_more_than_its_memory() -> None:
    optimizer = Lbfgs(memory=3, bounds=None)
    go(optimizer, Counted(rosenbrock), np.full(10, -0.5), 12)
    assert optimizer.state()["moves"].shape == (3, 10)


@pytest.mark.parametrize("kind", [Adam, Lbfgs])
def test_a_step_that_ends_in_nan_says_so_and_leaves_the_state(kind: Any) -> None:
    optimizer = kind(bounds=None)
    evaluate = Counted(rosenbrock)
    x, current = go(optimizer, evaluate, np.full(10, -0.5), 5)
    before = optimizer.state()
    evaluate.fail_after = 0
    _, failed = optimizer.step(x, current, evaluate)
    assert math.isnan(failed.total)
    after = optimizer.state()
    assert after.keys() == before.keys()
    for key in before:
        np.testing.assert_array_equal(after[key], before[key])


@pytest.mark.parametrize("kind", [Adam, Lbfgs])
def test_an_interrupted_step_leaves_the_state(kind: Any) -> None:
    optimizer = kind(bounds=None)
    x, current = go(optimizer, Counted(rosenbrock), np.full(10, -0.5), 5)
    before = optimizer.state()

    def interrupt(x: np.ndarray) -> Value:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        optimizer.step(x, current, interrupt)
    for key, value in optimizer.state().items():
        np.testing.assert_array_equal(value, before[key])


def photograph(x: np.ndarray) -> tuple[float, np.ndarray]:
    """Half the squared distance to a smooth picture, as seen by a filter that stresses edges."""
    rows = np.linspace(0, 1, x.shape[1])[:, None, None]
    columns = np.linspace(0, 1, x.shape[2])[None, :, None]
    off = x - (0.2 + 0.5 * rows * columns)[None]

    def edges(z: np.ndarray) -> np.ndarray:
        around = sum(np.roll(z, shift, axis) for shift in (1, -1) for axis in (1, 2))
        return 1.02 * z - around / 4

    seen = edges(off)
    return 0.5 * float(np.sum(seen**2)), edges(seen)


def test_the_spectrum_of_pictures_saves_evaluations() -> None:
    """A slow wave is what such a filter hardly sees, and what plain steps take longest for."""
    start = np.full((1, 48, 48, 3), 0.5)
    totals = {
        spectrum: go(Lbfgs(spectrum=spectrum), Counted(photograph), start, 12)[1].total
        for spectrum in (0.0, 1.25)
    }
    assert totals[1.25] < totals[0.0] / 5


def test_lbfgs_steps_back_from_a_place_where_the_value_is_infinite() -> None:
    """A barrier beside the start: −log is infinite left of 0."""

    def barrier(x: np.ndarray) -> tuple[float, np.ndarray]:
        if (x <= 0).any():
            return math.inf, np.full_like(x, math.nan)
        return float(np.sum(x - 0.001 * np.log(x))), 1 - 0.001 / x

    x, _ = go(Lbfgs(bounds=None, first_step=0.5), Counted(barrier), np.full(4, 0.3), 40)
    np.testing.assert_allclose(x, 0.001, rtol=1e-3)


def test_make_optimizer_knows_both_by_name() -> None:
    assert isinstance(make_optimizer("adam", learning_rate=0.1), Adam)
    assert isinstance(make_optimizer("lbfgs", memory=4), Lbfgs)


def test_an_unknown_optimizer_is_told_with_the_nearest_name() -> None:
    with pytest.raises(SettingsError, match="unknown optimizer 'adamm': did you mean 'adam'"):
        make_optimizer("adamm")


def test_a_setting_of_the_other_optimizer_is_told() -> None:
    with pytest.raises(SettingsError, match="'lbfgs' 'learning_rate': accepted: memory, first"):
        make_optimizer("lbfgs", learning_rate=0.1)
    with pytest.raises(SettingsError, match="did you mean 'learning_rate'"):
        make_optimizer("adam", learning_rat=0.1)


@pytest.mark.parametrize("bad", [0, -1, math.nan, math.inf, "fast", None])
@pytest.mark.parametrize(
    ("name", "setting"),
    [("adam", "learning_rate"), ("adam", "epsilon"), ("lbfgs", "memory"), ("lbfgs", "first_step")],
)
def test_settings_out_of_range_are_refused(name: str, setting: str, bad: Any) -> None:
    with pytest.raises(SettingsError, match=f"{setting} is {bad!r}: give a"):
        make_optimizer(name, **{setting: bad})


@pytest.mark.parametrize("setting", ["beta_1", "beta_2"])
@pytest.mark.parametrize("bad", [-0.1, 1, math.nan])
def test_decays_of_one_or_below_zero_are_refused(setting: str, bad: float) -> None:
    with pytest.raises(SettingsError, match=f"{setting} is .* and at most"):
        make_optimizer("adam", **{setting: bad})


def test_half_a_memory_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"memory is 2\.5: give a whole number"):
        Lbfgs(memory=2.5)  # type: ignore[arg-type]
