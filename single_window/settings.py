"""Settings of one window: from the environment, overridden by the command line. Nothing else reads the environment."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "SINGLE_WINDOW_"
FOR_TESTS = f"{PREFIX}TEST_"
CALLS_PER_MINUTE = 6_000
"""Default limit per key for a window that other machines can reach."""


class WrongSetting(ValueError):
    """An invalid setting; the text gives its name, its value and the allowed values."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        super().__init__(f"{name} is {value!r}; allowed: {allowed}.")


class UnknownSetting(WrongSetting):
    """A variable with our prefix that is no setting. Refused, because ignoring a misspelt name would be silent."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        near = get_close_matches(name, known, 1)
        ValueError.__init__(
            self,
            f"There is no setting {name}{f'; did you mean {near[0]}?' if near else ''}. "
            f"All settings: {', '.join(known)}.",
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a window, known before it starts.

    Each field is also an environment variable SINGLE_WINDOW_<FIELD>.
    """

    data: Path = Path("single-window-data")
    """Folder of the database, the folder channel and the lock."""
    database: str = ""
    """postgresql://user:password@host:port/database or sqlite:///FILE; empty: SQLite in the data folder."""
    broker: str = ""
    """amqp://user:password@host:port/vhost: RabbitMQ, through which machines wake each other; empty: none is needed."""
    host: str = "127.0.0.1"
    """Address that HTTP binds to; any address other than a loopback one opens the window to the network."""
    port: int = 8642
    """Port of HTTP."""
    allowed_hosts: str = ""
    """Host names of the window, separated by commas: required on a network, and behind a proxy."""
    cors_origins: str = ""
    """Origins whose pages may call the API, such as https://shop.example.org, separated by commas; empty: none."""
    require_keys: int = 0
    """1: calls need a key or an account even from this machine only; a window on a network always requires one."""
    calls_per_minute: int = 0
    """Calls of each key a minute, in each process; 0: no limit where only this machine is served, 6,000 elsewhere."""
    session_idle: int = 30
    """Minutes after which an officer who does nothing on the pages is signed out."""
    session_longest: int = 720
    """Minutes after which an officer is signed out whatever he does."""
    decide_after: int = 400
    """Milliseconds that a page must have been visible before a key or click on it decides; 0: at once."""
    undo_seconds: int = 10
    """Seconds for which a decision that was taken on a page can be taken back, before it is sent; 0: sent at once."""
    synchronous: str = "FULL"
    """SQLite's synchronous: FULL (safe against power loss) or NORMAL (safe against a killed process)."""
    readers: int = 1
    """Processes that parse and validate while this one writes; 0: read in this process."""
    processes: int = 0
    """Processes of run: 1 does everything; with more, one answers HTTP and the others process queues; 0: 2 on SQLite if
    the machine has two cores, else 1."""
    run_to_completion: int = 1
    """1: follow-up work of a batch in the same process is done in the same transaction; 0: a transaction for each."""
    body_cap: int = 20_000_000
    """Bytes; a larger body is refused with 413."""
    connections: int = 1_000
    """Concurrent HTTP connections per process; when one more arrives, the one that is idle longest is closed."""
    connections_per_address: int = 500
    """Concurrent HTTP connections per client address; 0: no limit, as needed behind a proxy."""
    polls: int = 200
    """Concurrent long polls for receipts per process; a further one that finds none is answered with 503."""
    refused_count: int = 10_000
    """Bodies of refused and invalid messages kept per sandbox; of older ones only hash, size and findings remain."""
    refused_bytes: int = 200_000_000
    """Bytes of these bodies per sandbox, compressed."""
    refused_days: int = 90
    """Days that these bodies are kept, by the sandbox's clock."""
    batch: int = 2_048
    """Documents in a batch; a worker handles up to four batches of a queue in one transaction (`message_limits.py`)."""
    attempts: int = 5
    """Failed attempts after which a delivery is parked."""
    work_deadline: int = 60
    """Seconds that a worker may take for one batch; a slower one is killed and replaced, and the attempt counts."""
    overdue: int = 60
    """Seconds after which an unfinished stage is reported as overdue by status, metrics and log."""
    queue_limit: int = 10_000
    """Maximum number of messages in a participant's receipt queue; further ones wait in the database."""
    call_log: int = 0
    """Calls of participants kept per sandbox, the newest, each with its request and answer; 0: none is kept, and
    messages that come together are admitted faster."""
    webhook_private: int = 0
    """1: webhooks may point to private addresses of the operator's network; 0: they may not."""
    log: str = "text"
    """The log's form: text for people, json for programs."""
    log_level: str = ""
    """Minimum level that is logged: debug, info, warning or error; empty: info for run, serve and work, else
    warning.
    """

    @property
    def allowed(self) -> frozenset[str]:
        """The host names of the window, without ports."""
        return frozenset(name.strip().lower() for name in self.allowed_hosts.split(",") if name.strip())

    @property
    def origins(self) -> frozenset[str]:
        """The origins whose pages may call the API."""
        return frozenset(
            origin.strip().lower().rstrip("/") for origin in self.cors_origins.split(",") if origin.strip()
        )

    @property
    def exposed(self) -> bool:
        """True if other machines can reach the window, directly or through a proxy."""
        return not is_loopback(self.host) or bool(self.allowed)

    @property
    def most_calls(self) -> int:
        """Limit of calls per key, minute and process; 0: none."""
        return self.calls_per_minute or (CALLS_PER_MINUTE if self.exposed else 0)

    @property
    def database_files(self) -> tuple[Path, ...]:
        """The existing files of the SQLite database: with its log, its index, and our lock and note files."""
        from sqlalchemy import make_url  # imported here because it is most of a short command's time

        address = make_url(self.database_url)
        if not address.drivername.startswith("sqlite") or not address.database or address.database == ":memory:":
            return ()
        named = (
            Path(f"{address.database}{ending}")
            for ending in ("", "-wal", "-shm", "-journal", "-turn", "-damaged", "-copied", "-places")
        )
        return tuple(path for path in named if path.is_file())

    @property
    def changed(self) -> Mapping[str, tuple[str, str]]:
        """Variable → (value, default) of the settings that differ from their defaults, without addresses, which may
        hold a password."""
        plain = [field.name for field in fields(Settings) if field.name not in ("data", "database", "broker")]
        given = {name: (str(getattr(self, name)), str(getattr(Settings(), name))) for name in plain}
        return {_variable(name): pair for name, pair in given.items() if pair[0] != pair[1]}

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL: the configured one (PostgreSQL with psycopg 3), else SQLite in the data folder."""
        given = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", self.database)
        return given or f"sqlite:///{self.data / 'window.sqlite3'}"


@lru_cache(maxsize=100)
def is_loopback(host: str) -> bool:
    """True if a server bound to this host accepts only local connections."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_names(settings: Settings) -> None:
    """Raise `WrongSetting` if the window would serve a network without configured host names."""
    if not is_loopback(settings.host) and not settings.allowed:
        raise WrongSetting(
            "SINGLE_WINDOW_ALLOWED_HOSTS",
            settings.allowed_hosts,
            f"the names under which a window at {settings.host} is reached, as in customs.example.org,10.0.0.5; or "
            "serve this machine only, with --host 127.0.0.1",
        )


