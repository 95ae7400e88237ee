"""Drafts a version of a month: counts its lists, closes cells, and leaves it to two officers to publish it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from declarations.calendar import instant_of, months_after
from declarations.open_data.lists import TradedList, traded_in
from declarations.open_data.months import closes_on, first_day_of, month_before
from declarations.open_data.publishing import DIRECTIONS, ClosedCell, cells_out
from declarations.open_data.sensitivity import CellLimits
from declarations.open_data.suppression import Pattern, suppress
from declarations.open_data.tables import Cell, Traded, contributions_of
from declarations.parameters import NoValue, UnknownParameter
from declarations.parameters.tables.open_data import PublicationRules
from declarations.reasons import Reason
from gateways.open_data.outcomes import BY, PUBLISHED, add_event, apply_step, rules_of
from gateways.open_data.repository import OpenDataBase, OpenDataDesk, OpenDataMonth
from gateways.recurring import Recurring, monthly
from gateways.topics.open_data import OpenDataDue

OFF, NOT_CLOSED, WAITING, TOO_MANY = "33101", "33102", "33103", "33104"
NO_RATE, UNCHANGED, NARROW = "33105", "33106", "33107"
WAITS = "33110"
DRAFT, FAILED = "draft", "failed"


class NotDrafted(Exception):
    """A month of which no version can be drafted; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.rule)
        self.reason = reason


def handle_due(payloads: Sequence[OpenDataDue], desk: OpenDataDesk) -> None:
    """Draft the month before, if nobody has, and again next month; not where open data was switched off since. What
    cannot be drafted becomes a case that says why."""
    for payload in payloads:
        if desk.options.open_data == "off":
            continue
        month = month_before(desk.day)
        if not desk.repository.versions_of(month):
            try:
                draft(month, desk, BY)
            except NotDrafted as error:
                _put_failed(month, error.reason, desk)
        desk.recur(payload, each_month(rules_of(desk)))


def each_month(rules: PublicationRules) -> Recurring:
    """When months are drafted: in the night in which they close."""
    return Recurring(monthly(day=rules.close_day, hour=1), catch_up=False)


def _put_failed(month: str, why: Reason, desk: OpenDataDesk) -> None:
    """Let officers know that a month was not drafted, until it is or they drop it."""
    number = desk.repository.new_id()
    failed = OpenDataMonth(number, _release_no(month, 0), FAILED, month, 0, 0, 0, 0, desk.now, reasons=(why,))
    desk.repository.put_month(failed)
    desk.repository.put_base(OpenDataBase(number))
    add_event(failed, FAILED, desk, BY, failed.reasons)


def draft(month: str, desk: OpenDataDesk, who: str) -> OpenDataMonth:
    """Draft the next version of a month; raises `NotDrafted`."""
    versions = desk.repository.versions_of(month)
    check(month, versions, desk)
    traded, lists = count(month, desk)
    published = [version for version in versions if version.state == PUBLISHED]
    earlier = [desk.repository.base_of(version.id) for version in published]
    if earlier and earlier[-1].traded == traded:
        raise NotDrafted(Reason(UNCHANGED, {"month": month, "version": str(published[-1].edition)}))
    closed = tuple(close(traded, earlier, desk))
    edition = 1 + max((version.edition for version in versions), default=0)
    drafted = _put(month, edition, OpenDataBase(desk.repository.new_id(), traded, closed), lists, desk, who)
    for version in versions:
        if version.state == FAILED:
            apply_step(version, "replace", desk, "", who)
    return drafted


