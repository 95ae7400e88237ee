"""The gateway of open data on a fake of its repository: every reason that it gives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from declarations.documents import ExportInventory, ExportInventoryLine, Inventory, InventoryLine
from declarations.money import SCALE
from declarations.open_data.lists import TradedList
from gateways.desk import Desk
from gateways.open_data.acts import decide
from gateways.open_data.drafting import handle_due
from gateways.open_data.repository import OpenDataBase, OpenDataMonth
from gateways.topics.open_data import OpenDataDue
from gateways.topics.shared import Decision
from schemas.open_data.package import PublishedFile
from tests.gateways.desks import codes, desk_of, facts_of, gives
from tests.tables import each

MONTH, AFTER = "2026-10", date(2026, 11, 20)


def tea(merchant: str = "3702961003", yuan: int = 100) -> TradedList:
    """A list of tea from Korea, released in the month."""
    line = facts_of(InventoryLine, country="133", gcode="0902101000", total_price=yuan * SCALE)
    return TradedList("I", date(2026, 10, 5), facts_of(Inventory, trade_mode="9610", ebc_code=merchant, lines=(line,)))


def sold_for(currency: str) -> TradedList:
    """An export in a currency."""
    line = facts_of(ExportInventoryLine, country="133", gcode="0902101000", total_price=100 * SCALE, currency=currency)
    facts = facts_of(ExportInventory, trade_mode="9610", ebc_code="3702961003", lines=(line,))
    return TradedList("E", date(2026, 10, 5), facts)


class OpenDataInMemory:
    """Open data of a sandbox in which these lists were released."""

    def __init__(self, *lists: TradedList, on: str = "on") -> None:
        self.lists, self.on = list(lists), on
        self.kept: dict[int, OpenDataMonth] = {}
        self.bases: dict[int, OpenDataBase] = {}
        self.files: dict[int, Sequence[PublishedFile]] = {}
        self.new_id = count(1).__next__

    def lock(self) -> None:
        """Nobody else is here."""

    def counted(self, since: int, until: int) -> Iterator[TradedList]:
        return iter(self.lists)

    def months(self, ids: Collection[int]) -> Mapping[int, OpenDataMonth]:
        return {number: replace(self.kept[number]) for number in ids if number in self.kept}

    def versions_of(self, month: str) -> Sequence[OpenDataMonth]:
        return [one for one in self.kept.values() if one.month == month]

    def base_of(self, number: int) -> OpenDataBase:
        return self.bases[number]

    def put_month(self, month: OpenDataMonth) -> None:
        self.kept[month.id] = month

    def put_base(self, base: OpenDataBase) -> None:
        self.bases[base.id] = base

    def put_files(self, month: OpenDataMonth, files: Sequence[PublishedFile]) -> None:
        self.files[month.id] = files

    def act(self, action: str, number: int = 0, month: str = MONTH) -> Desk[Any]:
        """An officer decides."""
        desk = desk_of(self, day=AFTER, open_data=self.on)
        version = self.kept[number].version if number else 0
        decide([Decision(number, 5, version, action, "", "officer", {"month": month})], desk)
        return desk

    def drafted(self) -> OpenDataMonth:
        """The newest version, drafted by an officer."""
        self.act("draft_month")
        return self.kept[max(self.kept)]


def published() -> OpenDataInMemory:
    at = OpenDataInMemory(tea())
    at.act("publish", at.drafted().id)
    return at


def changed() -> Desk[Any]:
    """A list is released after the draft."""
    at = OpenDataInMemory(tea())
    drafted = at.drafted()
    at.lists.append(tea("3702961004"))
    return at.act("publish", drafted.id)


def opened() -> Desk[Any]:
    """Somebody opens a cell of the draft."""
    at = OpenDataInMemory(tea())
    drafted = at.drafted()
    at.bases[drafted.id] = replace(at.bases[drafted.id], closed=())
    return at.act("publish", drafted.id)


def too_many() -> Desk[Any]:
    return OpenDataInMemory(*[tea()] * 200_001).act("draft_month")


def twice() -> Desk[Any]:
    at = OpenDataInMemory(tea())
    at.drafted()
    return at.act("draft_month")


CASES: Mapping[str, Callable[[], Desk[Any]]] = {
    "33101": lambda: OpenDataInMemory(tea(), on="off").act("draft_month"),
    "33102": lambda: OpenDataInMemory(tea()).act("draft_month", month="2026-11"),
    "33103": twice,
    "33104": too_many,
    "33105": lambda: OpenDataInMemory(sold_for("ZZZ")).act("draft_month"),
    "33106": lambda: published().act("draft_month"),
    "33108": changed,
    "33109": opened,
    "33110": lambda: OpenDataInMemory(tea()).act("draft_month"),
}


GUARDS = frozenset({"33107"})
"""No lists are known that bring it about: it stops a version in which everything that helps is closed already."""


@each("code", sorted(CASES.keys() - {"33110"}))
def test_each_reason_is_given(code: str) -> None:
    assert gives(CASES[code](), code)


def test_a_draft_says_what_is_closed_and_becomes_files_that_close_it() -> None:
    at = published()
    (month,) = at.kept.values()
    assert (month.state, month.shut, month.reasons[0].rule) == ("published", month.cells, "33110")
    assert at.files[month.id] and not any(b"100.00" in file.body for file in at.files[month.id])


def test_the_month_before_is_drafted_by_itself_and_not_where_it_was_switched_off() -> None:
    for on, drafted in (("on", 1), ("off", 0)):
        at = OpenDataInMemory(tea(), on=on)
        handle_due([OpenDataDue()], desk_of(at, day=AFTER, open_data=on))
        assert len(at.kept) == drafted


@each("code", ["33104", "33105"])
def test_a_month_that_cannot_be_drafted_by_itself_waits_with_the_reason_until_it_is(code: str) -> None:
    at = OpenDataInMemory(*([tea()] * 200_001 if code == "33104" else [sold_for("ZZZ")]))
    handle_due([OpenDataDue()], desk_of(at, day=AFTER, open_data="on"))
    (failed,) = at.kept.values()
    assert (failed.release_no, failed.state, failed.reasons[0].rule) == ("OD202610-0", "failed", code)
    handle_due([OpenDataDue()], desk_of(at, day=AFTER, open_data="on"))
    assert len(at.kept) == 1, "once"
    at.lists = [tea()]
    drafted = at.drafted()
    assert (drafted.release_no, drafted.state, at.kept[failed.id].state) == ("OD202610-1", "draft", "dropped")


def test_no_reason_is_left_out() -> None:
    assert codes("open_data") == {*CASES, *GUARDS}
