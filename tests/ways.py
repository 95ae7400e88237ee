"""The functions that a page lists as the way of a message, and those that were called, by a trace."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from tests.pages import ROOT, texts

Way = list[tuple[str, str]]
"""(file, function), in order."""
_ROW = re.compile(r"^\| `(\S+\.py)` \| `(\w+)` \|", re.MULTILINE)


def listed(page: str) -> Way:
    """The functions of a page's table of files and functions."""
    return _ROW.findall(texts()[page])


@contextmanager
def traced(functions: Way) -> Iterator[Way]:
    """Note every call of these functions, in this thread and those that begin meanwhile."""
    wanted = {(str(ROOT / file), name): (file, name) for file, name in functions}
    called: Way = []

    def note(frame: FrameType, event: str, _: object) -> None:
        place = wanted.get((frame.f_code.co_filename, frame.f_code.co_name)) if event == "call" else None
        if place is not None:
            called.append(place)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield called
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
