"""Carries out officers' decisions about open data: a version is drafted, published or discarded."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.calendar import day_of
from declarations.open_data.publishing import cells_out, yuan_text
from declarations.reasons import Reason
from declarations.refusals import refusal_reason
from gateways.decisions import carry_out
from gateways.open_data.drafting import NotDrafted, close, count, draft, each_month
from gateways.open_data.outcomes import KIND, PUBLISHED, apply_step, rules_of
from gateways.open_data.repository import OpenDataBase, OpenDataDesk, OpenDataMonth
from gateways.topics.open_data import OpenDataDue
from gateways.topics.shared import Decision
from schemas.open_data.package import Version, files_of
from schemas.open_data.rows import PublishedRow

MAKE, MONTH, PUBLISH = "draft_month", "month", "publish"
CHANGED, LESS = "33108", "33109"


def decide(decisions: Sequence[Decision], desk: OpenDataDesk) -> None:
    """Carry out decisions, or refuse them with reasons."""
    carry_out(
        decisions,
        desk.repository.months([decision.subject_id for decision in decisions if decision.subject_id]),
        desk,
        kind=KIND,
        act=lambda month, decision: _decide(month, decision, desk),
        makes={MAKE: lambda decision: _make(decision, desk)},
        missing=refusal_reason("没有这一版本", "there is no such version"),
    )


def _make(decision: Decision, desk: OpenDataDesk) -> tuple[Reason, ...]:
    """Draft a version; from the first one on, months draft themselves."""
    try:
        draft(str(decision.values.get(MONTH, "")), desk, decision.by)
    except NotDrafted as error:
        return (error.reason,)
    desk.recur(OpenDataDue(), each_month(rules_of(desk)))
    return ()


def _decide(month: OpenDataMonth, decision: Decision, desk: OpenDataDesk) -> tuple[Reason, ...]:
    try:
        if decision.action == PUBLISH and month.state != PUBLISHED:
            _publish(month, desk)
        apply_step(month, decision.action, desk, decision.reason, decision.by)
    except NotDrafted as error:
        return (error.reason,)
    return ()


def _publish(month: OpenDataMonth, desk: OpenDataDesk) -> None:
    """Write the files of a version, if it still counts what its lists say, and closes all that must be closed."""
    base = desk.repository.base_of(month.id)
    if count(month.month, desk)[0] != base.traded:
        raise NotDrafted(Reason(CHANGED, {"month": month.month, "number": month.release_no}))
    published = [one for one in desk.repository.versions_of(month.month) if one.state == PUBLISHED]
    needed = {cell.place for cell in close(base.traded, [desk.repository.base_of(one.id) for one in published], desk)}
    if missing := sorted(needed - {cell.place for cell in base.closed}):
        direction, cell = missing[0]
        raise NotDrafted(Reason(LESS, {"number": month.release_no, "cell": "|".join((direction, *cell))}))
    desk.repository.put_files(month, files_of(_version(month, bool(published), desk), rows_of(month.month, base)))


def _version(month: OpenDataMonth, is_revision: bool, desk: OpenDataDesk) -> Version:
    changes = f"Version {month.edition}: revised by lists that were released or cancelled since." if is_revision else ""
    return Version(month.month, month.edition, day_of(desk.now).isoformat(), changes)


def rows_of(month: str, base: OpenDataBase) -> tuple[PublishedRow, ...]:
    """Return the rows of a version as they are published."""
    rows = []
    for out in cells_out(base.traded, base.closed):
        items, value = (str(out.figures.items), yuan_text(out.figures.value)) if out.figures else ("", "")
        rows.append(PublishedRow(month, out.direction, *out.cell, items, value, out.obs_status, out.conf_status))
    return tuple(rows)
