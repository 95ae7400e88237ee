"""Replays a risk profile over past lists, by the same keyed draws; beside the version that is in force.

Lists are counted one by one, so that a long run can stop and go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from declarations.parameters.tables.risk import RiskProfile
from declarations.profiles import RiskFacts, RiskLine, is_drawn, meets_head, meets_lines, reads_lines

MAX_CHANGED = 200
"""Maximum number of changed lists that are named."""


class PastList(NamedTuple):
    """A list of the past: number by which people know it, what profiles read of it (without lines of goods), the day
    on which it was accepted, whether it was drawn by lot, and whether officers found something (detained, sent back,
    rejected), and whether they looked at all. `lines` reads its lines of goods."""

    number: str
    facts: RiskFacts
    day: date
    by_lot: bool
    hit: bool
    looked_at: bool
    lines: Callable[[], Sequence[RiskLine]]


@dataclass(slots=True)
class WouldDraw:
    """The effect of one rule on past lists: lists that meet it, that it draws, that only it draws (not the lot), known
    hits among the drawn, companies touched, and what only it draws by day."""

    matched: int = 0
    drawn: int = 0
    added: int = 0
    looked_at: int = 0
    hits: int = 0
    companies: set[str] = field(default_factory=set)
    by_day: Counter[date] = field(default_factory=Counter)


@dataclass(slots=True)
class ProfilePreview:
    """The draft (`draft`) and the version in force (`now`; None: there is none) over the lists that were counted.

    `gained` and `lost`: numbers of lists that only one of both draws, the first `MAX_CHANGED` of each, with their
    counts. `hits`: known hits of all lists; `by_lot`: lists that the lot draws."""

    seed: str
    code: str
    draft: RiskProfile
    now: RiskProfile | None
    lists: int = 0
    hits: int = 0
    by_lot: int = 0
    of_draft: WouldDraw = field(default_factory=WouldDraw)
    of_now: WouldDraw = field(default_factory=WouldDraw)
    gained: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    gained_count: int = 0
    lost_count: int = 0

    def count(self, past: PastList) -> None:
        """Count one list."""
        self.lists += 1
        self.hits += past.hit
        self.by_lot += past.by_lot
        drawn = self._count_rule(self.of_draft, self.draft, past)
        drawn_now = self.now is not None and self._count_rule(self.of_now, self.now, past)
        if drawn and not drawn_now:
            self.gained_count += 1
            self.gained.extend([past.number] if len(self.gained) < MAX_CHANGED else ())
        elif drawn_now and not drawn:
            self.lost_count += 1
            self.lost.extend([past.number] if len(self.lost) < MAX_CHANGED else ())

    def _count_rule(self, counted: WouldDraw, rule: RiskProfile, past: PastList) -> bool:
        if not meets_head(rule, past.facts) or (reads_lines(rule) and not meets_lines(rule, past.lines())):
            return False
        counted.matched += 1
        if not is_drawn(self.seed, self.code, rule, past.facts.key):
            return False
        counted.drawn += 1
        counted.looked_at += past.looked_at
        counted.hits += past.hit
        counted.companies.add(past.facts.company)
        if not past.by_lot:
            counted.added += 1
            counted.by_day[past.day] += 1
        return True
