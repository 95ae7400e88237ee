"""A text in the two languages of the window. `phrases` makes texts for stored names."""

from __future__ import annotations

from dataclasses import dataclass

ZH, EN = "zh", "en"
LANGUAGES = (ZH, EN)


@dataclass(frozen=True, slots=True)
class Words:
    """A text in Chinese and English."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        """Return the text in a language."""
        return self.zh if language == ZH else self.en
