"""The result of auditing a ledger: number of rows, sums, and differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from declarations.money import Scaled
from single_window.language.words import Words


@dataclass(frozen=True, slots=True)
class LedgerDifference:
    """A row of a ledger with a wrong amount: `kept` is stored, `found` is computed; both scaled."""

    key: str
    what: str
    kept: Scaled
    found: Scaled


@dataclass(frozen=True, slots=True)
class Ledger:
    """An audited ledger: number of rows, scaled sums of their amounts, and differences."""

    name: str
    words: Words
    rows: int
    sums: Mapping[str, Scaled]
    differences: tuple[LedgerDifference, ...]

    @property
    def balanced(self) -> bool:
        """True if there are no differences."""
        return not self.differences


Keyed = Mapping[tuple[object, ...], Scaled]


def compare_amounts(kind: str, stored: Keyed, computed: Keyed) -> Iterator[LedgerDifference]:
    """Differences of two mappings, in the order of keys; missing keys count as 0."""
    for key in sorted((key for key in {*stored, *computed} if stored.get(key, 0) != computed.get(key, 0)), key=repr):
        yield LedgerDifference(joined_key(key), kind, stored.get(key, 0), computed.get(key, 0))


def joined_key(key: Iterable[object]) -> str:
    """A key as text for people."""
    return " ".join(str(part) for part in key)
