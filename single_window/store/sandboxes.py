"""Sandboxes and their participants: the participants, the clock and the options of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, case, delete, func, insert, or_, select, update

from gateways.records import Options
from single_window.clock import Clock, system_now
from single_window.store import epochs
from single_window.store.prepared import fetch_all, fetch_column, fetch_first
from single_window.store.tables import api_key, participant, sandbox


class UnknownSandbox(LookupError):
    """A sandbox that does not exist."""

    permanent = True

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(
            f"There is no sandbox {name!r}; there are: {', '.join(known) or 'none'}. "
            f"Make one with: single-window sandbox create {name}"
        )
        self.name, self.known = name, known


class Resetting(Exception):
    """A sandbox whose rows are being deleted: nothing is read of it or written to it meanwhile."""

    permanent = False

    def __init__(self, name: str) -> None:
        super().__init__(f"The sandbox {name!r} is being reset; try again in a moment.")
        self.name = name


@dataclass(frozen=True, slots=True)
class Sandbox:
    """One tester's world: its own participants, clock, allowances and dice."""

    name: str
    seed: str
    options: Options
    clock: Clock
    owner: str = ""
    """Whose keys made it, as `home/owner`; empty: the operator did."""
    trigger_epoch: int = 0
    """Grows with every change of what tests force; 0: nothing ever was."""


_FIND = select(sandbox).where(sandbox.c.name == bindparam("asked"))
_ALL = select(sandbox).where(sandbox.c.reset == "").order_by(sandbox.c.name)
_HOLD = _FIND.with_for_update(read=True, key_share=True)
_OF_PARTICIPANTS = (participant.c.sandbox == bindparam("asked"), participant.c.dxp_id != "")
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
    participant.c.sandbox == bindparam("asked"),
    participant.c.dxp_id == bindparam("asked_box"),
    participant.c.tolerances != "",
)


def find(connection: Connection, name: str) -> Sandbox:
    """A sandbox by name; raises `UnknownSandbox`, `Resetting`."""
    row = fetch_first(connection, _FIND, {"asked": name})
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
    )


def page(
    connection: Connection, after: str = "", limit: int | None = None, of: tuple[str, str] | None = None
) -> list[Sandbox]:
    """Sandboxes behind a name (so many at most), in the order of their names; also those that are being reset. `of`:
    only the sandbox of a name, and those of an owner."""
    own = [] if of is None else [or_(sandbox.c.name == of[0], sandbox.c.owner == of[1])]
    rows = connection.execute(select(sandbox).where(sandbox.c.name > after, *own).order_by(sandbox.c.name).limit(limit))
    return [_sandbox(row) for row in rows]


def is_name(name: str) -> bool:
    """True if a sandbox may be called so: 1 to 40 printable characters that name one file at most."""
    return (
        name.isprintable()
        and 1 <= len(name) <= 40
        and name == name.strip()
        and not name.startswith(".")
        and not set(name) & set("/\\")
    )


def hold(connection: Connection, name: str) -> Sandbox:
    """A sandbox, whose reset cannot begin before this transaction ends; raises `Resetting` where it has begun,
    `UnknownSandbox`."""
    row = fetch_first(connection, _HOLD, {"asked": name})
    if row is None:
        raise UnknownSandbox(name, names(connection))
    if row.reset:
        raise Resetting(name)
    return _sandbox(row)


def hold_alone(connection: Connection, name: str) -> None:
    """Keep a reset from beginning, and all holders of the sandbox from continuing, before this transaction ends;
    raises as `hold` does."""
    row = connection.execute(select(sandbox.c.reset).where(sandbox.c.name == name).with_for_update()).first()
    if row is None:
        raise UnknownSandbox(name, names(connection))
    if row.reset:
        raise Resetting(name)


