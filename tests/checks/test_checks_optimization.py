"""The checks of notebook 06: right answers pass, common wrong ones get their own hint."""

import numpy as np
import pytest

from nstkit import checks
from nstkit.optimizers import Adam


def total(content, style, alpha, beta, weights, default=1.0):
    def weighted(losses):
        return sum(weights.get(layer, default) * loss for layer, loss in losses.items())

    return alpha * weighted(content) + beta * weighted(style)


def adam(x, g, m, v, t, lr, *, b1=0.9, b2=0.999, eps=1e-8, power=0.5):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    return x - lr * (m / (1 - b1**t)) / ((v / (1 - b2**t)) ** power + eps), m, v


def first_below(totals, target):
    return next((k for k, value in enumerate(totals) if value <= target), len(totals))


def test_right_answers_pass():
    assert checks.total_loss(total)
    assert checks.adam_step(adam)
    assert checks.first_below(first_below)


def test_the_kits_own_adam_passes():
    class Evaluation:
        total = 0.0

        def __init__(self, gradient):
            self.gradient = gradient

    def kit(x, gradient, mean, square, count, learning_rate):
        optimizer = Adam(learning_rate=learning_rate, bounds=None)
        optimizer.restore({"count": np.array(count - 1), "mean": mean, "square": square})
        new, _ = optimizer.step(x, Evaluation(gradient), Evaluation)
        state = optimizer.state()
        return new, state["mean"], state["square"]

    assert checks.adam_step(kit)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda c, s, a, b, w: total(c, s, b, a, w), "swapped"),
        (lambda c, s, a, b, w: total(c, s, 1, 1, w), "missing"),
        (lambda c, s, a, b, w: total(c, s, a / 2, b / 3, w), "sums"),
        (lambda c, s, a, b, w: total(c, s, a, b / 3, w), "sums"),
        (lambda c, s, a, b, w: total(c, {}, a, b, w), "style part is missing"),
        (lambda c, s, a, b, w: total({}, s, a, b, w), "content part is missing"),
        (lambda c, s, a, b, w: total(c, s, a + b, a + b, w), "α goes with content only"),
        (lambda c, s, a, b, w: total(c, s, a, b, w, default=0.0), "counts 1"),
        (lambda c, s, a, b, w: total(c, s, a, b, {}), "before you sum"),
        (
            lambda c, s, a, b, w: total(c, s, a, b, {k: v or 1.0 for k, v in w.items()}),
            "turns 0 into 1",
        ),
        (lambda c, s, a, b, w: 3 * total(c, s, a, b, w), "sum each dict"),
    ],
)
def test_wrong_totals_get_their_hint(answer, words):
    result = checks.total_loss(answer)
    assert result.status == "not yet"
    assert words in result.hint


def uncorrected(x, g, m, v, t, lr):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return x - lr * m / (np.sqrt(v) + 1e-8), m, v


def corrected_returned(x, g, m, v, t, lr):
    new, m, v = adam(x, g, m, v, t, lr)
    return new, m / (1 - 0.9**t), v / (1 - 0.999**t)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x, g, m, v, t, lr: adam(x, -g, m, v, t, lr), "with a minus"),
        (lambda x, g, m, v, t, lr: (x - lr * g, m, v), "divide the mean"),
        (uncorrected, "correction is missing"),
        (lambda x, g, m, v, t, lr: adam(x, g, m, v, t, lr, power=1), "the root is missing"),
        (corrected_returned, "uncorrected"),
        (lambda x, g, m, v, t, lr: adam(x, g, m, v, t, lr, b1=0.99), "0.9 · m"),
        (lambda x, g, m, v, t, lr: adam(x, g, m, v, t, lr, b2=0.99), "0.999 · v"),
        (lambda x, g, m, v, t, lr: adam(x, g, m, v, t, lr, eps=0.1), "ε is 1e-8"),
        (lambda x, g, m, v, t, lr: adam(x, g, 0, 0, t, lr), "passed in"),
        (
            lambda x, g, m, v, t, lr: (
                adam(x, g, m, v, 1, lr)[0],
                *adam(x, g, m, v, t, lr)[1:],
            ),
            "power of count",
        ),
        (lambda x, g, m, v, t, lr: adam(x, g, m, v, t, lr)[0], "return x, mean, square"),
    ],
)
def test_wrong_steps_of_adam_get_their_hint(answer, words):
    result = checks.adam_step(answer)
    assert result.status == "not yet"
    assert words in result.hint


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda s, t: int(np.argmin(s)), "first one counts"),
        (lambda s, t: first_below(s, t - 1e-9), "at most, not below"),
        (lambda s, t: min(first_below(s, t) + 1, len(s)), "count from 0"),
        (lambda s, t: first_below(s[1:], t) + 1, "from the start"),
        (lambda s, t: first_below([*s[:-1], t], t), "len(totals)"),
    ],
)
def test_wrong_indices_get_their_hint(answer, words):
    result = checks.first_below(answer)
    assert result.status == "not yet"
    assert words in result.hint


