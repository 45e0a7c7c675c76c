"""A live session: a run that answers while it paints, without any widget.

`Session` owns the problem, the run and its history, and computes on a thread of its own;
`Settings` is everything it can be asked for, and a file that loads again.
"""

from nstkit.session.compare import Score, compare
from nstkit.session.history import Frame, History, Mark
from nstkit.session.live import Session
from nstkit.session.settings import Picture, Settings

__all__ = [
    "Frame",
    "History",
    "Mark",
    "Picture",
    "Score",
    "Session",
    "Settings",
    "compare",
]
