"""Checks, when the catalogue is loaded, that its codes have texts and remedies.

A code without a text could not be written as a receipt, so the fault in the data is reported early.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas import receipt_texts
from schemas.message_types import MessageType
from schemas.remedies import NOTHING, remedy

_GIVEN = frozenset({"order_no", "found", "reason", "most", "state", "state_zh", "state_en"})
"""Values that the port provides for the texts of any type."""


class IncompleteCatalogue(ValueError):
    """Raised for codes of `catalogue.toml` without texts or remedies, or whose texts need values that are not provided;
    the message names them all."""


def codes_of(entry: MessageType) -> Iterator[tuple[str, str]]:
    """Yield each code in the catalogue's entry of a type, with the name of its field: ("-301010", "exists")."""
    for name in (
        "invalid",
        "too_many",
        "signature_invalid",
        "signature_missing",
        "signature_differs",
        "signature_holder",
    ):
        yield from ((code, name) for code in getattr(entry, name).split("/") if code)
    if entry.handling is None:
        return
    if entry.other_sender:
        yield entry.other_sender, "other_sender"
    for codes in (entry.handling.duplicate, entry.handling.other_numbers):
        for name, answer in codes._asdict().items() if codes else ():
            yield from ((code, name) for code in answer.split("/") if code)


def check(entries: Iterable[MessageType]) -> None:
    """Raise `IncompleteCatalogue` with all faults of the codes of these types, if there are any."""
    if faults := [fault for entry in entries for fault in dict.fromkeys(_faults(entry))]:
        raise IncompleteCatalogue("schemas/catalogue.toml cannot be used:\n" + "\n".join(faults))


def _faults(entry: MessageType) -> Iterator[str]:
    if entry.notice != bool(entry.about) or (entry.notice and not entry.receipt):
        yield f"{entry.root}: a notice is sent by an agency, and only a notice says what it is `about`"
    given = _GIVEN | {receipt_texts.value_name(name) for name in _repeated_elements(entry)}
    home = f"gateway/{entry.handling.gateway}" if entry.flow == "agency" and entry.handling else "codes"
    for code, name in codes_of(entry):
        place = f"{entry.root}, {name} {code}"
        if code not in receipt_texts.texts():
            yield f"{place}: no words; add a row to schemas/{home}/receipt_texts.csv"
        elif missing := sorted(receipt_texts.value_names(code) - given):
            yield f"{place}: its words need {', '.join(missing)}, which identified_by does not name"
        if remedy(code) is NOTHING:
            yield f"{place}: no remedy; add it to schemas/{home}/remedies.toml"


def _repeated_elements(entry: MessageType) -> Iterator[str]:
    """The elements of a document that its receipts repeat."""
    yield from entry.key
    if entry.handling is not None:
        yield from (*entry.handling.identified_by, entry.handling.own_number, entry.handling.matched_by)
