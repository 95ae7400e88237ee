"""The course of a version of open data: its steps and events."""

from __future__ import annotations

from collections.abc import Sequence

from declarations import lifecycle
from declarations.parameters.tables.open_data import PublicationRules
from declarations.reasons import Reason
from gateways.case_course import CaseCourse
from gateways.open_data.repository import OpenDataDesk, OpenDataMonth

KIND, BY = "open_data_month", "open_data"
PUBLISHED = "published"
COURSE = CaseCourse(KIND, BY, "open_data")


def rules_of(desk: OpenDataDesk) -> PublicationRules:
    """Return the rules of publication of today."""
    return desk.value_today("open_data.publication").table_as(PublicationRules)


def apply_step(month: OpenDataMonth, action: str, desk: OpenDataDesk, reason: str, by: str) -> None:
    """Apply an action of the lifecycle to a version and note it; raises `lifecycle.NotAllowed`."""
    made = lifecycle.transition_of(month.state, action, KIND)
    month.state = made.to
    month.ended_at, month.decided_by = desk.now, by
    add_event(month, action, desk, by, (made.receipt_text(reason),))
    desk.repository.put_month(month)


def add_event(month: OpenDataMonth, what: str, desk: OpenDataDesk, by: str, reasons: Sequence[Reason] = ()) -> None:
    """Note what happened to a version."""
    COURSE.note(month.release_no, what, month.state, reasons, desk, by)
