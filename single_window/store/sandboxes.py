"""Sandboxes: their clocks, options and resets, and settings of their participants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, case, delete, func, insert, or_, select, update

from gateways.circumstances import Options
from single_window.clock import Clock, system_now
from single_window.store import epochs
from single_window.store.prepared import fetch_all, fetch_column, fetch_first
from single_window.store.tables import api_key, participant, sandbox


class UnknownSandbox(LookupError):
    """The sandbox does not exist."""

    permanent = True

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(
            f"There is no sandbox {name!r}; there are: {', '.join(known) or 'none'}. "
            f"Make one with: single-window sandbox create {name}"
        )
        self.name, self.known = name, known


class Resetting(Exception):
    """The sandbox is being reset: meanwhile nothing may be read or written in it."""

    permanent = False

    def __init__(self, name: str) -> None:
        super().__init__(f"The sandbox {name!r} is being reset; try again in a moment.")
        self.name = name


ABSENT = (UnknownSandbox, Resetting)
"""What is raised about a sandbox that was deleted or is being reset meanwhile: nobody's mistake."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A sandbox: separate participants, clock, allowances and random draws (by `seed`)."""

    name: str
    seed: str
    options: Options
    clock: Clock
    owner: str = ""
    """The key owner who created it, as `home/owner`; empty: the operator."""
    trigger_epoch: int = 0
    """Incremented with every change of triggers; 0: there never was one."""
    has_holds: bool = False
    """True once anything was ever held in it."""


_FIND = select(sandbox).where(sandbox.c.name == bindparam("of_name"))
_ALL = select(sandbox).where(sandbox.c.reset == "").order_by(sandbox.c.name)
_HOLD = _FIND.with_for_update(read=True, key_share=True)
_OF_PARTICIPANTS = (participant.c.sandbox == bindparam("of_name"), participant.c.dxp_id != "")
_DEFAULT_EDITION = "2022-05"
_EDITIONS = select(participant.c.dxp_id, participant.c.edition).where(
    *_OF_PARTICIPANTS, participant.c.edition != _DEFAULT_EDITION
)
_HABITS = select(participant.c.dxp_id, participant.c.edition, participant.c.tolerances).where(
    *_OF_PARTICIPANTS, or_(participant.c.edition != _DEFAULT_EDITION, participant.c.tolerances != "")
)
_TOLERANCES = select(participant.c.dxp_id, participant.c.tolerances).where(
    *_OF_PARTICIPANTS, participant.c.tolerances != ""
)
_TOLERANCES_OF = select(participant.c.tolerances).where(
    participant.c.sandbox == bindparam("of_name"),
    participant.c.dxp_id == bindparam("of_box"),
    participant.c.tolerances != "",
)


def find(connection: Connection, name: str) -> Sandbox:
    """A sandbox by name; raises `UnknownSandbox`, `Resetting`."""
    row = fetch_first(connection, _FIND, {"of_name": name})
    if row is None:
        raise UnknownSandbox(name, names(connection))
    if row.reset:
        raise Resetting(name)
    return _sandbox(row)


def find_any(connection: Connection, name: str) -> Sandbox:
    """A sandbox by name, also one that is being reset; raises `UnknownSandbox`."""
    row = connection.execute(select(sandbox).where(sandbox.c.name == name)).first()
    if row is None:
        raise UnknownSandbox(name, names(connection))
    return _sandbox(row)


def _sandbox(row: Any) -> Sandbox:
    return Sandbox(
        row.name,
        row.seed,
        msgspec.json.decode(row.settings or "{}", type=Options),
        _clock(row),
        row.owner,
        row.trigger_epoch,
        bool(row.holds),
    )


def page(
    connection: Connection, after: str = "", limit: int | None = None, of: tuple[str, str] | None = None
) -> list[Sandbox]:
    """Sandboxes after a name, by name, including those that are being reset. `of`: (name, owner), only the sandbox of
    that name and those of that owner."""
    own = [] if of is None else [or_(sandbox.c.name == of[0], sandbox.c.owner == of[1])]
    rows = connection.execute(select(sandbox).where(sandbox.c.name > after, *own).order_by(sandbox.c.name).limit(limit))
    return [_sandbox(row) for row in rows]


