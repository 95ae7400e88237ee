"""The law beside a sentence: a dated value, its source, since when it holds, how sure it is; our reading of it."""

from __future__ import annotations

import re
from typing import NamedTuple

from declarations.law.citations import in_english
from schemas import receipt_texts
from single_window.language import phrases
from single_window.language.phrases import Basis
from single_window.language.words import LANGUAGES, ZH, Words

READINGS = "docs/law/readings.md"
"""The page of our readings; each has an anchor."""
MOST_NUMBERS = 4
"""Numbers that the content of a single value has, at most."""
_NUMBER = re.compile(r"\d[\d.]*")
_READING = re.compile(r"\breading (\d+)")


class LawLine(NamedTuple):
    """A dated value that a reason rests on, in words: its name and content, its source, since when, and how sure it is
    (empty: a source confirms it). `id` names it on the pages of dated values."""

    id: str
    title: Words
    content: Words
    source: str
    since: str
    unproved: Words

    @property
    def is_table(self) -> bool:
        """True if the content holds many values, of which the sentence names the one that applied."""
        return len(_NUMBER.findall(self.content.en)) > MOST_NUMBERS

    @property
    def words(self) -> Words:
        """Return all of it in one line."""
        return Words(*(self._in(language) for language in LANGUAGES))

    @property
    def in_force(self) -> Words:
        """Return since when it holds; empty if that is not known."""
        since = phrases.phrase("law", "since")
        return Words(since.zh.format(day=self.since), since.en.format(day=self.since)) if self.since else Words("", "")

    def cited(self, language: str) -> str:
        """Return its source as a reader of the language finds it: acts by their numbers."""
        return self.source if language == ZH else in_english(self.source)

    def _in(self, language: str) -> str:
        named = f"{self.title.text(language)} {self.content.text(language)}".strip()
        return (
            phrases.phrase("law", "joined")
            .text(language)
            .join(
                filter(None, (named, self.cited(language), self.in_force.text(language), self.unproved.text(language)))
            )
        )


def law_line(basis: Basis) -> LawLine:
    """Return a dated value as a line beside the sentence that rests on it."""
    return LawLine(
        basis.id,
        basis.title,
        basis.content_words,
        basis.source,
        basis.since,
        phrases.phrase("unproved", basis.confidence)
        if basis.confidence in phrases.book()["unproved"]
        else Words("", ""),
    )


def reading_of(rule: str) -> str:
    """Return where the reading stands that a code rests on, such as docs/law/readings.md#reading-14; empty: none."""
    text = receipt_texts.texts().get(rule)
    named = _READING.search(text.source) if text else None
    return f"{READINGS}#reading-{named[1]}" if named else ""
