"""A live session: a run that answers while it paints, without any widget.

`Session` owns the problem, the run and its history, and computes on a thread of its own; it is
asked for with the same `Settings` as `nstkit.stylize`, which are a file that loads again.
"""

from nstkit.runs import Picture, Settings
from nstkit.session.compare import Score, compare
from nstkit.session.history import Frame, History, Mark
from nstkit.session.plan import State
from nstkit.session.session import LONG, Session

__all__ = [
    "LONG",
    "Frame",
    "History",
    "Mark",
    "Picture",
    "Score",
    "Session",
    "Settings",
    "State",
    "compare",
]
