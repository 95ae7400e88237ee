"""Compares the receipts about a document with what a step expects: what is missing, and where they first differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import zip_longest
from typing import NamedTuple

from simulators.receipt_log import LoggedReceipt
from simulators.refunds.judging import gives_reason
from simulators.scenarios.form import ExpectStep

NOTHING = "nothing"
BEGINNING = "…"
"""The last character of a value of which only the beginning is expected."""


class Mismatch(NamedTuple):
    """One mismatch: what was expected, what came, and where they first differ."""

    expected: str
    got: str
    parting: str


def mismatches(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> list[Mismatch]:
    """Compare all receipts about a document, in order, with what a step expects."""
    return [
        *_check_path(step, receipts),
        *_check_last(step, receipts),
        *_check_never(step, receipts),
        *_check_codes(step, receipts),
        *_check_words(step, receipts),
        *_check_values(step, receipts),
        *_check_tax(step, receipts),
    ]


def expects_only_absence(step: ExpectStep) -> bool:
    """True if a step only excludes receipts, which can be confirmed only at the end of its time limit."""
    return bool(step.never or step.receipts == ()) and not (
        step.receipts or step.last or step.codes or step.words or step.values or step.tax
    )


def _check_path(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> Iterator[Mismatch]:
    if step.receipts is None or (path := [receipt.status for receipt in receipts]) == list(step.receipts):
        return
    pairs = enumerate(zip_longest(step.receipts, receipts), 1)
    position, (wanted, got) = next(
        (position, (wanted, got)) for position, (wanted, got) in pairs if wanted != (got.status if got else None)
    )
    receipt_words = receipt_text(got) if got else "nothing more"
    parting = f"they part at receipt {position}: expected {wanted or 'nothing more'}, got {receipt_words}"
    yield Mismatch(f"receipts {_path_text(step.receipts)}", f"receipts {_path_text(path)}", parting)


def _check_last(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> Iterator[Mismatch]:
    if step.last is not None and (not receipts or receipts[-1].status != step.last):
        position = next((index for index, receipt in enumerate(receipts, 1) if receipt.status == step.last), 0)
        complaint = (
            f"{step.last} came as receipt {position}, and was not the last" if position else f"{step.last} never came"
        )
        yield Mismatch(f"last receipt {step.last}", receipt_text(receipts[-1]) if receipts else NOTHING, complaint)


def _check_never(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> Iterator[Mismatch]:
    for position, receipt in enumerate(receipts, 1):
        if receipt.status in step.never:
            yield Mismatch(f"never {receipt.status}", receipt_text(receipt), f"it came as receipt {position}")


def _check_codes(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> Iterator[Mismatch]:
    for code in step.codes:
        if not any(
            f"CEB{receipt.code}" == code if code.startswith("CEB") else gives_reason(receipt, code)
            for receipt in receipts
        ):
            with_codes = [receipt for receipt in receipts if receipt.codes] or list(receipts[-1:])
            found = "; ".join(receipt_text(receipt) for receipt in with_codes) or NOTHING
            yield Mismatch(f"a receipt that names {code}", found, f"no receipt names {code}")


def _check_words(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> Iterator[Mismatch]:
    if step.words and not any(step.words in receipt.head.get("returnInfo", "") for receipt in receipts):
        yield Mismatch(
            f"a receipt that says {step.words!r}",
            receipt_text(receipts[-1]) if receipts else NOTHING,
            "no receipt says it",
        )


def _check_values(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> Iterator[Mismatch]:
    last = receipts[-1].head if receipts else {}
    for name, value in step.values.items():
        if not is_same_value(last.get(name), value):
            near = "" if name in last else f"; it has: {', '.join(sorted(last))}"
            yield Mismatch(
                f"{name} {value}", f"{name} {last.get(name, NOTHING)}", f"the last receipt differs in {name}{near}"
            )


def _check_tax(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> Iterator[Mismatch]:
    if step.tax is not None and (not receipts or receipts[-1].tax != Decimal(step.tax)):
        found = f"tax {receipts[-1].tax}" if receipts else NOTHING
        yield Mismatch(
            f"tax {step.tax}", found, "the last bill asks for another amount" if receipts else "there is no bill"
        )


def is_same_value(value: str | None, wanted: str) -> bool:
    """True if two texts are the same, or the same number; `wanted` may be a beginning: `42202026I…`."""
    if value is not None and wanted.endswith(BEGINNING):
        return value.startswith(wanted.removesuffix(BEGINNING))
    if value is None or value == wanted:
        return value == wanted
    try:
        return Decimal(value) == Decimal(wanted)
    except InvalidOperation:
        return False


def _path_text(statuses: Sequence[str]) -> str:
    return " · ".join(statuses) or NOTHING


def receipt_text(receipt: LoggedReceipt) -> str:
    """Describe a receipt in one line: its status and text."""
    return " ".join(
        part for part in (receipt.status or f"CEB{receipt.code}", receipt.head.get("returnInfo", "")) if part
    )
