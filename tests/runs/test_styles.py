"""Several paintings in one picture: shares, regions, stroke size, colours kept, files of it all."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import picture, tiny_backbone

from nstkit import load_backbone, samples
from nstkit.__main__ import _style, main
from nstkit.classic import colour_distance, match_covariance
from nstkit.errors import CheckpointError, ImageError, SettingsError
from nstkit.images import Mask
from nstkit.runs import Picture, Settings, Style, stylize
from nstkit.runs.styles import regions, shares

LEFT = np.zeros((32, 32), np.float32)
LEFT[:, :16] = 1
SMALL = Settings(
    content=Picture("a", picture(1), as_it_is=True),
    style=Picture("b", picture(2), as_it_is=True),
    styles=[Picture("c", picture(3), as_it_is=True)],
    size=32,
    steps=3,
    content_layers={"block2_conv2": 1.0},
    style_layers={"block1_conv1": 1.0, "block2_conv1": 2.0},
)


def masks_of(*given):
    """Return the regions of styles with these masks."""
    styles = [Style("night_sky", 1, None if mask is None else Mask(mask)) for mask in given]
    return regions(styles, 32, 32, crop=False)


def test_styles_without_a_mask_share_beta_and_those_with_one_do_not() -> None:
    region = Mask(LEFT)
    assert shares([Style("a", 1), Style("b", 3)]) == [0.25, 0.75]
    assert shares([Style("a", 0.2), Style("b", 0.3)]) == [0.2, 0.3]  # less of both is less
    assert shares([Style("a", 1), Style("b", 2, region)]) == [1, 2]
    assert shares([Style("a")]) == [1]


def test_masks_that_overlap_share_and_gaps_go_to_styles_without_a_mask() -> None:
    top = LEFT.T
    first, second, rest = masks_of(LEFT, top, None)
    np.testing.assert_allclose(first[0, 0], 0.5)  # both masks are here
    np.testing.assert_allclose(first[20, 0], 1)
    np.testing.assert_allclose(second[0, 20], 1)
    np.testing.assert_allclose(rest[20, 20], 1)
    np.testing.assert_allclose(first + second + rest, 1)
    without = masks_of(LEFT, top)  # no style takes the gap: the photograph stays
    np.testing.assert_allclose(sum(without)[20, 20], 0)
    half = masks_of(LEFT * np.float32(0.5), None)
    np.testing.assert_allclose(half[1][0], [0.5] * 16 + [1] * 16)
    assert masks_of(None, None) == [None, None]


def test_the_problem_has_a_use_for_each_style_and_for_the_region_kept() -> None:
    wanted = SMALL.replace(
        style_share=2.0,
        style_weight=300.0,
        styles=[(SMALL.styles[0].picture, 1.0, None, {"block1_conv1": 0.5})],
        keep=Mask(LEFT),
    )
    problem = wanted.make_problem(tiny_backbone())
    parts = wanted.weights.parts
    assert (parts["style"], parts["style 2"]) == pytest.approx((200, 100))
    assert parts["content kept"] == 10 * parts["content"]
    assert "style 2 block1_conv1" in problem.parts
    assert "style 2 block2_conv1" not in problem.parts
    problem.check_weights(wanted.weights)
    assert problem.weights.parts == parts


def test_settings_files_hold_styles_masks_and_all() -> None:
    soft = Mask(np.linspace(0, 1, 1024, dtype=np.float32).reshape(32, 32), "soft")
    wanted = SMALL.replace(
        styles=[("ink_wash", 2.0, soft), {"picture": "night_sky", "weight": 0.5}],
        style_mask=Mask(LEFT),
        keep=Mask(LEFT, "face"),
        style_scale=0.5,
        mix="sum",
        preserve_colour="matching",
    )
    read = Settings.from_json(wanted.to_json())
    assert [style.weight for style in read.styles] == [2.0, 0.5]
    assert read.styles[0].mask.name == "soft"
    np.testing.assert_allclose(read.styles[0].mask.values, soft.values, atol=1 / 500)
    np.testing.assert_array_equal(read.keep.values, LEFT)
    assert (read.style_scale, read.mix, read.preserve_colour) == (0.5, "sum", "matching")
    assert Settings(preserve_colour="luminance") == Settings(preserve_colour=True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"styles": [("ink_wash", 0)], "style_share": 0}, "weights of all styles are 0"),
        ({"styles": ["ink_wash"] * 49}, "50 styles: give at most 8"),
        ({"styles": ["ink_wsh"]}, "did you mean 'ink_wash'"),
        ({"styles": [("ink_wash", -1)]}, "the weight of a style is -1"),
        ({"styles": [{"picture": "ink_wash", "wait": 1}]}, "did you mean 'weight'"),
        ({"styles": [Style("ink_wash", layers={"block9": 1})]}, "unknown style layer"),
        ({"style_scale": 0}, "style_scale is 0"),
        ({"keep": Mask(LEFT), "keep_weight": -1}, "keep_weight is -1"),
        ({"mix": "both"}, "accepted: gram, sum"),
        ({"preserve_colour": "hue"}, "accepted: luminance, matching"),
    ],
)
def test_what_is_not_accepted_is_told(changes, said) -> None:
    with pytest.raises(SettingsError, match=said):
        SMALL.replace(**changes)


def test_a_mask_of_another_shape_is_told_before_anything_is_computed() -> None:
    with pytest.raises(ImageError, match="16×32 pixels and the picture 32×32"):
        SMALL.replace(style_mask=Mask(LEFT[:, :16])).make_problem(tiny_backbone())


def test_a_style_paints_in_its_region_and_not_beyond() -> None:
    """The style weighs nothing outside: there the photograph stays."""
    wanted = SMALL.replace(styles=(), style_mask=Mask(LEFT), steps=5, style_weight=1e4)
    problem = wanted.make_problem(tiny_backbone())
    run, _ = wanted.make_run(problem)
    for _ in run:
        pass
    moved = np.abs(run.image - problem.content_image).max(axis=(0, 1, 3))
    assert moved[:14].min() > 0.01
    assert moved[24:].max() < 0.01


def test_coarse_to_fine_takes_masks_and_several_styles_along() -> None:
    photo = Picture("large", picture(1, 256, 256), as_it_is=True)
    wanted = SMALL.replace(
        content=photo,
        size=256,
        steps=1,
        style_mask=Mask(LEFT),
        keep=Mask(LEFT),
        coarse_to_fine=True,
        convention="gatys",
        content_layers="block2_conv2",
        style_layers=["block1_conv1"],
    )
    sizes = []

    def look(run) -> None:
        sizes.append(run.problem.uses[1].mask.shape)

    _, ready = wanted.make_run(wanted.make_problem(tiny_backbone()), look)
    assert sizes == [(128, 128)]
    assert not ready


@pytest.mark.parametrize("scale", [0.3, 0.77, 1, 2])
def test_the_stroke_size_is_the_size_of_the_style_picture(scale: float) -> None:
    painting = (
        Settings(style="night_sky", size=128, style_scale=scale)
        .make_problem(tiny_backbone())
        .style_image
    )
    assert painting.shape == (1, round(128 * scale), round(128 * scale), 3)
    own = SMALL.replace(style_scale=scale).make_problem(tiny_backbone())
    assert own.style_image.shape[1] == max(16, round(32 * scale))


def test_a_new_stroke_size_needs_no_new_trace() -> None:
    backbone = tiny_backbone()
    for scale in (0.5, 1.0, 1.7):
        problem = SMALL.replace(style_scale=scale).make_problem(backbone)
        problem.evaluate(problem.content_image)
    assert problem.traces == 1


def test_matching_gives_the_painting_the_photograph_s_colours() -> None:
    problem = SMALL.replace(preserve_colour="matching").make_problem(tiny_backbone())
    np.testing.assert_array_equal(problem.style_image, match_covariance(picture(2), picture(1)))
    np.testing.assert_array_equal(SMALL.finish(problem.content_image, picture(5)), picture(5))


PAIRS = [
    *(("chelsea", "night_sky"), ("hopper", "stained_glass"), ("coffee", "woodblock_wave")),
    *(("rocket", "pointillism"), ("raccoon", "cubist_shards"), ("astronaut", "stained_glass")),
]


@pytest.mark.parametrize(("content", "style"), PAIRS)
def test_the_picture_keeps_the_photograph_s_colours(content: str, style: str) -> None:
    """Measured on what was painted: hue and chroma, at most a quarter of the plain result's."""
    backbone, how = load_backbone("vgg19-slim"), {"size": 96, "steps": 15, "progress": False}
    photo = samples.load(content, size=96)
    away = [
        colour_distance(photo, stylize(content, style, backbone=backbone, **how, **way).image)
        for way in ({}, {"preserve_colour": True})
    ]
    assert away[1] <= away[0] / 4
    assert away[0] > 5


