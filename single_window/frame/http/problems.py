"""Refusals of the API: findings in Chinese and English, never a traceback."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any

import msgspec
from flask import Response

from schemas.findings import Finding
from schemas.wording import finding as schema_finding
from single_window.frame.findings import RefusedOut, findings_out

PROBLEM_JSON = "application/problem+json"
TYPES = "urn:single-window:problem:"
"""How the `type` of a problem begins; its code follows."""


MOST_FINDINGS = 100
"""Findings of one refused call that its answer holds; the last reports that there are more."""


class Problem(Exception):
    """A request that is refused: the HTTP status, the findings with the reasons, further headers."""

    def __init__(self, status: int, findings: Iterable[Finding], headers: Mapping[str, str] | None = None) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(item.en for item in self.findings))
        self.status, self.headers = status, dict(headers or {})


@cache
def _words() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("single_window.api").joinpath("problems.toml").read_text("utf-8"))


def status_of(code: str) -> int:
    """The HTTP status of a problem."""
    return int(_words()[code]["status"])


def finding(code: str, *, path: str = "", expected: str = "", found: str = "", **values: object) -> Finding:
    """The finding of a problem of `problems.toml`."""
    say = _words()[code]
    shown = {name: _short(str(value)) for name, value in {"found": found, "path": path, **values}.items()}
    return Finding(
        code,
        say["zh"].format(**shown),
        say["en"].format(**shown),
        path=path,
        expected=expected,
        found=_short(found),
        remedy_zh=say["remedy_zh"].format(**shown),
        remedy_en=say["remedy_en"].format(**shown),
    )


def problem(code: str, *, headers: Mapping[str, str] | None = None, **values: Any) -> Problem:
    """A problem of `problems.toml`, to be raised."""
    return Problem(status_of(code), (finding(code, **values),), headers)


def refusal(status: int, findings: Iterable[Finding], **more: Any) -> Response:
    """The answer that refuses; `more` is what only those to messages have."""
    return Response(msgspec.json.encode(details(status, tuple(findings), **more)), status, mimetype=PROBLEM_JSON)


def details(status: int, findings: Sequence[Finding], **more: Any) -> RefusedOut:
    """A refusal as RFC 9457 has it, about its first finding, with all findings beside it, at most a hundred of a call's
    own."""
    if len(findings) > MOST_FINDINGS and findings[0].code in _words():
        surplus = schema_finding("too-many-findings", most=MOST_FINDINGS - 1)
        findings = (*findings[: MOST_FINDINGS - 1], surplus)
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
    """A value as JSON."""
    return Response(msgspec.json.encode(value), status, mimetype="application/json")


def empty_response(headers: Mapping[str, str] | None = None) -> Response:
    """Nothing (204): there is no content that could be of a type."""
    response = Response(status=204, headers=headers)
    del response.headers["Content-Type"]
    return response


def _short(text: str) -> str:
    """A text that came from outside, made printable and not longer than a line."""
    return "".join(character if character.isprintable() else "�" for character in text[:200])
