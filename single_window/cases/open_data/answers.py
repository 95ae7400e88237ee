"""Answers about open data for officers: versions of months beside the month before, what is closed and why, files.
Figures of closed cells are in none but their bounds, which everybody can work out."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import UNSET, Meta, UnsetType

from single_window.frame.kinds import STATE_COLUMN, CaseKind, Column
from single_window.frame.typed import Answer, CaseOut, HistoryOut, Instant, NextBefore, OfOne, Reasons, local
from single_window.language.words import Words

DIRECTION = "I import, IR imports that came back, E export, ER exports that came back"


class DirectionOut(Answer, frozen=True, kw_only=True):
    """A direction of a month, beside the newest published version of the month before."""

    direction: Annotated[str, Meta(description=DIRECTION)]
    items: Annotated[str, Meta(description="lines of all lists; empty: closed")]
    items_before: Annotated[str, Meta(description="in the month before; empty: closed, or not published")]
    value: Annotated[str, Meta(description="yuan; empty: closed")]
    value_before: str
    shut: Annotated[int, Meta(description="closed cells")]
    shut_before: int
    lost: Annotated[float, Meta(description="share (per cent) of the value that closed cells have, without totals")]


class ClosedCellOut(Answer, frozen=True, kw_only=True):
    """A closed cell; `_T` is all."""

    direction: Annotated[str, Meta(description=DIRECTION)]
    mode: str
    partner: str
    hs2: str
    why: Annotated[str, Meta(description="few, dominated, changed, secondary, before: see the page")]
    low: Annotated[str, Meta(description="yuan: what everybody can work out that it has at least")]
    high: Annotated[str, Meta(description="yuan: at most; empty: no bound")]


class PublishedFileOut(Answer, frozen=True, kw_only=True):
    """A file of a published version, which never changes."""

    name: str
    address: Annotated[str, Meta(description="without host; public")]
    sha256: str


class OpenDataMonthOut(CaseOut, frozen=True, kw_only=True):
    """A version of a month."""

    LIFECYCLE: ClassVar[str] = "open_data_month"
    id: int
    release_no: str
    month: str
    edition: Annotated[int, Meta(description="its number in the month, from 1; 0: it could not be drafted")]
    lists: Annotated[int, Meta(description="released lists that it counts")]
    cells: int
    shut: Annotated[int, Meta(description="closed cells")]
    state: str
    state_zh: str
    state_en: str
    opened_at: Instant
    ended_at: Instant
    reasons: Reasons
    closed: Annotated[tuple[ClosedCellOut, ...] | UnsetType, Meta(description="only in an answer about one")] = UNSET
    directions: OfOne[tuple[DirectionOut, ...]] = UNSET
    files: OfOne[tuple[PublishedFileOut, ...]] = UNSET
    history: OfOne[tuple[HistoryOut, ...]] = UNSET


class OpenDataMonthsOut(Answer, frozen=True, kw_only=True):
    """Versions of months, newest first."""

    months: tuple[OpenDataMonthOut, ...]
    next: NextBefore


OPEN_DATA_KIND = CaseKind(
    noun="version of open data",
    zh="公共数据版本",
    plural="versions of open data",
    listing="Newest first; `state` narrows them.",
    numbers=Words("releaseNo", "its releaseNo or its id"),
    command="open-data",
    path="/open-data/months",
    missing="no-such-case",
    case_type=OpenDataMonthOut,
    page_type=OpenDataMonthsOut,
    shown_type=OpenDataMonthOut,
    columns=(
        Column(Words("编号", "number"), lambda month: month.release_no),
        Column(Words("月份", "month"), lambda month: month.month),
        Column(Words("版本", "version"), lambda month: month.edition),
        Column(Words("清单", "lists"), lambda month: month.lists),
        Column(Words("单元格", "cells"), lambda month: month.cells),
        Column(Words("不公开", "closed"), lambda month: month.shut),
        Column(Words("编制时间", "drafted"), lambda month: local(month.opened_at), "time"),
        STATE_COLUMN,
    ),
    filters=("state",),
)
