"""nstkit: neural style transfer, taught by doing it."""

__version__ = "0.1.0"
