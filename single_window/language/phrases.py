"""Texts in Chinese and English for stored names: events, states, and reasons with their legal basis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from declarations import lifecycle, rules
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.refund import rates as refund_rates
from declarations.refund.rates import RefundRates
from gateways.agency import fragments, merged, sections
from schemas import catalogue, receipt_texts
from single_window.language.words import LANGUAGES, ZH, Words

_IDENTIFYING_VALUES = frozenset(
    {
        "guid",
        "refusal",
        "order_no",
        "ebc_code",
        "agent_code",
        "cop_no",
        "co_el_no",
        "logistics_code",
        "logistics_no",
        "pay_code",
        "pay_transaction_id",
        "operator_code",
        "area_code",
        "held",
    }
)
"""Values of a reason that identify its document, or what is held, which is shown next to it."""
_NAME, _KEY = re.compile(r"[A-Za-z][A-Za-z_0-9-]*"), re.compile(r"(^|, )(\d+) (?=[\d.]+(?:,|$))")
"""Names in the text of a dated value, and keys that are numbers, such as classes."""
_DETAIL = re.compile(r"(^|, )([a-z][a-z_0-9]*) ([^,]*)")
"""A value of a reason after its name."""
MOVED_ON = "16004"
"""The code of a decision refused because its subject changed after the officer saw it."""
OWN_STATES: Mapping[str, str] = {
    "tax_bill": "bill",
    "risk_profile": "profile_state",
    "quality_check": "quality_state",
    "spot_check_plan": "plan_state",
}
"""Kind of subject without a lifecycle -> the section with the texts of its states."""
MAX_ROWS_SHOWN = 8
"""Rows of a table from which on only those are shown that a reason is about."""
RATES = "refund.rates/"
"""The prefix of ids of refund rate rows."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A dated value that a decision rests on, with its legal source."""

    id: str
    title: Words
    content: str
    since: str
    source: str
    confidence: str
    unit: str = ""

    @property
    def content_words(self) -> Words:
        """Return the content with the names of its parts as words, and with its unit."""
        return Words(*(_translate(self.content, self.unit, language) for language in LANGUAGES))


@dataclass(frozen=True, slots=True)
class Because:
    """A reason in words: the rule's permanent code, its text, and the source of rule and text."""

    rule: str
    words: Words
    details: str
    """The values of this case that the text does not contain."""
    origin: str
    """The origin of code and text: observed, official or own."""
    source: str
    sentence: str
    """The requirement of the port's rule, for a port check."""
    bases: tuple[Basis, ...]
    warning: bool = False
    """True for a finding that did not hold or refuse the document."""
    typed: str = ""
    """Words of a person that stand in the text."""


@cache
def book() -> Mapping[str, Mapping[str, Any]]:
    """Return the sections of `words.toml`, with those of each agency's own; raises `ValueError` for a repeated name."""
    common = Path(__file__).parent.joinpath("words.toml")
    return merged(sections((common, *fragments("words.toml"))))


def phrase(section: str, name: str) -> Words:
    """Return the text of a name in a section; by default the name itself."""
    entry = book()[section].get(name)
    return Words(**entry) if entry else Words(name, name)


@cache
def tone(state: str) -> str:
    """Return good, bad, waiting or plain: the colour of a state or return status, shown in addition to its text."""
    if state.startswith("-"):
        return "bad"
    return next((name for name, entry in book()["tone"].items() if state in entry["states"]), "plain")


@cache
def event(name: str, about: str = "") -> Words:
    """Return the text of a timeline event for a kind of document; an officer's act is named after the lifecycle's
    action."""
    for prefix, lives, zh, en in (
        ("officer_", "declaration", "关员操作", "officer"),
        ("return_", "export_refund" if about == "export_refund" else "refund", "退货申请", "return"),
        ("refund_", "refund_claim", "", ""),
        ("paper_", lifecycle.LIFECYCLE_OF.get(about, "document"), "", ""),
    ):
        action = name.removeprefix(prefix)
        if name.startswith(prefix) and name not in book()["event"]:
            words = act(action, lives)
            return Words(f"{zh}：{words.zh}", f"{en}: {words.en}") if zh else words
    own = f"event_{lifecycle.LIFECYCLE_OF.get(about, '')}" if about != "export_inventory" else "event_export"
    return phrase(own if name in book().get(own, {}) else "event", name)


