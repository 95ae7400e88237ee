"""Collects the faults found while an interchange is read, up to a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schemas.edifact.interchange import EdifactMessage, place_of
from schemas.edifact.places import UNSPECIFIED, Place, SyntaxFault, fault
from schemas.edifact.segments import Segment
from schemas.wording import finding

MAX_FINDINGS = 1_000
_ALWAYS_TOLD = frozenset(("edifact-too-many-segments",))
"""What is told even where there is more than is reported, because it says why the rest was not read."""


class Faults:
    """Collects what is wrong, at most one more than is reported."""

    def __init__(self, found: Sequence[SyntaxFault] = (), starts: Sequence[int] = ()) -> None:
        self._found = list(found)
        self.starts = starts

    @property
    def enough(self) -> bool:
        """True if there are more than are reported."""
        return len(self._found) > MAX_FINDINGS

    def place(self, offset: int, tag: str = "") -> Place:
        """Return a place outside segments."""
        return place_of(Segment(tag, 0, offset), self.starts)

    def add(self, code: str, place: Place, **values: Any) -> None:
        """Add what is wrong at a place."""
        if not self.enough:
            self._found.append(fault(code, place, **values))

    def at(
        self,
        code: str,
        segment: Segment,
        message: EdifactMessage | None = None,
        element: int = 0,
        component: int = 0,
        **values: Any,
    ) -> None:
        """Add what is wrong with a segment, or with a value in it."""
        if not self.enough:
            self._found.append(fault(code, place_of(segment, self.starts, message, element, component), **values))

    def in_order(self) -> list[SyntaxFault]:
        """Return what is reported, in the order of places; the last one says if there was more."""
        found = sorted(self._found, key=lambda one: one.place.offset)
        if len(found) <= MAX_FINDINGS:
            return found
        kept = [one for one in found[MAX_FINDINGS - 1 :] if one.finding.code in _ALWAYS_TOLD]
        more = finding("too-many-findings", most=MAX_FINDINGS - 1)
        place = found[-1].place._replace(message=None)  # the rest was not judged, so that nothing of it can be taken
        return [*found[: MAX_FINDINGS - 1 - len(kept)], *kept, SyntaxFault(more, place, UNSPECIFIED)]
