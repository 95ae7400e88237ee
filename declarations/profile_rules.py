"""The rule of a risk profile as officers write it: "title=化妆品礼盒; lane=inspect; share=0.4; goods=3304,3303".

A draft is checked whole: every complaint is a `BadProfile` with a name and values, which the window puts into words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from declarations.parameters.tables.risk import RiskProfile
from declarations.parameters.tables.shape import in_shape
from declarations.risk import GRADES, GRADES_IN_CHINESE

LISTS: Mapping[str, re.Pattern[str]] = {
    "goods": re.compile(r"\d{2,10}", re.ASCII),
    "origins": re.compile(r"\d{3}", re.ASCII),
    "companies": re.compile(r"[0-9A-Za-z]{1,18}", re.ASCII),
    "grades": re.compile("|".join(sorted(set(GRADES_IN_CHINESE) - set(GRADES) | set(GRADES.values())))),
    "offices": re.compile(r"\d{4}", re.ASCII),
    "modes": re.compile(r"\d{4}", re.ASCII),
}
"""Criterion that is a list of codes → what a code looks like."""
CHOICES: Mapping[str, tuple[str, ...]] = {"lane": ("inspect", "review"), "flow": ("I", "E")}
FIELDS = ("title", "lane", "share", *LISTS, "flow", "value_from", "value_to", "until")
"""The fields of a rule, in the order in which they are written."""
REQUIRED = ("title", "lane", "share")
MAX_TEXT = 900
"""Maximum length of a rule, in characters: as much as a decision keeps of a value."""
MAX_TITLE = 60
_PERCENT = re.compile(r"(100|\d{1,2})(?:\.(\d{1,2}))?\s*[%％]", re.ASCII)
_SHARE = re.compile(r"(0(\.\d{1,4})?|1(\.0{1,4})?)", re.ASCII)
_YUAN = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,29}", re.ASCII)
"""What the code of a profile looks like."""


class BadProfile(ValueError):
    """Raised for a rule that cannot be used; `complaint` is the kind of complaint, `values` its details."""

    permanent = True

    def __init__(self, complaint: str, **values: object) -> None:
        super().__init__(f"{complaint}: {values}")
        self.complaint, self.values = complaint, values


def read_text(text: str, known: Sequence[str] = FIELDS) -> dict[str, str]:
    """Return the fields of a text such as "field=value; field=value"; raises `BadProfile` for a part that is none, and
    for a field that stands twice. `known`: the fields that the complaint names."""
    fields: dict[str, str] = {}
    for part in filter(None, map(str.strip, re.split(r"[;；\n]", text))):
        name, equals, value = part.partition("=")
        if not equals or name.strip() in fields:
            raise BadProfile("field", field=part[:40], known=", ".join(known))
        fields[name.strip()] = value.strip()
    return fields


def write_text(rule: Mapping[str, Any]) -> str:
    """Return a rule as `read_text` reads it."""
    written = {name: rule[name] for name in FIELDS if rule.get(name)}
    return "; ".join(
        f"{name}={','.join(value) if isinstance(value, list | tuple) else value}" for name, value in written.items()
    )


def make_rule(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the rule of these fields as its dated value has it: texts, and lists of codes. Raises `BadProfile`."""
    if unknown := sorted(fields.keys() - set(FIELDS)):
        raise BadProfile("field", field=unknown[0][:40], known=", ".join(FIELDS))
    given = {name: fields[name].strip() for name in FIELDS if fields.get(name, "").strip()}
    if "share" in given:
        given["share"] = share_of(given["share"])
    for name in REQUIRED:
        if name not in given:
            raise BadProfile("lacks", field=name)
    rule: dict[str, Any] = {name: _codes(name, text) if name in LISTS else text for name, text in given.items()}
    _check(given)
    if len(write_text(rule)) > MAX_TEXT:
        raise BadProfile("long", most=MAX_TEXT)
    in_shape(rule, RiskProfile)
    return rule


def share_of(text: str) -> str:
    """Return a share that is written as a percentage, such as "20 %", as a number from 0 to 1; others unchanged."""
    if _PERCENT.fullmatch(text) is None:
        return text
    share = Decimal(text.rstrip("%％ ")) / 100
    return f"{share.normalize():f}"


def _codes(name: str, text: str) -> list[str]:
    codes = [code.rstrip("*") for code in re.split(r"[\s,，、]+", text) if code]
    for code in codes:
        if not LISTS[name].fullmatch(code):
            raise BadProfile("code", field=name, code=code[:40])
    return sorted(set(codes))


def _check(given: Mapping[str, str]) -> None:
    for name, choices in CHOICES.items():
        if name in given and given[name] not in choices:
            raise BadProfile("choice", field=name, found=given[name][:40], known=", ".join(choices))
    if len(given["title"]) > MAX_TITLE:
        raise BadProfile("title", most=MAX_TITLE)
    if not _SHARE.fullmatch(given["share"]):
        raise BadProfile("share", found=given["share"][:40])
    for name in ("value_from", "value_to"):
        if name in given and not _YUAN.fullmatch(given[name]):
            raise BadProfile("value", field=name, found=given[name][:40])
    if "value_from" in given and "value_to" in given and Decimal(given["value_from"]) > Decimal(given["value_to"]):
        raise BadProfile("range", least=given["value_from"], most=given["value_to"])
    if "until" in given:
        last_day(given["until"])


def last_day(text: str) -> date:
    """Parse the last day of a rule; raises `BadProfile`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadProfile("day", found=text[:40]) from None