def test_unwritten_answers_are_to_do():
    for check in (checks.total_loss, checks.adam_step, checks.first_below):
        assert check(lambda *args: ...).status == "to do"


def direction(gradient, moves, turns):
    """The whole inverse Hessian, pair by pair, as in equation 7.16 of Nocedal and Wright."""
    if not moves:
        return -gradient
    flat = [(np.ravel(s), np.ravel(y)) for s, y in zip(moves, turns, strict=True)]
    s, y = flat[-1]
    matrix = np.eye(gradient.size) * (s @ y) / (y @ y)
    for s, y in flat:
        v = np.eye(gradient.size) - np.outer(y, s) / (s @ y)
        matrix = v.T @ matrix @ v + np.outer(s, s) / (s @ y)
    return -(matrix @ np.ravel(gradient)).reshape(gradient.shape)


def loops(gradient, moves, turns, *, gamma=None, sign=-1, second=True, dot=np.vdot):
    q, pairs = gradient, list(zip(moves, turns, strict=True))
    weights = []
    for s, y in reversed(pairs):
        weights.append(dot(s, q) / dot(s, y))
        q = q - weights[-1] * y
    if pairs:
        s, y = pairs[-1]
        q = q * (dot(s, y) / dot(y, y) if gamma is None else gamma(moves, turns))
    for (s, y), weight in zip(pairs, reversed(weights), strict=True):
        if second:
            q = q + (weight + sign * dot(y, q) / dot(s, y)) * s
    return -q


def test_both_ways_to_the_direction_pass():
    assert checks.two_loop(direction)
    assert checks.two_loop(loops)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda g, s, y: -direction(g, s, y), "uphill"),
        (lambda g, s, y: -direction(g, s, y) if s else -g, "uphill"),
        (lambda g, s, y: -g, "line by line"),
        (lambda g, s, y: loops(g, s, y, gamma=lambda s, y: 1.0), "γ is missing"),
        (
            lambda g, s, y: loops(
                g, s, y, gamma=lambda s, y: np.vdot(s[0], y[0]) / np.vdot(y[0], y[0])
            ),
            "newest pair",
        ),
        (
            lambda g, s, y: loops(
                g, s, y, gamma=lambda s, y: np.vdot(y[-1], y[-1]) / np.vdot(s[-1], y[-1])
            ),
            "upside down",
        ),
        (
            lambda g, s, y: loops(
                g,
                s[::-1],
                y[::-1],
                gamma=lambda s, y: np.vdot(s[0], y[0]) / np.vdot(y[0], y[0]),
            ),
            "wrong way",
        ),
        (lambda g, s, y: loops(g, s, y, sign=1), "a − b"),
        (lambda g, s, y: loops(g, s, y, second=False), "second loop is missing"),
        (lambda g, s, y: 2 * direction(g, s, y) if s else -g, "line by line"),
        (lambda g, s, y: loops(g, s[-2:], y[-2:]), "line by line"),
    ],
)
def test_wrong_directions_get_their_hint(answer, words):
    result = checks.two_loop(answer)
    assert result.status == "not yet"
    assert words in result.hint


def test_an_answer_that_empties_the_lists_it_is_given_is_told():
    def emptying(gradient, moves, turns):
        found = direction(gradient, moves, turns)
        moves.clear()
        turns.clear()
        return found

    result = checks.two_loop(emptying)
    assert result.status == "not yet"
    assert "changes `moves`" in result.message


def test_dot_products_of_rows_alone_do_not_pass():
    def rows(a, b):
        return np.sum(a * b, axis=-1, keepdims=a.ndim > 1)

    result = checks.two_loop(lambda g, s, y: loops(g, s, y, dot=rows))
    assert result.status == "not yet"
    assert "four axes" in result.message


def test_an_unwritten_direction_is_to_do():
    assert checks.two_loop(lambda *args: ...).status == "to do"
