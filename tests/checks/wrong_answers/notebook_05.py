"""Notebook 05: answers to its exercises, wrong with a word of the message, and unusually right."""

import numpy as np

RIGHT_DIAGNOSIS = {
    "A": "gram not normalised",
    "B": "clamping inside l-bfgs",
    "C": "no preprocessing",
    "D": "weights swapped",
}
CHOICES = (*RIGHT_DIAGNOSIS.values(), "channels swapped")


def of(parts, whole):
    return {name: part / whole for name, part in parts.items()}


def shares(parts):
    return of(parts, sum(parts.values()) or 1.0)


def shares_in_place(parts):
    whole = sum(parts.values()) or 1.0
    for name in parts:
        parts[name] /= whole
    return parts


def shares_popped(parts):
    whole = sum(parts.values()) or 1.0
    return {name: parts.pop(name) / whole for name in list(parts)}


def shares_without_return_for_zero(parts):
    if sum(parts.values()) > 0:
        return shares(parts)


def balanced(norms, pull=lambda norm: 1 / norm, mean=None):
    weights = {name: pull(norm) for name, norm in norms.items()}
    return of(weights, mean or sum(weights.values()) / len(weights))


def balanced_in_place(norms):
    for name in norms:
        norms[name] = 1 / norms[name]
    return of(norms, sum(norms.values()) / len(norms))


RIGHT = {
    "loss_shares": [
        shares,
        lambda parts: dict(
            zip(parts, np.array(list(parts.values())) / (sum(parts.values()) or 1), strict=True)
        ),
        lambda parts: {name: np.float16(share) for name, share in shares(parts).items()},
        lambda parts: dict(reversed(shares(parts).items())),
    ],
    "balanced_weights": [
        balanced,
        lambda norms: balanced(norms, lambda norm: 100 / norm),
        lambda norms: {name: np.float16(weight) for name, weight in balanced(norms).items()},
        lambda norms: {name: np.array([weight]) for name, weight in balanced(norms).items()},
    ],
    "translation": [
        lambda a, b, c, m, n: (a, b * c**2 / n),
        lambda a, b, c, m, n: [a, b / n * c * c],
        lambda a, b, c, m, n: np.array([a, b * c**2 / n]),
        lambda a, b, c, m, n: (a, b * (1 / (n * c**2 * m**2)) / (1 / (c**4 * m**2))),
    ],
    "diagnosis": [
        RIGHT_DIAGNOSIS,
        {**RIGHT_DIAGNOSIS, "A": "gram not normalized"},
        {**RIGHT_DIAGNOSIS, "A": "Gram not normalised", "C": " No preprocessing. "},
        {**RIGHT_DIAGNOSIS, "B": "clamping inside L-BFGS"},
        {**RIGHT_DIAGNOSIS, "B": "clamping inside LBFGS"},
    ],
}

