"""Payloads that customs handles besides documents and decisions: reports of gateways, continued work, deadlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Doubt(NamedTuple):
    """A reason for review: its code, the values of its text, the ids of the dated values applied."""

    rule: str
    values: Mapping[str, Any]
    parameters: tuple[str, ...] = ()


class TaxAssessed(NamedTuple):
    """The tax of a list is assessed and its guarantee reserved."""

    declaration_id: int
    doubts: Sequence[Doubt]
    """Doubts about the assessment, such as the price."""


class TaxShort(NamedTuple):
    """The tax of a list is not guaranteed."""

    declaration_id: int
    total: int
    """The tax, scaled."""
    available: int
    """The remaining amount of the guarantee, scaled."""
    assure_code: str
    rule: str = ""
    """Code of the reason; empty if the amount is too small."""
    values: Mapping[str, Any] | None = None
    """The values of the reason's text."""
    parameters: tuple[str, ...] = ()
    """The ids of the dated values applied."""


class TaxRecomputed(NamedTuple):
    """Goods came back, and the tax of the remaining goods was assessed."""

    declaration_id: int
    value: int
    """The dutiable value of the remaining goods, scaled."""


class InspectionPassed(NamedTuple):
    """The goods of a list passed their inspection."""

    declaration_id: int


class InspectionFailed(NamedTuple):
    """The goods of a list failed their inspection."""

    declaration_id: int


class HoldEnded(NamedTuple):
    """A hold for which lists wait has ended, or those that wait are to be looked at behind the list `after`."""

    kind: str
    key: str
    after: int = 0


class ListUnheld(NamedTuple):
    """A list may be held no more."""

    declaration_id: int


class OfficeAsked(NamedTuple):
    """The declaring office requests the port's office to confirm inspection and release there."""

    declaration_id: int
    customs_code: str
    """The declaring office."""
    port_code: str
    """The port's office."""


class OfficeAnswered(NamedTuple):
    """The port's office agrees."""

    declaration_id: int
    port_code: str
    """The port's office."""
    customs_code: str
    """The declaring office."""


class Parcels(NamedTuple):
    """Some parcels of a note of transport: those of the lines with indexes from `first` to before `end`."""

    document_id: int
    first: int
    end: int


class LateParcels(NamedTuple):
    """Some parcels of an overdue departure note; `first` and `end` as in `Parcels`."""

    document_id: int
    first: int
    end: int
    document_version: int
    """The overdue version; a version sent later has a separate deadline."""


class ParcelsLeft(NamedTuple):
    """Lists with parcels of a departure note were closed."""

    request_id: int
    parcels: int
    """Number of parcels."""


class ParcelLoaded(NamedTuple):
    """The port tells that the container of a list's parcel was loaded; `loaded` False: it is to wait again."""

    declaration_id: int
    container_no: str
    loaded: bool


class MemberReported(NamedTuple):
    """A list in a batch, or one that joins a batch, has changed."""

    change: str
    """joined, sampled (inspected), concluded, or settled (ended)."""
    batch_id: int
    """The batch; for "joined" the one that has reserved a place, or 0."""
    declaration_id: int
    detail: str
    """joined: the opening key; sampled: passed or failed; settled: released or refused."""


class BatchWork(NamedTuple):
    """Work on the next members of a batch."""

    batch_id: int
    phase: str
    position: int


class SummaryWork(NamedTuple):
    """Work on the next lists or results of a summary request."""

    summary_id: int
    meeting_key: str
    """The merchant's meeting."""
    phase: str
    cursor: int
    after: int


class ListsClosed(NamedTuple):
    """A merchant has closed lists of a month to summarise."""

    ebc_code: str
    meeting_key: str
    """The merchant's meeting."""
    month: str
    """Its first day."""


class PartnersOverdue(NamedTuple):
    """The time for the partners of a list is over."""

    declaration_id: int
    document_version: int


class OfficerDue(NamedTuple):
    """The automatic officer's decision about a list in this state is due."""

    declaration_id: int
    state: str


class ClosingDue(NamedTuple):
    """A released list is due to be closed."""

    declaration_id: int


class ArrivalOverdue(NamedTuple):
    """The time for the arrival of a list's parcel is over."""

    declaration_id: int
    document_version: int


class RequestDue(NamedTuple):
    """The time to review a return request in this state is over."""

    request_id: int
    state: str


class GoodsBackDue(NamedTuple):
    """The goods of a return are back, or overdue."""

    request_id: int
    action: str
    """take_back or lapse."""


class DepartureOverdue(NamedTuple):
    """The time for the release of a departure note's parcels is over."""

    request_id: int
    document_version: int
    meeting_key: str


class PaymentDataAnswered(NamedTuple):
    """A platform uploaded original payment data for a list, correct or not."""

    declaration_id: int
    session_id: str
    code: str
    """Code of the response to the upload."""


class PaymentDataOverdue(NamedTuple):
    """The time for the payment data of a list is over."""

    declaration_id: int
    session_id: str


class PartsOverdue(NamedTuple):
    """The time for the other parts of a note is over."""

    request_id: int
    document_version: int
    meeting_key: str


class SummaryDue(NamedTuple):
    """The last day for summarising a merchant's lists of a month is over."""

    ebc_code: str
    meeting_key: str
    month: str
    """Its first day."""


class BatchDue(NamedTuple):
    """A batch is due to be declared."""

    batch_id: int
