"""Who holds a list, its company, its goods or a lot of it now: what the acts and pages of a list say of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from gateways.customs import list_holds
from gateways.customs.export.port_told import PORT
from gateways.customs.risk_lane import LABORATORY
from gateways.holds import Hold
from single_window.language import phrases
from single_window.language.words import Words
from single_window.store import holds, sandboxes
from single_window.store.gateways.customs.repository import DECLARATIONS
from single_window.store.gateways.filed import filed_by_id
from single_window.store.subjects import reasons_of


def holds_on(connection: Connection, sandbox: str, number: int) -> Sequence[Hold]:
    """Return the holds in force that concern a list; nothing is read where nothing was ever held."""
    found = sandboxes.find(connection, sandbox)
    if not found.has_holds:
        return ()
    (listed,) = DECLARATIONS.load(connection, sandbox, "id", [number])
    filed = filed_by_id(connection, [listed.document_id]).get(listed.document_id)
    keys, now = list_holds.keys_of(listed, filed.facts if filed is not None else None), found.clock.now()
    return [
        hold
        for kind, of_kind in keys.items()
        for _, of_key in sorted(holds.of_keys(connection, sandbox, kind, of_kind, now).items())
        for hold in of_key
    ]


def shown(connection: Connection, sandbox: str, number: int) -> dict[str, Any]:
    """What pages of a list say: whether a sample is out (`sample`), and of each hold for which it does not wait already
    why, by whom and until when (`held`)."""
    held = holds_on(connection, sandbox, number)
    said = {reason.values.get("held") for reason in reasons_of(connection, sandbox, number)}
    others = [hold for hold in held if list_holds.held_key(hold.kind, hold.key) not in said]
    others = [hold for hold in others if hold.by not in {LABORATORY, PORT}]
    return {"sample": any(hold.by == LABORATORY for hold in held), "held": in_words(others)}


def in_words(held: Sequence[Hold]) -> Sequence[Words]:
    """Return why something is held, by whom and until when: a sentence for each hold."""
    said = ([*map(phrases.of_reason, list_holds.reasons_of([hold]))] for hold in held)
    return [Words(f"{why.zh}；{who.zh}", f"{why.en}; {who.en}") for why, who in said]
