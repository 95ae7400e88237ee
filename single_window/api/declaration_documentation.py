"""What the OpenAPI document says of declarations and notes of transport."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from apiflask import Schema
from apiflask.fields import DelimitedList, Integer, String
from apiflask.validators import Length, OneOf, Range, Regexp
from msgspec import UNSET, Meta, UnsetType

from single_window.api.answers import Amount, Answer, CaseOut, Instant, Reasons
from single_window.api.documentation import LONGEST_WAIT

MOST = 500
MOST_AWAITED = 20
_FLOW = {"description": "I: import, E: export; empty: both"}


class FlowIn(Schema):
    """Of which flow."""

    flow = String(load_default="", validate=OneOf(["", "I", "E"]), metadata=_FLOW)


class AwaitedIn(FlowIn):
    """Of which flow, and what to wait for."""

    wait_for = DelimitedList(
        String(validate=Regexp(r"-?[0-9]{1,6}$")),
        load_default=list,
        validate=Length(0, MOST_AWAITED),
        metadata={
            "description": "return statuses of the list, such as 800,100, or receipt types, such as 816: any of them"
        },
    )
    timeout = Integer(load_default=LONGEST_WAIT, validate=Range(0, LONGEST_WAIT), metadata={"description": "seconds"})


class DeclarationsIn(FlowIn):
    """Which declarations."""

    state = String(load_default="", validate=Length(0, 30))
    batch = String(load_default="", validate=Length(0, 40), metadata={"description": "number of a batch"})
    bill_no = String(load_default="", validate=Length(0, 60), metadata={"description": "master waybill (billNo)"})
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=50, validate=Range(1, MOST))


class TaxOut(Answer, frozen=True, kw_only=True):
    """The latest tax bill of a declaration; amounts in yuan, once it is assessed."""

    state: str
    tax_no: str
    value: str | UnsetType = UNSET
    duty: str | UnsetType = UNSET
    consumption: str | UnsetType = UNSET
    vat: str | UnsetType = UNSET
    total: str | UnsetType = UNSET


class DocumentOut(Answer, frozen=True, kw_only=True):
    """A document, with what the agency that decides about its kind has made of it."""

    kind: str
    key: str
    order_no: str
    state: str
    app_time: str
    message_id: int
    state_zh: str
    state_en: str


class DeclarationOut(CaseOut, frozen=True, kw_only=True):
    """A list, of an import or an export."""

    LIFECYCLE: ClassVar[str] = "declaration"
    id: int
    flow: Annotated[str, Meta(description="I: import, E: export")]
    cop_no: str
    pre_no: str
    invt_no: str
    order_no: str
    bill_no: str
    batch_no: str
    statistics_flag: Annotated[str, Meta(description="of an export: A simplified, B full")]
    ebc_code: str
    agent_code: str
    customs_code: str
    trade_mode: str
    lane: str
    detention: str
    kind: Annotated[str, Meta(description="inventory, export_inventory")]
    logistics_no: str
    state: str
    state_zh: str
    state_en: str
    value: Annotated[Amount, Meta(description="yuan: dutiable value of an import, FOB value of an export")]
    full_tax: bool
    accepted_at: Instant
    arrived_at: Instant
    released_at: Instant
    closed_at: Instant
    reasons: Reasons
    tax: Annotated[TaxOut | None, Meta(description="of an import")]


class DeclarationsOut(Answer, frozen=True, kw_only=True):
    """What has a number."""

    number: str
    declarations: tuple[DeclarationOut, ...]
    documents: tuple[DocumentOut, ...]
    given: Annotated[tuple[str, ...] | UnsetType, Meta(description="with wait_for: which of them were given")] = UNSET
    settled: Annotated[
        bool | UnsetType,
        Meta(description="with wait_for: no work is open in the sandbox, only a clock or a person can move it on"),
    ] = UNSET


class DeclarationsPageOut(Answer, frozen=True, kw_only=True):
    """Declarations, newest first."""

    declarations: tuple[DeclarationOut, ...]
    next: Annotated[int | None, Meta(description="what to give as `before` for the next page")]


class NotesOut(Answer, frozen=True, kw_only=True):
    """Notes of transport with a number: parts that are there or missing, parcels with the state of their lists."""

    number: str
    notes: tuple[dict[str, Any], ...]
