"""Validates identifiers and calculates their check digits.

All functions expect the text as sent: no spaces, no separators, upper case.
"""

from __future__ import annotations

import re
from datetime import date
from hashlib import sha256
from pathlib import Path

from stdnum import ean, imo, iso6346
from stdnum.cn import ric, uscc
from stdnum.iso7064 import mod_37_36

_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}", re.ASCII)
_ORGANISATION_CODE = re.compile(r"[0-9A-Z]{8}[0-9X]", re.ASCII)
_RESIDENT_ID = re.compile(r"[1-9]\d{16}[0-9X]", re.ASCII)
_CUSTOMS_CODE = re.compile(r"\d{4}[0-9A-Z]{6}", re.ASCII)
_FOREIGN_CUSTOMS_CODE = re.compile(r"[A-Z]{2}CUSTOMS")
_LABORATORY_CODE = re.compile(r"[A-Z]{2}LAB[0-9]{2}")
_OF_82 = re.compile(r"[!\"%-?A-Z_a-z]{1,20}", re.ASCII)
_LIST_NO = re.compile(r"\d{4}20\d{2}(?:I\d{9}|E\d{9,11})", re.ASCII)
_PRE_ENTRY_NO = re.compile(r"[A-Z](\d{8})\d{9}", re.ASCII)
_S10 = re.compile(r"[A-Z]{2}\d{9}[A-Z]{2}", re.ASCII)
_CONTAINER_NO = re.compile(r"[A-Z]{3}[UJZ]\d{7}", re.ASCII)
_IMO_NO = re.compile(r"\d{7}", re.ASCII)
_LOCODE = re.compile(r"[A-Z]{2}[A-Z2-9]{3}", re.ASCII)
COUNTRIES = frozenset(Path(__file__).with_name("country_pairs.csv").read_text("ascii").split()[1:])
"""Countries by the two letters of ISO 3166-1, with those that UN/LOCODE adds: XK, and XZ for the high seas."""
_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)
_DXP_ID = re.compile(r"[0-9A-Z]{1,16}", re.ASCII)


