"""The orders in which the officers' queue can be read, and the place of a case in each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, tuple_

from single_window.store.tables import work_case

LANES = ("inspection", "review", "green")
"""Lanes of lists, the riskiest first."""
DUE = "due"
MOST_DIGITS = 19
"""So many digits may not fit into a column any more."""
KEY_ORDER = (work_case.c.subject, func.length(work_case.c.subject_id), work_case.c.subject_id)
"""The order of keys of cases. Ids are kept as text: a number comes behind each shorter one."""


STAKE = -case((work_case.c.tax > 0, work_case.c.tax), else_=work_case.c.value)
"""What is at stake in a case, the most first: its tax, or without one its value."""


class QueueOrder(NamedTuple):
    """An ascending order: the expression that is compared, and its value for a case. Of cases that are equal, as those
    that are due in the same instant, those of one kind of subject stand together (an index leads to them), the one in
    which most is at stake first; of equal stakes by the id of their subject, 9 before 10."""

    column: ColumnElement[int]
    of: Callable[[Any], int]

    @property
    def columns(self) -> tuple[ColumnElement[Any], ...]:
        """All expressions of the order."""
        kind, *id_of_subject = KEY_ORDER
        return (self.column, kind, STAKE, *id_of_subject)

    def place(self, queued: Any) -> str:
        """The place of a case, from which the next page begins."""
        stake = queued.tax if queued.tax > 0 else queued.value
        return f"{self.of(queued)}~{queued.subject}~{-int(stake)}~{queued.subject_id}"

    def behind(self, place: str) -> ColumnElement[bool] | None:
        """The condition on cases behind a place; None if the text is no place."""
        value, subject, stake, subject_id, *_ = [*place.split("~", 3), "", "", ""]
        if not (_is_number(value) and _is_number(stake) and subject):
            return None
        return tuple_(*self.columns) > tuple_(int(value), subject, int(stake), len(subject_id), subject_id)


def _is_number(text: str) -> bool:
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdecimal() and len(digits) < MOST_DIGITS


def _rank(lane: str) -> int:
    return LANES.index(lane) if lane in LANES else len(LANES)


ORDERS: Mapping[str, QueueOrder] = MappingProxyType(
    {
        DUE: QueueOrder(work_case.c.due, lambda queued: int(queued.due)),
        "age": QueueOrder(work_case.c.opened_at, lambda queued: int(queued.opened_at)),
        "value": QueueOrder(-work_case.c.value, lambda queued: -int(queued.value)),
        "tax": QueueOrder(-work_case.c.tax, lambda queued: -int(queued.tax)),
        "risk": QueueOrder(
            case({lane: _rank(lane) for lane in LANES}, value=work_case.c.lane, else_=len(LANES)),
            lambda queued: _rank(queued.lane),
        ),
    }
)
"""Due first; waiting longest first; the largest value or tax first; the riskiest lane first."""


def order_of(name: str) -> QueueOrder:
    """The order of this name; by default that of due instants."""
    return ORDERS.get(name, ORDERS[DUE])
