"""Notebook 06: answers to its exercises, wrong with a word of the message, and unusually right."""

import numpy as np


def total(content, style, alpha, beta, weights, default=1.0):
    def weighted(losses):
        return sum(weights.get(layer, default) * loss for layer, loss in losses.items())

    return alpha * weighted(content) + beta * weighted(style)


def total_or(content, style, alpha, beta, weights):
    def weighted(losses):
        return sum((weights.get(layer) or 1.0) * loss for layer, loss in losses.items())

    return alpha * weighted(content) + beta * weighted(style)


def total_filling_in(content, style, alpha, beta, weights):
    for layer in (*content, *style):
        weights.setdefault(layer, 1.0)
    return total(content, style, alpha, beta, weights)


def total_scaling(content, style, alpha, beta, weights):
    for layer in style:
        style[layer] *= weights.get(layer, 1.0)
    return alpha * sum(w * weights.get(n, 1.0) for n, w in content.items()) + beta * sum(
        style.values()
    )


def mean_of(content, style, alpha, beta, weights):
    return total(content, style, alpha / len(content), beta / len(style), weights)


def adam(x, g, m, v, t, rate, *, b1=0.9, b2=0.999, epsilon=1e-8, slip=""):
    m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
    if slip == "mean is gone":
        m = g
    mh, vh = m / (1 - b1**t), v / (1 - b2**t)
    if slip == "no correction":
        mh, vh = m, v
    if slip == "correction of the first step":
        mh, vh = m / (1 - b1), v / (1 - b2)
    if slip == "correction of the mean only":
        vh = v
    below = {
        "inside": np.sqrt(vh + epsilon),
        "no root": vh + epsilon,
        "no epsilon": np.maximum(np.sqrt(vh), 1e-300),
        "before the correction": (np.sqrt(v) + epsilon) / np.sqrt(1 - b2**t),
    }.get(slip, np.sqrt(vh) + epsilon)
    step = rate * mh / below
    if slip == "up":
        step = -step
    if slip == "plain":
        step = rate * g
    if slip == "sign":
        step = rate * np.sign(mh)
    if slip == "corrected returned":
        m, v = mh, vh
    return x - step, m, v


def slipped(slip="", **constants):
    return lambda *args: adam(*args, slip=slip, **constants)


def adam_in_place(x, g, m, v, t, rate):
    m *= 0.9
    m += 0.1 * g
    v *= 0.999
    v += 0.001 * g**2
    x -= rate * m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return x, m, v


def adam_dividing_by_zero(x, g, m, v, t, rate):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    with np.errstate(all="ignore"):
        return x - rate * m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t)), m, v


def first(totals, target):
    for index, number in enumerate(totals):
        if number <= target:
            return index
    return len(totals)


def first_without_the_end(totals, target):
    for index, number in enumerate(totals):
        if number <= target:
            return index


def first_or_the_end_too_soon(totals, target):
    for index, number in enumerate(totals):
        if number <= target:
            return index
        return len(totals)


def first_sorting(totals, target):
    totals.append(target)
    return first(totals, target)


def direction(g, moves, turns, *, gamma=None, sign=-1, backwards=False, down=-1):
    q, pairs, weights = g, list(zip(moves, turns, strict=True)), []
    if backwards:
        pairs = pairs[::-1]
    for s, y in reversed(pairs):
        weights.append(np.vdot(s, q) / np.vdot(y, s))
        q = q - weights[-1] * y
    if pairs and gamma is None:
        q = q * np.vdot(moves[-1], turns[-1]) / np.vdot(turns[-1], turns[-1])
    elif pairs:
        q = q * gamma(moves, turns)
    for (s, y), weight in zip(pairs, reversed(weights), strict=True):
        q = q + (weight + sign * np.vdot(y, q) / np.vdot(y, s)) * s
    return down * q


def direction_from_the_matrix(g, moves, turns):
    """Build H by the update of BFGS itself, and apply it."""
    size = g.size
    matrix = np.eye(size)
    if moves:
        matrix *= np.vdot(moves[-1], turns[-1]) / np.vdot(turns[-1], turns[-1])
    for s, y in zip(moves, turns, strict=True):
        left = np.eye(size) - np.outer(s, y) / np.vdot(s, y)
        matrix = left @ matrix @ left.T + np.outer(s, s) / np.vdot(s, y)
    return -(matrix @ g.ravel()).reshape(g.shape)