def test_the_command_line_takes_styles_weights_and_masks(tmp_path, capsys) -> None:
    assert _style("wave") == ("wave", 1.0, None)
    assert _style("wave:2") == ("wave", 2.0, None)
    assert _style(r"C:\a.png:0.5:C:\m.png") == (r"C:\a.png", 0.5, r"C:\m.png")
    Mask(LEFT).save(tmp_path / "left.png")
    words = ["hopper", "--style", "night_sky:2", "--style", f"ink_wash:1:{tmp_path / 'left.png'}"]
    words += ["--size", "32", "--crop", "--steps", "1", "--quiet", "--backbone", "vgg19-slim"]
    words += ["--preserve-colour", "-o", str(tmp_path / "out.png")]
    assert main(words) == 0
    found = capsys.readouterr()
    assert "32×32 pixels" in found.out, found.err
    assert main([*words, "--style", "ink_wash:-1"]) == 1
    assert "ink_wash:-1" in capsys.readouterr().err


def test_stylize_takes_arrays_as_styles() -> None:
    step = stylize(
        picture(1),
        picture(2),
        styles=[(picture(3), 2.0, Mask(LEFT))],
        backbone=tiny_backbone(),
        steps=1,
        progress=False,
        preserve_colour="matching",
    )
    assert set(step.sums()) == {"content", "style", "style 2", "tv"}


def test_a_checkpoint_goes_on_with_another_style_weight_for_all_styles(tmp_path) -> None:
    how = {"backbone": tiny_backbone(), "progress": False, "styles": [picture(3)]}
    file = tmp_path / "run.npz"
    stylize(picture(1), picture(2), steps=2, checkpoint=file, style_weight=100.0, **how)
    on = stylize(picture(1), picture(2), steps=4, resume=file, style_weight=0.0, **how)
    assert on.sums()["style"] == on.sums()["style 2"] == 0


def test_a_checkpoint_of_another_mask_is_another_problem(tmp_path) -> None:
    how = {"backbone": tiny_backbone(), "progress": False}
    file = tmp_path / "run.npz"
    stylize(picture(1), picture(2), steps=1, checkpoint=file, keep=Mask(LEFT), **how)
    with pytest.raises(CheckpointError):
        stylize(picture(1), picture(2), steps=2, resume=file, keep=Mask(LEFT.T), **how)
