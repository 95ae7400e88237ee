"""Compares the receipts about a document with what a step expects: what is missing, and where they first differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from itertools import zip_longest
from typing import NamedTuple

from simulators.receipt_log import LoggedReceipt
from simulators.refunds.judging import names
from simulators.scenarios.form import ExpectStep

NOTHING = "nothing"


class Miss(NamedTuple):
    """One mismatch: what was expected, what came, and where they first differ."""

    expected: str
    got: str
    parting: str


def misses(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> list[Miss]:
    """Compare all receipts about a document, in order, with what a step expects."""
    return [
        *_about_path(step, receipts),
        *_about_last(step, receipts),
        *_about_never(step, receipts),
        *_about_codes(step, receipts),
        *_about_words(step, receipts),
        *_about_values(step, receipts),
        *_about_tax(step, receipts),
    ]


def waits_in_vain(step: ExpectStep) -> bool:
    """True if a step only says what must not come, which is certain only when its time is over."""
    return bool(step.never or step.receipts == ()) and not (
        step.receipts or step.last or step.codes or step.words or step.values or step.tax
    )


def _about_path(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> Iterator[Miss]:
    if step.receipts is None or (path := [receipt.status for receipt in receipts]) == list(step.receipts):
        return
    pairs = enumerate(zip_longest(step.receipts, receipts), 1)
    place, (wanted, got) = next(
        (place, (wanted, got)) for place, (wanted, got) in pairs if wanted != (got.status if got else None)
    )
    came = described(got) if got else "nothing more"
    parting = f"they part at receipt {place}: expected {wanted or 'nothing more'}, got {came}"
    yield Miss(f"receipts {_path(step.receipts)}", f"receipts {_path(path)}", parting)


def _about_last(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> Iterator[Miss]:
    if step.last is not None and (not receipts or receipts[-1].status != step.last):
        passed = next((place for place, receipt in enumerate(receipts, 1) if receipt.status == step.last), 0)
        complaint = (
            f"{step.last} came as receipt {passed}, and was not the last" if passed else f"{step.last} never came"
        )
        yield Miss(f"last receipt {step.last}", described(receipts[-1]) if receipts else NOTHING, complaint)


def _about_never(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> Iterator[Miss]:
    for place, receipt in enumerate(receipts, 1):
        if receipt.status in step.never:
            yield Miss(f"never {receipt.status}", described(receipt), f"it came as receipt {place}")


def _about_codes(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> Iterator[Miss]:
    for code in step.codes:
        if not any(
            f"CEB{receipt.code}" == code if code.startswith("CEB") else names(receipt, code) for receipt in receipts
        ):
            naming = [receipt for receipt in receipts if receipt.codes] or list(receipts[-1:])
            came = "; ".join(described(receipt) for receipt in naming) or NOTHING
            yield Miss(f"a receipt that names {code}", came, f"no receipt names {code}")


def _about_words(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> Iterator[Miss]:
    if step.words and not any(step.words in receipt.head.get("returnInfo", "") for receipt in receipts):
        yield Miss(
            f"a receipt that says {step.words!r}",
            described(receipts[-1]) if receipts else NOTHING,
            "no receipt says it",
        )


def _about_values(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> Iterator[Miss]:
    last = receipts[-1].head if receipts else {}
    for name, value in step.values.items():
        if not _same(last.get(name), value):
            near = "" if name in last else f"; it has: {', '.join(sorted(last))}"
            yield Miss(
                f"{name} {value}", f"{name} {last.get(name, NOTHING)}", f"the last receipt differs in {name}{near}"
            )


def _about_tax(step: ExpectStep, receipts: Sequence[LoggedReceipt]) -> Iterator[Miss]:
    if step.tax is not None and (not receipts or receipts[-1].tax != Decimal(step.tax)):
        came = f"tax {receipts[-1].tax}" if receipts else NOTHING
        yield Miss(f"tax {step.tax}", came, "the last bill asks for another amount" if receipts else "there is no bill")


def _same(value: str | None, wanted: str) -> bool:
    if value is None or value == wanted:
        return value == wanted
    try:
        return Decimal(value) == Decimal(wanted)
    except InvalidOperation:
        return False


def _path(statuses: Sequence[str]) -> str:
    return " · ".join(statuses) or NOTHING


def described(receipt: LoggedReceipt) -> str:
    """Describe a receipt in one line: its status and text."""
    return " ".join(
        part for part in (receipt.status or f"CEB{receipt.code}", receipt.head.get("returnInfo", "")) if part
    )