def direction_popping(g, moves, turns):
    found = direction(g, moves, turns)
    while moves:
        moves.pop()
    return found


def direction_of_the_newest(g, moves, turns):
    return direction(g, moves[-1:], turns[-1:])


def direction_with_first_loop_only(g, moves, turns):
    q = g
    for s, y in zip(moves[::-1], turns[::-1], strict=True):
        q = q - np.vdot(s, q) / np.vdot(y, s) * y
    if moves:
        q = q * np.vdot(moves[-1], turns[-1]) / np.vdot(turns[-1], turns[-1])
    return -q


def otherwise(found, missing=len):
    """Return an answer of another meaning, with the length where there is none."""

    def answer(totals, target):
        hits = [i for i, number in enumerate(totals) if number <= target]
        return found(totals, target, hits) if hits else missing(totals)

    return answer


RIGHT = {
    "total_loss": [
        total,
        lambda c, s, a, b, w: np.float16(total(c, s, a, b, w)),
        lambda c, s, a, b, w: sum(
            k * w[n] * x if n in w else k * x
            for k, losses in ((a, c), (b, s))
            for n, x in losses.items()
        ),
    ],
    "adam_step": [
        adam,
        lambda *args: list(adam(*args)),
        lambda *args: tuple(part.astype(np.float32) for part in adam(*args)),
        adam_in_place,
        slipped("before the correction"),  # as at the end of Kingma and Ba's section 2
        lambda x, g, m, v, t, r: adam(x, g, m, v, t, r, b1=1 - 0.1, b2=1 - 0.001),
    ],
    "first_below": [
        first,
        lambda totals, target: next((i for i, x in enumerate(totals) if x <= target), len(totals)),
        lambda totals, target: int(np.argmax([*(x <= target for x in totals), True])),
        lambda totals, target: np.array([first(totals, target)]),
        lambda totals, target: float(first(totals, target)),
        lambda totals, target: sum(np.minimum.accumulate(totals) > target),
    ],
    "two_loop": [
        direction,
        direction_from_the_matrix,
        lambda *args: direction(*args).tolist(),
        lambda *args: direction(*args).astype(np.float32),
    ],
}