@cache
def act(action: str, lifecycle_name: str = "declaration") -> Words:
    """Return the text of a lifecycle's action."""
    for step in lifecycle.all_lifecycles()[lifecycle_name].transitions:
        if step.action == action:
            return Words(step.zh, step.en)
    return Words(action, action)


def possible_in(states: Iterable[str], kind: str) -> Words:
    """Say in which states of a kind of document an act is possible."""
    named = [state(name, kind) for name in states]
    listed = Words("、".join(each.zh for each in named), ", ".join(each.en for each in named))
    return phrase("label", "possible_in").filled(states=listed)


def state(name: str, kind: str = "inventory") -> Words:
    """Return the text of a state in the lifecycle of a kind of document."""
    if name in book().get(OWN_STATES.get(kind, ""), {}):
        return phrase(OWN_STATES[kind], name)
    lives = lifecycle.all_lifecycles()
    known = lives[lifecycle.LIFECYCLE_OF.get(kind, kind if kind in lives else "document")].states.get(name)
    return Words(known.zh, known.en) if known else Words(name, name)


@cache
def message(code: str) -> Words:
    """Return what officers call a message: its number, one of ours, which has none, by its title."""
    try:
        entry = catalogue.by_code(code)
    except catalogue.UnknownMessage:
        return Words(code, code)
    return Words(code, code) if code.isdigit() else Words(entry.title_zh, entry.title_en)


@cache
def kind(name: str) -> Words:
    """Return the title of a kind of document."""
    try:
        entry = catalogue.by_kind(name)
    except catalogue.UnknownMessage:
        return phrase("kind", name)
    return Words(entry.title_zh, entry.title_en)


@cache
def flow(name: str) -> Words:
    """Return the text of I or E."""
    return phrase("flow", name)


def _origin_of(rule: str) -> tuple[str, str]:
    """Origin and source of a rule's text; empty if it has no text."""
    try:
        row = receipt_texts.text(rule.rpartition("/")[2])
    except receipt_texts.NoWords:
        return "", ""
    return row.origin, row.source


def because(reason: Reason, parameters: Parameters) -> Because:
    """Return a stored reason in words, with the dated values it names."""
    origin, source = _origin_of(reason.rule)
    words = of_reason(reason)
    return Because(
        reason.rule,
        words,
        _details(reason, words),
        origin,
        source,
        _sentences().get(reason.rule, ""),
        tuple(basis(identity, parameters, reason.values.values()) for identity in reason.parameter_ids),
        typed=reason.values.get("reason", ""),
    )


def of_reason(reason: Reason) -> Words:
    """Return the text of a stored reason."""
    return Words(*(_in(reason, language) for language in LANGUAGES))


def _details(reason: Reason, words: Words) -> str:
    return ", ".join(
        f"{name} {value}"
        for name, value in reason.values.items()
        if value and value not in words.zh and name not in _IDENTIFYING_VALUES and not name.endswith(("_zh", "_en"))
    )


def details(reason: Because, language: str) -> str:
    """Return the values of a reason that its text does not contain, with translated names, in a language."""

    def named(found: re.Match[str]) -> str:
        before, name, value = found.groups()
        kind_of = phrase("company_kind", value).text(language) if name == "kind" else value
        return f"{before}{phrase('detail', name).text(language)} {kind_of}"

    return _DETAIL.sub(named, reason.details)


def _in_words(reason: Reason, language: str) -> Mapping[str, str]:
    """Return the values of a reason for its text in a language.

    The act and state of a decision on a changed subject are translated by the first lifecycle that has them."""
    if reason.rule != MOVED_ON:
        return reason.values
    values = reason.values
    action, state_name = values.get("action", ""), values.get("state", "")
    return {**values, "action": any_act(action).text(language), "state": any_state(state_name).text(language)}


@cache
def any_act(action: str) -> Words:
    """Return the text of an action of whatever lifecycle has it; for equal names, that of lists."""
    steps = [step for life in lifecycle.all_lifecycles().values() for step in life.transitions]
    found = next((step for step in steps if step.action == action), None)
    return Words(found.zh, found.en) if found else phrase("other_act", action)