def clocks(connection: Connection) -> dict[str, Clock]:
    """The clock of every sandbox that is not being reset, by name."""
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
    """Make a sandbox; raises SQLAlchemy's `IntegrityError` when the name is taken."""
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
    """Change how a sandbox behaves from now on."""
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
    """Put a virtual clock to an instant, from which it runs at `rate` (0: stands still); kind `system`: let it follow
    the machine's; `held`: milliseconds of the machine's for which it stands still before.

    False, and nothing changed: somebody has set it since it was `seen` (by default: just now).
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
    """The schema edition of each participant that chose another than the default, by DXP id."""
    rows = fetch_all(connection, _EDITIONS, {"asked": name})
    return {dxp_id: edition for dxp_id, edition in rows}


def habits(connection: Connection, name: str) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Both `editions` and `tolerances`, in one query."""
    rows = fetch_all(connection, _HABITS, {"asked": name})
    return (
        {dxp_id: edition for dxp_id, edition, _ in rows if edition != _DEFAULT_EDITION},
        {dxp_id: frozenset(text.split(";")) for dxp_id, _, text in rows if text},
    )


def tolerances(connection: Connection, name: str) -> dict[str, frozenset[str]]:
    """The tolerances that participants chose (`tolerances.TOLERANCES`), by DXP id."""
    rows = fetch_all(connection, _TOLERANCES, {"asked": name})
    return {dxp_id: frozenset(text.split(";")) for dxp_id, text in rows}


def tolerances_of(connection: Connection, name: str, mailbox: str) -> frozenset[str]:
    """The tolerances that the owners of a DXP id chose."""
    rows = fetch_column(connection, _TOLERANCES_OF, {"asked": name, "asked_box": mailbox})
    return frozenset(part for text in rows for part in text.split(";"))


def tolerant(connection: Connection, name: str, tolerance: str) -> frozenset[str]:
    """The DXP ids of the participants that chose this tolerance."""
    return who(tolerances(connection, name), tolerance)


def who(tolerances: Mapping[str, frozenset[str]], tolerance: str) -> frozenset[str]:
    """Of tolerances by DXP id: the ids that chose this one."""
    return frozenset(box for box, chosen in tolerances.items() if tolerance in chosen)


class Reset(NamedTuple):
    """A reset that has begun: of which sandbox, its mark, whether imported master data stays, whether all goes, when
    somebody last worked on it, by the machine's clock, and which snapshot is put back in the end (0: none)."""

    name: str
    mark: str
    master_data: bool
    remove: bool
    at: int
    snapshot: int = 0


def begin_reset(
    connection: Connection, name: str, mark: str, master_data: bool, remove: bool, snapshot: int = 0
) -> bool:
    """Mark a sandbox as being reset once it is not held any more; False: it is already. Raises `UnknownSandbox`."""
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
    """The resets that have begun and not ended."""
    rows = connection.execute(
        select(sandbox.c.name, sandbox.c.reset, sandbox.c.reset_at)
        .where(sandbox.c.reset != "")
        .order_by(sandbox.c.name)
    )
    return [Reset(row.name, at=row.reset_at, **msgspec.json.decode(row.reset)) for row in rows]


def continue_reset(connection: Connection, reset: Reset) -> bool:
    """Note that somebody works on a reset and keep everybody else from it until this transaction ends; False: it has
    ended already."""
    return bool(
        connection.execute(
            update(sandbox)
            .where(sandbox.c.name == reset.name, sandbox.c.reset.contains(reset.mark, autoescape=True))
            .values(reset_at=system_now())
        ).rowcount
    )


def end_reset(connection: Connection, reset: Reset) -> None:
    """Open a sandbox again; or delete it, where that was requested."""
    if reset.remove:
        connection.execute(delete(sandbox).where(sandbox.c.name == reset.name))
        # a sandbox made again under this name is somebody else's
        epochs.lock(connection, epochs.API_KEYS)
        connection.execute(delete(api_key).where(api_key.c.home == reset.name))
        connection.execute(
            update(sandbox).where(sandbox.c.owner.startswith(f"{reset.name}/", autoescape=True)).values(owner="")
        )
    else:
        # processes that cached deleted triggers must read again
        epoch = case((sandbox.c.trigger_epoch > 0, sandbox.c.trigger_epoch + 1), else_=0)
        connection.execute(
            update(sandbox).where(sandbox.c.name == reset.name).values(reset="", reset_at=0, trigger_epoch=epoch)
        )
