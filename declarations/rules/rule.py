"""Port checks (rules): each has a code, and a function whose docstring is the rule's sentence and source."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from schemas.identifiers import is_valid_date

FailureValues: TypeAlias = "Mapping[str, str] | None"
"""None if a rule is satisfied, else the values for its text."""

RuleTest: TypeAlias = "Callable[[Any, CheckFacts], FailureValues]"


class Codes(NamedTuple):
    """The codes in force on a day; `offices` are the customs offices that handle goods."""

    countries: Container[str]
    currencies: Container[str]
    units: Container[str]
    offices: Container[str]
    transport_modes: Container[str]
    trade_modes: Container[str]


class CheckFacts(NamedTuple):
    """The input of checks besides the document: its senders in BaseTransfer and in the envelope, the day, the codes."""

    sender_dxp_id: str
    envelope_sender_id: str | None
    day: date
    codes: Codes


class Rule(NamedTuple):
    """One check. `code` is the permanent code of its text; `each_line`: it is applied to every line; `business`: it
    compares several values, while other checks concern the form of a single field."""

    code: str
    test: RuleTest
    name: str
    sentence: str
    source: str
    each_line: bool = False
    business: bool = False


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The checks of one kind of document, in order.

    The port's code of a failed rule is the rule's own, if it has one, else `frame`, or `business` for business rules of
    kinds that have such a code. `key` names the fields whose values are added to every reason.
    """

    kind: str
    frame: str
    key: tuple[str, ...]
    head: tuple[Rule, ...]
    line: tuple[Rule, ...] = ()
    business: str = ""

    def code(self, rule: Rule) -> str:
        """Return the full code of a rule for this kind: "-301008/15019", or "-301002" if the rule has its own port
        code."""
        if rule.code.startswith("-"):
            return rule.code
        return f"{(rule.business and self.business) or self.frame}/{rule.code}"


def rule(code: str, *, each_line: bool = False) -> Callable[[RuleTest], Rule]:
    """Decorate a function as a check; its docstring is `sentence. (source)`."""

    def make(test: RuleTest) -> Rule:
        return make_rule(code, test, each_line=each_line)

    return make


def make_rule(code: str, test: RuleTest, *, each_line: bool = False) -> Rule:
    """Make a rule from a function whose docstring is `sentence. (source)`; raises `ValueError` without a source."""
    sentence, bracket, source = " ".join((test.__doc__ or "").split()).rpartition(" (")
    if not bracket or not source.endswith(")"):
        raise ValueError(f"the docstring of {test.__name__} names no source: sentence. (source)")
    return Rule(code, test, test.__name__, sentence, source[:-1], each_line)


def mark_as_business(*rules: Rule) -> tuple[Rule, ...]:
    """Return the same rules marked as business checks."""
    return tuple([rule._replace(business=True) for rule in rules])


@lru_cache(65536)
def is_day(text: str) -> bool:
    """True for a calendar day as yyyyMMdd; cached, because messages name few different days."""
    return is_valid_date(text)


def is_time(text: str) -> bool:
    """True for a time as yyyyMMddHHmmss."""
    return (
        len(text) == 14
        and is_day(text[:8])
        and text[8:].isdigit()
        and text.isascii()
        and text[8:10] < "24"
        and text[10:12] < "60"
        and text[12:] < "60"
    )
