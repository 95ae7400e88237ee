"""The audit of a ledger: how many rows, their sums, and each place where it is not what it should be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from declarations.money import Scaled
from single_window.language.words import Words


@dataclass(frozen=True, slots=True)
class LedgerDifference:
    """One row of a ledger, by its key, that keeps another number than what it follows from; scaled."""

    key: str
    what: str
    kept: Scaled
    found: Scaled


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger of a sandbox: its rows, the sums of what they keep (scaled), and its differences."""

    name: str
    words: Words
    rows: int
    sums: Mapping[str, Scaled]
    differences: tuple[LedgerDifference, ...]

    @property
    def balanced(self) -> bool:
        """True if everything is as it should be."""
        return not self.differences


Keyed = Mapping[tuple[object, ...], Scaled]


def compared(kind: str, kept: Keyed, computed: Keyed) -> Iterator[LedgerDifference]:
    """The keys at which two mappings are not equal, in the order of the keys; what is missing counts as 0."""
    for key in sorted((key for key in {*kept, *computed} if kept.get(key, 0) != computed.get(key, 0)), key=repr):
        yield LedgerDifference(joined(key), kind, kept.get(key, 0), computed.get(key, 0))


def joined(key: Iterable[object]) -> str:
    """A key as people read it."""
    return " ".join(str(part) for part in key)
