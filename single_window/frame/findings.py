"""Answers about findings, and the JSON body of a refusal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from schemas.findings import Finding
from single_window.frame.typed import Answer, computed_by


class FindingOut(Answer, frozen=True, kw_only=True):
    """An error, its place, and how to correct it."""

    code: str
    zh: str
    en: str
    document: Annotated[int | None, Meta(description="number of the document in the message, from 1")]
    path: Annotated[str, Meta(description="element path from the root, or the name of a parameter")]
    line: int | None
    expected: str
    found: str
    remedy_zh: str
    remedy_en: str
    warning: Annotated[bool, Meta(description="true: a remark that does not cause a refusal")]


def findings_out(findings: Iterable[Finding]) -> tuple[FindingOut, ...]:
    """Return the answers about findings."""
    return tuple(map(FindingOut.of, findings))


Findings = Annotated[tuple[FindingOut, ...], computed_by(findings_out)]


class RefusedOut(Answer, frozen=True, kw_only=True):
    """The body of a refused or failed call (problem details, RFC 9457)."""

    type: Annotated[str, Meta(description="urn:single-window:problem: and the code of the first finding")]
    title: Annotated[str, Meta(description="the phrase of the HTTP status")]
    status: Annotated[int, Meta(description="the HTTP status")]
    detail: Annotated[str, Meta(description="the first finding, in English")]
    state: Annotated[str, Meta(description="refused; failed: an error that the request did not cause")]
    findings: Findings
    id: Annotated[int | UnsetType, Meta(description="only for a message: the id under which it is stored")] = UNSET
    links: Annotated[dict[str, str] | UnsetType, Meta(description="only for a message: its addresses")] = UNSET
    control: Annotated[str | UnsetType, Meta(description="only for EDIFACT: the interchange that answers")] = UNSET