@cache
def any_state(name: str) -> Words:
    """Return the text of a state of whatever has it; for equal names, that of lists."""
    lives = lifecycle.all_lifecycles().values()
    found = next((life.states[name] for life in lives if name in life.states), None)
    own = (phrase(section, name) for section in OWN_STATES.values() if name in book()[section])
    return Words(found.zh, found.en) if found else next(own, Words(name, name))


def _in(reason: Reason, language: str) -> str:
    """Return the text of a reason; if the text needs a value that was not stored, the rule and all values.

    A value that was stored before it had words in a language stands for them."""
    values = _in_words(reason, language)
    values = {**{f"{name}_{language}": value for name, value in values.items()}, **values}
    try:
        return receipt_texts.words(reason.rule, values, language)
    except receipt_texts.NoWords:
        return " ".join([reason.rule, *(f"{name}={value}" for name, value in reason.values.items())])


@cache
def _sentences() -> Mapping[str, str]:
    return {doc.code: f"{doc.sentence} ({doc.source})" for doc in rules.describe()}


def basis(identity: str, parameters: Parameters, facts: Iterable[str] = ()) -> Basis:
    """Return the dated value with an id such as "limits.annual@2019-01-01", or the packaged row of refund rates with an
    id such as "refund.rates/6109100010@2019-04-01". Of a long table only the rows about one of the `facts`, such as the
    goods code of a reason."""
    if identity.startswith(RATES):
        return rate_row(identity, refund_rates.load_rates())
    try:
        value = parameters.value(identity)
    except (LookupError, ValueError):
        return Basis(identity, Words(identity, identity), "", "", "", "")
    parameter = parameters.parameter(value.name)
    since = "" if value.since == date.min else value.since.isoformat()
    return Basis(
        identity,
        Words(parameter.title, parameter.title_en),
        content(_rows_about(value.content, frozenset(facts))),
        since,
        value.source,
        value.confidence,
        parameter.unit,
    )


def rate_row(identity: str, known: RefundRates) -> Basis:
    """Return the row of refund rates with an id; an unknown row has only its title."""
    code = identity.removeprefix(RATES).partition("@")[0]
    row = next((rate for rate in known.rows_of(code) if rate.id == identity), None)
    if row is None:
        return Basis(identity, Words(f"退税率文库行 {identity}", f"row of the rate table {identity}"), "", "", "", "")
    flag = f", {row.flag}" if row.flag else ""
    return Basis(
        identity,
        Words(f"退税率文库行 {code} {row.name}", f"row of the rate table {code} {row.name}"),
        f"levy {row.levy}, refund {row.refund}{flag}",
        row.since.isoformat(),
        row.source or "declarations/refund/rates.csv",
        row.confidence,
    )


def _rows_about(value: Any, facts: Set[str]) -> Any:
    """The content of a dated value with its long tables narrowed to the rows of the facts; whole where it has none."""
    if not isinstance(value, Mapping):
        return value
    rows = {name: _rows_about(row, facts) for name, row in value.items()}
    about = {name: row for name, row in rows.items() if name in facts}
    return about if about and len(rows) > MAX_ROWS_SHOWN else rows


def content(value: Any) -> str:
    """Return the content of a dated value as one line of text."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {inner_text}" for name, inner in value.items() if (inner_text := content(inner)))
    if isinstance(value, (list, tuple)):
        are_rows = any(isinstance(inner, (list, tuple)) for inner in value)
        return ("; " if are_rows else " / ").join(content(inner) for inner in value)
    return str(value)


@lru_cache(4_096)
def _methods_in_english(named: str) -> str:
    """Replace each method of valuation, whose content is its name in receipts, by its English name."""
    for name, words in book()["valuation_method"].items():
        named = named.replace(f"{phrase('value', name).en} {words['zh']}", words["en"])
    return named


def _translate(text: str, unit: str, language: str) -> str:
    named = _KEY.sub(r"\1\2: ", _NAME.sub(lambda name: phrase("value", name[0]).text(language), text))
    translated = named if language == ZH else _methods_in_english(named).replace("_", " ")
    return (
        f"{translated} {phrase('value_unit', unit).text(language)}"
        if text and unit in book()["value_unit"]
        else translated
    )