def is_name(name: str) -> bool:
    """True if the name is allowed: 1 to 40 printable characters that are safe as a file name."""
    return (
        name.isprintable()
        and 1 <= len(name) <= 40
        and name == name.strip()
        and not name.startswith(".")
        and not set(name) & set("/\\")
    )


def hold(connection: Connection, name: str) -> Sandbox:
    """A sandbox, with a shared lock that keeps a reset from beginning until the transaction ends; raises `Resetting`,
    `UnknownSandbox`."""
    row = fetch_first(connection, _HOLD, {"of_name": name})
    if row is None:
        raise UnknownSandbox(name, names(connection))
    if row.reset:
        raise Resetting(name)
    return _sandbox(row)


def hold_alone(connection: Connection, name: str) -> None:
    """Lock a sandbox exclusively until the transaction ends, against resets and all callers of `hold`; raises like
    `hold`."""
    row = connection.execute(select(sandbox.c.reset).where(sandbox.c.name == name).with_for_update()).first()
    if row is None:
        raise UnknownSandbox(name, names(connection))
    if row.reset:
        raise Resetting(name)


def clocks(connection: Connection) -> dict[str, Clock]:
    """Name → clock, of every sandbox that is not being reset."""
    return {row.name: _clock(row) for row in fetch_all(connection, _ALL, {})}


def _clock(row: Any) -> Clock:
    return Clock(row.clock_kind, row.clock_base, row.clock_set_at, Decimal(row.clock_rate), row.clock_generation)


def names(connection: Connection) -> list[str]:
    """The names of all sandboxes."""
    return [name for (name,) in connection.execute(select(sandbox.c.name).order_by(sandbox.c.name))]


def count(connection: Connection) -> int:
    """The number of sandboxes."""
    return int(connection.execute(select(func.count()).select_from(sandbox)).scalar_one())


def create(connection: Connection, made: Sandbox) -> None:
    """Insert a sandbox; raises SQLAlchemy's `IntegrityError` if the name exists."""
    connection.execute(
        insert(sandbox).values(
            name=made.name,
            seed=made.seed,
            settings=msgspec.json.encode(made.options).decode(),
            clock_kind=made.clock.kind,
            clock_base=made.clock.base,
            clock_set_at=made.clock.set_at,
            clock_rate=str(made.clock.rate),
            owner=made.owner,
        )
    )


def set_options(connection: Connection, name: str, options: Options) -> None:
    """Replace the options of a sandbox."""
    connection.execute(
        update(sandbox).where(sandbox.c.name == name).values(settings=msgspec.json.encode(options).decode())
    )


def set_clock(
    connection: Connection,
    name: str,
    instant: int,
    rate: Decimal = Decimal(0),
    seen: Clock | None = None,
    kind: str = "virtual",
    held: int = 0,
) -> bool:
    """Compare-and-set: set a virtual clock to an instant, from which it runs at `rate` (0: frozen). kind `system`: use
    the machine's clock. `held`: milliseconds of the machine for which it first stands still.

    False: the clock was changed since it was `seen` (default: read now).
    """
    generation = (seen or find(connection, name).clock).generation
    moved = connection.execute(
        update(sandbox)
        .where(sandbox.c.name == name, sandbox.c.clock_generation == generation)
        .values(
            clock_kind=kind,
            clock_base=instant,
            clock_set_at=system_now() + held,
            clock_rate=str(rate),
            clock_generation=generation + 1,
        )
    )
    return bool(moved.rowcount)


def editions(connection: Connection, name: str) -> dict[str, str]:
    """DXP id → schema edition, of participants that chose one other than the default."""
    rows = fetch_all(connection, _EDITIONS, {"of_name": name})
    return {dxp_id: edition for dxp_id, edition in rows}


def habits(connection: Connection, name: str) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """The results of `editions` and `tolerances`, in one query."""
    rows = fetch_all(connection, _HABITS, {"of_name": name})
    return (
        {dxp_id: edition for dxp_id, edition, _ in rows if edition != _DEFAULT_EDITION},
        {dxp_id: frozenset(text.split(";")) for dxp_id, _, text in rows if text},
    )


