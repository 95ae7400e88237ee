"""Masks identity numbers of persons on pages: only the first four and the last four characters are shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from schemas.findings import Finding
from single_window.language import phrases, words
from single_window.language.phrases import Because

NAMES = frozenset({"buyerIdNumber", "payerIdNumber", "consigneeId"})
"""Elements that contain an identity number."""
COMPARED = "buyer_id_number"
"""The row of a comparison that contains identity numbers."""
TELEPHONES = frozenset({"buyerTelephone"})
"""Elements that contain a telephone number, which is not printed."""
CALLED = "buyer_telephone"
"""The row of a comparison that contains telephone numbers, which are not printed."""
RULES = frozenset({"14103", "14201"})
"""Rules whose values are identity numbers, valid or not."""
SHOWN, STARS = 4, "****"
_CONTENT = r"((?:<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|[^<])*)"
_ELEMENT = re.compile(rf"(<(?:[\w.-]+:)?(?:{'|'.join(sorted(NAMES))})(?:\s[^>]*)?>){_CONTENT}", re.DOTALL)
_BASE64 = re.compile(rf"(<(?:[\w.-]+:)?Data(?:\s[^>]*)?>){_CONTENT}", re.DOTALL)
_DAY = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_RESIDENT = re.compile(rf"(?<![0-9A-Za-z])[1-9]\d{{5}}{_DAY}\d{{3}}[\dXx](?![0-9A-Za-z])")
"""A resident identity card number anywhere in a text: district, date of birth, serial, check character."""
_TOKEN = re.compile(r"[0-9A-Za-z]+")


def mask_number(number: str) -> str:
    """Return an identity number without its middle; a short one is masked completely."""
    return f"{number[:SHOWN]}{STARS}{number[-SHOWN:]}" if len(number) > 2 * SHOWN else STARS


def mask_text(text: str) -> str:
    """Mask every resident identity card number in a text."""
    return _RESIDENT.sub(lambda match: mask_number(match.group()), text)


def mask_reason(reason: Because, language: str = words.ZH) -> str:
    """Return the values of a reason that its text does not contain; in reasons about identity, everything that could be
    a number is masked."""
    text = phrases.details(reason, language)
    if reason.rule.rpartition("/")[2] in RULES:
        return _TOKEN.sub(
            lambda match: mask_number(match.group()) if any(map(str.isdigit, match.group())) else match.group(), text
        )
    return mask_text(text)


def mask_finding(problem: Finding, text: str) -> str:
    """Mask the identity number that a text of a finding may contain."""
    about = problem.path.rstrip("/").rpartition("/")[2].rpartition(":")[2].partition("[")[0] in NAMES
    return mask_text(text.replace(problem.found, mask_number(problem.found)) if about and problem.found else text)


def mask_answer(text: str, findings: Iterable[Finding]) -> str:
    """Mask the identity numbers in a text that may contain texts of findings."""
    for problem in findings:
        text = mask_finding(problem, text)
    return mask_text(text)


def mask_xml(text: str) -> str:
    """Mask the identity numbers in a message, which may be truncated or malformed, and omit an envelope's Base64."""
    without = _BASE64.sub(r"\1…", text)
    return mask_text(
        _ELEMENT.sub(_mask_inside(lambda number: mask_number(number.strip()) if number.strip() else number), without)
    )


def _mask_inside(change: Callable[[str], str]) -> Callable[[re.Match[str]], str]:
    return lambda match: match.group(1) + change(match.group(2))
