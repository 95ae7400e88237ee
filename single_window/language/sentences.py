"""Why a case waits at a desk, in a sentence for people with its numbers, and in a short form for a row of the queue.

The sentences are data: sections `why` and `why_short` of the agencies' `words.toml`, by the code of the reason, with
named blanks. What stands in [ ] is left out where one of its values is not known. No code stands in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from string import Formatter
from types import MappingProxyType
from typing import NamedTuple

from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.risk import GRADES_IN_CHINESE
from schemas.codes import offices
from single_window.language import for_people, phrases
from single_window.language.codes_in_words import country, currency, unit
from single_window.language.law_lines import LawLine, law_line, reading_of
from single_window.language.phrases import basis
from single_window.language.prepared_reasons import reason_in_words
from single_window.language.words import LANGUAGES, Words

MAX_SHORT = 90
"""Maximum length of a short form, in characters."""
_NOTHING: Mapping[str, str] = MappingProxyType({})
_OPTIONAL = re.compile(r"\[([^\]]*)\]")
_TIME = re.compile(r"20\d{12}", re.ASCII)
"""A time as receipts have it, yyyyMMddHHmmss."""
_MONTH = re.compile(r"20\d{4}", re.ASCII)
_UNKNOWN = "–"
_AMOUNT = re.compile(r"-?\d+\.\d{2,5}")
_NOT_AMOUNTS = frozenset({"rate", "line_weight"})
"""Values with decimals that are no amounts of money."""


class Why(NamedTuple):
    """Why a case waits: the code of the reason, the sentence, its short form, the law that it rests on, and where our
    reading of that law stands (empty: the law leaves no choice). `settled_at`: the sandbox's instant since when it is
    settled; 0: it waits."""

    code: str
    sentence: Words
    short: Words
    law: tuple[LawLine, ...]
    reading: str = ""
    settled_at: int = 0


def is_known(rule: str) -> bool:
    """True if a code has a sentence and a short form."""
    book = phrases.book()
    return rule in book["why"] and rule in book["why_short"]


def sentence(reason: Reason, facts: Mapping[str, str] = _NOTHING) -> Words:
    """Return the sentence of a reason; `facts` are further values of the case for its optional parts."""
    return _filled("why", reason, facts)


def question(reason: Reason, facts: Mapping[str, str] = _NOTHING) -> Words:
    """Return the prepared question to the declarant about a reason, of the section `question` of `words.toml`."""
    return _filled("question", reason, facts)


def short(reason: Reason) -> Words:
    """Return the short form of a reason's sentence, of at most `MAX_SHORT` characters."""
    return shortened(_filled("why_short", reason, _NOTHING))


def shortened(text: Words, most: int = MAX_SHORT) -> Words:
    """Return a sentence of at most so many characters."""
    return Words(*(_cut(text.text(language), most) for language in LANGUAGES))


def of_case(kind: str, state: str, facts: Mapping[str, str] = _NOTHING) -> Words:
    """Return why a case of a kind waits that has no reason of its own; empty for an unknown kind."""
    known = phrases.book()["why_case"]
    name = next((name for name in (f"{kind}.{state}", state, kind) if name in known), "")
    if not name:
        return Words("", "")
    text = phrases.phrase("why_case", name)
    return Words(*(_fill(text.text(language), dict(facts)) for language in LANGUAGES))


