"""The sample messages of the schemas, unchanged or fresh: with new guids, times and numbers.

Fresh values are derived from a key: samples with one key name the same order, payment, parcel and buyer.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import count
from pathlib import Path

import schemas
from declarations.calendar import local_time_of, stamp14
from schemas import catalogue, edifact
from schemas.identifiers import resident_id_check_digit
from schemas.message_types import MessageType

FOLDER = Path(schemas.__file__).parent / "samples"
INTERCHANGES = Path(edifact.__file__).parent / "samples"
_NUMBERS = {
    "orderNo": ("DD", 16),
    "payTransactionId": ("ZF", 16),
    "payNo": ("ZF", 16),
    "logisticsNo": ("SF", 13),
    "emsNo": ("T4258W", 6),
}
"""Element with a number that messages of a trade share → (prefix, number of digits)."""
_PARTIES, _SHARED = re.compile(r".*Code|code|guid|seq"), frozenset({"copNo", "coElNo"})
"""Elements of business keys that number nothing, and those that each message has a number of its own for."""
_RUN = re.compile(r"[0-9]{6,}")
_WHEN = re.compile(r".*(Time|Date)|asOf|time")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T")
_ELEMENT = re.compile(r"(<(?:\w+:)?(\w+)>)([^<]+)(?=</)")
_ROOT = re.compile(r'(?<= guid=")[^"]+')
_MADE = datetime.fromisoformat("2026-12-16T10:00:00+08:00")
"""When the samples of our own messages were made, as they say."""
_BIRTH_YEARS = (1970, 30)


def sample(entry: MessageType) -> bytes:
    """The sample of a message type; raises `FileNotFoundError` if there is none."""
    return (FOLDER / f"{entry.root}.xml").read_bytes()


def interchanges() -> dict[str, Path]:
    """The sample interchanges of EDIFACT, by type and release (`CODECO_D95B`), and by type alone."""
    files = {path.stem: path for path in sorted(INTERCHANGES.glob("*.edi"))}
    return files | {name.partition("_")[0]: path for name, path in files.items()}


def fresh(entry: MessageType, key: str, now: int) -> bytes:
    """The sample of a message type with new guids, times of the instant `now`, and numbers derived from the key.

    The message and each document get different guids, because receipts echo both. Numbers that a window assigns (preNo,
    invtNo) are unchanged.
    """
    places = count(1)

    def replace(match: re.Match[str]) -> str:
        before, name, text = match.groups()
        if name == "guid":
            return before + _guid(key, entry.code, str(now), str(next(places)))
        return before + _text(name, text, entry.code, key, now)

    root = _guid(key, entry.code, str(now))
    return _ELEMENT.sub(replace, _ROOT.sub(root, sample(entry).decode(), count=1)).encode()


def _text(name: str, text: str, code: str, key: str, now: int) -> str:
    """The text of an element in a fresh sample."""
    if name in _NUMBERS:
        start, digits = _NUMBERS[name]
        return f"{start}{_digits(digits, key, name)}"
    if name in _SHARED:
        return f"{text[:2]}{_digits(14, key, name, code)}"
    if name in _own_numbers() and code not in _trade_codes():
        return _renumbered(text, key)
    if name in {"buyerIdNumber", "payerIdNumber"}:
        return _resident_id(text[:6], key)
    if _WHEN.fullmatch(name) and text.isdecimal():
        return stamp14(now)[: len(text)]
    if _WHEN.fullmatch(name) and _ISO.match(text):
        return _moved(text, now)
    if name == "period":
        return stamp14(now)[:6]
    if name == "month":
        return f"{local_time_of(now).replace(day=1) - timedelta(days=1):%Y%m}"
    if name == "linkNo":
        return f"{stamp14(now)[:6]}{text[6:]}"
    return text


@cache
def _trade_codes() -> frozenset[str]:
    """The codes of customs' own messages, whose numbers are those of a trade."""
    return frozenset(entry.code for entry in catalogue.entries() if entry.root.startswith("CEB"))


@cache
def _own_numbers() -> frozenset[str]:
    """The elements by which our own messages are numbered; messages of one key share them."""
    names = {name for entry in catalogue.entries() if entry.code not in _trade_codes() for name in entry.key}
    return frozenset(name for name in names - _SHARED if not _PARTIES.fullmatch(name))


def _renumbered(text: str, key: str) -> str:
    """A number with other digits: its last ten of the last long run, else all. The same text gives the same, whatever
    the element is called, since one document names what another one numbers."""
    if runs := list(_RUN.finditer(text)):
        begins, ends = max(runs[-1].start(), runs[-1].end() - 10), runs[-1].end()
        return text[:begins] + _digits(ends - begins, key, text) + text[ends:]
    drawn = iter(_digits(len(text), key, text))
    return "".join(next(drawn) if sign.isdecimal() else sign for sign in text)


def _moved(text: str, now: int) -> str:
    """A time with its offset, as long before now as it is before the sample was made."""
    told = datetime.fromisoformat(text)
    earlier = max(_MADE.astimezone(told.tzinfo) - told, timedelta())
    zone = told.tzinfo
    return (datetime.fromtimestamp(now / 1_000, zone) - earlier).isoformat(timespec="seconds")


def _resident_id(region: str, key: str) -> str:
    """An identity number derived from the key, so that many samples do not use up one person's yearly allowance."""
    first, years = _BIRTH_YEARS
    drawn = int(_digits(12, key, "buyer"))
    year, month, day, serial = drawn % years, drawn // 100 % 12, drawn // 10_000 % 28, drawn // 1_000_000 % 1_000
    body = f"{region}{first + year}{month + 1:02d}{day + 1:02d}{serial:03d}"
    return body + resident_id_check_digit(body)


def _digits(count: int, *key: str) -> str:
    return f"{int(_hash(*key), 16) % 10**count:0{count}d}"


def _guid(*key: str) -> str:
    text = _hash(*key)[:32].upper()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def _hash(*key: str) -> str:
    return sha256("|".join(key).encode()).hexdigest()
