"""Questions to declarants in the reader's language: what was asked is stored as its declarant reads it, in Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from string import Formatter
from typing import NamedTuple

from schemas.codes import currencies, units
from single_window.language import phrases
from single_window.language.words import Words

_NUMBERED = re.compile(r"(?:^|；)(\d)\. ")
_DAY = r"\d{4}-\d\d-\d\d"


class Prepared(NamedTuple):
    """A prepared question: the form of its Chinese words, and its English ones with blanks."""

    form: re.Pattern[str]
    en: str


def asked_in_words(text: str) -> Words:
    """Return a stored question, a reminder of it or the end of one in both languages. What an officer typed stays as
    it was."""
    told = phrases.phrase("label", "question_withdrawn")
    if text == told.zh:
        return told
    before = phrases.phrase("label", "question_reminded")
    reminded = text.startswith(before.zh)
    question = text.removeprefix(before.zh)
    en = _question(question)
    return Words(text, f"{before.en if reminded else ''}{en}")


def _question(text: str) -> str:
    """A question in English; one that was put together by nobody here, as it is."""
    found = _whole().fullmatch(text)
    if not found:
        return _sentence(text)
    form = phrases.book()["question_form"]
    names = [_en("question_returns", name) for name in (found["names"] or "").split("、") if name]
    return str(form["whole"]["en"]).format(
        asked="; ".join(_numbered(found["asked"])),
        back=str(form["back"]["en"]).format(names=", ".join(names)) if names else "",
        due=found["due"],
        ends=_en("question_silence", found["ends"]),
    )


def _numbered(asked: str) -> Iterator[str]:
    """The sentences of a question, each with its number if it has one."""
    pieces = _NUMBERED.split(asked)
    if len(pieces) == 1:
        yield _sentence(asked)
    for number, text in zip(pieces[1::2], pieces[2::2], strict=True):
        yield f"{number}. {_sentence(text)}"


def _sentence(text: str) -> str:
    """A prepared question with its numbers, in English; any other text as it is."""
    for prepared in _prepared():
        if found := prepared.form.fullmatch(text):
            return prepared.en.format_map(_in_english(found.groupdict()))
    return text


def _in_english(found: Mapping[str, str]) -> dict[str, str]:
    """The values of a Chinese text as an English one has them: units and currencies by their English names."""
    values = {name: _names()[name].get(text, text) if name in _names() else text for name, text in found.items()}
    if unit := values.get("unit"):
        values["a_unit"] = f"{'an' if unit[:1] in 'aeiou' else 'a'} {unit}"
    return values


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    """The English names of units and currencies by their Chinese ones."""
    book = phrases.book()
    return {
        name: {
            **{each.zh: each.en for each in table},
            **{words["zh"]: words["en"] for words in book[name].values()},
        }
        for name, table in (("unit", units), ("currency", currencies))
    }


@cache
def _prepared() -> tuple[Prepared, ...]:
    book = phrases.book()["question"]
    return tuple(Prepared(_form(words["zh"]), words["en"]) for words in book.values())


@cache
def _whole() -> re.Pattern[str]:
    """The form in which the parts of a question are put together."""
    form = phrases.book()["question_form"]
    ends = "|".join(re.escape(words["zh"]) for words in phrases.book()["question_silence"].values())
    back = form["back"]["zh"].format(names="(?P<names>[^，。]+)")
    parts = {"asked": "(?P<asked>.+)", "back": f"(?:{back})?", "due": f"(?P<due>{_DAY})", "ends": f"(?P<ends>{ends})"}
    return re.compile(form["whole"]["zh"].format(**parts), re.DOTALL)


def _form(text: str) -> re.Pattern[str]:
    """The pattern of a text with blanks, each of which is found under its name."""
    return re.compile("".join(re.escape(own) + _blank(name) for own, name, _, _ in Formatter().parse(text)))


def _blank(name: str | None) -> str:
    """The pattern of a blank; a unit or currency is one that is known, since its amount may follow without a gap."""
    known = _names().get(name or "")
    pattern = "|".join(map(re.escape, sorted(known, key=len, reverse=True))) if known else ".+?"
    return f"(?P<{name}>{pattern})" if name else ""


def _en(section: str, zh: str) -> str:
    """The English words of a section of texts for its Chinese ones."""
    return next((words["en"] for words in phrases.book()[section].values() if words["zh"] == zh), zh)
