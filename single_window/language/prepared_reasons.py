"""Reasons that officers choose from: their choices on a form, and their words where a reason is read again."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from declarations.refusals import SAMPLE_OUT
from single_window.language.question_words import asked_in_words
from single_window.language.words import Words

SEPARATOR = "; "
"""Between a prepared reason and what was typed after it."""


class PreparedReason(NamedTuple):
    """The words of a prepared reason, and the codes of reasons for which a case waits that it fits. `only`: of no other
    case is it true."""

    words: Words
    fits: frozenset[str] = frozenset()
    only: bool = False


ReasonTable = Mapping[str, Mapping[str, Sequence[PreparedReason]]]


@cache
def _load_reasons() -> ReasonTable:
    read = tomllib.loads(Path(__file__).with_name("reasons.toml").read_text("utf-8"))
    return {
        subject: {action: list(map(_reason, reasons)) for action, reasons in actions.items()}
        for subject, actions in read.items()
    }


def _reason(read: Mapping[str, Any]) -> PreparedReason:
    return PreparedReason(Words(read["zh"], read["en"]), frozenset(read.get("fits", ())), read.get("only", False))


class ReasonChoice(NamedTuple):
    """A prepared reason: its value in the form (`action.number`), the act that it belongs to, its words, and the codes
    that it fits."""

    value: str
    act: str
    words: Words
    fits: frozenset[str] = frozenset()
    only: bool = False


def reason_choices(subject: str) -> Sequence[ReasonChoice]:
    """The prepared reasons for a kind of subject."""
    return [
        ReasonChoice(f"{action}.{number}", action, reason.words, reason.fits, reason.only)
        for action, reasons in _load_reasons().get(subject, {}).items()
        for number, reason in enumerate(reasons, 1)
    ]


def fitting_first(
    choices: Sequence[ReasonChoice], codes: Iterable[str], several: bool = False
) -> Sequence[ReasonChoice]:
    """Return prepared reasons that may be true of a case, those first that fit one of the codes for which it waits: the
    key 1 then chooses what the case is about. `several`: they are for cases that wait for different things, so that all
    may be true of some."""
    waits_for = list(codes)
    true_of_it = [choice for choice in choices if several or not choice.only or fits_why(choice, waits_for)]
    return sorted(true_of_it, key=lambda choice: not fits_why(choice, waits_for))


def fits_why(choice: ReasonChoice, codes: Iterable[str]) -> bool:
    """True if a prepared reason fits one of the codes for which a case waits."""
    return not choice.fits.isdisjoint(known for code in codes for known in (code, code.partition(".")[0]))


@cache
def _by_chinese() -> Mapping[str, Words]:
    """The prepared reasons of all subjects by their Chinese words, which are what is stored."""
    tables = _load_reasons().values()
    return {known.words.zh: known.words for table in tables for reasons in table.values() for known in reasons}


@cache
def _of_holds() -> Mapping[str, Words]:
    """Why an agency holds a list, by what is stored of it."""
    return {f"未执行：{zh}": Words(zh, f"{en[0].upper()}{en[1:]}") for zh, en in (SAMPLE_OUT,)}


def reason_in_words(reason: str) -> Words:
    """Return a stored reason in both languages: a prepared reason that begins it and a prepared question are
    translated, what was typed stays as it was."""
    prepared, separator, typed = reason.partition(SEPARATOR)
    known = _by_chinese().get(prepared) or _of_holds().get(prepared)
    if known is None:
        return asked_in_words(reason)
    return Words(f"{known.zh}{separator}{typed}", f"{known.en}{separator}{typed}")
