"""All patches of a picture laid out as rows, to find those that fit a place."""

from __future__ import annotations

import numpy as np


class PatchBank:
    """The patches of a picture, and how well each would fit next to what is already there.

    Parameters
    ----------
    source : numpy.ndarray
        The picture that patches are cut from, (H, W, 3), float32.
    patch : int
        Side of a patch in pixels.
    generator : numpy.random.Generator
        Draws the patches to keep when there are too many.
    size : int
        Number of values to keep. When all patches have more, a random part of them is kept.
    guide : numpy.ndarray, optional
        Shape (H, W, channels), float: a second description of the source, to be compared with
        what is wished for at a place.
    weight : float
        Weight of the guide, from 0 to 1; the overlap has the rest.
    """

    def __init__(
        self,
        source: np.ndarray,
        patch: int,
        generator: np.random.Generator,
        *,
        size: int,
        guide: np.ndarray | None = None,
        weight: float = 0.0,
    ):
        self.source, self.patch, self.weight = source, patch, weight
        self.overlap = max(2, patch // 6)
        self._order = self._overlap_pixels()
        values = 3 * len(self._order) + (0 if guide is None else patch**2 * guide.shape[-1])
        self.places = np.argwhere(np.ones([side - patch + 1 for side in source.shape[:2]], bool))
        most = max(1, size // values)
        if len(self.places) > most:
            chosen = generator.choice(len(self.places), most, replace=False)
            self.places = self.places[np.sort(chosen)]
        self._pixels = self._rows(source, self._order)
        self._guide = None if guide is None else self._rows(guide, np.arange(patch**2))
        self._norms: dict[tuple[int, int], np.ndarray] = {}

    def errors(
        self, old: np.ndarray, edge: tuple[bool, bool], wish: np.ndarray | None = None
    ) -> np.ndarray:
        """Return how badly each patch would fit a place.

        Parameters
        ----------
        old : numpy.ndarray
            What lies at the place now, (patch, patch, 3).
        edge : tuple of bool
            Whether there is something along its top, and along its left side.
        wish : numpy.ndarray, optional
            What the guide should look like there, (patch, patch, channels).

        Returns
        -------
        numpy.ndarray
            Shape (places,): mean squared difference in the overlap, mixed with that to `wish`.
        """
        error = np.zeros(len(self.places), np.float32)
        corner = self.overlap * (self.patch - self.overlap)
        first = 0 if edge[0] else corner
        last = len(self._order) if edge[1] else corner + self.overlap**2
        if any(edge):
            query = old.reshape(-1, 3)[self._order[first:last]]
            error += self._distances(self._pixels, query, (3 * first, 3 * last)) / (last - first)
        if self._guide is None or wish is None:
            return error
        far = self._distances(self._guide, wish, (0, -1)) / self.patch**2
        return (1 - self.weight) * error + self.weight * far

    def _overlap_pixels(self) -> np.ndarray:
        """Order the pixels of the overlap so that each of its shapes is one slice.

        Top strip, corner, left strip: a patch in the first row needs the last two, one in the
        first column the first two, all others need all three.
        """
        index, o = np.arange(self.patch**2).reshape(self.patch, self.patch), self.overlap
        return np.concatenate(
            [part.ravel() for part in (index[:o, o:], index[:o, :o], index[o:, :o])]
        )

    def _rows(self, picture: np.ndarray, pixels: np.ndarray) -> np.ndarray:
        """Return the given pixels of every patch, one patch per row."""
        down, right = np.divmod(pixels, self.patch)
        rows = picture[self.places[:, :1] + down, self.places[:, 1:] + right]
        return np.ascontiguousarray(rows.reshape(len(self.places), -1), np.float32)

    def _distances(self, rows: np.ndarray, query: np.ndarray, used: tuple[int, int]) -> np.ndarray:
        """Return |row - query|² over some columns, as |row|² - 2 row · query + |query|²."""
        part = rows[:, slice(*used)] if used[1] > 0 else rows
        if used not in self._norms:
            self._norms[used] = np.einsum("ij,ij->i", part, part)
        flat = query.ravel().astype(np.float32)
        # Not part @ flat: a matrix library's threads cost more here than the product itself.
        product = np.einsum("ij,j->i", part, flat)
        return np.maximum(self._norms[used] - 2 * product + flat @ flat, 0.0)
