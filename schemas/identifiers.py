"""Identifiers with their formats and check digits: is this text a valid one, and which check digit would it need?

Every function takes the text as sent: no spaces, no separators, letters upper case.
"""

from __future__ import annotations

import re
from datetime import date

from stdnum.cn import ric, uscc

_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)
_ORGANISATION_CODE = re.compile(r"[0-9A-Z]{8}[0-9X]", re.ASCII)
_RESIDENT_ID = re.compile(r"[1-9]\d{16}[0-9X]", re.ASCII)
_CUSTOMS_CODE = re.compile(r"\d{4}[0-9A-Z]{6}", re.ASCII)
_LIST_NO = re.compile(r"\d{4}20\d{2}(?:I\d{9}|E\d{9,11})", re.ASCII)
_PRE_ENTRY_NO = re.compile(r"[A-Z](\d{8})\d{9}", re.ASCII)
_S10 = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}", re.ASCII)
_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)
_DXP_ID = re.compile(r"[0-9A-Z]{1,16}", re.ASCII)


def is_valid_date(text: str) -> bool:
    """A calendar day as yyyyMMdd."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def resident_id_check_digit(first17: str) -> str:
    """The last character of a resident id (GB 11643) after its first 17 digits: "1101051949123100" + "2" → "X"."""
    return str(ric.calc_check_digit(first17 + "0"))


def is_valid_resident_id(text: str) -> bool:
    """An 18-character resident id: digits, a real birthday, check digit. The district is not looked up."""
    return (
        bool(_RESIDENT_ID.fullmatch(text))
        and is_valid_date(text[6:14])
        and text[17] == resident_id_check_digit(text[:17])
    )


def organisation_code_check_digit(first8: str) -> str:
    """The ninth character of an organisation code (GB 11714) after its first eight."""
    weighted = zip(first8, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    total = sum(int(character, 36) * weight for character, weight in weighted)
    return "0123456789X0"[11 - total % 11]


def is_valid_organisation_code(text: str) -> bool:
    """A nine-character organisation code without hyphen."""
    return bool(_ORGANISATION_CODE.fullmatch(text)) and text[8] == organisation_code_check_digit(text[:8])


def credit_code_check_digit(first17: str) -> str:
    """The last character of a unified social credit code (GB 32100) after its first 17."""
    return str(uscc.calc_check_digit(first17))


def is_valid_credit_code(text: str) -> bool:
    """A unified social credit code: positions 9 to 17 are a valid organisation code, 18 is its check digit.

    Lower case is refused.
    """
    return (
        bool(_CREDIT_CODE.fullmatch(text))
        and is_valid_organisation_code(text[8:17])
        and text[17] == credit_code_check_digit(text[:17])
    )


def is_valid_customs_code(text: str) -> bool:
    """A ten-character customs registration of a company; it has no check digit."""
    return bool(_CUSTOMS_CODE.fullmatch(text))


def is_valid_company_code(text: str) -> bool:
    """True if messages take a code as a company's: a customs registration (10) or a credit code (18)."""
    return is_valid_customs_code(text) if len(text) == 10 else is_valid_credit_code(text)


def s10_check_digit(serial: str) -> str:
    """The ninth digit of a postal item number (UPU S10) after its eight-digit serial."""
    total = sum(int(digit) * weight for digit, weight in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    return {10: "0", 11: "5"}.get(11 - total % 11, str(11 - total % 11))


def is_valid_s10(text: str) -> bool:
    """A postal item number (UPU S10), such as EE473124829CN."""
    return bool(_S10.fullmatch(text)) and text[10] == s10_check_digit(text[2:10])


def is_valid_list_no(text: str) -> bool:
    """A customs list number: office, year, I or E, serial (9 digits; 9 to 11 for export)."""
    return bool(_LIST_NO.fullmatch(text))


def is_valid_pre_entry_no(text: str) -> bool:
    """A pre-entry number: letter, a real day as yyyyMMdd, nine digits."""
    return bool(_PRE_ENTRY_NO.fullmatch(text)) and is_valid_date(text[1:9])


def is_valid_guid(text: str) -> bool:
    """A document guid as the text of the standard wants it; schemas only ask for 36 characters."""
    return bool(_GUID.fullmatch(text))


def is_valid_dxp_id(text: str) -> bool:
    """A DXP user id that fits an envelope: up to 16 digits and capital letters."""
    return bool(_DXP_ID.fullmatch(text))