WRONG = {
    "total_loss": [
        ("swapped", lambda c, s, a, b, w: total(c, s, b, a, w)),
        ("missing", lambda c, s, a, b, w: total(c, s, 1, 1, w)),
        ("means", mean_of),
        ("mean", lambda c, s, a, b, w: total(c, s, a, b / len(s), w)),
        ("left out", lambda c, s, a, b, w: total(c, s, a, b, w, default=0.0)),
        ("switches a layer off", total_or),
        ("change nothing", lambda c, s, a, b, w: total(c, s, a, b, {})),
        ("changes `weights`", total_filling_in),
        ("changes `style`", total_scaling),
        (
            "KeyError",
            lambda c, s, a, b, w: sum((a if n in c else b) * w[n] * x for n, x in (c | s).items()),
        ),
        ("style part is missing", lambda c, s, a, b, w: total(c, {}, a, b, w)),
        ("content part is missing", lambda c, s, a, b, w: total({}, s, a, b, w)),
        ("α goes with content only", lambda c, s, a, b, w: (a + b) * total(c, s, 1, 1, w)),
        ("written", lambda c, s, a, b, w: total(c, s, 1.5, 0.1, w)),
        ("", lambda c, s, a, b, w: (a * sum(c.values()), b * sum(s.values()))),
        ("", lambda c, s, a, b, w: total(c, s, a, b, w) / (a + b)),
        ("", lambda c, s, a, b, w: total(c, s, a, b, w) / 2),
        ("", lambda c, s, a, b, w: total(c, s, a, b, {k: x**2 for k, x in w.items()})),
        ("", lambda c, s, a, b, w: total(c, s, a, b, w) / (sum(w.values()) / 5)),
        ("", lambda c, s, a, b, w: total(c, {k: x**2 for k, x in s.items()}, a, b, w)),
    ],
    "adam_step": [
        ("up the slope", slipped("up")),
        ("plain gradient descent", slipped("plain")),
        ("correction is missing", slipped("no correction")),
        ("root is missing", slipped("no root")),
        ("outside the root", slipped("inside")),
        ("ε", slipped(epsilon=1e-7)),
        ("ε", slipped(epsilon=1e-6)),
        ("ε", slipped("no epsilon")),
        ("ε", adam_dividing_by_zero),
        ("learning_rate", lambda x, g, m, v, t, r: adam(x, g, m, v, t, 0.02)),
        ("power of count", slipped("correction of the first step")),
        ("forgets the past", lambda x, g, m, v, t, r: adam(x, g, 0 * m, 0 * v, t, r)),
        ("corrected mean", slipped("corrected returned")),
        ("three things", lambda *args: adam(*args)[0]),
        ("", slipped("sign")),
        ("", slipped("correction of the mean only")),
        ("", slipped("mean is gone")),
        ("", slipped(b1=0.99)),
        ("", slipped(b2=0.99)),
        ("", lambda x, g, m, v, t, r: adam(x, g, m, v, t + 1, r)),
        ("", lambda x, g, m, v, t, r: adam(x, g, m, v, 1, r)),
        ("", lambda *args: adam(*args)[::-1]),
        ("", lambda x, g, m, v, t, r: (adam(x, g, m, v, t, r)[0], m, v)),
    ],
    "first_below": [
        ("the number itself", otherwise(lambda totals, target, hits: totals[hits[0]])),
        ("how many", otherwise(lambda totals, target, hits: len(hits))),
        ("from 0", otherwise(lambda totals, target, hits: hits[0] + 1)),
        ("returns nothing", first_without_the_end),
        ("equal to the target", lambda totals, target: first([x + 1e-9 for x in totals], target)),
        ("first one counts", otherwise(lambda totals, target, hits: hits[-1])),
        ("len(totals)", otherwise(lambda totals, target, hits: hits[0], lambda totals: -1)),
        ("len(totals)", lambda totals, target: int(np.argmax(np.array(totals) <= target))),
        ("changes `totals`", first_sorting),
        ("first number", first_or_the_end_too_soon),
        ("", otherwise(lambda totals, target, hits: int(np.argmin(totals)))),
        ("", otherwise(lambda totals, target, hits: hits)),
        ("", otherwise(lambda totals, target, hits: hits[0], lambda totals: len(totals) - 1)),
        ("", lambda totals, target: first(totals[::-1], target)),
        ("", lambda totals, target: first([-x for x in totals], -target)),
        ("", lambda totals, target: int(np.searchsorted(sorted(totals), target))),
        ("", lambda totals, target: len(totals)),
        ("", otherwise(lambda totals, target, hits: hits[0], lambda totals: 2)),
        ("True", lambda totals, target: any(x <= target for x in totals)),
    ],
    "two_loop": [
        ("uphill", lambda g, s, y: direction(g, s, y, down=1)),
        ("γ is missing", lambda g, s, y: direction(g, s, y, gamma=lambda s, y: 1.0)),
        (
            "newest pair",
            lambda g, s, y: direction(
                g, s, y, gamma=lambda s, y: np.vdot(s[0], y[0]) / np.vdot(y[0], y[0])
            ),
        ),
        (
            "upside down",
            lambda g, s, y: direction(
                g, s, y, gamma=lambda s, y: np.vdot(y[-1], y[-1]) / np.vdot(s[-1], y[-1])
            ),
        ),
        ("wrong way", lambda g, s, y: direction(g, s, y, backwards=True)),
        ("a − b", lambda g, s, y: direction(g, s, y, sign=1)),
        ("second loop is missing", direction_with_first_loop_only),
        ("changes `moves`", direction_popping),
        ("", direction_of_the_newest),
        ("", lambda g, s, y: -g),
        ("", lambda g, s, y: direction(g, y, s)),
        ("", lambda g, s, y: direction(g, s[:2], y[:2])),
        (
            "",
            lambda g, s, y: direction(
                g, s, y, gamma=lambda s, y: np.vdot(s[-1], s[-1]) / np.vdot(s[-1], y[-1])
            ),
        ),
        ("shape", lambda g, s, y: direction(g, s, y).ravel() if g.ndim > 1 else direction(g, s, y)),
        ("", lambda g, s, y: direction(g, s, y).sum()),
        ("IndexError", lambda g, s, y: direction(g, s, y) * np.vdot(s[-1], y[-1])),
        ("", lambda g, s, y: -g + sum((a @ g) * b for a, b in zip(s, y, strict=True))),
    ],
}
