"""What a trade came to, of either direction."""

from __future__ import annotations

from typing import NamedTuple


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