WRONG = {
    "loss_shares": [
        ("percentages", lambda parts: of(parts, (sum(parts.values()) or 1) / 100)),
        ("largest", lambda parts: of(parts, max(parts.values()) or 1)),
        ("length", lambda parts: of(parts, np.linalg.norm(list(parts.values())) or 1)),
        ("ZeroDivisionError", lambda parts: of(parts, sum(parts.values()))),
        ("returns nothing", shares_without_return_for_zero),
        ("changes `parts`", shares_in_place),
        ("changes `parts`", shares_popped),
        ("not a dict", lambda parts: list(shares(parts).values())),
        ("add up to", lambda parts: of(parts, len(parts))),
        ("written", lambda parts: of(parts, 10)),
        ("without", lambda parts: {"block1_conv1": 0.6, "block2_conv1": 0.3, "block3_conv1": 0.1}),
        ("", lambda parts: parts),
        ("", lambda parts: dict(enumerate(shares(parts).values()))),
        ("", lambda parts: {**shares(parts), "sum": 1.0}),
        ("", lambda parts: {name: 1 / len(parts) for name in parts}),
        ("", lambda parts: dict(zip(parts, reversed(shares(parts).values()), strict=True))),
        ("text", lambda parts: {name: f"{share:.3f}" for name, share in shares(parts).items()}),
        ("", lambda parts: {name: round(share) for name, share in shares(parts).items()}),
        (
            "not finite",
            lambda parts: {
                n: np.divide(p, np.float64(sum(parts.values()))) for n, p in parts.items()
            },
        ),
        (
            "",
            lambda parts: of(
                {k: np.exp(v) for k, v in parts.items()}, sum(np.exp(list(parts.values())))
            ),
        ),
    ],
    "balanced_weights": [
        ("makes the imbalance worse", lambda norms: balanced(norms, lambda norm: norm)),
        ("square root", lambda norms: balanced(norms, lambda norm: norm**-0.5)),
        ("add up to 1", lambda norms: of(balanced(norms), len(norms))),
        ("mean", lambda norms: {name: 1 / norm for name, norm in norms.items()}),
        ("changes `norms`", balanced_in_place),
        ("not a dict", lambda norms: list(balanced(norms).values())),
        ("written", lambda norms: of({name: 1 / norm for name, norm in norms.items()}, 1.875 / 4)),
        ("every layer", lambda norms: dict.fromkeys(norms, 1.0)),
        ("not positive", lambda norms: {name: 4 - norm for name, norm in norms.items()}),
        ("1 / norm", lambda norms: balanced(norms, lambda norm: norm**-2)),
        (
            "",
            lambda norms: of(
                {n: 1 / v for n, v in norms.items()}, max(1 / v for v in norms.values())
            ),
        ),
        ("", lambda norms: of(norms, sum(norms.values()))),
        ("", lambda norms: balanced(norms, lambda norm: 9 - norm)),
        ("", lambda norms: balanced(norms, lambda norm: np.exp(-norm))),
        ("", lambda norms: {name: sum(norms.values()) / norm for name, norm in norms.items()}),
        ("", lambda norms: {**balanced(norms), "mean": 1.0}),
        ("", lambda norms: dict(list(balanced(norms).items())[1:])),
        ("", lambda norms: norms),
    ],
    "translation": [
        ("wrong order", lambda a, b, c, m, n: (b * c**2 / n, a)),
        ("other way", lambda a, b, c, m, n: (a, b * n / c**2)),
        ("1/n", lambda a, b, c, m, n: (a, b * c**2)),
        ("divides", lambda a, b, c, m, n: (a, b * c**2 * n)),
        ("C⁴ over C²", lambda a, b, c, m, n: (a, b * c**4 / n)),
        ("cancels", lambda a, b, c, m, n: (a, b * c**2 * m**2 / n)),
        ("what does that do to α", lambda a, b, c, m, n: (a * c * m, b * c**2 / n)),
        ("shape", lambda a, b, c, m, n: b * c**2 / n),
        ("", lambda a, b, c, m, n: (a, b * c**2 / 5)),
        ("", lambda a, b, c, m, n: (a, b * 512**2 / n)),
        ("", lambda a, b, c, m, n: (a, b)),
        ("", lambda a, b, c, m, n: (a / n, b * c**2 / n)),
        ("", lambda a, b, c, m, n: (1e4, b * c**2 / n)),
        ("", lambda a, b, c, m, n: (a, a * b * c**2 / n)),
        ("", lambda a, b, c, m, n: (1, b / a * c**2 / n)),
        ("", lambda a, b, c, m, n: (a, b * c / n)),
        ("", lambda a, b, c, m, n: (a, -b * c**2 / n)),
    ],
    "diagnosis": [  # all 624 are tried in test_checks_loss.py
        *(
            ("is not", {**RIGHT_DIAGNOSIS, letter: choice})
            for letter, right in RIGHT_DIAGNOSIS.items()
            for choice in CHOICES
            if choice != right
        ),
        ("not one of the choices", {**RIGHT_DIAGNOSIS, "A": "gram"}),
        ("not one of the choices", {**RIGHT_DIAGNOSIS, "B": 3}),
        ("still open", {"A": "gram not normalised"}),
        ("no dict", list(RIGHT_DIAGNOSIS.values())),
    ],
}
