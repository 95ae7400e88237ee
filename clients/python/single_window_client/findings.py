"""Findings of a window: the fault, its place and a remedy, in Chinese and English."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Finding(Struct, frozen=True):
    """A fault of a message or call, or a warning about it.

    `document` is the number of the document in its message, from 1 (None: the message as a whole); `path` is the
    element path from the root, `line` the line in the XML as it was sent.
    """

    code: str
    zh: str = ""
    en: str = ""
    document: int | None = None
    path: str = ""
    line: int | None = None
    expected: str = ""
    found: str = ""
    remedy_zh: str = ""
    remedy_en: str = ""
    warning: bool = False

    def text(self, language: str) -> str:
        """Return code, reason and remedy in a language, `zh` or `en`."""
        reason, remedy = (self.zh, self.remedy_zh) if language == "zh" else (self.en, self.remedy_en)
        return f"[{self.code}] {reason} ({remedy})" if remedy else f"[{self.code}] {reason}"


def findings_in(answer: Any) -> tuple[Finding, ...]:
    """Return the findings in the JSON of a refusal; empty if it has none, as an answer of a proxy."""
    listed = answer.get("findings") if isinstance(answer, dict) else None
    return tuple(Finding(**_known(finding)) for finding in listed or () if isinstance(finding, dict))


def _known(finding: dict[str, Any]) -> dict[str, Any]:
    return {"code": "", **{name: value for name, value in finding.items() if name in Finding.__struct_fields__}}
