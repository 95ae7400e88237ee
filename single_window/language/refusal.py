"""Why a person's request is not done, in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.reasons import Reason
from gateways.decisions import MOVED_ON
from single_window.language import phrases, words
from single_window.language.words import Words

CHANGED_MEANWHILE = frozenset({MOVED_ON, "19211"})
"""Reasons of gateways which mean that the subject, or the batch, has changed since it was seen."""


class Refusal(Exception):
    """Something that is refused before it is filed: its words stand in `words.toml`, section `refusal`, under a name.

    `values` fill the gaps; one that reads differently in the two languages is given as `Words`.
    """

    permanent = True

    def __init__(self, name: str, **values: object) -> None:
        phrase = phrases.phrase("refusal", name)
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


def refused_for(reasons: Sequence[Reason], changed: bool = False) -> Refusal:
    """The refusal that a gateway's reasons mean. `changed`: the subject is known to have changed since it was seen."""
    texts = [phrases.of_reason(reason) for reason in reasons]
    changed = changed or any(reason.rule in CHANGED_MEANWHILE for reason in reasons)
    return Refusal(
        "overtaken" if changed else "not_possible",
        why=Words("；".join(text.zh for text in texts), "; ".join(text.en for text in texts)),
    )
