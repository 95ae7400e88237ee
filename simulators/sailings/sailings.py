"""Three ships to Incheon in a year: one in good order, one whose box is told of twice and by two terminals, one that
leaves its box behind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from simulators.beside import OperatorCalls, decided
from simulators.entry.windows import CallRefused
from simulators.exports.trade import ExportTrade
from simulators.messages import SyntheticMessage
from simulators.receipt_log import ReceiptLog
from simulators.sailings.ship import TOLD_UNTIL, Habits, Ship, trades_of
from simulators.world import World

OPTIONS = {"port": "manifest", "korea": "on"}
"""The options of a sandbox in which ships sail."""
PLANNED: Sequence[tuple[date, str, Habits]] = (
    (date(2026, 3, 16), "QDXU1000015", Habits()),
    (date(2026, 4, 13), "QDXU1000020", Habits(twice=True, elsewhere=True)),
    (date(2026, 5, 18), "QDXU1000036", Habits(behind=True)),
)
"""The day on which each box is packed, its number, and how those who tell of it are wrong."""
MOST = "100"
"""Number of rows of an answer."""
ACCEPTED_AFTER = 1
"""Days after the last news on which an officer accepts what is explained."""


class Sailings:
    """The story of the ships of a year."""

    def __init__(self, world: World, seed: int, calls: OperatorCalls) -> None:
        self._calls, self.refused = calls, list[str]()
        self.ships = [Ship(world, seed, *planned) for planned in PLANNED]

    @property
    def days(self) -> Collection[date]:
        """The days on which something is told, and those on which an officer decides."""
        return {day for ship in self.ships for day in (*ship.days, _decided_on(ship))}

    def expected(self) -> Iterable[ExportTrade]:
        """The trades whose parcels sail."""
        return trades_of(self.ships)

    def messages(self, day: date, receipt_log: ReceiptLog) -> Sequence[SyntheticMessage]:
        """Return the messages that are sent in the evening of a day."""
        return [message for ship in self.ships for message in ship.messages(day)]

    def act(self, day: date) -> None:
        """An officer accepts what the port's cases say of a ship, once nothing more is told of it."""
        if any(day == _decided_on(ship) for ship in self.ships):
            for case in self.cases():
                if case["state"] == "open":
                    self.refused += decided(self._calls, case["case_no"], "accept", "port_case")

    def cases(self) -> Sequence[Any]:
        """The port's cases as the window shows them."""
        return self._shown("/port/cases", "cases")

    def parcels(self) -> Sequence[Any]:
        """The parcels to Korea as the window shows them."""
        return self._shown("/korea/parcels", "parcels")

    def _shown(self, path: str, name: str) -> Sequence[Any]:
        try:
            return list(self._calls.call("GET", path, query={"limit": MOST})[name])
        except CallRefused as refused:
            self.refused.append(f"GET {path} is refused: {refused}")
            return []


def _decided_on(ship: Ship) -> date:
    return ship.first + timedelta(days=TOLD_UNTIL + ACCEPTED_AFTER)
