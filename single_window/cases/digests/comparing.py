"""Compares two digests trade by trade, and separates the first difference of a trade from its consequences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any, NamedTuple

import msgspec

from single_window.cases.digests.lines import Outcome

CAUSES = (
    "document",
    "status",
    "reasons",
    "value",
    "full_tax",
    "lane",
    "detention",
    "assured_by",
    "statistics",
    "duty",
    "consumption",
    "vat",
    "total",
    "surcharge",
    "fob",
    "refund",
    "credited",
    "carry",
    "cost",
    "set_off",
    "amount",
    "usd",
    "rmb",
    "state",
    "paid",
    "recovered",
    "answers",
)
"""Names of values, causes before effects: a value is reported before those that are calculated from it."""
PLACES = ("list", "tax bill", "refund_claim", "forex_report")
"""Prefixes of places, causes before effects; documents come before them, receipts last."""
MISSING = "—"
SHOWN_CHARACTERS = 200
_encode = msgspec.json.Encoder(order="sorted").encode


class Difference(NamedTuple):
    """One differing value: its place (a list, a bill, a document), its name, and the value on both sides."""

    place: str
    name: str
    before: str
    after: str

    @property
    def cause(self) -> str:
        """The kind of difference, by which trades are counted together."""
        kind = " ".join(self.place.split(" ")[:2]) if self.place.startswith("tax bill") else self.place.split(" ")[0]
        change = f"{_code(self.before)} → {_code(self.after)}" if self.name in {"state", "reasons", "lane"} else ""
        return f"{kind} {self.name.partition('[')[0]} {change}".rstrip()


class Group(NamedTuple):
    """A trade whose outcomes differ: the first difference, and the others."""

    trade: str
    first: Difference
    following: tuple[Difference, ...]


@dataclass(slots=True)
class Sums:
    """Totals of one side: number of lists, tax and refunds by state, in yuan."""

    outcomes: int = 0
    lists: Counter[str] = field(default_factory=Counter)
    tax: dict[str, Decimal] = field(default_factory=dict)
    refunds: dict[str, Decimal] = field(default_factory=dict)

    def count(self, outcome: Outcome) -> None:
        """Count an outcome."""
        self.outcomes += 1
        for place, values in outcome.values.items():
            if "state" not in values:
                continue
            state = values["state"]
            if place.startswith("list "):
                self.lists[f"{place[5:]} {state}"] += 1
            elif place.startswith("tax bill "):
                self.tax[state] = self.tax.get(state, Decimal(0)) + Decimal(values["total"])
            elif place.startswith("refund_claim "):
                self.refunds[state] = self.refunds.get(state, Decimal(0)) + Decimal(values["refund"])


@dataclass(slots=True)
class Comparison:
    """The comparison of two digests. `groups` are limited to the requested number, `differing` counts all."""

    before: Sums = field(default_factory=Sums)
    after: Sums = field(default_factory=Sums)
    differing: int = 0
    groups: list[Group] = field(default_factory=list)
    causes: Counter[str] = field(default_factory=Counter)

    @property
    def equal(self) -> bool:
        """True if nothing differs."""
        return not self.differing


def compare_digests(before: Iterable[Outcome], after: Iterable[Outcome], limit: int = 100) -> Comparison:
    """Compare two sorted digests; keeps at most `limit` groups."""
    comparison = Comparison()
    for pair, other in _pair_outcomes(iter(before), iter(after)):
        for side, sums in ((pair, comparison.before), (other, comparison.after)):
            if side is not None:
                sums.count(side)
        if pair is not None and other is not None and pair.values == other.values:
            continue
        differences = list(_differences(pair, other))
        comparison.differing += 1
        comparison.causes[differences[0].cause] += 1
        if len(comparison.groups) < limit and (outcome := pair or other) is not None:
            comparison.groups.append(Group(outcome.trade, differences[0], tuple(differences[1:])))
    return comparison


def _pair_outcomes(
    before: Iterator[Outcome], after: Iterator[Outcome]
) -> Iterator[tuple[Outcome | None, Outcome | None]]:
    outcome, other = next(before, None), next(after, None)
    while outcome is not None or other is not None:
        if other is None or (outcome is not None and outcome.place < other.place):
            yield outcome, None
            outcome = next(before, None)
        elif outcome is None or other.place < outcome.place:
            yield None, other
            other = next(after, None)
        else:
            yield outcome, other
            outcome, other = next(before, None), next(after, None)


def _differences(outcome: Outcome | None, other: Outcome | None) -> Iterator[Difference]:
    """Yield the differences, causes first; a missing side is one difference."""
    if outcome is None or other is None:
        yield Difference(
            "trade", "outcome", MISSING if outcome is None else "there", MISSING if other is None else "there"
        )
        return
    of_receipts: list[Difference] = []
    for place in sorted({*outcome.values, *other.values}, key=_place_rank):
        before, after = outcome.values.get(place), other.values.get(place)
        if before is None or after is None:
            yield Difference(place, "outcome", _text(before), _text(after))
            continue
        for name in sorted({*before, *after}, key=_rank_of):
            if before.get(name) == after.get(name):
                continue
            if name == "answers":
                of_receipts += _answers(place, before.get(name, ()), after.get(name, ()))
            else:
                yield Difference(place, name, _text(before.get(name)), _text(after.get(name)))
    yield from of_receipts


def _answers(
    place: str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> Iterator[Difference]:
    """Yield receipts that are on one side only, and the differences of changed ones."""
    encoded, others = [[_encode(answer) for answer in answers] for answers in (before, after)]
    for kind, low, high, other_low, other_high in SequenceMatcher(None, encoded, others, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        both = min(high - low, other_high - other_low)
        for earlier, other in zip(before[low : low + both], after[other_low : other_low + both], strict=True):
            yield from _receipt(place, earlier, other)
        for answer in before[low + both : high]:
            yield Difference(place, _receipt_name(answer), "there", MISSING)
        for other in after[other_low + both : other_high]:
            yield Difference(place, _receipt_name(other), MISSING, "there")


def _receipt(place: str, answer: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Difference]:
    if (answer.get("receipt"), answer.get("status")) != (other.get("receipt"), other.get("status")):
        yield Difference(place, "receipt", _receipt_name(answer), _receipt_name(other))
        return
    for name in sorted({*answer, *other}):
        if answer.get(name) != other.get(name):
            yield Difference(place, f"{_receipt_name(answer)} {name}", _text(answer.get(name)), _text(other.get(name)))


def _receipt_name(receipt: Mapping[str, Any]) -> str:
    return f"receipt {receipt.get('receipt', '')} {receipt.get('status', '')}"


def _rank_of(name: str) -> tuple[int, str]:
    return (CAUSES.index(name) if name in CAUSES else len(CAUSES), name)


def _place_rank(place: str) -> tuple[int, str]:
    rank = next((number for number, kind in enumerate(PLACES, 1) if place.startswith(kind + " ")), 0)
    return rank, place


def _text(value: Any) -> str:
    if value is None:
        return MISSING
    text = value if isinstance(value, str) else _encode(value).decode()
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"


def _code(encoded: str) -> str:
    """Reduce encoded reasons to their rules, because their values differ from trade to trade."""
    if not encoded.startswith("["):
        return encoded
    try:
        return " ".join(str(reason).split(" ")[0] for reason in msgspec.json.decode(encoded)) or MISSING
    except msgspec.DecodeError:
        return encoded.strip('["').split(" ")[0]
