"""The live session, without a browser: commands, changes, history, failures, threads."""

from __future__ import annotations

import _thread
import json
import random
import signal
import subprocess
import sys
import threading
import time
import warnings
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tiny import tiny_backbone
from tiny_painter import tiny_painter

from nstkit.backbones import GivenUp
from nstkit.classic import keep_colours
from nstkit.errors import DivergedError, ImageError, SettingsError, WeightsError
from nstkit.optimizers import PatientLbfgs
from nstkit.runs import Run, Step, Style, coarse_start, one_pass
from nstkit.session import History, Picture, Session, Settings, compare
from nstkit.session.shares import GradientShares
from nstkit.transfer import Evaluation, Problem

PATIENCE = 60
LAYERS = ("block1_conv1", "block2_conv1", "block3_conv1")
SMALL = Settings(
    size=32,
    steps=40,
    content_layers={"block2_conv2": 1.0},
    style_layers=dict.fromkeys(LAYERS, 1.0),
    style_weight=100.0,
)
TINY = {name: tiny_backbone(seed=seed) for seed, name in enumerate(("vgg19-slim", "vgg19"))}


def new_session(settings: Settings = SMALL) -> Session:
    return Session(settings, load=TINY.__getitem__)


@pytest.fixture
def session():
    made = new_session()
    yield made
    made.close()


def until(condition, patience: float = PATIENCE) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.002)


def rest(session: Session) -> Step:
    assert session.wait(PATIENCE), "the session did not come to rest"
    assert session.step is not None
    return session.step


def newest(session: Session) -> Step:
    assert session.step is not None
    return session.step


def take(session: Session, steps: int) -> Step:
    session.advance(steps)
    return rest(session)


# Start, pause, step, stop, reset.


def test_a_session_runs_to_the_end_and_does_what_a_run_does(session):
    session.change(steps=6)
    session.start()
    step = rest(session)
    assert (session.state, step.step) == ("finished", 6)
    problem = Problem(
        SMALL.picture("content"),
        SMALL.picture("style"),
        backbone=TINY["vgg19-slim"],
        content_layers=SMALL.content_layers,
        style_layers=LAYERS,
    )
    *_, expected = Run(problem, steps=6, weights=SMALL.weights)
    np.testing.assert_allclose(step.image, expected.image, atol=1e-6)
    assert step.total == pytest.approx(expected.total, rel=1e-5)


def test_a_finished_session_goes_on_for_as_many_steps_again(session):
    session.change(steps=3)
    session.start()
    assert rest(session).step == 3
    session.start()
    assert rest(session).step == 6


def test_pause_freezes_the_picture_and_start_goes_on(session):
    session.change(steps=100_000)
    session.start()
    until(lambda: session.step is not None and session.step.step >= 3)
    session.pause()
    paused = rest(session)
    assert session.state == "paused"
    time.sleep(0.1)
    assert session.step is paused
    session.start()
    until(lambda: newest(session).step > paused.step)
    assert session.state == "running"


def test_exactly_as_many_steps_are_taken_as_asked_for(session):
    for number in range(1, 8):
        session.advance()
        if number % 3 == 0:
            rest(session)
    assert rest(session).step == 7
    assert take(session, 5).step == 12


def test_stop_keeps_the_picture_and_start_begins_anew(session):
    take(session, 4)
    session.stop()
    stopped = rest(session)
    assert (session.state, stopped.step) == ("stopped", 4)
    session.change(steps=2)
    session.start()
    assert rest(session).step == 2
    assert [frame.step for frame in session.history.pictures] == [0, 1, 2]


def test_reset_goes_back_to_the_start_picture_and_keeps_the_settings(session):
    session.change(style_weight=7.0)
    take(session, 4)
    session.reset()
    step = rest(session)
    assert (session.state, step.step) == ("ready", 0)
    np.testing.assert_array_equal(step.image, SMALL.picture("content"))
    assert session.settings.style_weight == 7.0
    assert len(session.history.points) == 1
    assert not session.history.marks


def test_commands_before_anything_was_prepared_do_no_harm(session):
    session.pause()
    session.stop()
    session.reset()
    assert rest(session).step == 0
    assert session.state == "ready"


def test_there_is_no_thread_while_there_is_nothing_to_do(session):
    before = threading.active_count()
    take(session, 2)
    assert threading.active_count() == before


# Changes while it runs.


