"""One picture measured: the table, the two pictures as reference points, and who judged."""

from __future__ import annotations

import numpy as np
import pytest
from tiny import picture, tiny_backbone

import nstkit.quality.judge as module
from nstkit import load_backbone, samples
from nstkit.errors import ImageError, SettingsError
from nstkit.plots import show_quality
from nstkit.quality import MEASURES, Ruler, evaluate, find_judge

CONTENT, STYLE = picture(1, 64, 64), picture(2, 64, 64)
RULER = Ruler(CONTENT, STYLE, judge=tiny_backbone(), painter="vgg19")


def test_the_two_pictures_are_at_the_ends_of_every_measure():
    photograph, painting = RULER.measure(CONTENT), RULER.measure(STYLE)
    assert photograph.values == photograph.photograph
    assert (photograph.effectiveness, photograph.coherence) == (0, 1)
    assert (painting.effectiveness, painting.coherence) == pytest.approx((1, 0))
    best = {"gram": 0, "moments": 0, "statistic": 0, "patterns": 1, "diversity": 1, "colour": 0}
    assert {name: painting.values[name] for name in best} == pytest.approx(best, abs=1e-4)
    best = {"features": 0, "ssim": 1, "contours": 1}
    assert {name: photograph.values[name] for name in best} == pytest.approx(best)
    assert max(photograph.values["grain"], painting.values["grain"]) == 1


def test_a_fade_loses_coherence_and_noise_is_seen_as_grain():
    fades = [RULER.measure((1 - t) * CONTENT + t * STYLE) for t in (0.0, 0.5, 1.0)]
    found = [fade.coherence for fade in fades]
    assert found == sorted(found, reverse=True)
    noise = np.random.default_rng(0).random(CONTENT.shape).astype(np.float32)
    assert RULER.measure(noise).values["grain"] > 2


def test_the_table_names_every_measure_and_the_judge():
    text = str(RULER.measure(CONTENT))
    assert [line.split("  ")[0] for line in text.splitlines()[1:-1]] == [
        measure.title for measure in MEASURES.values()
    ]
    assert text.endswith("tiny judged, vgg19 painted")
    own = evaluate(CONTENT, CONTENT, STYLE, judge=tiny_backbone(), painter="tiny")
    assert "its own work" in own.judge
    assert "not said" in Ruler(CONTENT, STYLE, judge=tiny_backbone()).judge


def test_a_value_of_several_layers_is_their_mean():
    found = RULER.measure(CONTENT)
    assert list(found.by_layer["gram"]) == [f"block{block}_conv1" for block in range(1, 6)]
    assert list(found.by_layer["statistic"]) == [f"block{block}_conv1" for block in (1, 2, 3)]
    for name, by_layer in found.by_layer.items():
        assert found.values[name] == pytest.approx(np.mean(list(by_layer.values())))


def test_a_network_of_three_blocks_may_judge_and_one_of_two_may_not():
    found = evaluate(CONTENT, CONTENT, STYLE, judge=tiny_backbone(layers=8))
    assert set(found.values) == set(MEASURES)
    with pytest.raises(SettingsError, match="blocks 1 to 3"):
        Ruler(CONTENT, STYLE, judge=tiny_backbone(layers=4))


@pytest.mark.parametrize(
    ("on_disk", "painter", "judge"),
    [
        ((), "", "random"),
        ((), "vgg19-slim", "random"),
        ((), "vgg19", "vgg19-slim"),
        ((), "vgg19-slim-untrained", "vgg19-slim"),
        (("vgg19",), "", "vgg19"),
        (("vgg19",), "vgg19-slim", "vgg19"),
        (("vgg19",), "vgg19", "vgg19-slim"),
        (("vgg19", "vgg16"), "vgg19", "vgg16"),
    ],
)
def test_who_painted_does_not_judge(monkeypatch, tmp_path, on_disk, painter, judge):
    for name in on_disk:
        (tmp_path / name).touch()
    monkeypatch.setattr(module, "cached_weights", lambda name: tmp_path / name)
    monkeypatch.setattr(module, "load_backbone", lambda name: name)
    monkeypatch.setattr(module, "untrained_backbone", lambda name, seed: "random")
    assert find_judge(painter) == judge


def test_pictures_that_do_not_go_together_are_refused_in_a_sentence():
    with pytest.raises(ImageError, match="64×32 pixels, a content picture of 64×64"):
        RULER.measure(CONTENT[:, :32])
    with pytest.raises(ImageError, match="same picture"):
        Ruler(CONTENT, CONTENT, judge=tiny_backbone())
    with pytest.raises(ImageError, match=r"result has values"):
        RULER.measure(CONTENT * 255)


def test_the_plot_has_the_results_and_both_reference_points():
    half = RULER.measure(0.5 * CONTENT + 0.5 * STYLE)
    ax = show_quality({"half": half}, title="quality").axes[0]
    assert {text.get_text() for text in ax.texts} == {"the photograph", "the painting", "half"}
    assert np.asarray(ax.lines[1].get_xydata()).tolist() == [[half.effectiveness, half.coherence]]
    assert "tiny judged" in ax.get_xlabel()
    with pytest.raises(SettingsError, match="no evaluation"):
        show_quality({})


def test_style_comes_in_while_the_painting_does():
    """Under the shipped network; the distance of Gram matrices alone sees a fade as worse at first:
    it halves the contrast."""
    content, style = (samples.load(name, size=96, crop=True) for name in ("coffee", "ink_wash"))
    ruler = Ruler(content, style, judge=load_backbone("vgg19-slim"))
    fades = [((1 - t) * content + t * style).astype(np.float32) for t in (0, 0.33, 0.67, 1)]
    found = [ruler.measure(fade).effectiveness for fade in fades]
    assert found == sorted(found)
    noise = np.random.default_rng(0).random(content.shape, np.float32)
    assert ruler.measure(noise).effectiveness < 0.3
