"""Refusals of people's requests, in both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from declarations.reasons import Reason
from gateways.decisions import SUBJECT_CHANGED
from single_window.language import for_people, phrases
from single_window.language.words import EN, ZH, Words

CHANGED_MEANWHILE = frozenset({SUBJECT_CHANGED, "19211"})
"""Gateways' reasons which mean that the subject or batch changed after it was seen."""


FIELD_OF = {
    **dict.fromkeys(("profile_name", "profile_taken"), "code"),
    **dict.fromkeys(("profile_over", "parameter_day", "parameter_past"), "since"),
    **dict.fromkeys(("guarantee_amount", "guarantee_taken", "guarantee_unchanged"), "amount"),
    **dict.fromkeys(("amount_needed", "amount_out_of_bounds"), "amount"),
    **dict.fromkeys(("reason_needed", "reason_needed_here", "reason_of_another", "words_like_code"), "reason"),
    **dict.fromkeys(("method_needed", "method_unknown"), "method"),
    "profile_title": "title",
    "profile_share": "share",
    "profile_range": "value_from",
    "profile_day": "until",
    "question_due": "due",
    **dict.fromkeys(("question_lacks_words", "question_too_many", "question_too_long"), "reason"),
    "price_wrong": "price-{gnum}",
    "price_lowered": "price-{gnum}",
    "no_price_changed": "prices",
    **dict.fromkeys(("found_quantity", "found_contradicts"), "found-{line}"),
    "remark_missing": "remark-{line}",
    "sample_quantity": "{field}",
    **{f"sample_{name}": name for name in ("seal", "storage", "photo")},
    "batch_office": "office",
    "batch_direction": "mode",
}
"""Name of a refusal → the field of the form that it is about, with its values."""


class Refusal(Exception):
    """A request refused before it is filed; the text is in section `refusal` of `words.toml`.

    `values` fill its placeholders; a value that differs between the languages is passed as `Words`. `field`: that of
    the form that the refusal is about; empty: none alone.
    """

    permanent = True

    def __init__(self, name: str, **values: object) -> None:
        self.name = name
        self.field = FIELD_OF.get(name, "").format(**values)
        self.words = phrases.phrase("refusal", name).filled(**values)
        super().__init__(self.words.en)


_FURTHER_CODE = re.compile(r"\[\s*code\s*[:：]|\]\s*[;；]\s*\[", re.IGNORECASE)


def demand_plain_words(text: str) -> None:
    """Raise `Refusal` for typed words that a reader of receipts takes for a further finding: `[Code:2600;Desc:…]`."""
    if found := _FURTHER_CODE.search(text):
        raise Refusal("words_like_code", found=found[0])


def refused_for(reasons: Sequence[Reason], changed: bool = False) -> Refusal:
    """Return the refusal for a gateway's reasons. `changed`: the subject is known to have changed after it was seen."""
    texts = [phrases.of_reason(reason) for reason in reasons]
    changed = changed or any(reason.rule in CHANGED_MEANWHILE for reason in reasons)
    return Refusal(
        "overtaken" if changed else "not_possible",
        why=Words(
            "；".join(for_people.spoken(text.zh, ZH) for text in texts),
            "; ".join(for_people.spoken(text.en, EN) for text in texts),
        ),
    )