def tolerances(connection: Connection, name: str) -> dict[str, frozenset[str]]:
    """DXP id → the tolerances that its participant chose (`tolerances.TOLERANCES`)."""
    rows = fetch_all(connection, _TOLERANCES, {"of_name": name})
    return {dxp_id: frozenset(text.split(";")) for dxp_id, text in rows}


def tolerances_of(connection: Connection, name: str, mailbox: str) -> frozenset[str]:
    """The tolerances that the owners of a DXP id chose."""
    rows = fetch_column(connection, _TOLERANCES_OF, {"of_name": name, "of_box": mailbox})
    return frozenset(part for text in rows for part in text.split(";"))


def tolerant(connection: Connection, name: str, tolerance: str) -> frozenset[str]:
    """The DXP ids of the participants that chose this tolerance."""
    return who(tolerances(connection, name), tolerance)


def who(tolerances: Mapping[str, frozenset[str]], tolerance: str) -> frozenset[str]:
    """The DXP ids in `tolerances` that chose this one."""
    return frozenset(box for box, chosen in tolerances.items() if tolerance in chosen)


class Reset(NamedTuple):
    """A reset in progress. `mark`: its unique id; `master_data`: keep imported master data; `remove`: delete the
    sandbox at the end; `at`: the machine's instant of the last progress; `snapshot`: restore this one (0: none)."""

    name: str
    mark: str
    master_data: bool
    remove: bool
    at: int
    snapshot: int = 0


def begin_reset(
    connection: Connection, name: str, mark: str, master_data: bool, remove: bool, snapshot: int = 0
) -> bool:
    """Mark a sandbox as being reset, once no transaction holds it; False: it is already. Raises `UnknownSandbox`."""
    row = connection.execute(select(sandbox.c.reset).where(sandbox.c.name == name).with_for_update()).first()
    if row is None:
        raise UnknownSandbox(name, names(connection))
    if row.reset:
        return False
    wanted = msgspec.json.encode(
        {"mark": mark, "master_data": master_data, "remove": remove, "snapshot": snapshot}
    ).decode()
    connection.execute(update(sandbox).where(sandbox.c.name == name).values(reset=wanted, reset_at=system_now()))
    return True


def resets(connection: Connection) -> list[Reset]:
    """Resets in progress."""
    rows = connection.execute(
        select(sandbox.c.name, sandbox.c.reset, sandbox.c.reset_at)
        .where(sandbox.c.reset != "")
        .order_by(sandbox.c.name)
    )
    return [Reset(row.name, at=row.reset_at, **msgspec.json.decode(row.reset)) for row in rows]


def continue_reset(connection: Connection, reset: Reset) -> bool:
    """Record progress of a reset and lock it until the transaction ends; False: it has ended."""
    return bool(
        connection.execute(
            update(sandbox)
            .where(sandbox.c.name == reset.name, sandbox.c.reset.contains(reset.mark, autoescape=True))
            .values(reset_at=system_now())
        ).rowcount
    )


def end_reset(connection: Connection, reset: Reset) -> None:
    """Reopen a sandbox after a reset, or delete it if requested."""
    if reset.remove:
        connection.execute(delete(sandbox).where(sandbox.c.name == reset.name))
        # a new sandbox of this name may have another owner: delete the keys
        epochs.lock(connection, epochs.API_KEYS)
        connection.execute(delete(api_key).where(api_key.c.home == reset.name))
        connection.execute(
            update(sandbox).where(sandbox.c.owner.startswith(f"{reset.name}/", autoescape=True)).values(owner="")
        )
    else:
        # invalidate other processes' caches of deleted triggers
        epoch = case((sandbox.c.trigger_epoch > 0, sandbox.c.trigger_epoch + 1), else_=0)
        connection.execute(
            update(sandbox).where(sandbox.c.name == reset.name).values(reset="", reset_at=0, trigger_epoch=epoch)
        )
