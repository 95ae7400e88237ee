"""A text in the two languages of the window. `phrases` makes texts for stored names."""

from __future__ import annotations

from collections.abc import Mapping
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

    def filled(self, **values: object) -> Words:
        """Return the text with these values in its placeholders; a value that differs by language is passed as
        `Words`."""
        return Words(*(self.text(language).format(**_in(language, values)) for language in LANGUAGES))


def _in(language: str, values: Mapping[str, object]) -> dict[str, object]:
    return {name: value.text(language) if isinstance(value, Words) else value for name, value in values.items()}
