from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from tiny import picture, tiny_backbone

from nstkit.errors import SettingsError
from nstkit.losses import (
    CONTENT,
    FURTHER,
    HISTOGRAM,
    MOMENTS,
    PICTURE,
    STYLE,
    TERMS,
    VARIATION,
    Term,
    Use,
    channel_moments,
    channel_values,
    histogram_loss,
    moments_loss,
    term_of,
    total_variation_loss,
)
from nstkit.transfer import Problem

FEATURES = np.random.default_rng(5).normal(size=(1, 6, 5, 4))
TARGET = np.random.default_rng(6).normal(size=(1, 6, 5, 4))
LAYERS = ["block1_conv1", "block2_conv1"]


def test_moments_equal_numpy_s_and_are_the_diagonal_of_a_gram_matrix() -> None:
    flat = FEATURES.reshape(30, 4)
    mean, deviation = channel_moments(FEATURES).numpy()
    np.testing.assert_allclose(mean, flat.mean(0), rtol=1e-12)
    np.testing.assert_allclose(deviation, flat.std(0), rtol=1e-4)  # 1e-5 under the root
    diagonal = np.diag(flat.T @ flat)
    np.testing.assert_allclose(diagonal, 30 * (mean**2 + deviation**2), rtol=1e-3)


def test_moments_loss_of_a_hand_worked_example() -> None:
    # Means 3 and 2, deviations 2 and 0: (3 − 1)² + (2 − 2)² + (2 − 2)² + (0 − 1)² = 5
    moments = channel_moments([[[1.0, 2.0], [5.0, 2.0]]])
    target = [[1.0, 2.0], [2.0, 1.0]]
    assert float(moments_loss(moments, target)) == pytest.approx(5, rel=0.01)


def test_moments_of_a_silent_channel_have_a_finite_gradient() -> None:
    features = tf.zeros((1, 3, 3, 2))
    with tf.GradientTape() as tape:
        tape.watch(features)
        loss = moments_loss(channel_moments(features), tf.ones((2, 2)))
    assert np.isfinite(tape.gradient(loss, features)).all()


