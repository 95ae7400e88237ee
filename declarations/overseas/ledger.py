"""The ledger of stock abroad: what is on hand by warehouse, goods and lot, and what contradicts what.

Notices come late and in any order, so the ledger is computed anew from all moves in the order in which they happened.
Stock that falls below zero is possible as long as goods are on their way that no notice has told of yet: a later notice
may explain it. A balance is compared and corrects nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from declarations.calendar import utc_text
from declarations.money import Scaled, amount_text
from declarations.overseas.moves import DAMAGED, StockKey, StockMove, Supply
from declarations.overseas.notices import order_of, sorted_moves
from declarations.overseas.shortage import CountryStock, Departures, Inflow
from declarations.reasons import Reason

NEVER_EXPORTED, MORE_THAN_EXPORTED, SHORT, SHORT_SO_FAR, BEFORE_DEPARTURE, TOO_EARLY = (
    "27101",
    "27102",
    "27103",
    "27103.open",
    "27104",
    "27105",
)
BALANCE, DOUBLE, CAME_DAMAGED, OTHER_LOT, NOT_SOLD = "27107", "27111", "27115", "27116", "27117"
LEAVING = frozenset({"S", "X", "B", "C"})
"""Events that explain nothing that was found before them: what goes out for good, and balances."""
NO_ORDER = (0, False, False, 0)
WARNINGS = frozenset({TOO_EARLY})
"""Codes that neither refuse a notice nor make a difference."""
REFUSING = frozenset({NEVER_EXPORTED, MORE_THAN_EXPORTED, SHORT, BEFORE_DEPARTURE})
"""Codes of what no later notice can explain."""


class LedgerFinding(NamedTuple):
    """A contradiction: the reason, and the key by which the same is known again."""

    key: str
    reason: Reason


@dataclass(slots=True)
class StockSums:
    """Sums of a ledger: what came and went by event, what is on hand, and of that what is damaged."""

    key: StockKey
    country: str
    unit: str
    by_event: dict[str, Scaled] = field(default_factory=lambda: defaultdict(int))
    on_hand: Scaled = 0
    damaged: Scaled = 0
    last_at: int = 0

    def book(self, move: StockMove) -> None:
        """Add a move."""
        self.by_event[move.event] += move.effect
        self.on_hand += move.effect
        self.damaged += move.damaged
        self.last_at = move.at


@dataclass(slots=True)
class LedgerCourse:
    """The standing of ledgers after the moves that were booked in them, in the order in which they happened, and what
    was found on the way. `last`: the place in that order of the last move that was looked at."""

    last: tuple[int, bool, bool, int]
    countries: dict[str, CountryStock]
    findings: dict[str, LedgerFinding]
    shortages: dict[str, LedgerFinding] = field(default_factory=dict)
    sums: dict[StockKey, StockSums] = field(default_factory=dict)
    of_lots: dict[tuple[str, str], StockSums] = field(default_factory=dict)
    """Of all lots together, by warehouse and goods."""

    def book(self, move: StockMove) -> None:
        """Book a move, and look at what is then on hand."""
        key, country = move.key, self.countries[move.country]
        if move.event != "C":
            self.sums.setdefault(key, StockSums(key, move.country, move.unit)).book(move)
            self.of_lots.setdefault(key[:2], StockSums(key, move.country, move.unit)).book(move)
        country.book(move)
        if move.event == "T" and move.effect < 0:
            for other in self.countries.values():
                other.announce(move)
        if move.effect < 0 or move.event == "T":
            for finding in _of_shortage(move, self.sums, country):
                self.shortages[finding.key] = _worse(self.shortages.get(finding.key), finding)
        elif move.event == "C":
            finding = _of_balance(move, self.sums.get(key) if move.lot else self.of_lots.get(key[:2]))
            self.findings.pop(finding.key, None)  # a later balance stands for the earlier ones
            if finding.reason.values["told"] != finding.reason.values["expected"]:
                self.findings[finding.key] = finding

    def copy(self, moves: Sequence[StockMove]) -> LedgerCourse:
        """Return a course in which these moves can be booked, while this one stays as it is."""
        countries, sums, of_lots = dict(self.countries), dict(self.sums), dict(self.of_lots)
        for name in {move.country for move in moves}:
            countries[name] = deepcopy(countries[name])
        for key in {move.key for move in moves} & sums.keys():
            sums[key] = deepcopy(sums[key])
        for both in {move.key[:2] for move in moves} & of_lots.keys():
            of_lots[both] = deepcopy(of_lots[both])
        return LedgerCourse(self.last, countries, dict(self.findings), dict(self.shortages), sums, of_lots)


@dataclass(frozen=True, slots=True)
class Replayed:
    """The ledgers of goods of a company, and the findings about them. `course`: from where more moves can be booked."""

    sums: Mapping[StockKey, StockSums]
    findings: Sequence[LedgerFinding]
    course: LedgerCourse = field(compare=False, repr=False)

    @classmethod
    def of(cls, course: LedgerCourse) -> Replayed:
        """Return what a course has come to."""
        return cls(course.sums, (*course.findings.values(), *course.shortages.values()), course)


def replay(moves: Sequence[StockMove], supplies: Sequence[Supply], sailing_days: Mapping[str, int]) -> Replayed:
    """Compute the ledgers of one kind of goods of a company from all its moves; `supplies`: what was exported of them.

    `sailing_days`: country → days by sea at least."""
    ordered = sorted_moves(moves)
    booked = [move for move in ordered if move.is_booked]
    findings = {finding.key: finding for finding in _of_doubles(ordered)}
    countries: dict[str, CountryStock] = {}
    for country in sorted({move.country for move in booked}):
        arrived = [move for move in booked if move.country == country]
        sent = [supply for supply in supplies if supply.country == country]
        elsewhere = sum(supply.qty for supply in supplies if supply.country != country)
        inflow = Inflow(arrived, [move for move in booked if move.country != country], elsewhere)
        countries[country] = CountryStock(arrived, sent, inflow)
        for finding in (
            *_of_arrivals(arrived, sent, country, sailing_days.get(country, 0), inflow),
            *_of_damages(arrived),
            *_of_returns(arrived),
        ):
            findings.setdefault(finding.key, finding)
    course = LedgerCourse(order_of(ordered[-1]) if ordered else NO_ORDER, countries, findings)
    for move in booked:
        course.book(move)
    for move in ordered:
        if move.undone_by:  # so that what is kept of its ledger is written again
            course.sums.setdefault(move.key, StockSums(move.key, move.country, move.unit))
    return Replayed.of(course)


def extend(before: Replayed, moves: Sequence[StockMove]) -> Replayed | None:
    """Return what `replay` would of all moves so far and these, without computing it anew; None where they change what
    was found before: such as happened earlier, come in, were told before, or are of a warehouse of which nothing was
    told."""
    course, ordered = before.course, sorted_moves(moves)
    only_leave = all(move.event in LEAVING and move.is_booked and move.key[:2] in course.of_lots for move in ordered)
    if not only_leave or (ordered and order_of(ordered[0]) <= course.last):
        return None
    extended = course.copy(ordered)
    for move in ordered:
        extended.book(move)
        extended.last = order_of(move)
    return Replayed.of(extended)


def _worse(before: LedgerFinding | None, found: LedgerFinding) -> LedgerFinding:
    """The one that refuses; of two alike the one of which more is short, or the first."""
    return found if before is None or _badness(found) > _badness(before) else before


def _badness(finding: LedgerFinding) -> tuple[bool, Decimal]:
    return finding.reason.rule == SHORT, Decimal(finding.reason.values["short"])


def _of_doubles(moves: Sequence[StockMove]) -> Iterator[LedgerFinding]:
    notices = {move.id: move.notice_no for move in moves}
    for move in moves:
        if move.double_of and not move.undone_by:
            values = {"sku": move.sku, "event": move.event, "qty": amount_text(move.qty), "ref": move.ref}
            values["first"] = notices.get(move.double_of, "–")
            yield LedgerFinding(f"{DOUBLE}|{move.name}|{move.notice_no}", Reason(DOUBLE, values))


def _of_arrivals(
    moves: Sequence[StockMove], supplies: Sequence[Supply], country: str, sailing_days: int, inflow: Inflow
) -> Iterator[LedgerFinding]:
    """Compare what came in, piece by piece in the order of time, with what had left until then."""
    if not moves:
        return
    if not supplies and inflow.reached and not any(move.event == "I" for move in moves):
        return
    first = next((move for move in moves if move.event == "I"), moves[0])
    if not supplies:
        values = {"line": str(first.line), "company": first.ebc_code, "sku": first.sku, "country": country}
        yield LedgerFinding(f"{NEVER_EXPORTED}|{first.sku}|{country}", Reason(NEVER_EXPORTED, values))
        return
    came_in = found = 0
    exported = sum(supply.qty for supply in supplies)
    left, arrived = Departures(supplies), Departures(supplies, sailing_days)
    for move in moves:
        if move.event != "I" and not (move.event == "A" and move.condition != DAMAGED):
            continue
        if move.event == "I":
            came_in += move.qty
        else:
            found += move.qty
        came = came_in + max(0, found)  # what was lost may be found again, but makes no room for more to come in
        values = {"sku": move.sku, "at": move.told}
        if came > exported:
            told = {"sku": move.sku, "told": amount_text(came), "most": amount_text(exported)}
            yield LedgerFinding(f"{MORE_THAN_EXPORTED}|{move.sku}|{country}", Reason(MORE_THAN_EXPORTED, told))
            return
        if move.event != "I":
            continue
        if came > left.until(move.at):
            yield LedgerFinding(f"{BEFORE_DEPARTURE}|{move.sku}|{country}", Reason(BEFORE_DEPARTURE, values))
        elif came > arrived.until(move.at):
            early = Reason(TOO_EARLY, {**values, "days": str(sailing_days)})
            yield LedgerFinding(f"{TOO_EARLY}|{move.name}", early)


def _of_damages(moves: Sequence[StockMove]) -> Iterator[LedgerFinding]:
    """Find what came in damaged; of a transfer, unless it went out damaged."""
    sent = {move.ref for move in moves if move.event == "T" and move.effect < 0 and move.condition == DAMAGED}
    for move in moves:
        came = move.event == "I" or (move.event == "T" and move.effect > 0 and move.ref not in sent)
        if came and move.condition == DAMAGED:
            values = {"sku": move.sku, "qty": amount_text(move.qty)}
            yield LedgerFinding(f"{CAME_DAMAGED}|{move.name}", Reason(CAME_DAMAGED, values))


def _of_returns(moves: Sequence[StockMove]) -> Iterator[LedgerFinding]:
    """Find that more has come back from buyers than they had bought, at some instant."""
    sold = back = most = 0
    for move in moves:
        sold += move.qty if move.event == "S" else 0
        back += move.qty if move.event == "R" else 0
        most = max(most, back - sold)
    if most:
        values = {"sku": moves[0].sku, "country": moves[0].country, "more": amount_text(most)}
        yield LedgerFinding(f"{NOT_SOLD}|{moves[0].sku}|{moves[0].country}", Reason(NOT_SOLD, values))


def _of_shortage(move: StockMove, sums: Mapping[StockKey, StockSums], country: CountryStock) -> Iterator[LedgerFinding]:
    """Look at the stock after a move: no more may be short than is on its way, or was sold or lost and may come
    back."""
    named = {"sku": move.sku, "warehouse": move.warehouse_code}
    back = country.may_come_back(move)
    short, still = country.short(), country.on_the_way(move.at) + back
    here = -country.on_hand[move.warehouse_code]
    if (beyond := country.beyond(move.at)) > back:
        told = {"at": utc_text(move.at), "short": amount_text(beyond), "open": amount_text(0)}
        yield LedgerFinding(f"beyond|{move.country}|{move.sku}", Reason(SHORT, {**named, **told}))
    if short > still or here > 0:
        rule, missing = (SHORT, short) if short > still else (SHORT_SO_FAR, here)
        told = {"at": utc_text(move.at), "short": amount_text(missing)}
        told["open"] = amount_text(still if rule == SHORT else still + country.transferred())
        yield LedgerFinding(f"short|{move.warehouse_code}|{move.sku}", Reason(rule, {**named, **told}))
    elif sums[move.key].on_hand < 0:
        told = {"lot": move.lot or "–", "short": amount_text(-sums[move.key].on_hand)}
        yield LedgerFinding(f"{OTHER_LOT}|{'|'.join(move.key)}", Reason(OTHER_LOT, {**named, **told}))


def _of_balance(move: StockMove, ledger: StockSums | None) -> LedgerFinding:
    """Compare a balance with the moves until then: of a lot, or without a lot of all lots; of sellable or damaged
    goods, or of both. `ledger`: of that lot, or of all; None before its first move."""
    damaged, whole = (ledger.damaged, ledger.on_hand) if ledger else (0, 0)
    expected = {"": whole, "S": whole - damaged, DAMAGED: damaged}[move.condition]
    values = {"sku": move.sku, "warehouse": move.warehouse_code, "lot": move.lot or "–"}
    values |= {"told": amount_text(move.qty), "expected": amount_text(expected)}
    return LedgerFinding(f"{BALANCE}|{'|'.join(move.key)}|{move.condition}", Reason(BALANCE, values))
