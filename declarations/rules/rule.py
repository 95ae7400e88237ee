"""A port check: a function whose docstring is the rule's sentence and source, and the code it reports under."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from schemas.identifiers import is_valid_date

Broken: TypeAlias = "Mapping[str, str] | None"
"""None where a rule holds, else the values for its words."""

Test: TypeAlias = "Callable[[Any, CheckFacts], Broken]"


class Codes(NamedTuple):
    """The code values in force on a day; `districts` are the first two digits of the known customs offices."""

    countries: Container[str]
    units: Container[str]
    districts: Container[str]
    transport_modes: Container[str]
    trade_modes: Container[str]


class CheckFacts(NamedTuple):
    """Facts that checks may use besides the document: its sender by BaseTransfer and by the envelope, the day, the
    codes."""

    sender_dxp_id: str
    envelope_sender_id: str | None
    day: date
    codes: Codes


class Rule(NamedTuple):
    """One check: `code` is the permanent code of its words; `each_line`: it is applied to every line; `business`: it
    compares facts with each other or with the trade, where other checks concern the form of a single field."""

    code: str
    test: Test
    name: str
    sentence: str
    source: str
    each_line: bool = False
    business: bool = False


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The checks of one kind in their order; a rule without a code of its own reports inside `frame`, or inside
    `business` where the kind's codes distinguish the two.

    `key` names the fields whose values every reason of the kind carries.
    """

    kind: str
    frame: str
    key: tuple[str, ...]
    head: tuple[Rule, ...]
    line: tuple[Rule, ...] = ()
    business: str = ""

    def code(self, rule: Rule) -> str:
        """The full code of a rule in this kind: "-301008/15019", or "-301002" where it has its own."""
        if rule.code.startswith("-"):
            return rule.code
        return f"{(rule.business and self.business) or self.frame}/{rule.code}"


def rule(code: str, *, each_line: bool = False) -> Callable[[Test], Rule]:
    """Makes a check of a function; its docstring is `sentence. (source)`."""

    def make(test: Test) -> Rule:
        return described(code, test, each_line=each_line)

    return make


def described(code: str, test: Test, *, each_line: bool = False) -> Rule:
    """A rule from a function whose docstring ends in its source in brackets; raises `ValueError` without one."""
    sentence, bracket, source = " ".join((test.__doc__ or "").split()).rpartition(" (")
    if not bracket or not source.endswith(")"):
        raise ValueError(f"the docstring of {test.__name__} names no source: sentence. (source)")
    return Rule(code, test, test.__name__, sentence, source[:-1], each_line)


def business(*rules: Rule) -> tuple[Rule, ...]:
    """The same rules as checks of the business."""
    return tuple([rule._replace(business=True) for rule in rules])


@lru_cache(65536)
def is_day(text: str) -> bool:
    """A calendar day as yyyyMMdd, remembered: a day's messages name few days."""
    return is_valid_date(text)


def is_time(text: str) -> bool:
    """A moment as yyyyMMddHHmmss."""
    return (
        len(text) == 14
        and is_day(text[:8])
        and text[8:].isdigit()
        and text.isascii()
        and text[8:10] < "24"
        and text[10:12] < "60"
        and text[12:] < "60"
    )
