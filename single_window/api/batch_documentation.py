"""What the OpenAPI document says of batches."""

from __future__ import annotations

from typing import Annotated, ClassVar

from apiflask import Schema
from apiflask.fields import Integer, List, String
from apiflask.validators import Length, OneOf, Range
from msgspec import UNSET, Meta, UnsetType

from single_window.api.answers import Answer, CaseOut, HistoryOut, Instant, Reasons
from single_window.cases.batches.asking import MOST, ROLES

_BY = {"description": "the participant who asks, by his code; kept. Of an officer, his account is"}


class BatchesIn(Schema):
    """Which batches."""

    state = String(load_default="", validate=Length(0, 30))
    before = Integer(load_default=0, validate=Range(0, 2**62), metadata={"description": "ids below it; 0: newest"})
    limit = Integer(load_default=50, validate=Range(1, 500))


class OpenIn(Schema):
    """A new batch."""

    flow = String(required=True, validate=OneOf(["I", "E"]), metadata={"description": "I: import, E: export"})
    customs_code = String(required=True, validate=Length(4, 4))
    trade_mode = String(required=True, validate=Length(4, 4))
    by = String(load_default="", validate=Length(0, 100), metadata=_BY)
    role = String(load_default="participant", validate=OneOf(ROLES))


class AskIn(Schema):
    """A change of a batch."""

    by = String(load_default="", validate=Length(0, 100), metadata=_BY)
    role = String(load_default="participant", validate=OneOf(ROLES))
    revision = Integer(
        load_default=0,
        validate=Range(0, 2**31),
        metadata={"description": "the batch's, as you saw it; 0: whichever it is now"},
    )
    lists = List(
        String(validate=Length(1, 80)),
        load_default=list,
        validate=Length(0, MOST),
        metadata={"description": "list numbers, order numbers, or merchant|order number"},
    )
    reason = String(load_default="", validate=Length(0, 1_000), metadata={"description": "of a review"})


class MembersIn(Schema):
    """Which members."""

    after = Integer(load_default=-1, validate=Range(-1, 2**62))
    limit = Integer(load_default=100, validate=Range(1, 1_000))
    state = String(load_default="", validate=Length(0, 30))


class BatchHistoryOut(HistoryOut, frozen=True, kw_only=True):
    """One line of what has happened to a batch."""

    asked: Annotated[int, Meta(description="the number of the request that it answers")]


class BatchOut(CaseOut, frozen=True, kw_only=True):
    """A batch."""

    LIFECYCLE: ClassVar[str] = "batch"
    batch_no: str
    flow: str
    customs_code: str
    trade_mode: str
    opened_by: str
    opening: Annotated[str, Meta(description="what its lists have in common")]
    state: str
    state_zh: str
    state_en: str
    revision: Annotated[int, Meta(description="counts the changes by people and of its state")]
    members: int
    drawn: Annotated[int, Meta(description="samples")]
    awaited: Annotated[int, Meta(description="samples whose result is not there")]
    failed: int
    held: int
    released: int
    refused: int
    phase: Annotated[str, Meta(description="what is being done with the members; empty: nothing")]
    cursor: Annotated[int, Meta(description="how far, of `places`")]
    places: int
    opened_at: Instant
    declared_at: Instant
    drawn_at: Instant
    released_at: Instant
    closed_at: Instant
    reasons: Reasons
    links: dict[str, str]
    history: Annotated[tuple[BatchHistoryOut, ...] | UnsetType, Meta(description="of one batch only")] = UNSET


class BatchesOut(Answer, frozen=True, kw_only=True):
    """Batches, newest first."""

    batches: tuple[BatchOut, ...]
    next: Annotated[int | None, Meta(description="what to give as `before` for the next page")]


class BatchAskedOut(Answer, frozen=True, kw_only=True):
    """What became of a change."""

    asked: Annotated[int, Meta(description="its number, which the history names")]
    status: Annotated[str, Meta(description="done, waiting")]
    batch: BatchOut | UnsetType = UNSET
    said: tuple[BatchHistoryOut, ...] | UnsetType = UNSET


class MemberOut(Answer, frozen=True, kw_only=True):
    """A place in a batch."""

    position: int
    key: str
    state: str
    why: Annotated[str, Meta(description="why it was drawn: lane, grade, goods, size; empty: it was not")]
    number: int | None
    declaration_id: int
    order_no: str
    invt_no: str
    list_state: str


class MembersOut(Answer, frozen=True, kw_only=True):
    """Places, in their order."""

    batch_no: str
    members: tuple[MemberOut, ...]
    next: Annotated[int | None, Meta(description="what to give as `after` for the next page")]