def matched(values: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return one channel with another one's histogram: the k-th largest for the k-th largest."""
    result = np.empty_like(values)
    result[np.argsort(values)] = np.sort(target)
    return result


def test_histogram_loss_equals_matching_every_channel() -> None:
    f, s = FEATURES.reshape(30, 4), TARGET.reshape(30, 4)
    loop = sum(np.sum((f[:, i] - matched(f[:, i], s[:, i])) ** 2) for i in range(4))
    found = histogram_loss(channel_values(FEATURES), channel_values(TARGET))
    assert float(found) == pytest.approx(loop, rel=1e-12)


def test_the_gradient_of_the_histogram_loss_holds_the_matched_features_fixed() -> None:
    features = tf.constant(FEATURES)
    with tf.GradientTape() as tape:
        tape.watch(features)
        loss = histogram_loss(channel_values(features), channel_values(TARGET))
    f, s = FEATURES.reshape(30, 4), TARGET.reshape(30, 4)
    fixed = np.stack([matched(f[:, i], s[:, i]) for i in range(4)], axis=-1)
    expected = (2 * (f - fixed)).reshape(FEATURES.shape)
    np.testing.assert_allclose(tape.gradient(loss, features), expected, rtol=1e-10)


def test_a_histogram_is_blind_to_where_things_are_and_follows_the_number_of_positions() -> None:
    shuffled = np.random.default_rng(0).permutation(FEATURES.reshape(30, 4)).reshape(1, 5, 6, 4)
    assert float(histogram_loss(channel_values(FEATURES), channel_values(shuffled))) == 0
    few = channel_values(FEATURES.astype(np.float32), 7).numpy()
    assert few.shape == (4, 7)
    assert (np.diff(few) >= 0).all()
    whole = np.sort(FEATURES.reshape(30, 4).T)
    places = (np.arange(7) + 0.5) / 7 * 30 - 0.5
    for row, values in zip(few, whole, strict=True):
        np.testing.assert_allclose(row, np.interp(places, np.arange(30), values), rtol=1e-5)


def test_every_term_has_a_name_a_symbol_and_a_colour_of_its_own() -> None:
    for field in ("name", "title", "symbol", "colour", "dash"):
        assert len({getattr(term, field) for term in TERMS.values()}) == len(TERMS)
    assert FURTHER == ("moments", "histogram")


@pytest.mark.parametrize("term", [STYLE, MOMENTS, HISTOGRAM], ids=lambda term: term.name)
def test_a_style_term_is_nothing_for_the_style_itself_and_more_for_blur(term: Term) -> None:
    style, backbone = picture(2), tiny_backbone()
    problem = Problem.of([Use(term, style, LAYERS)], backbone=backbone)
    blurred = style * 0.5 + 0.5 * style.mean()
    itself, blur = (problem.evaluate(image).total for image in (style, blurred))
    assert itself == pytest.approx(0, abs=1e-6)
    assert blur > 1e-3


@pytest.mark.parametrize("term", [STYLE, MOMENTS, HISTOGRAM], ids=lambda term: term.name)
def test_a_style_picture_of_another_size_has_the_same_style(term: Term) -> None:
    """Four copies side by side differ from one only at the seams."""
    style, backbone = picture(2, 64, 64), tiny_backbone()
    four = np.tile(style, (1, 2, 2, 1))
    use = Use(term, four, ["block1_conv1"])
    problem = Problem.of([use], size=(64, 64), backbone=backbone)
    assert problem.evaluate(style).total < 1e-3


def test_the_same_network_output_is_summarised_once_for_two_styles() -> None:
    counted = []

    def summarise(features: object, positions: int) -> object:
        counted.append(positions)
        return STYLE.summarise(features, positions)

    term = Term("style", "style", "β", "#000000", (), summarise, STYLE.distance)
    uses = [Use(term, picture(n), LAYERS, name=f"style {n}") for n in (1, 2)]
    problem = Problem.of(uses, backbone=tiny_backbone())
    counted.clear()
    problem.evaluate(picture(3))
    assert counted == [32 * 32, 16 * 16]


def test_terms_add_up_to_what_each_gives_alone() -> None:
    backbone, image = tiny_backbone(), picture(3)
    uses = [
        Use(CONTENT, picture(1), {"block3_conv1": 0.5, PICTURE: 2.0}, 3.0),
        Use(STYLE, picture(2), LAYERS, 10.0),
        Use(STYLE, picture(4), LAYERS, 5.0, name="style 2"),
        Use(MOMENTS, picture(2), LAYERS, 2.0),
        Use(VARIATION, weight=0.1),
    ]
    together = Problem.of(uses, backbone=backbone, mix="sum").evaluate(image)
    alone = [Problem.of([use], size=(32, 32), backbone=backbone) for use in uses[:-1]]
    for use, problem in zip(uses, alone, strict=False):
        assert together.parts[use.name] == pytest.approx(problem.evaluate(image).parts[use.name])
    assert together.sums()["tv"] == pytest.approx(
        0.1 * float(total_variation_loss(image, kind="mean-absolute"))
    )
    assert together.total == pytest.approx(sum(together.sums().values()))
    assert list(together.parts) == ["content", "style", "style 2", "moments", "tv"]


def test_parts_are_named_and_shares_of_the_gradient_follow_the_weights() -> None:
    uses = [Use(CONTENT, picture(1), "block2_conv1"), Use(HISTOGRAM, picture(2), LAYERS)]
    problem = Problem.of(uses, backbone=tiny_backbone())
    assert problem.parts == (
        "content block2_conv1",
        "histogram block1_conv1",
        "histogram block2_conv1",
    )
    shares = problem.gradient_shares(picture(3))
    assert sum(shares.values()) == pytest.approx(1)
    norms = {part: problem.gradient_norm(picture(3), part) for part in problem.parts}
    doubled = problem.shares(norms, problem.weights.replace(content=2.0))
    ratio = shares["content block2_conv1"] / shares["histogram block1_conv1"]
    now = doubled["content block2_conv1"] / doubled["histogram block1_conv1"]
    assert now == pytest.approx(2 * ratio)
    with pytest.raises(SettingsError, match="unknown part of the loss 'style block1_conv1'"):
        problem.gradient_norm(picture(3), "style block1_conv1")


def test_what_makes_no_problem_is_told() -> None:
    backbone = tiny_backbone()
    with pytest.raises(SettingsError, match=r"both called 'style': give one .* name='style 2'"):
        Problem.of([Use(STYLE, picture(1), LAYERS)] * 2, backbone=backbone)
    with pytest.raises(SettingsError, match="no term is compared with a picture: give size="):
        Problem.of([Use(VARIATION)], backbone=backbone)
    with pytest.raises(SettingsError, match="no style layer given"):
        Problem.of([Use(STYLE, picture(1), [])], backbone=backbone)
    problem = Problem.of([Use(STYLE, picture(1), LAYERS)], backbone=backbone)
    with pytest.raises(SettingsError, match=r"unknown term in the weights 'stile': did you mean"):
        problem.evaluate(picture(3), problem.weights.replace(stile=2.0))
    with pytest.raises(SettingsError, match="unknown term in the weights 'content'"):
        problem.evaluate(picture(3), problem.weights.replace(content=1.0))


@pytest.mark.parametrize("term", TERMS.values(), ids=TERMS)
def test_a_part_of_a_loss_is_named_after_its_term(term):
    parts = [term.name, term.title, f"{term.title} block1_conv1", f"{term.name} 2 block4_conv2"]
    assert all(term_of(part) is term for part in parts)


@pytest.mark.parametrize("part", ["total", "block1_conv1", ""])
def test_what_is_named_after_no_term_has_none(part):
    assert term_of(part) is None
