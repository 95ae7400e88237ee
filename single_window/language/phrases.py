"""Puts what was stored into words, in Chinese and English: events, actors, states, reasons with their legal basis."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from declarations import lifecycle, rules
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.refund import rates as refund_rates
from declarations.refund.rates import RefundRates
from schemas import catalogue, receipt_texts
from single_window.language.words import LANGUAGES, ZH, Words

_ALREADY = frozenset(
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
    }
)
"""Values of a reason that name its document, which stands beside it anyway."""
_NAME, _KEY = re.compile(r"[A-Za-z][A-Za-z_0-9-]*"), re.compile(r"(^|, )(\d+) (?=[\d.]+(?:,|$))")
"""Names in the text of a dated value; classes and the like, which are numbers themselves."""
_DETAIL = re.compile(r"(^|, )([a-z][a-z_0-9]*) ([^,]*)")
"""A value of a reason with its name before it."""
MOVED_ON = "16004"
"""The code of a decision that was refused because its subject has changed since it was seen."""
RATES = "refund.rates/"
"""How the ids of rows of the refund rates begin."""


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
    def spoken(self) -> Words:
        """Its content in words: names of its parts in words, with its unit."""
        return Words(*(_spoken(self.content, self.unit, language) for language in LANGUAGES))


@dataclass(frozen=True, slots=True)
class Because:
    """A reason in words: the rule's permanent code, its text, where rule and words come from."""

    rule: str
    words: Words
    details: str
    """The values of this case that the words do not repeat."""
    origin: str
    """Whether code and words were observed, are official, or are our own."""
    source: str
    sentence: str
    """What the port's rule demands, where it is a port check."""
    bases: tuple[Basis, ...]
    warning: bool = False
    """A finding that let the document pass, not what held or refused it."""


@cache
def book() -> Mapping[str, Mapping[str, Any]]:
    """The sections of `words.toml`."""
    return tomllib.loads(files("single_window.language").joinpath("words.toml").read_text("utf-8"))


def phrase(section: str, name: str) -> Words:
    """The words of a name in a section; a name without words speaks for itself."""
    entry = book()[section].get(name)
    return Words(**entry) if entry else Words(name, name)


@cache
def tone(state: str) -> str:
    """good, bad, waiting or plain: the colour that goes with a state or return status, never alone."""
    if state.startswith("-"):
        return "bad"
    return next((name for name, entry in book()["tone"].items() if state in entry["states"]), "plain")


@cache
def event(name: str, about: str = "") -> Words:
    """An event of the timeline in words, for a kind of document; an officer's act is named after the
    action of the lifecycle."""
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
    """An action of a lifecycle in words."""
    for step in lifecycle.lifecycles()[lifecycle_name].transitions:
        if step.action == action:
            return Words(step.zh, step.en)
    return Words(action, action)


def state(name: str, kind: str = "inventory") -> Words:
    """A state of what a kind of document lives through, in words."""
    if kind == "tax_bill" and name in book()["bill"]:
        return phrase("bill", name)
    known = lifecycle.lifecycles()[lifecycle.LIFECYCLE_OF.get(kind, "document")].states.get(name)
    return Words(known.zh, known.en) if known else Words(name, name)


@cache
def kind(name: str) -> Words:
    """A kind of document in words."""
    try:
        entry = catalogue.by_kind(name)
    except catalogue.UnknownMessage:
        return phrase("kind", name)
    return Words(entry.title_zh, entry.title_en)


@cache
def flow(name: str) -> Words:
    """I or E in words."""
    return phrase("flow", name)


def because(reason: Reason, parameters: Parameters) -> Because:
    """A stored reason in words, with the dated values it names."""
    try:
        row = receipt_texts.text(reason.rule.rpartition("/")[2])
        origin, source = row.origin, row.source
    except receipt_texts.NoWords:
        origin, source = "", ""
    words = of_reason(reason)
    return Because(
        reason.rule,
        words,
        _details(reason, words),
        origin,
        source,
        _sentences().get(reason.rule, ""),
        tuple(basis(identity, parameters) for identity in reason.parameters),
    )


