"""Traffic profiles in TOML: days, amounts, kinds of trades, faults. Errors name line, key and the nearest known one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from simulators import toml_files
from simulators.errors import SimulatorError
from simulators.exports.shop import MODES as EXPORT_MODES
from simulators.imports.shop import MODES as IMPORT_MODES
from simulators.known_faults import known_faults
from simulators.toml_files import TomlFile

THOUSAND, HOURS = 1_000, 24
MAX_TRADES = 9_999_999
"""Maximum number of trades: their numbers have seven digits."""
Share = Annotated[int, Meta(ge=0, le=THOUSAND)]
Weight = Annotated[int, Meta(ge=0, le=10_000)]
DAY_OF_TRADE = (6, 4, 3, 2, 2, 3, 8, 18, 34, 48, 58, 56, 52, 54, 56, 54, 52, 50, 52, 62, 74, 72, 48, 20)
"""Default weights of the hours of a day."""
WEEK = (100, 100, 100, 100, 100, 100, 100)
KNOWN_MODES: Mapping[str, Mapping[str, int]] = {"import": IMPORT_MODES, "export": EXPORT_MODES}
KNOWN_FAULTS: Mapping[str, frozenset[str]] = {
    "import": frozenset(fault.name for fault in known_faults("import")),
    "export": frozenset(fault.name for fault in known_faults("export") if fault.day is None and not fault.drawn),
}


class _ProfileTable(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of a profile; unknown keys are refused."""


class TrafficPeriod(_ProfileTable, frozen=True):
    """The days of the traffic."""

    first: date
    days: Annotated[int, Meta(ge=1, le=400)] = 1


class TradeShares(_ProfileTable, frozen=True):
    """Trades per day, percentage of exports, and weights of weekdays and hours."""

    a_day: Annotated[int, Meta(ge=1, le=1_000_000)]
    exports: Annotated[int, Meta(ge=0, le=100)] = 0
    week: Annotated[tuple[Weight, ...], Meta(min_length=7, max_length=7)] = WEEK
    hours: Annotated[tuple[Weight, ...], Meta(min_length=HOURS, max_length=HOURS)] = DAY_OF_TRADE


class PeakDay(_ProfileTable, frozen=True):
    """A day with `times` as many trades as others, and its own weights of hours."""

    day: date
    times: Annotated[int, Meta(ge=1, le=100)]
    hours: Annotated[tuple[Weight, ...], Meta(min_length=HOURS, max_length=HOURS)] = DAY_OF_TRADE


class ByFlow(_ProfileTable, frozen=True, rename={"imports": "import", "exports": "export"}):
    """Shares of each direction by name: of trade modes, or of faults among a thousand trades."""

    imports: dict[str, Share] = {}
    exports: dict[str, Share] = {}

    def of(self, flow: str) -> dict[str, int]:
        """The shares of a direction, "import" or "export"."""
        return self.imports if flow == "import" else self.exports


class Companies(_ProfileTable, frozen=True):
    """Size distribution of companies, and numbers in addition to the 12 merchants and 10 exporters."""

    zipf: Annotated[float, Meta(ge=0, le=3)] = 0.0
    more_merchants: Annotated[int, Meta(ge=0, le=300)] = 0
    more_exporters: Annotated[int, Meta(ge=0, le=300)] = 0


class Repeats(_ProfileTable, frozen=True):
    """Number of a thousand messages that are sent twice with the same bytes."""

    messages: Share = 0


class TrafficProfile(_ProfileTable, frozen=True):
    """A profile of traffic."""

    zh: Annotated[str, Meta(max_length=200)]
    en: Annotated[str, Meta(max_length=200)]
    period: TrafficPeriod
    trades: TradeShares
    peak: Annotated[tuple[PeakDay, ...], Meta(max_length=400)] = ()
    modes: ByFlow = ByFlow()
    faults: ByFlow = ByFlow()
    companies: Companies = Companies()
    repeats: Repeats = Repeats()


TABLES: Mapping[str, type[Struct]] = {
    "period": TrafficPeriod,
    "trades": TradeShares,
    "peak": PeakDay,
    "modes": ByFlow,
    "faults": ByFlow,
    "companies": Companies,
    "repeats": Repeats,
}


def builtin_profiles() -> dict[str, str]:
    """Name → text of the built-in profiles."""
    profiles_here = Path(__file__).parent.joinpath("profiles").iterdir()
    return {
        file.name.removesuffix(".toml"): file.read_text("utf-8")
        for file in sorted(profiles_here, key=lambda file: file.name)
        if file.name.endswith(".toml")
    }


def text_of(name: str) -> str:
    """The text of a profile, from a file or a built-in one by name; raises `SimulatorError`."""
    known = builtin_profiles()
    if name in known:
        return known[name]
    path = Path(name)
    if not path.is_file():
        near = get_close_matches(name, known, 1)
        raise SimulatorError(
            f"there is no file {name}{f'; did you mean {near[0]}?' if near else ''} "
            f"Shipped profiles: {', '.join(known)}"
        )
    return toml_files.read_text(path)


def read_profile(text: str, name: str = "profile") -> TrafficProfile:
    """Parse a profile; raises `SimulatorError` for the first error."""
    file = TomlFile(name, text, TABLES)
    profile = file.decode(TrafficProfile)
    _check_shares(profile, file)
    for path, hours in (
        ("trades.hours", profile.trades.hours),
        *((f"peak[{number}].hours", peak.hours) for number, peak in enumerate(profile.peak)),
    ):
        if not sum(hours):
            file.refuse(path, "no hour has trades")
    if profile.period.first.year < 2010 or profile.period.first.year > 2090:
        file.refuse("period.first", "a period begins in the years 2010 to 2090")
    return profile


def _check_shares(profile: TrafficProfile, file: TomlFile) -> None:
    """Check names and sums of shares of trade modes and faults."""
    for noun, known in (("modes", KNOWN_MODES), ("faults", KNOWN_FAULTS)):
        for flow in ("import", "export"):
            shares, path = getattr(profile, noun).of(flow), f"{noun}.{flow}"
            for key in shares:
                file.require_known(key, known[flow], f"{path}.{key}", noun[:-1], f" of {flow}s")
            whole = sum(shares.values())
            if noun == "faults" and whole > THOUSAND:
                file.refuse(path, f"the faults of {flow}s have {whole} of each {THOUSAND} trades")
            if noun == "modes" and shares and not whole:
                file.refuse(path, "no mode has a share")
