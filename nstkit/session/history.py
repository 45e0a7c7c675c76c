"""What a session remembers: curves, pictures and marks, in bounded memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nstkit.images import to_uint8
from nstkit.transfer import Losses

MEMORY = 48_000_000
"""Bytes that the pictures of one history may take."""


@dataclass(frozen=True)
class Frame(Losses):
    """A picture of the past.

    Attributes
    ----------
    step : int
        Its step.
    parts : dict of str to dict of str to float
        The losses then, as in a `Step`.
    image : numpy.ndarray
        Shape (height, width, 3), uint8.
    """

    step: int
    parts: Mapping[str, Mapping[str, float]]
    image: np.ndarray


@dataclass(frozen=True)
class Mark:
    """A moment at which something was changed.

    Attributes
    ----------
    step : int
        The last step before the change.
    what : str
        Which setting.
    text : str
        What happened, such as "β 100 → 316".
    """

    step: int
    what: str
    text: str


class History:
    """Curves, pictures and marks of a run, thinned out evenly as they grow.

    A point of the curves is a step and its losses by name: "total", "content", "style" …

    When a list is full, every second entry is dropped and from then on only every second one
    is added; so the whole run stays covered, evenly, whatever its length. The newest picture is
    always there.

    Parameters
    ----------
    points : int
        Most points of a curve.
    frames : int
        Most pictures; fewer if they are so large that they would take more than 48 MB.
    marks : int
        Most marks; the oldest go first.
    """

    def __init__(self, *, points: int = 2000, frames: int = 96, marks: int = 60):
        self._limits = points, frames, marks
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.points: list[tuple[int, dict[str, float]]] = []
        self.frames: list[Frame] = []
        self.marks: list[Mark] = []
        self._count, self._point_stride, self._frame_stride = 0, 1, 1
        self._newest: Frame | None = None

    def add(self, step: Any) -> None:
        """Remember a `Step`."""
        most_points, most_frames, _ = self._limits
        image = to_uint8(step.image)
        frame = Frame(step.step, step.parts, image)
        most_frames = max(4, min(most_frames, MEMORY // image.nbytes))
        if self._count % self._point_stride == 0:
            self.points = [*self.points, (step.step, {"total": step.total, **step.sums()})]
            if len(self.points) > most_points:
                self.points, self._point_stride = self.points[::2], 2 * self._point_stride
        if self._count % self._frame_stride == 0:
            self.frames = [*self.frames, frame]
            while len(self.frames) > most_frames:
                self.frames, self._frame_stride = self.frames[::2], 2 * self._frame_stride
        self._newest = frame
        self._count += 1

    def mark(self, step: int, what: str, before: str, after: str) -> None:
        """Remember that a setting changed; one that moves on within a few steps stays one mark."""
        last = self.marks[-1] if self.marks else None
        if last is not None and last.what == what and step - last.step <= max(5, step // 25):
            before = last.text.removeprefix(f"{what} ").split(" → ")[0]
            self.marks = self.marks[:-1]
            step = last.step
        if before != after:
            self.marks = [*self.marks, Mark(step, what, f"{what} {before} → {after}")]
        self.marks = self.marks[-self._limits[2] :]

    @property
    def pictures(self) -> list[Frame]:
        """The pictures kept, the newest always among them."""
        frames = self.frames
        if self._newest is not None and (not frames or frames[-1] is not self._newest):
            frames = [*frames, self._newest]
        return frames