def test_weights_change_from_one_step_to_the_next_without_compiling_anything(session):
    take(session, 2)
    traces = session.engine.problem.traces
    session.change(style_weight=1000.0)
    step = take(session, 1)
    problem = session.engine.problem
    expected = problem.evaluate(step.image, session.settings.weights)
    assert step.style == pytest.approx(expected.style, rel=1e-4)
    assert problem.traces == traces == 1


def test_switching_a_style_layer_off_and_on_compiles_nothing(session):
    take(session, 2)
    layers = dict(session.settings.style_layers)
    session.change(style_layers={**layers, "block3_conv1": 0.0})
    step = take(session, 1)
    assert step.style_layers["block3_conv1"] == 0
    assert step.style_layers["block2_conv1"] > 0
    session.change(style_layers=layers)
    assert take(session, 1).style_layers["block3_conv1"] > 0
    assert session.engine.problem.traces == 1


def test_a_paused_session_tells_the_losses_under_new_weights_at_once(session):
    before = take(session, 3)
    session.change(style_weight=2 * session.settings.style_weight)
    after = rest(session)
    assert after.step == before.step
    assert after.style == pytest.approx(2 * before.style, rel=1e-4)
    np.testing.assert_array_equal(after.image, before.image)


@pytest.mark.parametrize(
    "changes",
    [
        {"content": "coffee"},
        {"style": "coffee"},
        {"size": 48},
        {"crop": True},
        {"backbone": "vgg19"},
        {"optimizer": "adam"},
        {"content_layers": "block3_conv2"},
        {"content_layers": {"block1_conv2": 0.5, "block2_conv2": 2.0}},
        {"terms": {"moments": 1.0}},
        {"convention": "gatys", "style_layers": LAYERS},
        {"pooling": "max"},
        {"style_layers": {"block1_conv1": 1.0, "block2_conv2": 2.0}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_everything_else_can_change_while_it_runs_and_the_picture_goes_on(
    changes: dict[str, Any],
):
    session = new_session(SMALL.replace(steps=100_000))
    session.start()
    until(lambda: session.step is not None and session.step.step >= 5)
    session.change(**changes)
    until(lambda: session.engine.fits(session.settings) and newest(session).step > 8)
    until(lambda: bool(session.history.marks))
    assert session.state == "running"
    session.close()
    step = newest(session)
    assert step.image.shape == session.engine.problem.shape
    assert np.isfinite(step.total)
    assert not np.array_equal(step.image, session.engine.problem.content_image)
    steps = [point[0] for point in session.history.points]
    assert steps == sorted(steps)


def test_a_new_size_carries_the_picture_along(session):
    before = take(session, 8)
    session.change(size=64)
    after = rest(session)
    assert after.step == before.step
    assert max(after.image.shape) == 64
    small = np.asarray(
        Image.fromarray((after.image[0] * 255).astype(np.uint8)).resize(
            (before.image.shape[2], before.image.shape[1])
        )
    )
    assert np.abs(small / 255 - before.image[0]).mean() < 0.06


def test_the_start_picture_shows_at_once_before_the_start_and_waits_for_the_next_one_after(session):
    session.prepare()
    content = rest(session).image
    session.change(init="noise")
    assert np.abs(rest(session).image - content).mean() > 0.1
    running = take(session, 3)
    session.change(init="content")
    np.testing.assert_array_equal(rest(session).image, running.image)
    session.reset()
    np.testing.assert_array_equal(rest(session).image, content)


def test_a_value_that_is_not_accepted_changes_nothing(session):
    before = session.settings
    cases: list[tuple[dict, str]] = [
        ({"size": "big"}, "size is 'big'"),
        ({"optimizer": "adamm"}, "did you mean 'adam'"),
        ({"content": "chelsee"}, "did you mean 'chelsea'"),
        ({"beta": 3}, "unknown setting 'beta'"),
        ({"content_weight": 0.0, "style_weight": 0.0}, "both 0"),
        ({"style_layers": {}}, "style_layers"),
        ({"steps": 0}, "steps is 0"),
    ]
    for changes, said in cases:
        with pytest.raises(SettingsError, match=said):
            session.change(**changes)
    assert session.settings is before


def test_moves_of_a_slider_are_marked_where_they_happened(session):
    take(session, 3)
    session.change(style_weight=200.0)
    take(session, 20)
    session.change(tv_weight=1.0)
    take(session, 1)
    found = [(mark.step, mark.text) for mark in session.history.marks]
    assert found == [(3, "β 100 → 200"), (23, "TV 0 → 1")]


def test_a_slider_that_keeps_moving_leaves_one_mark(session):
    take(session, 3)
    for weight in (110.0, 120.0, 150.0):
        session.change(style_weight=weight)
        take(session, 1)
    assert [mark.text for mark in session.history.marks] == ["β 100 → 150"]


def test_a_moved_slider_costs_no_search_for_the_length_of_the_step(session):
    take(session, 15)
    for weight in (112.0, 100.0, 1000.0, 100.0):
        before = newest(session).evaluations
        session.change(style_weight=weight)
        step = take(session, 1)
        assert step.evaluations - before <= 3  # plain L-BFGS needs four or five
        after = session.engine.problem.evaluate(step.image, session.settings.weights)
        assert step.total == pytest.approx(after.total, rel=1e-4)


@pytest.mark.parametrize("first", ["the losses", "the step"])
def test_new_weights_show_before_the_loss_of_their_picture_is_known(session, first):
    """Whether or not a resting session has told the losses under the new weights meanwhile."""
    take(session, 15)
    seen: list[tuple[int, np.ndarray | None]] = []
    session.watch(lambda it: seen.append((newest(it).step, it.preview)))
    take(session, 1)
    assert all(preview is None for _, preview in seen)  # nothing new to show
    before = newest(session)
    seen.clear()
    if first == "the losses":
        session.change(style_weight=105.0)
        assert rest(session).total > before.total
        session.advance()
    else:
        with session._condition:  # its thread sees both commands at once
            session.change(style_weight=105.0)
            session.advance()
    after = rest(session)
    shown = [(number, preview) for number, preview in seen if preview is not None]
    assert [number for number, _ in shown] == [before.step]  # once, before the step is there
    np.testing.assert_array_equal(shown[0][1], after.image)
    assert not np.array_equal(after.image, before.image)
    assert session.preview is None
    seen.clear()
    take(session, 1)
    assert all(preview is None for _, preview in seen)  # they are no longer new


def test_a_step_is_given_up_for_newer_weights_but_never_twice_in_a_row(session, monkeypatch):
    take(session, 3)
    problem, seen = session.engine.problem, []
    inner, first = problem.evaluate, newest(session)

    def evaluate(image, weights=None):
        """Move the slider on during each of the first evaluations."""
        seen.append((weights.style, image is first.image))
        if len(seen) < 6:
            session.change(style_weight=200.0 + len(seen))
        return inner(image, weights)

    monkeypatch.setattr(problem, "evaluate", evaluate)
    with session._condition:  # or its thread may tell the losses under 200 before the start comes
        session.change(style_weight=200.0, steps=4)
        session.start()
    assert rest(session).step == 4
    # (weight, whether at the picture there was): the first step is given up after its preview.
    assert seen[:3] == [(200.0, True), (201.0, True), (201.0, False)]
    assert session.preview is None


@pytest.mark.parametrize("command", ["pause", "stop", "reset"])
def test_a_step_under_way_is_given_up_when_it_shall_hold(session, monkeypatch, command):
    take(session, 3)
    before, problem = newest(session), session.engine.problem
    held: list[np.ndarray] = []
    inner = problem.evaluate

    def evaluate(image, weights=None):
        if not held:
            held.append(image)
            getattr(session, command)()
        return inner(image, weights)

    monkeypatch.setattr(problem, "evaluate", evaluate)
    session.start()
    after = rest(session)
    assert len(held) == 1
    if command == "reset":
        assert (session.state, after.step) == ("ready", 0)
    else:
        assert after.step == before.step
        np.testing.assert_array_equal(after.image, before.image)
        assert session.state == {"pause": "paused", "stop": "stopped"}[command]
    number = 1 if command == "stop" else after.step + 1
    assert take(session, 1).step == number


def test_a_painting_goes_on_as_if_no_step_had_been_given_up(session, monkeypatch):
    other = new_session()
    for it in (session, other):
        take(it, 6)
    problem = session.engine.problem
    inner, paused = problem.evaluate, list[np.ndarray]()

    def evaluate(image, weights=None):
        if len(paused) < 3:
            paused.append(image)
            session.pause()
        return inner(image, weights)

    monkeypatch.setattr(problem, "evaluate", evaluate)
    for _ in range(3):
        session.start()
        assert rest(session).step == 6
    for it in (session, other):
        it.change(style_weight=333.0)
    np.testing.assert_array_equal(take(session, 3).image, take(other, 3).image)
    other.close()


def test_a_model_that_was_scaled_for_a_step_given_up_is_scaled_right_for_the_next():
    """Two moves of a slider, the first of them given up, are as good as one."""
    sizes = np.linspace(1, 9, 12).reshape(1, 2, 2, 3)

    def value(weight: float) -> Any:
        def evaluate(x: np.ndarray) -> Evaluation:
            loss = float(weight * np.sum(sizes * (x - 0.5) ** 2))
            return Evaluation({"style": {"block1_conv1": loss}}, 2 * weight * sizes * (x - 0.5))

        return evaluate

    def give_up(_: np.ndarray) -> Evaluation:
        raise GivenUp

    ends = []
    for detour in (False, True):
        optimizer, x = PatientLbfgs(), np.random.default_rng(0).random((1, 2, 2, 3))
        now = value(1)(x)
        for _ in range(4):
            x, now = optimizer.step(x, now, value(1))
        if detour:
            optimizer.restart()
            with pytest.raises(GivenUp):
                optimizer.step(x, value(10)(x), give_up)
        optimizer.restart()
        ends.append(optimizer.step(x, value(100)(x), value(100))[0])
    np.testing.assert_allclose(ends[0], ends[1], rtol=1e-9)


def test_a_slider_moved_before_the_start_moves_the_beginning_of_the_curves(session):
    session.prepare()
    first = rest(session).style
    session.change(style_weight=10 * session.settings.style_weight)
    assert rest(session).style == pytest.approx(10 * first, rel=1e-4)
    take(session, 2)
    steps, sums = zip(*session.history.points, strict=True)
    total, style = ([by_name[name] for by_name in sums] for name in ("total", "style"))
    assert steps == (0, 1, 2)
    assert style[0] == pytest.approx(10 * first, rel=1e-4)
    assert list(total) == sorted(total, reverse=True)
    assert not session.history.marks


def test_python_ends_in_peace_while_a_session_runs():
    code = (
        "import time\nfrom nstkit.session import Session, Settings\n"
        "session = Session(Settings(size=96, steps=100_000))\nsession.start()\n"
        "while session.step is None or session.step.step < 2: time.sleep(0.01)\n"
        "print('leaving')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stdout) == (0, "leaving\n")
    assert "Fatal" not in done.stderr
    assert "terminate" not in done.stderr


def test_a_preview_that_fails_is_never_the_picture_that_is_kept(session, monkeypatch):
    take(session, 3)
    good = newest(session)
    inner, calls = session.engine.problem.evaluate, []

    def evaluate(image, weights=None):
        calls.append(image)
        if len(calls) > 1:  # the first is the old picture under the new weights
            raise RuntimeError("no more memory")
        return inner(image, weights)

    monkeypatch.setattr(session.engine.problem, "evaluate", evaluate)
    session.change(style_weight=900.0)
    session.advance()
    session.wait(20)
    assert "no more memory" in str(session.error)
    assert session.preview is None
    assert session.step is not None
    np.testing.assert_array_equal(session.step.image, good.image)


def test_the_photographs_colours_are_kept_at_once_and_the_painting_goes_on_without(session):
    other = new_session()
    for it in (session, other):
        take(it, 4)
    painted = newest(session).image
    session.change(preserve_colour=True)
    kept = rest(session).image
    np.testing.assert_array_equal(kept, keep_colours(SMALL.picture("content"), painted))
    session.change(preserve_colour=False)
    np.testing.assert_array_equal(rest(session).image, painted)
    session.change(preserve_colour=True, size=48)  # what is carried along is the painting itself
    other.change(size=48)
    kept, painted = rest(session).image, rest(other).image
    content_image = session.engine.problem.content_image
    np.testing.assert_array_equal(kept, keep_colours(content_image, painted))
    other.close()


def test_smaller_sizes_are_painted_first_and_shown_while_the_start_is_prepared():
    session = new_session(SMALL.replace(size=256, steps=3, init="noise", coarse_to_fine=True))
    seen: list[tuple[str, tuple[int, ...]]] = []
    session.watch(
        lambda it: seen.append((it.state, () if it.preview is None else it.preview.shape))
    )
    session.prepare()
    start = rest(session)
    assert (session.state, start.step) == ("ready", 0)
    height, width = start.image.shape[1:3]
    assert ("preparing", (1, height // 2, width // 2, 3)) in seen
    expected, _ = coarse_start(session.engine.problem, init="noise", weights=SMALL.weights)
    np.testing.assert_allclose(start.image, expected, atol=1e-5)
    session.change(coarse_to_fine=False)
    assert rest(session).total > start.total
    assert take(session, 1).step == 1
    session.close()


def test_another_size_ends_the_preparation_of_a_start_picture():
    session = new_session(SMALL.replace(size=256, init="noise", coarse_to_fine=True))
    session.prepare()
    until(lambda: session.preview is not None)
    session.change(size=32)
    assert max(rest(session).image.shape) == 32
    assert (session.state, session.error) == ("ready", None)
    session.close()


# What goes wrong.


def test_a_network_that_cannot_be_loaded_leaves_the_picture_and_goes_back():
    def load(name):
        if name == "vgg19":
            raise WeightsError("no weights for vgg19 on this machine")
        return TINY[name]

    session = Session(SMALL, load=load)
    kept = take(session, 3)
    session.change(backbone="vgg19", style_weight=50.0)
    rest(session)
    assert session.state == "failed"
    assert isinstance(session.error, WeightsError)
    np.testing.assert_array_equal(newest(session).image, kept.image)
    assert (session.settings.backbone, session.settings.style_weight) == ("vgg19-slim", 50.0)
    assert take(session, 1).step == 4
    assert session.error is None


def test_the_first_build_may_fail_and_the_next_command_try_again(tmp_path):
    path = tmp_path / "broken.png"
    path.write_text("not a picture")
    session = new_session(SMALL.replace(style=str(path)))
    session.start()
    session.wait(PATIENCE)
    assert session.state == "failed"
    assert isinstance(session.error, ImageError)
    session.change(style="coffee")
    session.start()
    until(lambda: session.step is not None and session.step.step > 1)
    session.close()


def test_a_loss_that_overflows_keeps_the_last_good_picture(session):
    kept = take(session, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session.change(style_weight=1e300)
        session.start()
        session.wait(PATIENCE)
    assert session.state == "failed"
    assert isinstance(session.error, DivergedError)
    np.testing.assert_array_equal(newest(session).image, kept.image)
    session.change(style_weight=10.0)
    assert take(session, 2).step == 5


def test_a_watcher_hears_of_every_step_and_a_broken_one_is_dropped(session):
    heard, calls = [], []

    def broken(_):
        calls.append(1)
        raise RuntimeError("the view is gone")

    session.watch(lambda s: heard.append((s.state, s.step.step if s.step else None)))
    session.watch(broken)
    take(session, 3)
    assert len(calls) == 1
    steps = [step for _, step in heard if step is not None]
    assert set(range(4)) <= set(steps)
    assert heard[0][0] == "preparing"
    assert "the view is gone" in str(session.error)


def test_a_watcher_that_waits_for_its_own_session_is_told_so(session):
    refused = []

    def waits(watched):
        try:
            watched.wait(1)
        except SettingsError as error:
            refused.append(str(error))

    session.watch(waits)
    take(session, 1)
    assert "wait for itself" in refused[0]


@pytest.fixture
def listening():
    """Have Ctrl-C raise KeyboardInterrupt, even where whoever started the tests ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupt_pauses_and_loses_nothing(session, listening):
    session.change(steps=100_000)
    session.start()
    until(lambda: session.step is not None and session.step.step >= 2)
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        session.wait(PATIENCE)
    timer.join()
    kept = rest(session)
    assert session.state == "paused"
    assert np.isfinite(kept.image).all()
    assert take(session, 2).step == kept.step + 2


def test_a_thousand_random_commands_lose_nothing_and_hang_nowhere():
    rng = random.Random(7)
    session = new_session(SMALL.replace(steps=30))
    layers = list(SMALL.style_layers)
    wanted = session.settings

    def change(**changes: Any) -> None:
        nonlocal wanted
        wanted = wanted.replace(**changes)
        session.change(**changes)

    commands = [
        session.start,
        session.start,
        session.pause,
        session.stop,
        session.reset,
        lambda: session.advance(rng.randint(1, 3)),
        lambda: change(content_weight=10 ** rng.uniform(-2, 2)),
        lambda: change(style_weight=10 ** rng.uniform(0, 4)),
        lambda: change(tv_weight=rng.choice([0.0, 1.0])),
        lambda: change(style_layers={k: rng.choice([0.0, 1.0, 3.0]) for k in layers}),
        lambda: change(content_layers=rng.choice(["block1_conv2", "block2_conv2"])),
        lambda: change(optimizer=rng.choice(["adam", "lbfgs"])),
        lambda: change(content=rng.choice(["chelsea", "coffee"])),
        lambda: change(style=rng.choice(["coffee", "rocket"])),
        lambda: change(size=rng.choice([32, 40])),
        lambda: change(backbone=rng.choice(["vgg19", "vgg19-slim"])),
        lambda: change(init=rng.choice(["content", "style", "noise"])),
        lambda: change(steps=rng.randint(5, 60)),
        lambda: time.sleep(0.004),
    ]
    weights = [3, 3, 2, 1, 1, 3, 6, 6, 3, 6, 0.3, 0.5, 0.2, 0.2, 0.2, 0.2, 0.5, 1, 12]
    for command in rng.choices(commands, weights, k=1000):
        command()
    rest(session)
    assert session.error is None
    assert session.settings == wanted
    assert session.engine.run.weights == wanted.weights
    assert np.isfinite(newest(session).image).all()
    session.pause()
    number = rest(session).step
    expected = 3 if session.state == "stopped" else number + 3
    assert take(session, 3).step == expected
    session.close()


def test_two_sessions_at_once_do_not_disturb_each_other():
    alone = new_session(SMALL.replace(steps=8))
    alone.start()
    expected = rest(alone).image
    pair = [new_session(SMALL.replace(steps=8)) for _ in range(2)]
    for session in pair:
        session.start()
    for session in pair:
        np.testing.assert_allclose(rest(session).image, expected, atol=1e-5)


def test_commands_from_many_threads_at_once_are_all_kept(session):
    session.prepare()
    rest(session)
    layers = list(session.settings.style_layers)

    def move(layer):
        for value in range(1, 30):
            with session._condition:  # read and write as one, as a slider's handler does
                now = session.settings.style_layers
                session.change(style_layers={**now, layer: float(value)})

    threads = [threading.Thread(target=move, args=(layer,)) for layer in layers]
    session.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    rest(session)
    assert session.settings.style_layers == dict.fromkeys(layers, 29.0)


# History, shares, estimates, settings, comparison.


def step_at(number: int, side: int = 4) -> Step:
    image = np.full((1, side, side, 3), (number % 256) / 255, np.float32)
    return Step(number, 0, {"content": {"a": 0.5}, "style": {"b": 0.5}}, 0.0, 0.0, 0, image)


def test_history_is_bounded_and_covers_the_whole_run_evenly():
    history = History(points=100, frames=20, marks=5)
    for number in range(1733):
        history.add(step_at(number))
        history.mark(number, "β" if number % 2 else "α", str(number), str(number + 1))
    assert len(history.points) <= 100
    assert len(history.pictures) <= 21
    assert len(history.marks) <= 5
    steps = [frame.step for frame in history.pictures]
    assert steps[0] == 0
    assert steps[-1] == 1732
    gaps = np.diff(steps)
    assert gaps[:-1].max() == gaps[:-1].min()
    assert gaps[-1] <= gaps[0]


def test_history_keeps_fewer_pictures_where_they_are_large():
    history = History(frames=96)
    for number in range(40):
        history.add(step_at(number, side=1024))
    assert sum(frame.image.nbytes for frame in history.pictures) < 60e6


def test_shares_of_the_gradient_are_those_of_the_problem(session):
    take(session, 2)
    problem, image = session.engine.problem, session.step.image
    expected = problem.gradient_shares(image, session.settings.weights)
    assert session.gradient_shares() == pytest.approx(expected, abs=1e-3)
    changed = session.settings.replace(style_weight=3.0, tv_weight=0.5).weights
    shares = session.engine.shares
    assert shares.complete(image)
    assert shares.shares(changed) == pytest.approx(
        problem.gradient_shares(image, changed), abs=1e-3
    )
    assert GradientShares(problem).shares(changed) is None


@pytest.mark.parametrize("go", [lambda it: it.start(), lambda it: it.advance(40)])
def test_shares_while_it_runs_are_all_of_one_picture_and_not_of_the_start(session, go):
    session.prepare()
    rest(session)
    problem, images, heard = session.engine.problem, {}, []

    def hear(it: Session) -> None:
        step = newest(it)
        images[step.step] = step.image
        heard.append((step.step, it.gradient_shares()))

    session.watch(hear)
    go(session)
    rest(session)
    found = [shares for step, shares in heard if step <= 35 and shares != heard[0][1]]
    assert found  # in 35 of 40 steps
    weights = session.settings.weights
    possible = [problem.gradient_shares(image, weights) for image in images.values()]
    for shares in (found[0], found[-1]):
        assert any(shares == pytest.approx(expected, abs=1e-3) for expected in possible[1:])


def test_a_measurement_is_whole_or_none(session):
    take(session, 2)
    problem, first = session.engine.problem, newest(session).image
    second = take(session, 3).image
    shares, weights = GradientShares(problem), session.settings.weights
    for _ in range(4):
        shares.measure(first)
        assert shares.shares(weights) is None
    shares.measure(second)  # still of the first picture: the fifth and last part
    assert shares.complete(first)
    expected = problem.gradient_shares(first, weights)
    assert shares.shares(weights) == pytest.approx(expected, abs=1e-3)
    shares.measure(second)
    assert not shares.complete(second)
    assert shares.shares(weights) == pytest.approx(expected, abs=1e-3)
    for _ in range(5):
        shares.measure(first, anew=True)
    assert shares.complete(first)
    shares.measure(second)
    shares.allow(1, 0.1)  # a run begins
    for _ in range(5):
        shares.measure(first)
    assert shares.complete(first)


def test_the_estimate_follows_the_speed_that_was_measured(session):
    guess = session.estimate()
    assert not guess.measured
    take(session, 4)
    measured = session.estimate()
    assert measured.measured
    assert measured.step_seconds == pytest.approx(session.engine.step_seconds, rel=1e-6)
    assert measured.seconds == pytest.approx(40 * measured.step_seconds)
    larger = session.estimate(session.settings.replace(size=64))
    assert larger.seconds > 3 * measured.seconds
    assert larger.megabytes > 3 * measured.megabytes


def test_settings_are_the_same_after_writing_and_reading(tmp_path):
    picture = Picture("mine.png", np.random.default_rng(0).random((1, 40, 60, 3)).astype("f4"))
    settings = Settings(
        content=picture,
        size=96,
        crop=True,
        optimizer="adam",
        learning_rate=0.1,
        style_layers={"block1_conv2": 2.5, "block3_conv1": 0.0},
    )
    read = Settings.from_json(settings.to_json())
    assert read.replace(content="coffee") == settings.replace(content="coffee")
    assert isinstance(read.content, Picture)
    assert read.content.name == "mine.png"
    assert np.abs(read.content.image - picture.image).mean() < 0.1
    assert read.picture("content").shape == (1, 96, 96, 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "not a file of nstkit's settings"),
        ("[1]", "not a file of nstkit's settings"),
        ("{}", "not a file of nstkit's settings"),
        ('{"kind": "nstkit settings 1", "size": -4}', "size is -4"),
        ('{"kind": "nstkit settings 1", "colour": 4}', "unknown setting 'colour'"),
        ('{"kind": "nstkit settings 1", "content": {"name": "x"}}', "not a file of nstkit's"),
    ],
)
def test_a_file_that_is_no_settings_is_refused_with_a_reason(text, said):
    with pytest.raises(SettingsError, match=said):
        Settings.from_json(text)
    assert json.loads(Settings().to_json())["size"] == 256


def test_results_are_scored_with_one_ruler(session):
    few = take(session, 2)
    many = take(session, 20)
    session.change(size=48)
    larger = rest(session)
    results = [
        (SMALL, few.image),
        (SMALL, many.image),
        (SMALL.replace(size=48), larger.image),
        (SMALL.replace(style="coffee"), few.image),
    ]
    scores = compare(results, "gatys", TINY["vgg19-slim"])
    problem = Problem(
        SMALL.picture("content"),
        SMALL.picture("style"),
        backbone=TINY["vgg19-slim"],
        convention="gatys",
    )
    expected = problem.evaluate(few.image)
    assert scores[0].total == pytest.approx(expected.total, rel=1e-4)
    assert scores[1].style < scores[0].style
    assert [score.own_pictures for score in scores] == [False, False, False, True]


def test_pictures_chosen_before_the_start_are_the_start_picture(session):
    session.prepare()
    rest(session)
    session.change(content="coffee")
    step = rest(session)
    np.testing.assert_array_equal(step.image, session.engine.problem.content_image)
    assert session.state == "ready"


def test_another_content_picture_after_a_stop_is_a_new_beginning(session):
    take(session, 2)
    session.stop()
    rest(session)
    session.change(style_weight=3.0)
    assert rest(session).step == 2
    session.change(content="coffee")
    step = rest(session)
    assert (session.state, step.step) == ("ready", 0)
    np.testing.assert_array_equal(step.image, session.engine.problem.content_image)


# The picture painted at once.


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch):
    painter = tiny_painter()
    monkeypatch.setattr("nstkit.runs.at_once.load_painter", lambda: painter)
    made = Session(SMALL, load=TINY.__getitem__, at_once=True)
    yield made
    made.close()


def test_before_the_first_step_one_pass_is_shown_and_afterwards_the_steps(eager):
    eager.prepare()
    start = rest(eager)
    expected = one_pass(SMALL, SMALL.picture("content"))
    np.testing.assert_array_equal(eager.shown, expected)
    np.testing.assert_array_equal(start.image, SMALL.picture("content"))
    step = take(eager, 1)
    assert eager.instant is None
    assert eager.shown is step.image
    eager.reset()
    rest(eager)
    np.testing.assert_array_equal(eager.shown, expected)
    assert [frame.step for frame in eager.history.pictures] == [0]


def test_a_session_that_is_not_asked_to_paints_nothing_at_once(session):
    assert rest_after(session, {}).image is session.shown
    assert session.instant is None


@pytest.mark.parametrize(
    "changes",
    [
        {"style": "ink_wash"},
        {"styles": [Style("ink_wash", 0.5)]},
        {"style_weight": 3.0},
        {"content": "coffee"},
        {"size": 48},
        {"preserve_colour": True},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_changes_before_the_first_step_is_painted_at_once(eager, changes: dict[str, Any]):
    before = rest_after(eager, {"style_weight": 500.0}) and eager.instant
    shown = []
    eager.watch(lambda session: shown.append((session.instant, session.engine.told)))
    rest_after(eager, changes)
    wanted = eager.settings
    photo = wanted.picture("content")
    np.testing.assert_array_equal(eager.instant, wanted.finish(photo, one_pass(wanted, photo)))
    sooner = [image for image, told in shown if told is not wanted]
    assert sooner[-1] is eager.instant is not before  # before the losses are known


def test_while_something_moves_nothing_else_keeps_the_next_picture_waiting(eager):
    rest_after(eager, {})
    painted = eager.engine.paint_at_once
    order = []

    def paint(wanted: Settings) -> Any:
        order.append(wanted.style_weight)
        if len(order) < 6:
            eager.change(style_weight=wanted.style_weight + 1)
        return painted(wanted)

    eager.engine.paint_at_once = paint
    refreshed = []

    def refresh(wanted: Settings) -> Step:
        refreshed.append(wanted)
        eager.engine.told = wanted
        return newest(eager)

    eager.engine.refresh = refresh
    rest_after(eager, {"style_weight": 10.0})
    assert order == [10.0, 11.0, 12.0, 13.0, 14.0, 15.0]
    assert {wanted.style_weight for wanted in refreshed} == {15.0}


def test_with_another_network_the_start_picture_is_shown(eager):
    rest_after(eager, {})
    assert eager.instant is not None
    step = rest_after(eager, {"backbone": "vgg19"})
    assert eager.error is None
    assert eager.instant is None
    assert eager.shown is step.image


def test_an_error_before_the_first_step_keeps_the_picture_painted_at_once(eager, tmp_path):
    (tmp_path / "broken.png").write_text("no picture")
    rest_after(eager, {})
    before = eager.shown
    rest_after(eager, {"style": str(tmp_path / "broken.png")})
    assert isinstance(eager.error, ImageError)
    assert (eager.state, eager.settings.style) == ("failed", SMALL.style)
    np.testing.assert_array_equal(eager.shown, before)
    rest_after(eager, {"style": "ink_wash"})
    assert eager.error is None
    assert eager.instant is not None


def test_one_pass_is_a_start_picture_that_follows_the_mix(eager):
    rest_after(eager, {"init": "fast", "styles": [Style("ink_wash", 1.0)]})
    step = rest_after(eager, {"styles": [Style("ink_wash", 0.2)]})
    np.testing.assert_array_equal(step.image, eager.instant)
    np.testing.assert_array_equal(step.image, one_pass(eager.settings, SMALL.picture("content")))
    begun = take(eager, 1).image
    step = rest_after(eager, {"styles": [Style("ink_wash", 0.9)]})
    np.testing.assert_array_equal(step.image, begun)


def rest_after(session: Session, changes: dict[str, Any]) -> Step:
    session.change(**changes)
    return rest(session)
