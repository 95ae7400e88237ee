"""Answers about failed goods that everybody may know of, and these as the lines of a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta

from single_window.frame.typed import Answer, NextBefore
from single_window.language.words import Words


class FailedItemOut(Answer, frozen=True, kw_only=True):
    """An item of a laboratory's report that failed."""

    item: str
    standard: str
    limit: str
    value: str
    unit: str


class FailureOut(Answer, frozen=True, kw_only=True):
    """Goods that failed a spot check. No buyer, order, waybill or list is in it."""

    day: Annotated[str, Meta(description="on which the laboratory reported")]
    gcode: str
    gname: Annotated[str, Meta(description="as declared, identity numbers masked")]
    origin: Annotated[str, Meta(description="country code; empty: not known, as of stock")]
    ebc_code: Annotated[str, Meta(description="the company: the merchant, or the warehouse of stock")]
    company: str
    items: tuple[FailedItemOut, ...]
    measure: Annotated[str, Meta(description="W warn, D delist, R rectify, B send back, X destroy, C recall; or empty")]
    measure_zh: str
    measure_en: str

    @property
    def measure_words(self) -> Words:
        """The name of the measure; empty if none is ordered yet."""
        return Words(self.measure_zh, self.measure_en)


class FailuresOut(Answer, frozen=True, kw_only=True):
    """Failures, newest sample first."""

    failures: tuple[FailureOut, ...]
    next: NextBefore


class FailedLineOut(FailureOut, frozen=True, kw_only=True):
    """A failed item with the goods that it is about, as a line of a table."""

    item: str
    standard: str
    limit: str
    value: str
    unit: str


def as_lines(found: Sequence[FailureOut]) -> list[FailedLineOut]:
    """Return failures as lines of a table, one for each failed item; one for a failure without any."""
    empty = FailedItemOut(item="", standard="", limit="", value="", unit="")
    return [
        FailedLineOut(
            **{name: getattr(failure, name) for name in FailureOut.__struct_fields__},
            **{name: getattr(item, name) for name in FailedItemOut.__struct_fields__},
        )
        for failure in found
        for item in failure.items or (empty,)
    ]
