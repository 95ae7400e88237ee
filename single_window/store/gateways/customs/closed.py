"""Files lists as measuring runs want them, without a life before: closed, or waiting for an officer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from gateways.customs.repository import Declaration
from gateways.decisions import Subject
from single_window.store import work_cases
from single_window.store.gateways.customs.repository import DECLARATIONS


def file_closed(connection: Connection, sandbox: str, lists: Sequence[Declaration]) -> None:
    """Keep declarations as they are given; their documents are filed by the caller in the same transaction."""
    DECLARATIONS.save(connection, sandbox, lists)


def file_waiting(connection: Connection, sandbox: str, lists: Sequence[Declaration], now: int) -> None:
    """File lists as they are, each that waits for an officer with its case."""
    DECLARATIONS.save(connection, sandbox, lists)
    work_cases.follow(connection, sandbox, {Subject.DECLARATION: lists}, now)
