"""All series of numbers that the window gives out, by name, with the step by which a restored copy is advanced beyond
what may have been given out since. A number of a series that does not stand here is never given out."""

from __future__ import annotations

from collections.abc import Mapping

from schemas import catalogue

ROWS = ""
"""The pseudo-sandbox of the series of the database."""
LIST, EXPORT_LIST, INTAKE, BATCH, SUMMARY, ENTRY = "list", "list.export", "intake", "batch", "summary", "entry"
REFUND_NOTICE, REFUND_CERTIFICATE, TRACE_CODE = "refund.notice", "refund.certificate", "trace.code"
ROW, CAPTURE = "row", "epcis_capture"
_ROW_STEP, _STEP, _SHORT_STEP = 1_000_000_000, 1_000_000, 100_000
"""Steps of row ids, of serial numbers, and of serial numbers of six digits."""


def certificates_of(kind: str) -> str:
    """Return the series of the certificates of a kind of key."""
    return f"certificate.{kind}"


def numbers_of(letter: str) -> str:
    """Return the series of the port's own numbers that begin with a letter."""
    return f"port.{letter}"


OF_DATABASE: Mapping[str, int] = {ROW: _ROW_STEP, CAPTURE: _STEP}
OF_SANDBOXES: Mapping[str, int] = {
    **dict.fromkeys((LIST, EXPORT_LIST, SUMMARY, ENTRY, REFUND_NOTICE, REFUND_CERTIFICATE, TRACE_CODE), _STEP),
    **dict.fromkeys(map(certificates_of, ("rsa", "sm2")), _STEP),
    **{numbers_of(one.port_letter): _STEP for one in catalogue.handled().values() if one.port_letter},
    **dict.fromkeys((INTAKE, BATCH), _SHORT_STEP),
}


def demand(sandbox: str, name: str) -> None:
    """Raise `LookupError` for a series that does not stand here."""
    if name not in (OF_DATABASE if sandbox == ROWS else OF_SANDBOXES):
        raise LookupError(f"The series {name!r} is not one of single_window/store/series.py.")
