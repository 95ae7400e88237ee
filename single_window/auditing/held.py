"""What lists hold of allowances, caps and bonded stock, read list by list: a sandbox may have half a million."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, select

from declarations.lifecycle import lifecycles
from declarations.money import Scaled
from single_window.auditing.pieces import in_pieces
from single_window.store.tables import declaration

ENDED = frozenset(name for name, state in lifecycles()["declaration"].states.items() if state.ended)
"""States in which a list has come to a bad end and holds nothing any more."""


class Held(msgspec.Struct, frozen=True):
    """What one list holds: [identity, year, value, reserved or used]; [group, quantity]; [book, item, quantity,
    line]."""

    allowance: tuple[str, int, Scaled, str] | None = None
    caps: tuple[tuple[str, Scaled], ...] = ()
    stock: tuple[tuple[str, str, Scaled, int], ...] = ()


_decode = msgspec.json.Decoder(Held).decode


def held(connection: Connection, sandbox: str, kind: str) -> Iterator[tuple[int, str, Held]]:
    """Id, state and holdings of every list that holds some of this kind."""
    chosen = select(declaration.c.id, declaration.c.state, declaration.c.held).where(
        declaration.c.sandbox == sandbox, declaration.c.held.contains(f'"{kind}"', autoescape=True)
    )
    for number, state, text in in_pieces(connection, chosen, declaration.c.id):
        yield number, state, _decode(text)
