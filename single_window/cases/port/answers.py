"""Answers about the port. Codes of events, marks and kinds are our own (confidence I); sources that are EDIFACT
messages are C."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType

from single_window.frame.kinds import CaseKind, Column, case_columns
from single_window.frame.typed import (
    Amount,
    Answer,
    CaseOut,
    HistoryOut,
    Instant,
    NextBefore,
    OfOneCase,
    Reasons,
)
from single_window.language.words import Words


class PortEventOut(Answer, frozen=True, kw_only=True):
    """An event of a container or of a ship's call, as it was told."""

    terminal_code: str
    container_no: str
    stay: Annotated[int, Meta(description="the stay at the terminal, from 1; 0: in none")]
    event: Annotated[str, Meta(description="our code (confidence I)")]
    at: Instant
    recorded_at: Instant
    mark: Annotated[
        str,
        Meta(description="late, order, again; claimed, anothers: it does not count; empty: it stands where it belongs"),
    ]
    claimed_by: Annotated[str, Meta(description="the line that tells it; empty: the terminal, or nobody who is known")]
    source: Annotated[str, Meta(description="the EDIFACT message (C); empty: TerminalEvent (I)")]
    doc_no: str
    vessel_id: str
    vessel_name: str
    voyage_no: str
    iso_type: str
    full: str
    booking_no: str
    bill_no: str
    seal_no: str
    load_port: str
    discharge_port: str
    cell: str
    weight: Amount
    plate_no: str
    train_no: str


class PortParcelOut(Answer, frozen=True, kw_only=True):
    """A parcel of a container."""

    logistics_no: str
    container_no: Annotated[str, Meta(description="its container: by packing list, else the only one of its bill")]
    listed_in: Annotated[
        str,
        Meta(description="its packing list; empty: by its bill; without a container: taken out"),
    ]
    bill_no: str
    invt_no: str
    state: Annotated[
        str,
        Meta(description="what was said last: released, held, inspected, withdrawn (by an officer), revoked"),
    ]
    loaded: Annotated[bool, Meta(description="customs was told that its container is loaded")]
    terminal_code: Annotated[str, Meta(description="the terminal that was told")]


class PortStayOut(Answer, frozen=True, kw_only=True):
    """A stay of a container at a terminal."""

    terminal_code: str
    stay: int
    since: Annotated[Instant, Meta(description="from when it was there; empty: no event says that it was")]
    until: Annotated[Instant, Meta(description="when it left; empty: not yet")]
    events: tuple[PortEventOut, ...]


class PortContainerOut(Answer, frozen=True, kw_only=True):
    """Known facts of a container."""

    container_no: str
    stays: tuple[PortStayOut, ...]
    claims: Annotated[
        tuple[PortEventOut, ...],
        Meta(description="what lines tell of it that does not count: it is another's, or nobody knows yet whose"),
    ]
    parcels: tuple[PortParcelOut, ...]
    loaded_at: Instant


class PortChargeOut(Answer, frozen=True, kw_only=True):
    """A charge of a container, in yuan, by the tariff of the day."""

    container_no: str
    code: Annotated[str, Meta(description="PHF port dues, SEC security fee, STO storage after the free days")]
    day: Annotated[str, Meta(description="the day of the tariff: that on which the container came")]
    quantity: int
    price: str
    amount: str
    parameter: Annotated[str, Meta(description="the dated value, which says how sure it is")]


class PortBillOut(Answer, frozen=True, kw_only=True):
    """The port charges of a bill of lading as they stand now; nobody is billed by it (confidence I)."""

    bill_no: str
    charges: tuple[PortChargeOut, ...]
    total: str
    unknown: Annotated[tuple[str, ...], Meta(description="containers whose type nobody told: not charged")]


class PortCaseOut(CaseOut, frozen=True, kw_only=True):
    """A contradiction, a late report, or a release that an officer withdrew."""

    LIFECYCLE: ClassVar[str] = "port_case"
    id: int
    case_no: str
    kind: Annotated[str, Meta(description="T B L W R S O C N: see port_kind; V a withdrawn release")]
    container_no: str
    voyage_no: str
    invt_no: str
    state: str
    state_zh: str
    state_en: str
    opened_at: Instant
    ended_at: Instant
    reasons: Reasons
    events: Annotated[
        tuple[PortEventOut, ...] | UnsetType, Meta(description="only in an answer about one case: by time")
    ] = UNSET
    parcels: OfOneCase[tuple[PortParcelOut, ...]] = UNSET
    history: OfOneCase[tuple[HistoryOut, ...]] = UNSET


class PortCasesOut(Answer, frozen=True, kw_only=True):
    """Cases of the port, newest first."""

    cases: tuple[PortCaseOut, ...]
    next: NextBefore


PORT_KIND = CaseKind(
    noun="case of the port",
    zh="口岸事项",
    plural="cases of the port",
    listing="Newest first; `state` narrows them.",
    numbers=Words("caseNo", "its caseNo or its id"),
    command="port",
    path="/port/cases",
    missing="no-such-case",
    case_type=PortCaseOut,
    page_type=PortCasesOut,
    shown_type=PortCaseOut,
    columns=case_columns(
        "port_kind",
        Column(Words("箱号", "container"), lambda case: case.container_no),
        Column(Words("航次", "voyage"), lambda case: case.voyage_no),
        Column(Words("清单", "list"), lambda case: case.invt_no),
    ),
    filters=("state",),
)
