"""Settings of one window: from the environment, overridden by the command line. Nothing else reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path


class WrongSetting(ValueError):
    """A setting that cannot be: says which, what was found and what is allowed."""

    def __init__(self, name: str, found: object, allowed: str) -> None:
        super().__init__(f"{name} is {found!r}; allowed: {allowed}.")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a window needs to know before it starts.

    Each field is also an environment variable SINGLE_WINDOW_<FIELD>.
    """

    data: Path = Path("single-window-data")
    """Folder of the database, the folder channel and the lock."""
    database: str = ""
    """SQLAlchemy address; empty: SQLite in the data folder."""
    broker: str = "memory://"
    """memory:// is the embedded broker."""
    host: str = "127.0.0.1"
    """Address that HTTP binds to; any other than this machine's own opens the window to the network."""
    port: int = 8642
    """Port of HTTP."""
    synchronous: str = "FULL"
    """SQLite's synchronous: FULL (safe against power loss) or NORMAL (safe against a killed process)."""
    readers: int = 1
    """Processes that parse and validate while this one writes; 0: read in this process."""
    gateways: int = 0
    """1: the gateways run in a process beside this one, which then only takes messages in; 0: they run in this one."""
    body_cap: int = 20_000_000
    """Bytes; a larger body is refused with 413."""
    batch: int = 2_048
    """Documents' worth of deliveries that one step takes."""
    attempts: int = 5
    """After so many failures a delivery is parked."""

    @property
    def database_url(self) -> str:
        """The SQLAlchemy address: the one that was given, else SQLite in the data folder."""
        return self.database or f"sqlite:///{self.data / 'window.sqlite3'}"


def from_environment(environment: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Settings from SINGLE_WINDOW_* variables; `overrides` that are not None win. Raises `WrongSetting`."""
    source = os.environ if environment is None else environment
    values: dict[str, object] = {}
    for field in fields(Settings):
        text = source.get(f"SINGLE_WINDOW_{field.name.upper()}")
        if text is not None:
            values[field.name] = _convert(field.name, text)
    values.update({name: value for name, value in overrides.items() if value is not None})
    return _checked(replace(Settings(), **values))  # type: ignore[arg-type]


def _convert(name: str, text: str) -> object:
    default = getattr(Settings(), name)
    if isinstance(default, Path):
        return Path(text)
    if isinstance(default, int):
        if not text.isdigit():
            raise WrongSetting(f"SINGLE_WINDOW_{name.upper()}", text, "a whole number, 0 or more")
        return int(text)
    return text


def _checked(settings: Settings) -> Settings:
    if settings.synchronous not in {"FULL", "NORMAL"}:
        raise WrongSetting("SINGLE_WINDOW_SYNCHRONOUS", settings.synchronous, "FULL or NORMAL")
    if settings.broker != "memory://":
        raise WrongSetting("SINGLE_WINDOW_BROKER", settings.broker, "memory:// (the embedded broker)")
    if settings.gateways not in {0, 1}:
        raise WrongSetting("SINGLE_WINDOW_GATEWAYS", settings.gateways, "0 or 1")
    if not 0 <= settings.port <= 65535:
        raise WrongSetting("SINGLE_WINDOW_PORT", settings.port, "0 to 65535")
    return settings
