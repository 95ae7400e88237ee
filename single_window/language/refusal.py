"""Why a person's request is not done, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.reasons import Reason
from schemas import receipt_texts
from single_window.language import words
from single_window.language.words import Words


class Refusal(Exception):
    """Something that is refused before it is filed: its words stand in `words.toml`, section `refusal`, under a name.

    `values` fill the gaps; one that reads differently in the two languages is given as `Words`.
    """

    permanent = True

    def __init__(self, name: str, **values: object) -> None:
        phrase = words.phrase("refusal", name)
        self.name = name
        self.words = Words(
            *(
                phrase.text(language).format(
                    **{
                        key: value.text(language) if isinstance(value, Words) else value
                        for key, value in values.items()
                    }
                )
                for language in (words.ZH, words.EN)
            )
        )
        super().__init__(self.words.en)


class NotPossible(Exception):
    """The case does not let this be done, now or by this person; carries the reasons, as the gateway gave them."""

    permanent = True

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__("; ".join(receipt_texts.words(reason.rule, reason.values, "en") for reason in reasons))
        self.reasons = tuple(reasons)
