"""The forms that a field of a platform file may have: digits, numbers, days, places and codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from schemas.identifiers import (
    COUNTRIES,
    is_locode,
    is_valid_container_no,
    is_valid_date,
    is_valid_imo_no,
    is_valid_instant,
)
from schemas.platform_files.tables import FileField

_DIGITS, _DECIMAL = re.compile(r"[0-9]+"), re.compile(r"[0-9]+(\.[0-9]+)?")
_GATE, _OFFICE = re.compile(r"[A-Z0-9]{2,15}/[0-9]{4}"), re.compile(r"[0-9]{4}")
_MINUTE = 12
UN = "UN"
"""Stands before the IMO number of a ship."""


class _Form(NamedTuple):
    """A form: what has it, and how it is shown to whoever wrote something else."""

    has: Callable[[str], bool]
    shown: str


_FORMS: Mapping[str, _Form] = {
    "imo": _Form(is_valid_imo_no, "IMO"),
    "un_imo": _Form(lambda text: text.startswith(UN) and is_valid_imo_no(text.removeprefix(UN)), "UN + IMO"),
    "locode": _Form(is_locode, "UN/LOCODE"),
    "container": _Form(is_valid_container_no, "ISO 6346"),
    "day": _Form(is_valid_date, "CCYYMMDD"),
    "minute": _Form(lambda text: len(text) == _MINUTE and is_valid_instant(text), "CCYYMMDDHHMM"),
    "number": _Form(lambda text: bool(_DIGITS.fullmatch(text)), "0…9"),
    "count": _Form(lambda text: bool(_DIGITS.fullmatch(text)) and int(text) > 0, "1…"),
    "decimal": _Form(lambda text: bool(_DECIMAL.fullmatch(text)), "0.5"),
    "weight": _Form(lambda text: bool(_DECIMAL.fullmatch(text) and text.strip("0.")), "0.5 (> 0)"),
    "gate": _Form(lambda text: bool(_GATE.fullmatch(text)), "CNTAO270001/4227"),
    "office": _Form(lambda text: bool(_OFFICE.fullmatch(text)), "4227"),
    "country": _Form(lambda text: text in COUNTRIES, "CN"),
}


def fits(text: str, field: FileField) -> bool:
    """True if a text, not empty and not too long, is what a field may be."""
    if field.form in _FORMS:
        return _FORMS[field.form].has(text)
    if field.form:
        return text in field.form.split()
    return field.kind == "X" or bool(_DIGITS.fullmatch(text))


def expected(field: FileField) -> str:
    """Return what a field may be, as the ministry writes it, X(35), with its form."""
    shown = _FORMS[field.form].shown if field.form in _FORMS else field.form
    return f"{field.kind}({field.length}) {shown}".strip()
