"""Places and faults in an interchange: findings with their place and their code for CONTRL."""

from __future__ import annotations

from typing import Any, NamedTuple

from schemas.edifact.tables import name_of
from schemas.findings import Finding
from schemas.wording import finding

ERRORS = {
    "edifact-no-interchange": "18",
    "edifact-before-interchange": "33",
    "edifact-no-terminator": "13",
    "edifact-service-string": "22",
    "edifact-syntax": "2",
    "edifact-encoding": "21",
    "edifact-character": "21",
    "edifact-too-many-segments": "18",
    "edifact-segment-too-long": "18",
    "edifact-unterminated": "13",
    "edifact-tag": "15",
    "edifact-second-interchange": "33",
    "edifact-outside": "33",
    "edifact-missing-header": "13",
    "edifact-missing-trailer": "13",
    "edifact-empty": "32",
    "edifact-mixed": "30",
    "edifact-group-of-several": "31",
    "edifact-count": "29",
    "edifact-reference": "28",
    "edifact-same-reference": "26",
    "edifact-duplicate": "26",
    "edifact-unknown-message": "14",
    "edifact-unknown-segment": "15",
    "edifact-misplaced": "15",
    "edifact-missing-segment": "13",
    "edifact-too-many-of": "35",
    "edifact-too-many-groups": "36",
    "edifact-missing-element": "13",
    "edifact-too-many-elements": "16",
    "edifact-repeated-element": "35",
    "edifact-not-a-number": "37",
    "edifact-decimal-mark": "19",
    "edifact-not-alphabetic": "37",
    "edifact-too-long": "39",
    "edifact-too-short": "40",
    "edifact-code": "12",
    "edifact-date": "12",
    "edifact-date-format": "12",
    "edifact-control-total": "29",
    "edifact-not-of-the-port": "14",
    "edifact-not-written": "12",
    "edifact-stock-message": "14",
    "edifact-stock-function": "12",
    "edifact-stock-number": "13",
    "edifact-stock-warehouse": "12",
    "edifact-stock-party": "13",
    "edifact-stock-itself": "12",
    "edifact-stock-time": "13",
    "edifact-stock-date": "12",
    "edifact-stock-offset": "12",
    "edifact-stock-item": "13",
    "edifact-stock-unit": "12",
    "edifact-stock-quantity": "12",
    "edifact-stock-sum": "12",
    "edifact-stock-price": "12",
    "edifact-stock-text": "39",
    "edifact-stock-nothing": "13",
}
"""Code of a finding → syntax error (UN/EDIFACT 0085) by which CONTRL tells it. Warnings are not told."""
UNSPECIFIED = "18"
"""The syntax error of what has no code of its own."""
_REFERENCE = 35


class Place(NamedTuple):
    """The place of a fault. `message` counts messages from 1 (None: outside them); `segment` counts segments of the
    message, `UNH` being the first, else of the interchange; element and component count from 1 (0: the whole)."""

    offset: int
    line: int
    tag: str = ""
    segment: int = 0
    element: int = 0
    component: int = 0
    message: int | None = None
    type: str = ""
    reference: str = ""

    @property
    def path(self) -> str:
        """The place in one text: `DESADV:142/14/QTY/1.2@345`, message, its segment, element and component, byte."""
        steps = [f"{self.type}:{self.reference}"] if self.message is not None else []
        steps += [str(self.segment)] if self.segment else []
        steps += [self.tag] if self.tag else []
        if self.element:
            steps.append(f"{self.element}.{self.component}" if self.component else str(self.element))
        return f"{'/'.join(steps)}@{self.offset}"


class SyntaxFault(NamedTuple):
    """A finding with its place; `error` is the code of CONTRL, empty for a warning; `missing`: the tag of a segment
    that is not there, before the place."""

    finding: Finding
    place: Place
    error: str
    missing: str = ""


def fault(code: str, place: Place, *, name: str = "", warning: bool = False, **values: Any) -> SyntaxFault:
    """Return what is wrong at a place; `name` is the code of the data element concerned."""
    called = name_of(name)
    found = finding(
        code,
        document=place.message,
        path=place.path,
        line=place.line,
        zh={"name": f"{called.zh}（{name}）"},
        en={"name": f"{called.en} ({name})"},
        tag=place.tag,
        **values,
    )
    error = "" if warning else ERRORS.get(code, UNSPECIFIED)
    return SyntaxFault(found._replace(warning=warning), place, error, str(values.get("missing", "")))


def printable(text: str) -> str:
    """Return a reference of the sender as far as it can stand in a path."""
    text = text[:_REFERENCE]
    return text if text.isprintable() else "".join(sign if sign.isprintable() else "." for sign in text)
