"""A profile of traffic, read from TOML: which days, how much, of what, with which faults. What is wrong is told with
its line, its key and the nearest known one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Any, NoReturn

import msgspec
from msgspec import Meta, Struct

from simulators.exports.faults import export_faults
from simulators.exports.shop import MODES as EXPORT_MODES
from simulators.imports.faults import faults
from simulators.imports.shop import MODES as IMPORT_MODES
from simulators.toml_places import TooMuch, decode, nearest, placed

THOUSAND, HOURS = 1_000, 24
LARGEST = 256 * 1024
"""Bytes of a profile."""
MOST_TRADES = 9_999_999
"""The numbers of a period's trades have seven digits."""
Share = Annotated[int, Meta(ge=0, le=THOUSAND)]
Weight = Annotated[int, Meta(ge=0, le=10_000)]
DAY_OF_TRADE = (6, 4, 3, 2, 2, 3, 8, 18, 34, 48, 58, 56, 52, 54, 56, 54, 52, 50, 52, 62, 74, 72, 48, 20)
"""How busy each hour of a day is, where a profile does not say."""
WEEK = (100, 100, 100, 100, 100, 100, 100)
KNOWN_MODES: Mapping[str, Mapping[str, int]] = {"import": IMPORT_MODES, "export": EXPORT_MODES}
KNOWN_FAULTS: Mapping[str, frozenset[str]] = {
    "import": frozenset(fault.name for fault in faults()),
    "export": frozenset(
        export_fault.name for export_fault in export_faults() if export_fault.day is None and not export_fault.drawn
    ),
}


class WrongProfile(Exception):
    """A profile cannot be used; the text says where and why."""

    permanent = True


