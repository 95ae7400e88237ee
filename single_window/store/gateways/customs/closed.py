"""Files export lists that are closed already, as measuring runs want them: with numbers, without a life before."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from gateways.customs.memory import Declaration
from single_window.store.gateways.customs.memory import DECLARATIONS


def file_closed(connection: Connection, sandbox: str, lists: Sequence[Declaration]) -> None:
    """Keep declarations as they are given; their documents are filed by the caller in the same transaction."""
    DECLARATIONS.save(connection, sandbox, lists)
