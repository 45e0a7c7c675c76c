"""A style as numbers: mixed, kept in a small file, and read again with every check."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from nstkit.errors import SettingsError, WeightsError, check_number
from nstkit.machine import replace_file

KIND = "nstkit style numbers 1"
"""First entry of a file of numbers: what it is, and which version."""

SUFFIX = ".npz"
"""How the name of such a file ends."""


@dataclass(frozen=True, eq=False)
class StyleNumbers:
    """What a network that paints in one pass needs to know of a style.

    Attributes
    ----------
    name : str
        What to call the style.
    values : numpy.ndarray
        Shape (count,), float32: a scale and a shift for every normalised channel.
    network : str
        Mark of the network that they belong to; another one would paint nonsense with them.
    """

    name: str
    values: np.ndarray = field(repr=False)
    network: str

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a file of a few kB that others can load: 16 bits for each number.

        Parameters
        ----------
        path : path-like
            Where; ``.npz`` is added if it does not end so.

        Returns
        -------
        pathlib.Path
            The file.
        """
        target = Path(path)
        if target.suffix != SUFFIX:
            target = target.with_name(target.name + SUFFIX)
        data = io.BytesIO()
        words = {"kind": KIND, "name": self.name, "network": self.network}
        known: dict[str, Any] = {name: np.array(word) for name, word in words.items()}
        np.savez(data, values=self.values.astype(np.float16), **known)
        return replace_file(target, data.getvalue())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> StyleNumbers:
        """Read what `save` wrote.

        Raises
        ------
        WeightsError
            If there is no such file, or it is damaged or something else.
        """
        try:
            data = io.BytesIO(Path(path).read_bytes())
            with np.load(data, allow_pickle=False) as arrays:
                if str(arrays["kind"]) != KIND:
                    raise KeyError("kind")
                values = arrays["values"].astype(np.float32)
                found = cls(str(arrays["name"]), values, str(arrays["network"]))
        except FileNotFoundError:
            raise WeightsError(f"there is no file {path}: check the name") from None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise WeightsError(
                f"{path} holds no style's numbers, or is damaged ({error}): give a file that "
                "StyleNumbers.save wrote, or the painting itself"
            ) from error
        if values.ndim != 1 or not np.isfinite(values).all():
            raise WeightsError(f"{path} is damaged (NaN or infinity): tune the style again")
        return found


def mix(styles: Sequence[StyleNumbers], weights: Sequence[float] | None = None) -> StyleNumbers:
    """Mix styles: the weighted mean of their numbers.

    Parameters
    ----------
    styles : sequence of StyleNumbers
        At least one, all of one network.
    weights : sequence of float, optional
        One for each, not negative; only their proportions count. By default all alike.

    Returns
    -------
    StyleNumbers
        The mixture.

    Raises
    ------
    SettingsError
        If there is no style, the weights are not as many, not accepted, or sum to zero.
    WeightsError
        If the styles belong to different networks.

    Examples
    --------
    >>> one, two = (StyleNumbers(n, np.float32([v]), "n") for n, v in (("a", 0.0), ("b", 4.0)))
    >>> mix([one, two], [1, 3]).values.tolist()
    [3.0]
    """
    if not styles:
        raise SettingsError("no style given: give at least one")
    shares = [1.0] * len(styles) if weights is None else list(weights)
    if len(shares) != len(styles):
        raise SettingsError(
            f"{len(shares)} weights for {len(styles)} styles: give one weight for each style"
        )
    for style, share in zip(styles, shares, strict=True):
        check_number(share, f"the weight of style {style.name}")
    total = sum(shares)
    if total == 0:
        raise SettingsError(
            "the weights of the styles sum to 0: give at least one a positive weight"
        )
    if len({(style.network, style.values.shape) for style in styles}) > 1:
        raise WeightsError(
            "these styles' numbers belong to different networks: predict or tune them with one"
        )
    proportions = np.array(shares, np.float32) / np.float32(total)
    values = proportions @ np.stack([style.values for style in styles])
    names = [
        style.name if len(styles) == 1 else f"{style.name}:{share:g}"
        for style, share in zip(styles, shares, strict=True)
        if share
    ]
    return StyleNumbers(" + ".join(names), values, styles[0].network)
