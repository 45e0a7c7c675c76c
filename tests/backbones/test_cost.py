"""Time and memory of a run, told before it starts."""

import pytest
from tiny import picture, tiny_backbone

from nstkit.backbones import channels_of, load_backbone
from nstkit.backbones import cost as estimates
from nstkit.errors import SettingsError
from nstkit.transfer import Problem

FULL = channels_of("vgg19")


def test_operations_and_features_are_counted_as_in_the_definition():
    # block1_conv1 and block1_conv2 of VGG-19 at 8×8: 3→64 and 64→64 channels, 9 products each,
    # a multiplication and an addition, forward and backward.
    expected = 2 * 2 * 9 * 64 * (3 * 64 + 64 * 64)
    assert estimates.operations(FULL, ["block1_conv2"], 8, 8) == expected
    assert estimates.activations(FULL, ["block2_conv1"], 8, 8) == 64 * 64 * 2 + 16 * 128


def test_time_follows_the_speed_given_and_is_marked_as_measured():
    guess = estimates.estimate("vgg19", ["block5_conv1"], 256, 256, 10)
    twice = estimates.estimate(
        "vgg19", ["block5_conv1"], 256, 256, 10, speed=2 * estimates.TYPICAL_SPEED
    )
    assert (guess.measured, twice.measured) == (False, True)
    assert guess.seconds == pytest.approx(2 * twice.seconds) == 10 * guess.step_seconds
    assert guess.megabytes == twice.megabytes > 100


def test_a_picture_that_would_not_fit_is_refused_with_a_size_that_does(monkeypatch):
    layers = ["block5_conv1"]
    needed = estimates.memory(FULL, layers, 1024, 768)
    monkeypatch.setattr(estimates, "free_memory", lambda: int(needed * 0.6))
    with pytest.raises(SettingsError, match=r"1024×768|768×1024") as refusal:
        estimates.check_memory(FULL, layers, 768, 1024)
    words = str(refusal.value).split()
    offered = int(words[words.index("of", words.index("size")) + 1])
    assert 256 < offered < 1024
    estimates.check_memory(FULL, layers, offered * 3 // 4, offered)  # the size offered is accepted
    with pytest.raises(SettingsError):
        estimates.check_memory(FULL, layers, offered * 5 // 4, offered * 5 // 4)


def test_a_style_picture_only_passes_through_the_network_and_takes_less(monkeypatch):
    painted = estimates.memory(FULL, ["block5_conv1"], 512, 512)
    style = estimates.memory(FULL, ["block5_conv1"], 512, 512, painted=False)
    assert style < painted / 2
    needed = estimates.memory(channels_of("vgg19-slim"), ["block5_conv1"], 64, 64)
    monkeypatch.setattr(estimates, "free_memory", lambda: int(1.5 * needed))
    slim = load_backbone("vgg19-slim")
    Problem(picture(0, 64, 64), picture(1, 96, 96), backbone=slim)
    with pytest.raises(SettingsError, match="96×96 pixels"):
        Problem(picture(0, 96, 96), picture(1, 64, 64), backbone=slim)


def test_memory_that_was_freed_and_kept_is_given_back_before_a_picture_is_refused(monkeypatch):
    free = [0]
    monkeypatch.setattr(estimates, "free_memory", lambda: free[0])
    monkeypatch.setattr(estimates, "give_back_memory", lambda: free.__setitem__(0, 10**12))
    estimates.check_memory(FULL, ["block5_conv1"], 512, 512)


@pytest.mark.parametrize(("network", "offered"), [("vgg19", True), ("vgg19-slim", False)])
def test_the_slim_network_is_offered_to_those_who_use_another(monkeypatch, network, offered):
    monkeypatch.setattr(estimates, "free_memory", lambda: 0)
    with pytest.raises(SettingsError) as refusal:
        estimates.check_memory(channels_of(network), ["block5_conv1"], 512, 512)
    assert ("take the slim network" in str(refusal.value)) is offered


def test_without_any_memory_no_size_is_offered(monkeypatch):
    monkeypatch.setattr(estimates, "free_memory", lambda: 0)
    with pytest.raises(SettingsError, match="free some memory first"):
        Problem(picture(0), picture(1), backbone=tiny_backbone())


def test_a_limit_of_one_s_own_counts_for_every_problem(monkeypatch):
    monkeypatch.setenv("NSTKIT_MEMORY_GB", "0.01")
    with pytest.raises(SettingsError, match="GB of memory"):
        Problem(picture(0), picture(1), backbone=load_backbone("vgg19-slim"))
