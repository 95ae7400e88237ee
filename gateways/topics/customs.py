"""Payloads that customs handles besides documents and decisions: answers of other gateways, its own further work,
deadlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Doubt(NamedTuple):
    """Something that an officer has to review: the code of a reason, the values of its words, and the dated values that
    it rests on."""

    rule: str
    values: Mapping[str, Any]
    parameters: tuple[str, ...] = ()


class TaxAssessed(NamedTuple):
    """The tax of a list is assessed and its guarantee reserved."""

    declaration_id: int
    doubts: Sequence[Doubt]
    """What was found when it was assessed, such as its price."""


class TaxShort(NamedTuple):
    """The guarantor does not cover a list."""

    declaration_id: int
    total: int
    """The tax, scaled."""
    available: int
    """What the guarantee has left, scaled."""
    assure_code: str
    rule: str = ""
    """The code of the reason, where it is not the amount."""
    values: Mapping[str, Any] | None = None
    """The values of its words."""
    parameters: tuple[str, ...] = ()
    """The dated values that it rests on."""


class TaxRecomputed(NamedTuple):
    """Goods came back, and the tax of what is left was assessed anew."""

    declaration_id: int
    value: int
    """The dutiable value that is left, scaled."""


class InspectionPassed(NamedTuple):
    """The goods of a list are in order."""

    declaration_id: int


class InspectionFailed(NamedTuple):
    """The goods of a list are not in order."""

    declaration_id: int


class OfficeAsked(NamedTuple):
    """The declaring office asks the office of the port whether goods may be inspected and released there."""

    declaration_id: int
    customs_code: str
    """The office that asks."""
    port_code: str
    """The office that is asked."""


class OfficeAnswered(NamedTuple):
    """The office of the port agrees."""

    declaration_id: int
    port_code: str
    """The office that agrees."""
    customs_code: str
    """The declaring office."""


class Parcels(NamedTuple):
    """Some parcels of a note of transport: those of its lines from `first` up to, not including, `end`."""

    document_id: int
    first: int
    end: int


class LateParcels(NamedTuple):
    """Some parcels of a departure whose window is over, as `Parcels`."""

    document_id: int
    first: int
    end: int
    document_version: int
    """The version that waited: one that was sent again has a window of its own."""


class ParcelsLeft(NamedTuple):
    """Parcels of a departure note were released and closed."""

    request_id: int
    parcels: int
    """How many."""


class MemberReported(NamedTuple):
    """Something happened to a list that is, or would be, in a batch."""

    change: str
    """joined, sampled (inspected as a sample), concluded, settled (it came to its end)."""
    batch_id: int
    """Of one that would join: the batch that keeps a place for it, or 0."""
    declaration_id: int
    detail: str
    """joined: the opening; sampled: passed or failed; settled: released or refused."""


class BatchWork(NamedTuple):
    """The next members of a batch."""

    batch_id: int
    phase: str
    position: int


class SummaryWork(NamedTuple):
    """The next lists of a summary request, or its next results."""

    summary_id: int
    place: str
    """The merchant's meeting."""
    phase: str
    cursor: int
    after: int


class ListsClosed(NamedTuple):
    """A merchant has closed lists of a month to summarise."""

    ebc_code: str
    place: str
    """The merchant's meeting."""
    month: str
    """Its first day."""


class PartnersOverdue(NamedTuple):
    """The window in which the partners of a list may still come is over."""

    declaration_id: int
    document_version: int


class OfficerDue(NamedTuple):
    """The hours of the automatic officer are over for a list in this state."""

    declaration_id: int
    state: str


class ClosingDue(NamedTuple):
    """The days after the release of a list are over."""

    declaration_id: int


class ArrivalOverdue(NamedTuple):
    """The window in which the parcel of a list may arrive is over."""

    declaration_id: int
    document_version: int


class RequestDue(NamedTuple):
    """The time to look at a return request in this state is over."""

    request_id: int
    state: str


class GoodsBackDue(NamedTuple):
    """The goods of a return are back, or too late."""

    request_id: int
    action: str
    """take_back or lapse."""


class DepartureOverdue(NamedTuple):
    """A departure has waited long enough for the release of its parcels."""

    request_id: int
    document_version: int
    place: str


class PaymentDataAnswered(NamedTuple):
    """A platform uploaded original payment data for a list, right or wrong."""

    declaration_id: int
    session_id: str
    code: str
    """With which it was answered."""


class PaymentDataOverdue(NamedTuple):
    """The time for the payment data of a list is over."""

    declaration_id: int
    session_id: str


class PartsOverdue(NamedTuple):
    """The window in which the other parts of a note may come is over."""

    request_id: int
    document_version: int
    place: str


class SummaryDue(NamedTuple):
    """The last day for summarising the lists of a merchant's month is over."""

    ebc_code: str
    place: str
    month: str
    """Its first day."""


class BatchDue(NamedTuple):
    """The window of a batch is over."""

    batch_id: int