def of_reason(reason: Reason) -> Words:
    """A stored reason in words, without where they come from."""
    return Words(*(_in(reason, language) for language in LANGUAGES))


def _details(reason: Reason, words: Words) -> str:
    return ", ".join(
        f"{name} {value}"
        for name, value in reason.values.items()
        if value and value not in words.zh and name not in _ALREADY and not name.endswith(("_zh", "_en"))
    )


def details(reason: Because, language: str) -> str:
    """The values of a reason that its words do not repeat, with their names, and kinds of companies, in a language."""

    def named(found: re.Match[str]) -> str:
        before, name, value = found.groups()
        kind_of = phrase("company_kind", value).text(language) if name == "kind" else value
        return f"{before}{phrase('detail', name).text(language)} {kind_of}"

    return _DETAIL.sub(named, reason.details)


def _in_words(reason: Reason) -> Mapping[str, str]:
    """The values of a reason for Chinese words: of a decision about what has changed meanwhile, act and state are
    named as some lifecycle names them."""
    if reason.rule != MOVED_ON:
        return reason.values
    lives = list(lifecycle.lifecycles().values())[::-1]  # of the same name, that of lists counts
    acts = {step.action: step.zh for life in lives for step in life.transitions}
    states = {name: state.zh for life in lives for name, state in life.states.items()}
    values = reason.values
    return {
        **values,
        "action": acts.get(values.get("action", ""), values.get("action", "")),
        "state": states.get(values.get("state", ""), values.get("state", "")),
    }


def _in(reason: Reason, language: str) -> str:
    """A reason whose words need a value that was not stored is still shown, with all it has."""
    try:
        return receipt_texts.words(reason.rule, _in_words(reason) if language == ZH else reason.values, language)
    except receipt_texts.NoWords:
        return " ".join([reason.rule, *(f"{name}={value}" for name, value in reason.values.items())])


@cache
def _sentences() -> Mapping[str, str]:
    return {doc.code: f"{doc.sentence} ({doc.source})" for doc in rules.describe()}


def basis(identity: str, parameters: Parameters) -> Basis:
    """The dated value behind an id such as "limits.annual@2019-01-01", or the package's row of refund rates behind one
    such as "refund.rates/6109100010@2019-04-01"."""
    if identity.startswith(RATES):
        return rate_row(identity, refund_rates.load())
    try:
        value = parameters.value(identity)
    except (LookupError, ValueError):
        return Basis(identity, Words(identity, identity), "", "", "", "")
    parameter = parameters.parameter(value.name)
    since = "" if value.since == date.min else value.since.isoformat()
    return Basis(
        identity,
        Words(parameter.title, parameter.title_en),
        content(value.content),
        since,
        value.source,
        value.confidence,
        parameter.unit,
    )


def rate_row(identity: str, known: RefundRates) -> Basis:
    """The row of refund rates behind an id; one that is not known is named alone."""
    code = identity.removeprefix(RATES).partition("@")[0]
    row = next((rate for rate in known.history(code) if rate.id == identity), None)
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


def content(value: Any) -> str:
    """The content of a dated value, as one line of text."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {inner_text}" for name, inner in value.items() if (inner_text := content(inner)))
    if isinstance(value, (list, tuple)):
        return " ".join(content(inner) for inner in value)
    return str(value)


@lru_cache(4_096)
def _spoken(text: str, unit: str, language: str) -> str:
    named = _KEY.sub(r"\1\2: ", _NAME.sub(lambda name: phrase("value", name[0]).text(language), text))
    spoken = named if language == ZH else named.replace("_", " ")
    return f"{spoken} {phrase('value_unit', unit).text(language)}" if text and unit in book()["value_unit"] else spoken
