"""Why something that a person asked for is not done, in both languages."""

from __future__ import annotations

from single_window.language import words
from single_window.language.words import Words


class Refusal(Exception):
    """Something that is refused before it is filed: its words stand in `words.toml`, section `refusal`, under a name.

    `values` fill the gaps; one that reads differently in the two languages is given as `Words`.
    """

    permanent = True

    def __init__(self, name: str, **values: object) -> None:
        said = words.phrase("refusal", name)
        self.name = name
        self.words = Words(
            *(
                said.said(language).format(
                    **{
                        key: value.said(language) if isinstance(value, Words) else value
                        for key, value in values.items()
                    }
                )
                for language in (words.ZH, words.EN)
            )
        )
        super().__init__(self.words.en)
