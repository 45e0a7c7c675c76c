"""The checks of notebook 04: right answers pass, common wrong ones get their own hint."""

import numpy as np
import pytest

from nstkit import checks


def unrolled(features):
    return features.reshape(-1, features.shape[-1])


def gram(features):
    return unrolled(features).T @ unrolled(features)


def cosines(matrix):
    strength = np.sqrt(np.diag(matrix))
    products = np.outer(strength, strength)
    return matrix / np.where(products > 0, products, 1)


def by_pairs(x, y):
    return np.sum((x @ x.T) ** 2) + np.sum((y @ y.T) ** 2) - 2 * np.sum((x @ y.T) ** 2)


def test_right_answers_pass():
    assert checks.gram_matrix(gram)
    assert checks.gram_cosines(cosines)
    assert checks.style_loss(lambda f, s: np.sum((gram(f) - gram(s)) ** 2) / 2)
    assert checks.gram_distance_by_pairs(by_pairs)


def test_answers_in_tensorflow_pass():
    from nstkit import losses

    assert checks.gram_matrix(losses.gram_matrix)
    assert checks.style_loss(
        lambda f, s: losses.style_loss(losses.gram_matrix(f), losses.gram_matrix(s))
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda f: unrolled(f) @ unrolled(f).T, "you summed over channels"),
        (lambda f: np.outer(unrolled(f).sum(0), unrolled(f).sum(0)), "Multiply first, then sum"),
        (lambda f: f.reshape(f.shape[-1], -1) @ f.reshape(f.shape[-1], -1).T, "transpose instead"),
        (lambda f: gram(f) / unrolled(f).shape[0], "number of positions"),
        (lambda f: gram(f) / f.shape[-1], "number of channels"),
        (lambda f: gram(f) / f.size, "positions × channels"),
        (lambda f: gram(f) / (2 * f.size), "2 × positions × channels"),
        (lambda f: np.cov(unrolled(f).T), "keeps the means"),
        (lambda f: np.cov(unrolled(f).T, bias=True), "keeps the means"),
        (lambda f: cosines(gram(f)), "no normalising"),
        (lambda f: np.sum(f * f), "you summed everything"),
        (lambda f: np.sum(f * f, axis=(0, 1, 2)), "the diagonal at best"),
        (lambda f: gram(f)[None], "drop the first axis"),
        (lambda f: gram(f)[:2], "unroll the features"),
        (lambda f: unrolled(f).T @ np.flip(unrolled(f), 1), "the same unrolled features"),
        (lambda f: gram(f) if f.shape[-1] == 5 else gram(f)[:, ::-1], "written in"),
        (lambda f: gram(f) ** 2, "no normalising"),
        (lambda f: 3 * gram(f), "go back to the equation"),
    ],
)
def test_wrong_gram_matrices_get_their_hint(answer, words):
    result = checks.gram_matrix(answer)
    assert result.status == "not yet"
    assert words in result.hint


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda g: g / np.outer(np.diag(g), np.diag(g)), "square root is missing"),
        (lambda g: g / np.sqrt(np.diag(g)), "np.outer"),
        (lambda g: g / g.max(), "largest number"),
        (lambda g: np.eye(len(g)), "its own row and its own column"),
        (lambda g: g / np.sqrt(np.outer(np.diag(g), np.diag(g))), "np.where"),
        (lambda g: np.where(np.diag(g).min() > 0, cosines(g), 0), "only the products that are 0"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_wrong_cosines_get_their_hint(answer, words):
    result = checks.gram_cosines(answer)
    assert result.status == "not yet"
    assert words in result.hint


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda f, s: np.sum((gram(f) - gram(s)) ** 2), "the ½ is missing"),
        (lambda f, s: np.mean((gram(f) - gram(s)) ** 2), "the mean of the squares"),
        (lambda f, s: np.mean((gram(f) - gram(s)) ** 2) / 2, "the equation sums"),
        (
            lambda f, s: np.sum((gram(f) - gram(s)) ** 2) / (4 * f.size**2),
            "Gatys's constant",
        ),
        (lambda f, s: np.sum((f - s) ** 2) / 2, "did you compare the features"),
        (lambda f, s: np.sum(gram(f) ** 2) / 2, "subtract the two"),
        (lambda f, s: np.sqrt(np.sum((gram(f) - gram(s)) ** 2)), "no square root"),
        (lambda f, s: np.sum(np.abs(gram(f) - gram(s))), "square the differences"),
        (
            lambda f, s: np.sum((gram(f) / 12 - gram(s) / 12) ** 2) / 2,
            "raw sums",
        ),
        (lambda f, s: np.sum((gram(f) - gram(s)) ** 2) / 3, "sum over all i and j"),
    ],
)
def test_wrong_style_losses_get_their_hint(answer, words):
    result = checks.style_loss(answer)
    assert result.status == "not yet"
    assert words in result.hint


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x, y: by_pairs(x, y) + 4 * np.sum((x @ y.T) ** 2), "taken away"),
        (lambda x, y: by_pairs(x, y) + np.sum((x @ y.T) ** 2), "counts twice"),
        (lambda x, y: np.sum(x @ x.T) + np.sum(y @ y.T) - 2 * np.sum(x @ y.T), "before you sum"),
        (
            lambda x, y: np.sum(x @ x.T) ** 2 + np.sum(y @ y.T) ** 2 - 2 * np.sum(x @ y.T) ** 2,
            "not the sum's square",
        ),
        (lambda x, y: by_pairs(x, y) / 2, "without the ½"),
        (
            lambda x, y: (
                np.mean((x @ x.T) ** 2) + np.mean((y @ y.T) ** 2) - 2 * np.mean((x @ y.T) ** 2)
            ),
            "you took means",
        ),
        (lambda x, y: 7.0, "three sums"),
    ],
)
def test_wrong_distances_by_pairs_get_their_hint(answer, words):
    result = checks.gram_distance_by_pairs(answer)
    assert result.status == "not yet"
    assert words in result.hint


@pytest.mark.parametrize(
    "name", ["gram_matrix", "gram_cosines", "style_loss", "gram_distance_by_pairs"]
)
def test_unwritten_answers_are_to_do(name):
    assert getattr(checks, name)(lambda *args: ...).status == "to do"
