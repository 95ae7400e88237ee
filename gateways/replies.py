"""The fields that identify a document in its receipt, and the message that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from declarations.documents.extraction import field_name
from declarations.reasons import Reason
from schemas import catalogue, receipt_texts

ANSWERS = {kind: catalogue.by_kind(kind).answered_by or "" for kind in catalogue.handled()}
"""Kind of document → code of the message that answers it."""
CONCLUDED = "399"
"""The status of receipts that know no 120: what customs has taken in is listed as concluded."""


def taken_in(kind: str) -> tuple[str, Reason]:
    """Status and words of customs' answer about a document of this kind that it takes in."""
    status = catalogue.handling(kind).taken_in
    return status, Reason("2300.taken" if status == CONCLUDED else "1800", {})


def together(reasons: Sequence[Reason]) -> Reason:
    """All reasons of an agency in one, each with its code, as far as a receipt has room; a single one says its own."""
    if len(reasons) == 1 and receipt_texts.return_status(reasons[0].rule):
        return reasons[0]
    return Reason(
        "refusals",
        {
            f"reasons_{language}": ";".join([_coded(reason, language) for reason in reasons])
            for language in ("zh", "en")
        },
    )


def _coded(reason: Reason, language: str) -> str:
    words = receipt_texts.words(reason.rule, reason.values, language)
    return words if words.startswith("[Code:") else f"[Code:{reason.rule.partition('.')[0]};Desc:{words}]"


def identify(kind: str, document: Any, port_no: str = "") -> dict[str, str]:
    """The identifying fields of a document's receipt, by wire name. Without a copNo the port's number stands in.

    A field may be empty that the receipt must have, as the invtNo of a list before it has one: it is written empty.
    """
    handling = catalogue.handling(kind)
    fields = {wire: str(getattr(document, field_name(wire))) for wire in handling.identified_by}
    if handling.own_number:
        fields[handling.own_number] = getattr(document, field_name(handling.own_number)) or port_no
    if handling.port_letter:
        fields["preNo"] = port_no
    if kind in {"cancellation", "refund"} and len(fields["invtNo"]) != 18:
        del fields["invtNo"]
    return fields
