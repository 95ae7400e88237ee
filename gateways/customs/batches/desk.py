"""What the batch desk hears. `HEARINGS` is the table of contents.

Whatever concerns a batch is said to this desk in messages: nobody else locks a batch's row, and this desk locks it
before the orders of its members.
"""

from __future__ import annotations

from gateways.customs.batches import changes, members, told, work
from gateways.gateway import Hearing

HEARINGS: dict[str, Hearing] = {
    "decision.batch": changes.decide_batches,
    "batch.asked": changes.decide_as_filed_earlier,
    "batch.told": told.hear_told,
    "batch.worked": work.hear_worked,
    "deadline.batch": members.hear_due,
}
