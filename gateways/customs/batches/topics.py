"""The topics of the batch desk.

Only this desk locks batches, and it does so before the orders of their members; every other desk sends it messages.
"""

from __future__ import annotations

from gateways.customs.batches import changes, members, reports, work
from gateways.customs.lock_targets import BATCH
from gateways.topics.customs import BatchDue, BatchWork, MemberReported
from gateways.topics.shared import Decision
from gateways.topics.topic import Topic

TOPICS = (
    Topic("decision.batch", Decision, changes.decide_batches, BATCH),
    Topic("batch.told", MemberReported, reports.handle_reports, BATCH),
    Topic("batch.worked", BatchWork, work.handle_worked, BATCH),
    Topic("deadline.batch", BatchDue, members.handle_due, BATCH),
)
