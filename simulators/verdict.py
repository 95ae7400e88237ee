"""The verdict about a trade of either direction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from simulators.receipt_log import LoggedReceipt


class TradeVerdict(NamedTuple):
    """The verdict about a trade. `got` is the path of its list; `complaints` are empty when it was as it must be."""

    trade: str
    fault: str
    expected: str
    got: str
    complaints: tuple[str, ...]
    flow: str = "import"

    @property
    def ok(self) -> bool:
        """True if all was as expected."""
        return not self.complaints


def with_complaints(verdict: TradeVerdict, more: Iterable[str]) -> TradeVerdict:
    """A verdict with further complaints."""
    return verdict._replace(complaints=(*verdict.complaints, *more))


def missing_codes(promised: Collection[str], receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """Complaints about codes that a trade's receipts must name, and none names."""
    for code in promised:
        if not any(code in (receipt.status, f"CEB{receipt.code}", *receipt.codes) for receipt in receipts):
            yield f"no receipt names {code}"


def unexpected_code(promised: Collection[str], receipt: LoggedReceipt) -> Iterator[str]:
    """The complaint about a receipt that refuses what was not promised to be refused."""
    if receipt.status.startswith("-") and receipt.code != "900" and receipt.status not in promised:
        yield f"{receipt.code} with {receipt.status} was not expected"
    if receipt.code == "900" and "CEB900" not in promised:
        yield "a whole message was refused (CEB900)"
