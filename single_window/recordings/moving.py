"""Changes numbers, guids and days of messages: equal numbers stay equal, and check digits stay valid."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from schemas import catalogue
from schemas.identifiers import is_valid_guid, is_valid_s10, s10_check_digit

NEVER = frozenset({"code", "preNo", "taxNo", "noticeNo"})
"""Key elements that participants do not assign: codes of companies, and numbers issued by the window."""
OWN_NUMBERS = (
    frozenset(
        {"orderNo", "payTransactionId", "logisticsNo", "copNo", "CopMsgId", "guid", "billNo"}
        | {entry.key[-1] for entry in catalogue.entries() if entry.key}
    )
    - NEVER
)
"""Elements with numbers that participants assign, or references to them."""
MOVED_KINDS = 10
"""How many characters at the end of a number change."""
_CLASSES = ("0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_HEX = "0123456789ABCDEF"
_DATE = re.compile(r"20\d{6}(\d{6})?", re.ASCII)
_ISO = re.compile(r"20\d\d-\d\d-\d\dT[\d:.]+(Z|[+-][\d:]+)?", re.ASCII)


class RoundMove(NamedTuple):
    """The change of one round: `round` 0 keeps all numbers, every other one has its own; messages and clock are `days`
    later, and the clock alone another `later` days."""

    round: int = 0
    days: int = 0
    later: int = 0

    def text(self, name: str, text: str) -> str:
        """The text of an element or attribute, changed."""
        if self.days and name.endswith(("Time", "Date", "time", "date")):
            return self.day(text)
        return self.number(text) if name in OWN_NUMBERS else text

    def number(self, number: str) -> str:
        """A participant's number, changed; empty stays empty."""
        return _move_number(self.round, number) if self.round and number else number

    def key(self, key: str) -> str:
        """A document's key: the company's code stays, the number is changed."""
        company, bar, number = key.rpartition("|")
        return f"{company}{bar}{self.number(number)}"

    def day(self, text: str) -> str:
        """A day or time in a format of messages, moved by `days`; any other text unchanged."""
        form = {8: "%Y%m%d", 14: "%Y%m%d%H%M%S"}.get(len(text)) if _DATE.fullmatch(text) else None
        try:
            if form:
                return f"{datetime.strptime(text, form) + timedelta(self.days):{form}}"
            if _ISO.fullmatch(text):
                day = datetime.fromisoformat(text[:10]) + timedelta(self.days)
                return f"{day:%Y-%m-%d}{text[10:]}"
        except (ValueError, OverflowError):
            pass
        return text

    def at(self, instant: int) -> int:
        """An instant of the sandbox, moved by `days` and `later`."""
        return instant + (self.days + self.later) * 86_400_000


@lru_cache(maxsize=100_000)
def _move_number(round_: int, number: str) -> str:
    drawn = int.from_bytes(blake2b(f"{round_}|{number}".encode()).digest(), "big")
    if is_valid_guid(number):
        return "".join(
            character if character == "-" else _HEX[(drawn >> 4 * place) % 16] for place, character in enumerate(number)
        )
    if is_valid_s10(number):
        serial = f"{drawn % 10**8:08d}"
        return f"{number[:2]}{serial}{s10_check_digit(serial)}{number[11:]}"
    texts, left = list(number), MOVED_KINDS
    for place in reversed(range(len(texts))):
        letters = next((letters_of_class for letters_of_class in _CLASSES if texts[place] in letters_of_class), "")
        if letters and left:
            drawn, chosen = divmod(drawn, len(letters))
            texts[place], left = letters[chosen], left - 1
    return "".join(texts)
