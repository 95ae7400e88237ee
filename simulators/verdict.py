"""What a trade came to, of either direction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from simulators.hearing import Word


class Verdict(NamedTuple):
    """What a trade came to. `got` is the path of its list; `complaints` are empty when it was as it must be."""

    trade: str
    fault: str
    expected: str
    got: str
    complaints: tuple[str, ...]
    flow: str = "import"

    @property
    def ok(self) -> bool:
        """Whether all was as expected."""
        return not self.complaints


def missing_codes(promised: Collection[str], words: Sequence[Word]) -> Iterator[str]:
    """Complaints about codes that a trade's receipts must name, and none names."""
    for code in promised:
        if not any(code in (word.status, f"CEB{word.code}", *word.codes) for word in words):
            yield f"no receipt names {code}"


def unexpected_code(promised: Collection[str], word: Word) -> Iterator[str]:
    """The complaint about a receipt that refuses what was not promised to be refused."""
    if word.status.startswith("-") and word.code != "900" and word.status not in promised:
        yield f"{word.code} with {word.status} was not expected"
    if word.code == "900" and "CEB900" not in promised:
        yield "a whole message was refused (CEB900)"
