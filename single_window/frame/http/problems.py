"""Problems, the API's refusals: findings in Chinese and English (RFC 9457)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
from flask import Response

from schemas.findings import Finding
from schemas.wording import finding as schema_finding
from single_window.frame.findings import RefusedOut, findings_out
from single_window.language.words import LANGUAGES, Words

PROBLEM_JSON = "application/problem+json"
TYPES = "urn:single-window:problem:"
"""Prefix of a problem's `type`, followed by its code."""


MAX_FINDINGS = 100
"""Maximum number of findings in an answer; the last one reports that there are more."""


class Problem(Exception):
    """A refused request: the HTTP status, the findings with the reasons, additional headers."""

    def __init__(self, status: int, findings: Iterable[Finding], headers: Mapping[str, str] | None = None) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(item.en for item in self.findings))
        self.status, self.headers = status, dict(headers or {})


@cache
def _words() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).parents[2].joinpath("api/problems.toml").read_text("utf-8"))


def status_of(code: str) -> int:
    """Return the HTTP status of a problem's code."""
    return int(_words()[code]["status"])


def finding(
    code: str, *, path: str = "", expected: str = "", found: str = "", as_code: str = "", **values: object
) -> Finding:
    """Return the finding for a code of `problems.toml`; `values` fill its texts, `Words` where the
    languages differ; `as_code`: its own code, where the row is that of several."""
    texts, filled = _words()[code], {"found": found, "path": path, **values}
    in_zh, in_en = ({name: _short(_text(value, lang)) for name, value in filled.items()} for lang in LANGUAGES)
    return Finding(
        as_code or code,
        texts["zh"].format(**in_zh),
        texts["en"].format(**in_en),
        path=path,
        expected=expected,
        found=_short(found),
        remedy_zh=texts["remedy_zh"].format(**in_zh),
        remedy_en=texts["remedy_en"].format(**in_en),
    )


def problem(code: str, *, headers: Mapping[str, str] | None = None, **values: Any) -> Problem:
    """Return the exception for a code of `problems.toml`."""
    return Problem(status_of(code), (finding(code, **values),), headers)


def refusal(status: int, findings: Iterable[Finding], **more: Any) -> Response:
    """Return the response for a refusal; `more` are optional fields of `RefusedOut`."""
    return Response(msgspec.json.encode(details(status, tuple(findings), **more)), status, mimetype=PROBLEM_JSON)


def _limit_findings(findings: Sequence[Finding]) -> Sequence[Finding]:
    if len(findings) > MAX_FINDINGS and findings[0].code in _words():
        return (*findings[: MAX_FINDINGS - 1], schema_finding("too-many-findings", most=MAX_FINDINGS - 1))
    return findings


def details(status: int, findings: Sequence[Finding], **more: Any) -> RefusedOut:
    """Return the body of a refusal as in RFC 9457: title and detail of the first finding, and all findings (at most a
    hundred, if they are about the call and not a message)."""
    findings = _limit_findings(findings)
    first = findings[0] if findings else None
    phrase = HTTPStatus(status).phrase
    return RefusedOut(
        type=f"{TYPES}{first.code}" if first is not None else "about:blank",
        title=phrase,
        status=status,
        detail=first.en if first is not None else phrase,
        state="failed" if status >= 500 else "refused",
        findings=findings_out(findings),
        **more,
    )


def json_response(value: object, status: int = 200) -> Response:
    """Return a response with a value as JSON."""
    return Response(msgspec.json.encode(value), status, mimetype="application/json")


def empty_response(headers: Mapping[str, str] | None = None) -> Response:
    """Return an empty response (204) without Content-Type."""
    response = Response(status=204, headers=headers)
    del response.headers["Content-Type"]
    return response


def _text(value: object, language: str) -> str:
    return value.text(language) if isinstance(value, Words) else str(value)


def _short(text: str) -> str:
    """Make an external text printable, and limit its length."""
    return "".join(character if character.isprintable() else "�" for character in text[:200])
