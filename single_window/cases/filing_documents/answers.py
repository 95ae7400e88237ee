"""Answers about the filing documents of refund claims."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import UNSET, Meta

from single_window.frame.kinds import STATE_COLUMN, CaseKind, Column
from single_window.frame.typed import Answer, CaseOut, HistoryOut, Instant, NextBefore, OfOneCase, Reasons
from single_window.language.words import Words


class FilingPaperOut(Answer, frozen=True, kw_only=True):
    """A paper that an index names."""

    gnum: int
    kind: Annotated[str, Meta(description="C contract, T transport, A of the agent, W title of a warehouse, S sales")]
    paper_no: str
    export_no: Annotated[str, Meta(description="the declaration or list; empty: all of the claim")]
    medium: Annotated[str, Meta(description="P paper, I image, D data")]
    place: str


class FilingCaseOut(CaseOut, frozen=True, kw_only=True):
    """The filing documents of a claim."""

    LIFECYCLE: ClassVar[str] = "filing_case"
    id: int
    case_no: str
    claim_no: str
    ebc_code: str
    claimed_on: str
    due: Annotated[str, Meta(description="the last day for the index")]
    told_on: Annotated[str, Meta(description="the day on which the index came; empty: it has not")]
    index_no: Annotated[str, Meta(description="the copNo of the index")]
    kept_until: Annotated[str, Meta(description="the last day on which the papers are kept")]
    state: str
    state_zh: str
    state_en: str
    opened_at: Instant
    ended_at: Instant
    reasons: Reasons
    papers: OfOneCase[tuple[FilingPaperOut, ...]] = UNSET
    history: OfOneCase[tuple[HistoryOut, ...]] = UNSET


class FilingCasesOut(Answer, frozen=True, kw_only=True):
    """Filing documents of claims, newest first."""

    cases: tuple[FilingCaseOut, ...]
    next: NextBefore


class KeptPaperOut(Answer, frozen=True, kw_only=True):
    """A file that is kept with filing documents."""

    name: str
    sha256: str
    size: int


class KeptPapersOut(Answer, frozen=True, kw_only=True):
    """The files of a call, as they are kept."""

    case_no: str
    files: tuple[KeptPaperOut, ...]


FILING_KIND = CaseKind(
    noun="filing documents",
    zh="备案单证",
    plural="filing documents of claims",
    listing="Newest first; `state` and `merchant` narrow them.",
    numbers=Words("caseNo或claimNo", "its caseNo, the claimNo, or its id"),
    command="filing",
    path="/filing-documents",
    missing="no-such-case",
    case_type=FilingCaseOut,
    page_type=FilingCasesOut,
    shown_type=FilingCaseOut,
    columns=(
        Column(Words("编号", "case"), lambda case: case.case_no),
        Column(Words("退税申报", "claim"), lambda case: case.claim_no),
        Column(Words("企业", "company"), lambda case: case.ebc_code, "company"),
        Column(Words("目录截止", "due"), lambda case: case.due),
        Column(Words("目录报送日", "came"), lambda case: case.told_on),
        Column(Words("单证保存至", "kept until"), lambda case: case.kept_until),
        STATE_COLUMN,
    ),
    filters=("state", "merchant"),
)
