"""What participants and officers send in one seed: acts of a play, with time between them.

What must come after something else has been answered is in a later act; within an act any order will do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from declarations.calendar import HOUR
from simulators.draws import Draws
from simulators.imports.shop import Shop
from simulators.imports.trade import ImportTrade
from simulators.imports.traffic import faulty_trade
from simulators.known_faults import known_fault, known_faults
from simulators.messages import pack_messages
from tests.simulation import agencies, quay
from tests.simulation.agencies import AgencyTraffic
from tests.simulation.oversight import NONE, ROUNDS, Oversight
from tests.simulation.quay import QuayTraffic
from tests.simulation.site import WORLD
from tests.simulation.storylines import RACES, STORYLINES, Known, Sending, Storyline, transmission
from tests.stories.story import TODAY

NUMBERS = 4_096
"""Trades that a seed may choose from. Those of one seed have buyers of their own."""
MODES = ("9610", "9610", "1210", "1239")
SHOPS = {mode: Shop(WORLD, 11, TODAY, {mode: 1}) for mode in dict.fromkeys(MODES)}
KNOWN = tuple(known.name for known in known_faults("import") if not known.closed)
RECALL_ROUNDS = 5
"""Rounds in which a recall comes to its end."""
PAUSES = ((0, 0, 0), (0, 0, 25), (0, 25, 0), (1, 80, 0), (80, 1, 360), (0, 25, 800))
"""Hours before the second act, before the third, and after it."""

LookUp: TypeAlias = Callable[[ImportTrade], Known]


@dataclass(frozen=True, slots=True)
class Play:
    """The trades of a seed with the storyline of each, and the pauses in hours."""

    trades: tuple[ImportTrade, ...]
    storylines: tuple[Storyline, ...]
    pauses: tuple[int, int, int] = (0, 0, 0)
    per_message: int = 1
    repeated: tuple[int, ...] = ()
    """Transmissions of the first act that come twice."""
    oversight: Oversight = NONE
    afterwards: AgencyTraffic = agencies.NONE
    quay: QuayTraffic = quay.NONE

    def acts(
        self, look_up: LookUp, waiting: Callable[[], list[Sending]] = list[Sending]
    ) -> Iterator[tuple[list[Sending], int]]:
        """What is sent in each act, and the milliseconds that pass after it. Numbers are asked for when it begins;
        `waiting`: what officers and merchants do then about samples and credit cases."""
        yield from ((sendings, 0) for sendings in (*self.oversight.begins(), *self.afterwards.begins()))
        acts = (self._first, self._second, self._third)
        for act_no, (act, hours) in enumerate(zip(acts, self.pauses, strict=True)):
            told = [*self.afterwards.told(act_no), *self.quay.told(act_no)]
            yield [*act(look_up), *told], hours * HOUR
        rounds = self.oversight.rounds() or (ROUNDS[:RECALL_ROUNDS] if self.afterwards.traced else ())
        yield from ((waiting(), hours * HOUR) for hours in rounds)

    def _first(self, _look_up: LookUp) -> list[Sending]:
        """The trades' own documents."""
        sent = self._messages(
            [trade.with_document(line.late, None) if line.late else trade for trade, line in self._lines()], wave=0
        )
        return [*sent, *[sent[place % len(sent)] for place in self.repeated if sent]]

    def _second(self, look_up: LookUp) -> list[Sending]:
        """What faults send again, and the storylines' second acts."""
        return [
            *self._messages(self.trades, wave=1),
            *[step for trade, line in self._lines() for step in line.second(trade, look_up(trade))],
        ]

    def _third(self, look_up: LookUp) -> list[Sending]:
        return [step for trade, line in self._lines() for step in line.third(trade, look_up(trade))]

    def _lines(self) -> Iterator[tuple[ImportTrade, Storyline]]:
        return zip(self.trades, self.storylines, strict=True)

    def _messages(self, trades: list[ImportTrade] | tuple[ImportTrade, ...], wave: int) -> list[Sending]:
        return [
            transmission(message, " again" if wave else "")
            for message in pack_messages(trades, self.per_message)
            if message.wave == wave
        ]


def drawn(dice: Draws, races: bool) -> Play:
    """The play of a seed; with `races`, storylines too whose end depends on who is quicker."""
    count = dice.one_of((1, 1, 2, 2, 3, 4))
    first = dice.below(NUMBERS // 4) * 4
    trades = tuple(_trade(dice, first + place) for place in range(count))
    lines = {**STORYLINES, **(RACES if races else {})}
    return Play(
        trades,
        tuple(_storyline(dice, trade, lines) for trade in trades),
        dice.one_of(PAUSES),
        dice.one_of((1, 100)),
        tuple(dice.below(12) for _ in range(dice.one_of((0, 0, 1, 3)))),
    )


def _trade(dice: Draws, number: int) -> ImportTrade:
    shop = SHOPS[dice.one_of(MODES)]
    return (
        shop.trade(number)
        if dice.below(5) < 3
        else faulty_trade(shop, number, known_fault("import", dice.one_of(KNOWN)))
    )


def _storyline(dice: Draws, trade: ImportTrade, lines: Mapping[str, Storyline]) -> Storyline:
    """The story that the trade's fault is about, or any. What a fault sends again would race with all but the plain."""
    if trade.afterwards or dice.below(6) == 0:
        return lines[""] if trade.afterwards else lines[trade.story]
    return lines[trade.story or dice.one_of(tuple(lines))]
