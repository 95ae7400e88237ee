"""Answers about market supervision and commerce. States of licences are C, filing numbers K; everything else is our own
(confidence I)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import UNSET, Meta

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


class LicenceRecordOut(Answer, frozen=True, kw_only=True):
    """A record of the register about a company from a day on; of one day the last revision counts."""

    since: str
    revision: int
    recorded_at: Instant
    state: Annotated[str, Meta(description="1 open, 2 revoked, 3 deregistered, 4 moved (confidence C)")]
    name: str
    legal_person: Annotated[str, Meta(description="masked but for the first character")]
    founded: str
    scope: str
    abnormal: str
    severe: str
    free_trade_zone: str


class LicenceOut(Answer, frozen=True, kw_only=True):
    """The licence of a company as of a day, and all that was recorded of it."""

    credit_code: str
    as_of: str
    state: Annotated[str, Meta(description="empty: the register says nothing of that day, which is not `open`")]
    records: tuple[LicenceRecordOut, ...]
    filing_no: Annotated[str, Meta(description="of its filing as a foreign-trade operator (K); empty: none")]
    confidence: Annotated[str, Meta(description="of the states; the layout is I")] = "C"


class LicenceAnswerOut(Answer, frozen=True, kw_only=True):
    """An answer that the register gave; `digest`: see LicenceAnswer."""

    as_of: str
    state: str
    name: str
    answered_at: Instant


class ZoneCellOut(Answer, frozen=True, kw_only=True):
    """A row of a month: told beside counted."""

    mode: str
    direction: str
    partner: str
    hs2: str
    told_lists: int
    told_value: Amount
    counted_lists: int
    counted_value: Amount
    differs: bool


class ZoneRevisionOut(Answer, frozen=True, kw_only=True):
    """A revision of a month: told by the zone's company, or counted from customs' rows."""

    told: bool
    revision: int
    company: str
    at: Instant
    firms: int
    parcels: int
    rows: int
    new_registrations: str
    warehouses: str
    reasons: Reasons


class ZoneMonthOut(Answer, frozen=True, kw_only=True):
    """A month of a pilot zone: its revisions, and the last told beside the last counted. Rows are I."""

    zone: str
    month: str
    revisions: tuple[ZoneRevisionOut, ...]
    first_difference: Reasons
    rows: Annotated[tuple[ZoneCellOut, ...], Meta(description="the first 200, those that differ before the others")]
    confidence: str = "I"


class WaitingListOut(Answer, frozen=True, kw_only=True):
    """A list that waits because its company may not trade."""

    number: str
    order_no: str


class CommerceCaseOut(CaseOut, frozen=True, kw_only=True):
    """Something about a licence or a month that an officer looks at."""

    LIFECYCLE: ClassVar[str] = "commerce_case"
    id: int
    case_no: str
    kind: Annotated[str, Meta(description="S X L V D O: see commerce_kind (confidence I)")]
    company: str
    credit_code: str
    zone: str
    month: str
    state: str
    state_zh: str
    state_en: str
    opened_at: Instant
    ended_at: Instant
    reasons: Reasons
    licence: OfOneCase[LicenceOut] = UNSET
    answers: OfOneCase[tuple[LicenceAnswerOut, ...]] = UNSET
    period: OfOneCase[ZoneMonthOut] = UNSET
    holds: OfOneCase[bool] = UNSET
    lists: Annotated[
        OfOneCase[tuple[WaitingListOut, ...]],
        Meta(description="those that wait for it, while the register says that the company may not trade"),
    ] = UNSET
    history: OfOneCase[tuple[HistoryOut, ...]] = UNSET


class CommerceCasesOut(Answer, frozen=True, kw_only=True):
    """Cases of commerce, newest first."""

    cases: tuple[CommerceCaseOut, ...]
    next: NextBefore


COMMERCE_KIND = CaseKind(
    noun="case of commerce",
    zh="商务事项",
    plural="cases of commerce",
    listing="Newest first; `state` narrows them.",
    numbers=Words("caseNo", "its caseNo or its id"),
    command="commerce",
    path="/commerce/cases",
    missing="no-such-case",
    case_type=CommerceCaseOut,
    page_type=CommerceCasesOut,
    shown_type=CommerceCaseOut,
    columns=case_columns(
        "commerce_kind",
        Column(Words("企业", "company"), lambda case: case.company or case.credit_code, "company"),
        Column(Words("综试区", "zone"), lambda case: case.zone),
        Column(Words("月份", "month"), lambda case: case.month),
    ),
    filters=("state",),
)