def from_environment(environment: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Settings from SINGLE_WINDOW_* variables; `overrides` other than None take precedence. Raises `WrongSetting`."""
    source = os.environ if environment is None else environment
    known = [_variable(field.name) for field in fields(Settings)]
    for name in source:
        if name.startswith(PREFIX) and name not in known and not name.startswith(FOR_TESTS):
            raise UnknownSetting(name, known)
    values: dict[str, object] = {}
    for field in fields(Settings):
        text = source.get(_variable(field.name))
        if text is not None:
            values[field.name] = _convert(field.name, text)
    values.update({name: value for name, value in overrides.items() if value is not None})
    return _check_settings(replace(Settings(), **values))  # type: ignore[arg-type]


def as_environment(settings: Settings) -> dict[str, str]:
    """Environment variables with which another process gets the same settings."""
    return {_variable(field.name): str(getattr(settings, field.name)) for field in fields(Settings)}


def _convert(name: str, text: str) -> object:
    default = getattr(Settings(), name)
    if isinstance(default, Path):
        return Path(text)
    if isinstance(default, int):
        if not re.fullmatch("[0-9]{1,18}", text):
            raise WrongSetting(_variable(name), text, "a whole number, 0 or more")
        return int(text)
    return text


def _check_settings(settings: Settings) -> Settings:
    for name, allowed in _CHOICES.items():
        if getattr(settings, name) not in allowed:
            choices = " or ".join(str(value) or "empty" for value in allowed)
            raise WrongSetting(_variable(name), getattr(settings, name), choices)
    for name, (least, most) in _RANGES.items():
        if not least <= getattr(settings, name) <= most:
            raise WrongSetting(_variable(name), getattr(settings, name), f"{least} to {most:,}")
    if settings.broker and not _is_amqp(settings.broker):
        raise WrongSetting(
            "SINGLE_WINDOW_BROKER",
            without_password(settings.broker),
            "empty, or amqp://user:password@host:port/vhost (RabbitMQ)",
        )
    if wrong := sorted(origin for origin in settings.origins if not _ORIGIN.fullmatch(origin)):
        raise WrongSetting(_variable("cors_origins"), wrong[0], "origins, as in https://shop.example.org:8443")
    if settings.database:
        _check_database(settings.database_url)
    return settings


_ORIGIN = re.compile(r"https?://[a-z0-9.\[\]:-]{1,255}")
_CHOICES: Mapping[str, tuple[object, ...]] = {
    "synchronous": ("FULL", "NORMAL"),
    "run_to_completion": (0, 1),
    "webhook_private": (0, 1),
    "require_keys": (0, 1),
    "log": ("text", "json"),
    "log_level": ("", "debug", "info", "warning", "error"),
}
_RANGES = {
    "calls_per_minute": (0, 10_000_000),
    "call_log": (0, 100_000),
    "session_idle": (1, 1_440),
    "session_longest": (1, 10_080),
    "decide_after": (0, 10_000),
    "undo_seconds": (0, 30),
    "port": (0, 65_535),
    "batch": (1, 1_000_000),
    "attempts": (1, 1_000),
    "overdue": (1, 31_536_000),
    "work_deadline": (1, 86_400),
    "processes": (0, 64),
    "queue_limit": (1, 10_000_000),
    "body_cap": (1, 2_000_000_000),
    "refused_count": (1, 10_000_000),
    "refused_bytes": (1, 10**15),
    "refused_days": (1, 36_500),
    "readers": (0, 1_024),
    "connections": (1, 100_000),
    "connections_per_address": (0, 100_000),
    "polls": (0, 10_000),
}


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


def _is_amqp(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"amqp", "amqps"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _check_database(address: str) -> None:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(address)
        driver = url.drivername if url.database and (url.port is None or 0 < url.port <= 65_535) else ""
    except (ArgumentError, ValueError):
        driver = ""
    if driver not in {"sqlite", "sqlite+pysqlite", "postgresql+psycopg"}:
        raise WrongSetting(
            "SINGLE_WINDOW_DATABASE",
            without_password(address),
            "sqlite:///FILE or postgresql://user:password@host:port/database",
        )


def without_password(address: str) -> str:
    """Replace passwords of addresses in a text by ***."""
    return _IN_QUERY.sub(r"\1***", _BEFORE_HOST.sub(r"\1:***@", address))


# A password may contain @: match up to the last @ before a space. It may contain a space: else match up to any @.
_BEFORE_HOST = re.compile(r"(://[^:/@\s]*):(?:\S*|[^@\n]*)@")
_IN_QUERY = re.compile(r"([?&](?:ssl)?password=)[^&\s'\"]*", re.IGNORECASE)
