"""Fetches receipts of participants from the database as messages, each once and in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Engine, select

from simulators.errors import SimulatorError
from single_window.receipts import rows as receipts
from single_window.settings import Settings
from single_window.store.engine import open_engine, reading
from single_window.store.tables import mailbox

RECEIPTS_PER_PAGE = 5_000


class FetchedReceipts(NamedTuple):
    """New receipt messages of one participant."""

    mailbox: str
    bodies: tuple[bytes, ...]


class ReceiptReader:
    """Reads the mailboxes of a sandbox and stores the last sequence of each."""

    def __init__(self, engine: Engine, sandbox: str) -> None:
        self._engine, self._sandbox = engine, sandbox
        self._fetched: dict[str, int] = {}

    @classmethod
    def of(cls, settings: Settings, sandbox: str) -> ReceiptReader:
        """A reader in a process without a window."""
        return cls(open_engine(settings.database_url, settings.synchronous), sandbox)

    def fetch(self, mailboxes: Sequence[str]) -> Iterator[FetchedReceipts]:
        """Fetch the receipts for these mailboxes since the last call, in order; raises `SimulatorError` for a gap."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(mailbox.c.dxp_id, mailbox.c.next).where(mailbox.c.sandbox == self._sandbox)
            )
            ends = {box: following - 1 for box, following in rows}
            for box in mailboxes:
                while (last_sequence := self._fetched.get(box, 0)) < ends.get(box, 0):
                    page = receipts.after(connection, self._sandbox, box, last_sequence, RECEIPTS_PER_PAGE)
                    new_last = last_sequence + len(page)
                    expected = list(range(last_sequence + 1, new_last + 1))
                    if not page or [receipt.sequence for receipt in page] != expected:
                        raise SimulatorError(f"the receipts of {box} from {last_sequence + 1} on have a gap")
                    self._fetched[box] = new_last
                    yield FetchedReceipts(box, tuple(rendered.body for rendered in receipts.render(connection, page)))
