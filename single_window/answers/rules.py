"""Answers about the meaning of codes."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from single_window.frame.typed import Answer
from single_window.language.rule_records import RuleRecord


class CheckOut(Answer, frozen=True, kw_only=True):
    """A check of one kind of document that writes the code."""

    code: Annotated[str, Meta(description="as in receipts and findings, such as -301008/15019")]
    kind: str
    rule: Annotated[str, Meta(description="the requirement")]
    source: str
    each_line: bool


class ElementsOut(Answer, frozen=True, kw_only=True):
    """The elements of a kind of document that a code concerns."""

    kind: Annotated[str, Meta(description="* for the checked document of any kind")]
    title_zh: str
    title_en: str
    elements: tuple[str, ...]


class RuleOut(Answer, frozen=True, kw_only=True):
    """Everything known about a code."""

    code: str
    return_status: Annotated[str, Meta(description="empty for a code within the text of another")]
    zh: Annotated[str, Meta(description="its text, with the names of values in braces")]
    en: str
    origin: Annotated[str, Meta(description="observed, official or own")]
    source: str
    checks: tuple[CheckOut, ...]
    fields: tuple[ElementsOut, ...]
    expected: str
    remedy_zh: Annotated[str, Meta(description="the remedy; empty for a code that only informs")]
    remedy_en: str


class RulesOut(Answer, frozen=True, kw_only=True):
    """Codes in the order of their texts."""

    rules: tuple[RuleOut, ...]
    next: Annotated[str | None, Meta(description="`after` of the next page")]


def rule_out(record: RuleRecord) -> RuleOut:
    """Return the answer about a code."""
    return RuleOut.of(
        record,
        checks=tuple(CheckOut.of(check, rule=check.sentence) for check in record.checks),
        fields=tuple(
            ElementsOut.of(field, title_zh=field.title.zh, title_en=field.title.en) for field in record.fields
        ),
    )
