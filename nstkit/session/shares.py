"""Which layer drives the picture: each part's share of the gradient, measured a little a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from nstkit.transfer import Problem
from nstkit.weighting import Weights


class GradientShares:
    """Norms of the gradient of each part, at weights of 1; weights are applied afterwards.

    A part's gradient is proportional to its weight, so its share follows a slider at once,
    without a new measurement. Measuring one part costs one evaluation of the compiled problem.

    Parameters
    ----------
    problem : Problem
        The problem.
    """

    def __init__(self, problem: Problem):
        self._problem = problem
        self._single = {}
        content, style = problem.content_layers, problem.style_layers
        for kind, layers in (("content", content), ("style", style)):
            for layer in layers:
                self._single[f"{kind} {layer}"] = _only(kind, layer)
        # One of α and β has to be positive: a style weight of 1 on layers that all count 0.
        self._single["total variation"] = Weights(
            0.0, 1.0, 1.0, content_layers={}, style_layers=dict.fromkeys(style, 0.0)
        )
        self._norms: dict[str, float] = {}
        self._images: dict[str, Any] = {}
        self.restart()

    def restart(self) -> None:
        """Take what is known for outdated, though better than nothing: a run begins."""
        self._outdated = list(self._single)

    @property
    def hurried(self) -> bool:
        """Whether a part is still unknown or outdated, so that measuring should not wait."""
        return bool(self._outdated)

    def complete(self, image: np.ndarray) -> bool:
        """Return whether all parts have been measured for this very picture."""
        return all(self._images.get(name) is image for name in self._single)

    def measure(self, image: np.ndarray) -> None:
        """Measure the part that waited longest for this picture."""
        stale = [name for name in self._single if self._images.get(name) is not image]
        if stale:
            name = next(name for name in (*self._outdated, *self._norms) if name in stale)
            gradient = self._problem.evaluate(image, self._single[name]).gradient
            self._norms.pop(name, None)  # to the end of the queue
            self._norms[name] = float(np.sqrt(np.sum(gradient.astype(np.float64) ** 2)))
            self._images[name] = image
            self._outdated = [other for other in self._outdated if other != name]

    def shares(self, weights: Weights) -> dict[str, float] | None:
        """Return each part's share of the gradient under `weights`, None before all are known."""
        if len(self._norms) < len(self._single):
            return None
        factors = {
            **{
                f"content {name}": weights.content * w for name, w in weights.content_layers.items()
            },
            **{f"style {name}": weights.style * w for name, w in weights.style_layers.items()},
            "total variation": weights.tv,
        }
        sizes = {name: self._norms[name] * factors.get(name, 0.0) for name in self._single}
        total = sum(sizes.values()) or 1.0
        return {name: size / total for name, size in sizes.items()}


def _only(kind: str, layer: str) -> Weights:
    if kind == "content":
        return Weights(1.0, 0.0, 0.0, content_layers={layer: 1.0}, style_layers={})
    return Weights(0.0, 1.0, 0.0, content_layers={}, style_layers={layer: 1.0})
