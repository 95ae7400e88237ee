"""The criteria of a risk profile in words, and what a form says of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, select
from werkzeug.datastructures import MultiDict

from declarations.profile_rules import FIELDS, make_rule, read_text, write_text
from declarations.risk import GRADES, GRADES_IN_CHINESE
from schemas.codes import countries, offices, trade_modes
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store.participants import company_names
from single_window.store.tables import declaration

FIELD = "rule."
"""Prefix of the names of a form's fields, before the field of the rule."""
NAMED = {"origins": countries, "offices": offices, "modes": trade_modes}
"""Criterion whose codes have names in a table."""
OFFERED = ("origins", "offices")
"""Criteria that are typed by codes or by names of a table."""
NO_NAMES: Mapping[str, str] = {}
OFFERED_OF = 2_000
"""Newest lists of which the offices and merchants are offered."""
MOST_MERCHANTS = 200
"""Merchants that a form offers at most."""


def ticks() -> Mapping[str, Sequence[tuple[str, Words]]]:
    """Return the criteria that a form offers as boxes, each with its codes and their words."""
    codes = {
        "grades": [grade for grade in GRADES_IN_CHINESE if grade not in GRADES],
        "modes": [mode.code for mode in trade_modes],
    }
    return {name: [(code, _code_words(name, code)) for code in each] for name, each in codes.items()}


def typed_codes(name: str, text: str) -> str:
    """Return the codes of a criterion that is typed by codes, by names or by both: "116 Japan, Germany" is "116 304".
    What is neither stays, and is refused as it was typed."""
    for code in re.findall(r"\d+", text):
        for said in _names(name, code):
            text = text.replace(f"{code} {said}", f"{code} ")
    for said, code in _codes_by_name(name):
        if said in text.casefold():
            text = re.sub(rf"(?<![a-z]){re.escape(said)}(?![a-z])", f" {code} ", text, flags=re.IGNORECASE)
    return " ".join(filter(None, re.split(r"[\s,，、;；]+", text)))


@cache
def _codes_by_name(name: str) -> Sequence[tuple[str, str]]:
    """Names in lower case with their codes, the longest first: one may hold another."""
    named = {said.casefold(): row.code for row in NAMED[name] for said in _names(name, row.code)}
    return sorted(named.items(), key=lambda each: -len(each[0]))


def _names(name: str, code: str) -> Sequence[str]:
    row = NAMED[name].get(code)
    return tuple(filter(None, (row.zh, row.en))) if row else ()


def offered(connection: Connection, sandbox: str, language: str) -> Mapping[str, Sequence[str]]:
    """Codes with their names that a form offers: every country, offices and merchants of the newest lists."""
    newest = select(declaration.c.customs_code, declaration.c.ebc_code).where(declaration.c.sandbox == sandbox)
    rows = connection.execute(newest.order_by(declaration.c.id.desc()).limit(OFFERED_OF)).all()
    merchants = sorted({row.ebc_code for row in rows if row.ebc_code})[:MOST_MERCHANTS]
    names = company_names(connection, sandbox, merchants)
    codes = {
        "origins": [row.code for row in countries],
        "offices": sorted({row.customs_code for row in rows if row.customs_code}),
        "companies": merchants,
    }
    return {name: [_code_words(name, code, names).text(language) for code in each] for name, each in codes.items()}


def typed_fields(form: Mapping[str, str]) -> Mapping[str, str]:
    """Field → its text in a form of a rule; of boxes, the codes of all that are ticked."""
    given = form if isinstance(form, MultiDict) else MultiDict(form)
    return {name: " ".join(given.getlist(f"{FIELD}{name}")).strip()[:900] for name in FIELDS}


def text_of_form(form: Mapping[str, str], merchants: Callable[[str], str] = str) -> str:
    """The rule that a form says, as `read_text` reads it: its field `profile`, or a field for each criterion.
    `merchants` gives the codes of merchants that are typed by name."""
    given = {name: merchants(text) if name == "companies" else text for name, text in typed_fields(form).items()}
    return form.get("profile", "")[:1_000] or write_text(
        {name: typed_codes(name, text) if name in OFFERED else text.replace(";", "，") for name, text in given.items()}
    )


def fields_of(rule: Mapping[str, Any], language: str, names: Mapping[str, str] = NO_NAMES) -> Mapping[str, str]:
    """Field → its text in a form, of a rule; its share as pages show it, names beside codes where it offers them.
    `names` of merchants, by code."""
    texts = {name: " ".join(value) if isinstance(value := rule.get(name, ""), list) else str(value) for name in FIELDS}
    for name in (*OFFERED, "companies"):
        texts[name] = ", ".join(_code_words(name, code, names).text(language) for code in texts[name].split())
    return {**texts, "share": _percent(texts["share"])} if texts["share"] else texts


def criteria(rule: Mapping[str, Any], names: Mapping[str, str] = NO_NAMES) -> Sequence[tuple[Words, Words]]:
    """The name and the words of each criterion that a rule has, in order; `names` of merchants, by code."""
    return [
        (phrases.phrase("profile_field", name), _words(name, rule[name], names))
        for name in FIELDS
        if name not in ("title", "lane", "share") and rule.get(name)
    ]


def _words(name: str, value: Any, names: Mapping[str, str]) -> Words:
    if name == "flow":
        return phrases.phrase("flow", value)
    if not isinstance(value, list):
        return Words(str(value), str(value))
    each = [_code_words(name, code, names) for code in value]
    return Words("、".join(words.zh for words in each), ", ".join(words.en for words in each))


def _code_words(name: str, code: str, names: Mapping[str, str] = NO_NAMES) -> Words:
    if name == "companies":
        return Words(*[f"{code} {names[code]}" if code in names else code] * 2)
    if name == "goods":
        return Words(code, code) if len(code) == 10 else Words(f"{code}*", f"{code}*")
    if name == "grades":
        return phrases.phrase("value", code)
    known = NAMED[name].get(code) if name in NAMED else None
    return Words(f"{code} {known.zh}", f"{code} {known.en}") if known else Words(code, code)


def summary(text: str) -> Words:
    """A rule as officers write it, in words: what becomes of which share of which lists."""
    rule = make_rule(read_text(text))
    lane = phrases.phrase("profile_lane", rule["lane"])
    parts = [(Words(f"{lane.zh} {_percent(rule['share'])}", f"{lane.en} {_percent(rule['share'])}"), Words("", ""))]
    parts += criteria(rule)
    each = [(f"{name.zh} {value.zh}".strip(), f"{name.en} {value.en}".strip()) for name, value in parts]
    return Words(" · ".join(zh for zh, _ in each), " · ".join(en for _, en in each))


def _percent(share: str) -> str:
    return f"{100 * float(share):.4g} %"
