"""The verdict about a trade of either direction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from simulators.receipt_log import LoggedReceipt


class TradeVerdict(NamedTuple):
    """The verdict about a trade. `got`: statuses of its list; `complaints`: deviations, empty if none; `refunded`: yuan
    that the tax office paid for it, less what it took back."""

    trade: str
    fault: str
    expected: str
    got: str
    complaints: tuple[str, ...]
    flow: str = "import"
    refunded: Decimal = Decimal(0)

    @property
    def ok(self) -> bool:
        """True if there are no deviations."""
        return not self.complaints


def with_complaints(verdict: TradeVerdict, more: Iterable[str]) -> TradeVerdict:
    """A verdict with additional complaints."""
    return verdict._replace(complaints=(*verdict.complaints, *more))


def missing_codes(promised: Collection[str], receipts: Sequence[LoggedReceipt]) -> Iterator[str]:
    """Complaints about expected codes that no receipt names."""
    for code in promised:
        if not any(code in (receipt.status, f"CEB{receipt.code}", *receipt.codes) for receipt in receipts):
            yield f"no receipt names {code}"


def unexpected_code(promised: Collection[str], receipt: LoggedReceipt) -> Iterator[str]:
    """The complaint about an unexpected refusal."""
    if receipt.status.startswith("-") and receipt.code != "900" and receipt.status not in promised:
        yield f"{receipt.code} with {receipt.status} was not expected"
    if receipt.code == "900" and "CEB900" not in promised:
        yield "a whole message was refused (CEB900)"
