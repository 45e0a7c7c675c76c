"""Ten thousand random commands to a session: nothing is lost, nothing hangs, memory stays."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from tiny import picture, tiny_backbone

from nstkit.errors import DivergedError, ImageError, SettingsError, WeightsError
from nstkit.machine import give_back_memory
from nstkit.session import Picture, Session, Settings

COMMANDS, WARM = 10_000, 2_000
PATIENCE = 60
GROWTH = 120e6
"""Bytes that may be added after the first `WARM` commands.

TensorFlow keeps a little for every size and set of layers that it met, and so the process grows
until it has met all of them: by 100 MB, reached after 16,000 commands and the same after 40,000.
"""

CONTENT_LAYERS = ("block1_conv2", "block2_conv2")
STYLE_LAYERS = ("block1_conv1", "block2_conv1", "block3_conv1")
NETWORKS = {name: tiny_backbone(seed=seed) for seed, name in enumerate(("vgg19-slim", "vgg19"))}
REFUSED: tuple[dict[str, Any], ...] = (
    {"size": "big"},
    {"size": 15},
    {"steps": 0},
    {"epochs": 2.5},
    {"seed": -1},
    {"style_weight": float("nan")},
    {"content_weight": 0, "style_weight": 0, "terms": {}},
    {"content": "chelsee"},
    {"style": "nowhere.png"},
    {"init": 3},
    {"optimizer": "sgd"},
    {"learning_rate": -0.1},
    {"convention": "gatis"},
    {"content_layers": "block9_conv1"},
    {"style_layers": {}},
    {"terms": {"colour": 1.0}},
    {"pooling": "min"},
    {"backbone": "vgg20"},
    {"beta": 3},
)
FAILING = (WeightsError, ImageError, DivergedError)
"""What the settings in `Endurance.failing` fail with, once they are tried."""


def load(name: str) -> Any:
    if name not in NETWORKS:
        raise WeightsError(f"no weights for {name} on this machine")
    return NETWORKS[name]


class Endurance:
    """A session, a seeded source of commands, and what is wrong with what is heard of it."""

    def __init__(self, folder: Path):
        self.random = random.Random(20)
        broken = folder / "broken.png"
        broken.write_text("no picture")
        self.failing = (
            {"backbone": "vgg16"},
            {"style": str(broken)},
            {"style_weight": 1e300},
        )
        self.own = [Picture(f"own {seed}", picture(seed, 40, 48)) for seed in range(9)]
        self.settings = Settings(
            size=32,
            steps=30,
            content_layers={"block2_conv2": 1.0},
            style_layers=dict.fromkeys(STYLE_LAYERS, 1.0),
        )
        self.session = Session(self.settings, load=load)
        self.session.watch(self.hear)
        self.threads = threading.active_count()
        self.number = self.taken = 0
        self.faults: list[str] = []
        self.errors: set[type] = set()

    def hear(self, session: Session) -> None:
        """Check what a watcher is told; on the session's thread."""
        step = session.step
        if session.error is not None:
            self.errors.add(type(session.error))
        if step is None:
            return
        if step.step not in (0, self.number, self.number + 1):
            self.faults.append(f"step {step.step} came after step {self.number}")
        self.taken += step.step == self.number + 1
        self.number = step.step
        for image in (step.image, session.preview):
            if image is not None and not (image.min() >= 0 and image.max() <= 1):
                self.faults.append(f"the picture of step {step.step} is no picture")

    def number_of(self, low: float, high: float) -> float:
        return 10 ** self.random.uniform(low, high)

    def some(self, names: tuple[str, ...]) -> dict[str, float]:
        """Return weights for some of these names, at least one of them positive."""
        chosen = self.random.sample(names, self.random.randint(1, len(names)))
        weights = {name: self.random.choice([0.0, 1.0, 2.5]) for name in chosen}
        return {**weights, chosen[0]: 1.0}

    def good(self) -> dict[str, Any]:
        """Return changes that are accepted and can be carried out."""
        choice = self.random.choice
        layers = {"content_layers": CONTENT_LAYERS, "style_layers": STYLE_LAYERS}
        cheap: list[dict[str, Any]] = [
            {"content_weight": self.number_of(-2, 2)},
            {"style_weight": self.number_of(0, 4)},
            {"tv_weight": choice([0.0, 1.0])},
            {"style_layers": {k: choice([0.0, 1.0, 3.0]) for k in self.settings.style_layers}},
            {"steps": self.random.randint(5, 60), "epochs": choice([1, 2])},
            {"preserve_colour": choice([True, False])},
        ]
        dear: list[dict[str, Any]] = [
            {"content_layers": self.some(CONTENT_LAYERS)},
            {"style_layers": self.some(STYLE_LAYERS)},
            {"terms": choice([{}, {"moments": 1.0}])},
            {"optimizer": "adam", "learning_rate": self.number_of(-3, -1)},
            {"optimizer": "lbfgs"},
            {"convention": choice(["relative", "gatys"]), **layers},
            {"content": choice([*self.own, "chelsea"])},
            {"style": choice([*self.own, "coffee"])},
            {"size": choice([32, 40])},
            {"crop": choice([True, False])},
            {"backbone": choice(list(NETWORKS))},
            {"init": choice(["content", "style", "noise", self.own[0]]), "seed": choice([0, 1])},
            {"coarse_to_fine": choice([True, False])},
        ]
        return choice(cheap if self.random.random() < 0.96 else dear)

    def change(self, **changes: Any) -> None:
        self.session.change(**changes)
        self.settings = self.session.settings

    def refused(self) -> None:
        changes = self.random.choice(REFUSED)
        with self.session._condition:  # its thread goes back to other settings where it fails
            before = self.session.settings
            with pytest.raises((SettingsError, ImageError)):
                self.session.change(**changes)
            assert self.session.settings is before, changes

    def fail(self) -> None:
        """Ask for what cannot be carried out, and for something that can."""
        self.change(**self.random.choice(self.failing))
        self.session.advance()
        time.sleep(self.random.choice([0, 0.02, 0.1]))
        self.change(style_weight=100.0, style="coffee", backbone="vgg19-slim")

    def save_and_load(self) -> None:
        read = Settings.from_json(self.session.settings.to_json())
        names = Settings.__dataclass_fields__
        self.change(**{name: getattr(read, name) for name in names})

    def look(self) -> None:
        """Ask for what a view shows."""
        session = self.session
        session.estimate()
        shares = session.gradient_shares()
        if shares and abs(sum(shares.values()) - 1) > 1e-3 and any(shares.values()):
            self.faults.append(f"the shares of the gradient are {shares}")
        if session.seconds_left < 0 or session.until < 1:
            self.faults.append(f"{session.seconds_left} s left of {session.until} steps")

    def command(self) -> None:
        session = self.session
        commands: list[tuple[float, Any]] = [
            (10, session.start),
            (5, session.pause),
            (2, session.stop),
            (2, session.reset),
            (8, lambda: session.advance(self.random.randint(1, 3))),
            (30, lambda: self.change(**self.good())),
            (4, self.refused),
            (0.3, self.fail),
            (0.5, self.save_and_load),
            (4, self.look),
            (20, lambda: time.sleep(0.005)),
            (2, lambda: time.sleep(0.1)),
        ]
        weights, acts = zip(*commands, strict=True)
        self.random.choices(acts, weights)[0]()


def resident() -> int:
    give_back_memory()
    return int(psutil.Process().memory_info().rss)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_thousand_random_commands_lose_nothing_hang_nowhere_and_leak_nothing(tmp_path):
    endurance = Endurance(tmp_path)
    session, warm = endurance.session, 0
    for number in range(COMMANDS):
        endurance.command()
        if number % 1000 == 999:
            session.pause()
            assert session.wait(PATIENCE), f"no rest after {number} commands"
        if number == WARM:
            warm = resident()
    session.pause()
    assert session.wait(PATIENCE)
    assert not endurance.faults
    assert set(FAILING) == endurance.errors  # each was met, and nothing else
    assert endurance.taken > 100
    assert resident() - warm < GROWTH
    # It is still a session like any other: what is asked for is done.
    endurance.change(optimizer="lbfgs", style_weight=100.0, steps=7, epochs=1)
    session.reset()
    session.start()
    assert session.wait(PATIENCE)
    assert session.error is None
    assert (session.state, endurance.number) == ("finished", 7)
    assert session.settings == endurance.settings
    session.close()
    assert threading.active_count() == endurance.threads