def check(month: str, versions: Sequence[OpenDataMonth], desk: OpenDataDesk) -> None:
    """Raise `NotDrafted` where open data is off, the month not closed yet, or a version of it waits."""
    if desk.options.open_data == "off":
        raise NotDrafted(Reason(OFF, {}))
    first, rules = first_day_of(month), rules_of(desk)
    closing = closes_on(first or desk.day, rules.close_day)
    if first is None or desk.day < closing:
        ids = (desk.value_today("open_data.publication").id,)
        raise NotDrafted(Reason(NOT_CLOSED, {"month": month[:20], "day": closing.isoformat()}, ids))
    for version in versions:
        if version.state == DRAFT:
            raise NotDrafted(Reason(WAITING, {"month": month, "number": version.release_no}))


def count(month: str, desk: OpenDataDesk) -> tuple[tuple[Traded, ...], int]:
    """Return what the lists of a month trade as they stand now, and how many were released; raises `NotDrafted`."""
    first = first_day_of(month) or date.min
    lists = _Counting(desk.repository.counted(instant_of(first), instant_of(months_after(first, 1))), month, desk)
    try:
        return traded_in(lists, desk.law), lists.released
    except (NoValue, UnknownParameter) as missing:
        raise NotDrafted(Reason(NO_RATE, {"month": month})) from missing


class _Counting:
    """Lists that are counted while they are read, of which there may be too many."""

    def __init__(self, lists: Iterable[TradedList], month: str, desk: OpenDataDesk) -> None:
        self._lists, self._month, self._most, self.released = lists, month, rules_of(desk).most_lists, 0

    def __iter__(self) -> Iterator[TradedList]:
        for counted in self._lists:
            self.released += counted.back is None
            if self.released > self._most:
                raise NotDrafted(Reason(TOO_MANY, {"month": self._month, "most": str(self._most)}))
            yield counted


def close(traded: Iterable[Traded], earlier: Sequence[OpenDataBase], desk: OpenDataDesk) -> Iterator[ClosedCell]:
    """Yield the closed cells of a version; raises `NotDrafted` if one could still be bounded closely."""
    lines = list(traded)
    for direction in DIRECTIONS:
        pattern = pattern_of(lines, earlier, direction, limits_of(rules_of(desk)))
        if pattern.narrow:
            raise NotDrafted(Reason(NARROW, {"direction": direction, "cell": "|".join(pattern.narrow[0])}))
        for cell, why in pattern.closed.items():
            low, high = pattern.intervals[cell]
            yield ClosedCell(direction, *cell, why, low, -1 if high is None else high)


def pattern_of(lines: Sequence[Traded], earlier: Sequence[OpenDataBase], direction: str, limits: CellLimits) -> Pattern:
    """Return which cells of a direction are closed, after earlier versions."""
    before = [contributions_of(base.traded, direction) for base in earlier]
    shut = {Cell(*cell[1:4]) for base in earlier for cell in base.closed if cell.direction == direction}
    return suppress(contributions_of(lines, direction), limits, before, shut)


def limits_of(rules: PublicationRules) -> CellLimits:
    """Return the limits of cells."""
    return CellLimits(rules.contributors, rules.dominance, rules.closeness)


def _release_no(month: str, edition: int) -> str:
    return f"OD{month.replace('-', '')}-{edition}"


def _put(month: str, edition: int, base: OpenDataBase, lists: int, desk: OpenDataDesk, who: str) -> OpenDataMonth:
    whys = [cell.why for cell in base.closed]
    cells = sum(1 for _ in cells_out(base.traded, base.closed))
    told = {name: str(whys.count(name)) for name in ("few", "dominated", "changed", "secondary", "before")}
    about = {"month": month, "version": str(edition), "cells": str(cells), "shut": str(len(whys)), **told}
    drafted = OpenDataMonth(
        id=base.id,
        release_no=_release_no(month, edition),
        state=DRAFT,
        month=month,
        edition=edition,
        lists=lists,
        cells=cells,
        shut=len(whys),
        opened_at=desk.now,
        reasons=(Reason(WAITS, about),),
    )
    desk.repository.put_month(drafted)
    desk.repository.put_base(base)
    add_event(drafted, "drafted", desk, who, drafted.reasons)
    return drafted
