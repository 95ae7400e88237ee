"""Reasons that officers choose from: their choices on a form, and their words where a reason is read again."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from single_window.language.asked_words import asked_in_words
from single_window.language.words import Words

SEPARATOR = "; "
"""Between a prepared reason and what was typed after it."""
ReasonTable = Mapping[str, Mapping[str, Sequence[Words]]]


@cache
def _load_reasons() -> ReasonTable:
    read = tomllib.loads(Path(__file__).with_name("reasons.toml").read_text("utf-8"))
    return {
        subject: {action: [Words(**texts) for texts in reasons] for action, reasons in actions.items()}
        for subject, actions in read.items()
    }


class ReasonChoice(NamedTuple):
    """A prepared reason: its value in the form (`action.number`), the act that it belongs to, and its words."""

    value: str
    act: str
    words: Words


def reason_choices(subject: str) -> Sequence[ReasonChoice]:
    """The prepared reasons for a kind of subject."""
    return [
        ReasonChoice(f"{action}.{number}", action, reason)
        for action, reasons in _load_reasons().get(subject, {}).items()
        for number, reason in enumerate(reasons, 1)
    ]


@cache
def _by_chinese() -> Mapping[str, Words]:
    """The prepared reasons of all subjects by their Chinese words, which are what is stored."""
    tables = _load_reasons().values()
    return {reason.zh: reason for table in tables for reasons in table.values() for reason in reasons}


def reason_in_words(reason: str) -> Words:
    """Return a stored reason in both languages: a prepared reason that begins it and a prepared question are
    translated, what was typed stays as it was."""
    prepared, separator, typed = reason.partition(SEPARATOR)
    known = _by_chinese().get(prepared)
    return Words(reason, f"{known.en}{separator}{typed}") if known else asked_in_words(reason)
