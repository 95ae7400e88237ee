"""The fields that identify a document in its receipt, and the message that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from declarations.documents.extraction import field_name
from declarations.reasons import Reason
from schemas import catalogue, receipt_texts

ANSWER_CODES = {kind: catalogue.by_kind(kind).answered_by or "" for kind in catalogue.handled()}
"""Kind of document → code of the message that answers it."""
COMBINED, SINGLE = "refusals", "reasons"
"""The rule of a reason that combines several, each with its code in its text, and the value that has them singly."""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[tuple[str, dict[str, str]]]).decode
CONCLUDED = "399"
"""The status of an accepted document of a kind whose receipts cannot have 120."""


def acceptance_answer(kind: str) -> tuple[str, Reason]:
    """Return the status and text of the receipt for an accepted document of this kind."""
    status = catalogue.handling(kind).taken_in
    return status, Reason("2300.taken" if status == CONCLUDED else "1800", {})


def combine_reasons(reasons: Sequence[Reason]) -> Reason:
    """Combine reasons into one for a receipt, each with its code; a single one is returned unchanged."""
    if len(reasons) == 1 and receipt_texts.return_status(reasons[0].rule):
        return reasons[0]
    texts = {
        f"reasons_{language}": ";".join([_text_with_code(reason, language) for reason in reasons])
        for language in ("zh", "en")
    }
    return Reason(COMBINED, {**texts, SINGLE: _encode([(one.rule, one.values) for one in reasons]).decode()})


def single_reasons(reason: Reason) -> Sequence[Reason]:
    """Return the reasons that `combine_reasons` has combined; of a release before, which kept their texts alone, none;
    another reason by itself."""
    if reason.rule != COMBINED:
        return (reason,)
    return [Reason(rule, values) for rule, values in _decode(reason.values.get(SINGLE) or "[]")]


def _text_with_code(reason: Reason, language: str) -> str:
    words = receipt_texts.words(reason.rule, reason.values, language)
    return words if words.startswith("[Code:") else f"[Code:{reason.rule.partition('.')[0]};Desc:{words}]"


def identifying_fields(kind: str, document: Any, port_no: str = "") -> dict[str, str]:
    """Return the identifying fields of a document's receipt, by wire name. A blank copNo is replaced by `port_no`.

    Mandatory fields without a value, such as the invtNo of a new list, are written empty.
    """
    handling = catalogue.handling(kind)
    fields = {wire: str(getattr(document, field_name(wire))) for wire in handling.identified_by}
    if handling.own_number:
        own_number = getattr(document, field_name(handling.own_number))
        fields[handling.own_number] = own_number if own_number.strip() else port_no
    if handling.port_letter:
        fields["preNo"] = port_no
    if kind in {"cancellation", "refund"} and len(fields["invtNo"]) != 18:
        del fields["invtNo"]
    return fields