class _Table(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of a profile: a key that is not known is refused."""


class Period(_Table, frozen=True):
    """Which days."""

    first: date
    days: Annotated[int, Meta(ge=1, le=400)] = 1


class Trades(_Table, frozen=True):
    """How many trades a day, how many of a hundred are exports, and how they spread over week and day."""

    a_day: Annotated[int, Meta(ge=1, le=1_000_000)]
    exports: Annotated[int, Meta(ge=0, le=100)] = 0
    week: Annotated[tuple[Weight, ...], Meta(min_length=7, max_length=7)] = WEEK
    hours: Annotated[tuple[Weight, ...], Meta(min_length=HOURS, max_length=HOURS)] = DAY_OF_TRADE


class Peak(_Table, frozen=True):
    """A day that has `times` as many trades as others, and hours of its own."""

    day: date
    times: Annotated[int, Meta(ge=1, le=100)]
    hours: Annotated[tuple[Weight, ...], Meta(min_length=HOURS, max_length=HOURS)] = DAY_OF_TRADE


class ByFlow(_Table, frozen=True, rename={"imports": "import", "exports": "export"}):
    """Shares of each direction by name: of trade modes, or of faults among a thousand trades."""

    imports: dict[str, Share] = {}
    exports: dict[str, Share] = {}

    def of(self, flow: str) -> dict[str, int]:
        """The shares of a direction, "import" or "export"."""
        return self.imports if flow == "import" else self.exports


class Companies(_Table, frozen=True):
    """How companies differ in size, and how many more there are than the 12 merchants and 10 exporters."""

    zipf: Annotated[float, Meta(ge=0, le=3)] = 0.0
    more_merchants: Annotated[int, Meta(ge=0, le=300)] = 0
    more_exporters: Annotated[int, Meta(ge=0, le=300)] = 0


class Repeats(_Table, frozen=True):
    """How many of a thousand messages are transmitted a second time, to the byte."""

    messages: Share = 0


class Profile(_Table, frozen=True):
    """A profile of traffic."""

    zh: Annotated[str, Meta(max_length=200)]
    en: Annotated[str, Meta(max_length=200)]
    period: Period
    trades: Trades
    peak: Annotated[tuple[Peak, ...], Meta(max_length=400)] = ()
    modes: ByFlow = ByFlow()
    faults: ByFlow = ByFlow()
    companies: Companies = Companies()
    repeats: Repeats = Repeats()


TABLES: Mapping[str, type[Struct]] = {
    "": Profile,
    "period": Period,
    "trades": Trades,
    "peak": Peak,
    "modes": ByFlow,
    "faults": ByFlow,
    "companies": Companies,
    "repeats": Repeats,
}
_AT = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_FIELD = re.compile(r"(unknown|required) field `([^`]+)`")


def shipped() -> dict[str, str]:
    """The profiles that come with the package: name → text."""
    profiles_here = files("simulators.traffic").joinpath("profiles").iterdir()
    return {
        file.name.removesuffix(".toml"): file.read_text("utf-8")
        for file in sorted(profiles_here, key=lambda file: file.name)
        if file.name.endswith(".toml")
    }


def text_of(name: str) -> str:
    """The text of a profile: of a file, or of a shipped one by its name; raises `WrongProfile`."""
    known = shipped()
    if name in known:
        return known[name]
    path = Path(name)
    if not path.is_file():
        near = get_close_matches(name, known, 1)
        raise WrongProfile(
            f"there is no file {name}{f'; did you mean {near[0]}?' if near else ''} "
            f"Shipped profiles: {', '.join(known)}"
        )
    if path.stat().st_size > LARGEST:
        raise WrongProfile(f"{name} has more than {LARGEST} bytes")
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise WrongProfile(f"{name} is not UTF-8: {error}") from None


def read_profile(text: str, name: str = "profile") -> Profile:
    """The profile of a TOML text; raises `WrongProfile` for the first thing that is wrong with it."""
    try:
        profile: Profile = decode(text, Profile)
    except msgspec.ValidationError as error:
        _refuse(text, name, str(error))
    except TooMuch as error:
        raise WrongProfile(f"{name} is too much to read: {error}") from None
    except (msgspec.DecodeError, TOMLDecodeError) as error:
        raise WrongProfile(f"{name} is no TOML: {error}") from None
    _check(profile, text, name)
    return profile


def _refuse(text: str, name: str, message: str) -> NoReturn:
    match = _AT.search(message)
    path, complaint = (match["path"], message[: match.start()]) if match else ("", message)
    field = _FIELD.search(complaint)
    if field is None:
        raise WrongProfile(placed(text, name, path, complaint)) from None
    where = ".".join(part for part in (path, field[2]) if part)
    fields = [field.encode_name for field in msgspec.structs.fields(TABLES.get(path.partition("[")[0], Profile))]
    if field[1] == "required":
        raise WrongProfile(placed(text, name, path, f"the key {where} is missing")) from None
    complaint = f"there is no key {field[2]!r}{nearest(field[2], fields)}"
    raise WrongProfile(placed(text, name, where, complaint)) from None


def _check(profile: Profile, text: str, name: str) -> None:
    """What the types do not say: names of modes and faults, sums, days."""
    for noun, known in (("modes", KNOWN_MODES), ("faults", KNOWN_FAULTS)):
        for flow in ("import", "export"):
            shares = getattr(profile, noun).of(flow)
            for key in shares:
                if key not in known[flow]:
                    raise WrongProfile(
                        placed(
                            text,
                            name,
                            f"{noun}.{flow}.{key}",
                            f"there is no {noun[:-1]} {key!r} of {flow}s{nearest(key, known[flow])}",
                        )
                    )
            if noun == "faults" and sum(shares.values()) > THOUSAND:
                raise WrongProfile(
                    placed(
                        text,
                        name,
                        f"faults.{flow}",
                        f"the faults of {flow}s have {sum(shares.values())} of each {THOUSAND} trades",
                    )
                )
            if noun == "modes" and shares and not sum(shares.values()):
                raise WrongProfile(placed(text, name, f"modes.{flow}", "no mode has a share"))
    for where, hours in (
        ("trades.hours", profile.trades.hours),
        *((f"peak[{number}].hours", peak.hours) for number, peak in enumerate(profile.peak)),
    ):
        if not sum(hours):
            raise WrongProfile(placed(text, name, where, "no hour has trades"))
    if profile.period.first.year < 2010 or profile.period.first.year > 2090:
        raise WrongProfile(placed(text, name, "period.first", "a period begins in the years 2010 to 2090"))


def as_plain(profile: Profile) -> Any:
    """The profile as plain values."""
    return msgspec.to_builtins(profile)