def is_valid_date(text: str) -> bool:
    """True for a calendar day as yyyyMMdd."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        return False
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def is_valid_instant(text: str) -> bool:
    """True for a calendar day with hour and minute, and seconds if it has them: yyyyMMddHHmm, yyyyMMddHHmmss."""
    day, clock = text[:8], text[8:]
    if len(clock) not in (4, 6) or not (clock.isascii() and clock.isdigit()):
        return False
    return is_valid_date(day) and clock[:2] < "24" and clock[2:4] < "60" and clock[4:] < "60"


def resident_id_check_digit(first17: str) -> str:
    """Return the last character of a resident id (GB 11643) for its first 17 digits: "1101051949123100" + "2" → "X"."""
    return str(ric.calc_check_digit(first17 + "0"))


def is_valid_resident_id(text: str) -> bool:
    """True for an 18-character resident id: digits, valid birthday, check digit. The district is not checked."""
    return (
        bool(_RESIDENT_ID.fullmatch(text))
        and is_valid_date(text[6:14])
        and text[17] == resident_id_check_digit(text[:17])
    )


def organisation_code_check_digit(first8: str) -> str:
    """Return the ninth character of an organisation code (GB 11714) for its first eight."""
    weighted = zip(first8, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    total = sum(int(character, 36) * weight for character, weight in weighted)
    return "0123456789X0"[11 - total % 11]


def is_valid_organisation_code(text: str) -> bool:
    """True for a nine-character organisation code without hyphen."""
    return bool(_ORGANISATION_CODE.fullmatch(text)) and text[8] == organisation_code_check_digit(text[:8])


def credit_code_check_digit(first17: str) -> str:
    """Return the last character of a unified social credit code (GB 32100) for its first 17."""
    return str(uscc.calc_check_digit(first17))


def is_valid_credit_code(text: str) -> bool:
    """True for a unified social credit code: positions 9 to 17 are a valid organisation code, 18 is the check digit.

    Lower case is invalid.
    """
    return (
        bool(_CREDIT_CODE.fullmatch(text))
        and is_valid_organisation_code(text[8:17])
        and text[17] == credit_code_check_digit(text[:17])
    )


def example_credit_code(company: str) -> str:
    """Return a valid unified social credit code for a company whose own is not known, from its customs code."""
    first8 = "".join(character for character in company if character.isdigit() and character.isascii())[-8:].zfill(8)
    first17 = f"91370200{first8}{organisation_code_check_digit(first8)}"
    return first17 + credit_code_check_digit(first17)


def is_valid_customs_code(text: str) -> bool:
    """True for a ten-character customs registration of a company; it has no check digit."""
    return bool(_CUSTOMS_CODE.fullmatch(text))


def is_valid_company_code(text: str) -> bool:
    """True for a company code in messages: a customs registration (10 characters) or a credit code (18)."""
    return is_valid_customs_code(text) if len(text) == 10 else is_valid_credit_code(text)


def is_laboratory_code(text: str) -> bool:
    """True for the code of a laboratory that tests samples, as QDLAB01: ours, no public register has one."""
    return bool(_LABORATORY_CODE.fullmatch(text))


def is_foreign_customs_code(text: str) -> bool:
    """True for the code of the customs of another country, as KRCUSTOMS: ours, no public register has one."""
    return bool(_FOREIGN_CUSTOMS_CODE.fullmatch(text))


def s10_check_digit(serial: str) -> str:
    """Return the ninth digit of a postal item number (UPU S10) for its eight-digit serial."""
    total = sum(int(digit) * weight for digit, weight in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True))
    return {10: "0", 11: "5"}.get(11 - total % 11, str(11 - total % 11))


def is_valid_s10(text: str) -> bool:
    """True for a postal item number (UPU S10), such as EE473124829CN."""
    return bool(_S10.fullmatch(text)) and text[10] == s10_check_digit(text[2:10])


def is_valid_list_no(text: str) -> bool:
    """True for a customs list number: office, year, I or E, serial (9 digits; 9 to 11 for export)."""
    return bool(_LIST_NO.fullmatch(text))


def is_valid_pre_entry_no(text: str) -> bool:
    """True for a pre-entry number: letter, valid day as yyyyMMdd, nine digits."""
    return bool(_PRE_ENTRY_NO.fullmatch(text)) and is_valid_date(text[1:9])


def is_valid_gtin(text: str) -> bool:
    """True for a GTIN-14: fourteen digits, of which the last is the check digit."""
    return len(text) == 14 and text.isascii() and text.isdigit() and bool(ean.is_valid(text))


def is_gtin_of_any_length(text: str) -> bool:
    """True for a GTIN of 8, 12, 13 or 14 digits, of which the last is the check digit."""
    return text.isascii() and text.isdigit() and bool(ean.is_valid(text))


def is_gs1_text(text: str) -> bool:
    """True for 1 to 20 of the 82 characters of lots and serial numbers (GS1 General Specifications, 7.11)."""
    return _OF_82.fullmatch(text) is not None


def mod_37_36_check_character(text: str) -> str:
    """Return the check character (ISO 7064 MOD 37,36) of digits and capital letters: "QD26B00000123" → "S"."""
    return str(mod_37_36.calc_check_digit(text))


def is_valid_guid(text: str) -> bool:
    """True for a document guid by the text of the standard; the schemas only require 36 characters."""
    return bool(_GUID.fullmatch(text))


def is_valid_dxp_id(text: str) -> bool:
    """True for a DXP user id that is valid in an envelope: up to 16 digits and capital letters."""
    return bool(_DXP_ID.fullmatch(text))


def example_dxp_id(code: str) -> str:
    """Return a valid DXP user id that follows from a company's code, for examples of registration."""
    return f"DXPENT{int(sha256(code.encode()).hexdigest(), 16) % 10**10:010}"


def is_valid_container_no(text: str) -> bool:
    """True for a container number by ISO 6346: owner, U, J or Z, serial number, check digit."""
    return bool(_CONTAINER_NO.fullmatch(text)) and iso6346.is_valid(text)


def is_valid_imo_no(text: str) -> bool:
    """True for the IMO number of a ship: seven digits, the last of which is the check digit."""
    return bool(_IMO_NO.fullmatch(text)) and imo.is_valid(text)


def is_locode(text: str) -> bool:
    """True for a text of the form of a UN/LOCODE, as CNTAO, in a country that there is; whether that has such a place
    is not looked up."""
    return bool(_LOCODE.fullmatch(text)) and text[:2] in COUNTRIES
