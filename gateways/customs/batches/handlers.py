"""The topics of the batch desk. `HANDLERS` is the table of contents.

Whatever concerns a batch is sent to this desk as messages: no other desk locks a batch's row, and this one locks it
before the orders of its members.
"""

from __future__ import annotations

from gateways.customs.batches import changes, members, reports, work
from gateways.gateway import Handler

HANDLERS: dict[str, Handler] = {
    "decision.batch": changes.decide_batches,
    "batch.asked": changes.decide_as_filed_earlier,
    "batch.told": reports.handle_reports,
    "batch.worked": work.handle_worked,
    "deadline.batch": members.handle_due,
}