def why(reason: Reason, law: Parameters, facts: Mapping[str, str] = _NOTHING) -> Why:
    """Return why a case with this reason waits, by a law book; `facts` as for `sentence`."""
    return Why(
        reason.rule,
        sentence(reason, facts),
        short(reason),
        tuple(law_line(basis(identity, law, reason.values.values())) for identity in reason.parameter_ids),
        reading_of(reason.rule),
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _filled(section: str, reason: Reason, facts: Mapping[str, str]) -> Words:
    """Fill the text of a reason; a code without one, or without a value that it needs, is told as receipts tell it."""
    texts = []
    for language in LANGUAGES:
        try:
            text = phrases.book()[section][reason.rule][language]
            texts.append(_fill(text, _values({**facts, **reason.values}, language)))
        except KeyError:
            told, typed = phrases.of_reason(reason).text(language), reason.values.get("reason", "")
            texts.append(for_people.spoken(told, language, typed))
    return Words(*texts)


def _fill(text: str, values: Mapping[str, str]) -> str:
    """Fill a text's blanks, part by part, so that a value that looks like a blank or a part is left as it is."""
    pieces = _OPTIONAL.split(text)
    filled = [piece.format_map(values) if piece else "" for piece in pieces[::2]]
    known = {name for name, value in values.items() if value != _UNKNOWN}
    optional = [piece.format_map(values) if _blanks(piece) <= known else "" for piece in pieces[1::2]]
    return "".join(own + extra for own, extra in zip(filled, [*optional, ""], strict=True))


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _values(given: Mapping[str, str], language: str) -> dict[str, str]:
    """Return the values of a reason as people read them: amounts with separators, codes in words, and what follows from
    them. A value in words (`grade_zh`) stands for its code."""
    values = {name: value for name, value in given.items() if value}
    values |= {name.removesuffix(f"_{language}"): value for name, value in values.items() if name.endswith(language)}
    shown = {name: _shown(name, value, language) for name, value in values.items()}
    shown |= {f"a_{name}": _with_article(shown[name]) for name in ("unit", "line_unit", "kind") if name in shown}
    return shown | {name: _shown(name, value, language) for name, value in _derived(values).items()}


def _derived(values: Mapping[str, str]) -> dict[str, str]:
    """Return values that are computed from others: the limit of a price, and what a guarantee lacks."""
    found = {}
    if {"usual", "share"} <= values.keys():
        found["limit"] = f"{Decimal(values['usual']) * Decimal(values['share'].rstrip('%')) / 100:.2f}"
    if {"tax", "available"} <= values.keys():
        found["missing"] = f"{Decimal(values['tax']) - Decimal(values['available']):.2f}"
    return found


def _with_article(noun: str) -> str:
    return f"an {noun}" if noun[:1] in "aeiou" else f"a {noun}"


def _shown(name: str, value: str, language: str) -> str:
    if name in _IN_WORDS:
        return _IN_WORDS[name](value).text(language)
    if name == "month" and _MONTH.fullmatch(value):
        return f"{value[:4]}-{value[4:]}"
    if name == "reason":
        return reason_in_words(value.rstrip("。.；; ")).text(language)
    if _TIME.fullmatch(value):
        return f"{value[:4]}-{value[4:6]}-{value[6:8]} {value[8:10]}:{value[10:12]}"
    if name in _NOT_AMOUNTS or not _AMOUNT.fullmatch(value):
        return value
    try:
        return f"{Decimal(value):,.2f}"
    except InvalidOperation:
        return value


def _office(code: str) -> Words:
    known = offices.get(code)
    return Words(known.zh, known.en or known.zh) if known else Words(code, code)


def _stock_event(code: str) -> Words:
    """An event of stock abroad by its letter, in words."""
    return phrases.phrase("overseas_event", code) if code in phrases.book()["overseas_event"] else Words(code, code)


def _licence(states: str) -> Words:
    """The states of a licence, as a register answered them one after the other (`1 / 2`), in words."""
    known = phrases.book()["licence_state"]
    each = [
        phrases.phrase("licence_state", state) if state in known else Words(state, state)
        for state in states.split(" / ")
    ]
    return Words("，又答".join(words.zh for words in each), ", then ".join(words.en for words in each))


def _korea_status(code: str) -> Words:
    """A status that Korea's customs tells, in words; other values as they are."""
    return phrases.phrase("korea_status", code) if code in phrases.book()["korea_status"] else Words(code, code)


def _row_of_month(cell: str) -> Words:
    """A row of a month's report by trade mode, direction, country and chapter, in words; other texts as they are."""
    parts = cell.split()
    if len(parts) != 4 or parts[1] not in phrases.book()["flow"]:
        return Words(cell, cell)
    mode, direction, partner, chapter = parts
    way, named = phrases.phrase("flow", direction), country(partner)
    return Words(f"{mode} {way.zh} {named.zh} 第{chapter}章", f"{mode} {way.en}, {named.en}, chapter {chapter}")


_IN_WORDS: Mapping[str, Callable[[str], Words]] = {
    "unit": unit,
    "line_unit": unit,
    "currency": currency,
    "customs_code": _office,
    "kind": lambda name: phrases.phrase("company_kind", name),
    "grade": lambda name: Words(GRADES_IN_CHINESE.get(name, name), name),
    "share": lambda share: phrases.phrase("fraction", share),
    "why": lambda why: phrases.phrase("sample", why),
    "event": _stock_event,
    "first": _korea_status,
    "second": _korea_status,
    "row": _row_of_month,
    "states": _licence,
    "answered": _licence,
    "licence_state": _licence,
}
"""Name of a value that is a code -> its words."""
