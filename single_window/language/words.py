"""A text in the two languages of the window. What is stored is put into words by `phrases`."""

from __future__ import annotations

from dataclasses import dataclass

ZH, EN = "zh", "en"
LANGUAGES = (ZH, EN)


@dataclass(frozen=True, slots=True)
class Words:
    """The same in Chinese and English."""

    zh: str
    en: str

    def text(self, language: str) -> str:
        """The words in this language."""
        return self.zh if language == ZH else self.en
