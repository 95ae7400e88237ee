"""Which queue hears which topics: one table, from which exchanges, queues and bindings are declared."""

from __future__ import annotations

from functools import cache

from schemas import catalogue

EXCHANGE = "single-window"
FILED, RECEIPTS, LOOKED = "filed", "receipts", "looked"
"""Hints: deliveries were filed, so dispatch may look; receipts were placed, so those who wait for them may; somebody
looks how the window is, which concerns the broker alone."""



def _documents(gateway: str) -> tuple[str, ...]:
    """The topics of the documents that a gateway handles."""
    return tuple(catalogue.topic(kind) for kind in catalogue.handled(gateway))


QUEUES: dict[str, tuple[str, ...]] = {
    "reception": ("message.received", "deadline.staged"),
    "customs": (
        *_documents("customs"), "goods.arrived", "goods.consolidated",
        "goods.departed", "goods.left", "goods.late", "office.asked", "office.answered", "payment_data.answered",
        "decision.declaration", "decision.request", "decision.batch",
        "batch.asked", "batch.told", "batch.worked", "summary.worked", "summary.closed",
        "tax.assessed", "tax.short", "tax.recomputed", "inspection.passed", "inspection.failed", "officer.acted",
        "deadline.partners", "deadline.officer", "deadline.closing", "deadline.arrival", "deadline.request",
        "deadline.goods_back", "deadline.payment_data", "deadline.departure", "deadline.parts", "deadline.summary",
        "deadline.batch",
    ),
    "inspection": ("inspection.requested", "deadline.inspection"),
    "tax": ("tax.requested", "tax.dropped", "customs.released", "customs.returned", "customs.return_filed",
            "decision.tax_bill", "deadline.collection"),
    "refund": (*_documents("refund"), "exchange.collected", "customs.export_returned", "decision.refund_claim",
               "refund.acted", "deadline.refund_review", "deadline.exchange", "deadline.reconciliation"),
    "forex": (*_documents("forex"), "decision.forex_report", "forex.acted"),
    "registration": (*_documents("registration"), "decision.registration", "registration.acted", "deadline.grade"),
}
EARLIER = frozenset({"officer.acted", "batch.asked", "refund.acted", "forex.acted", "registration.acted"})
"""Topics that nobody sends any more: a database that was upgraded may hold deliveries and deadlines of them."""


class UnknownTopic(ValueError):
    """A topic that no queue hears: a message to it would be lost without a trace."""


@cache
def queues_of(topic: str) -> tuple[str, ...]:
    """The queues that hear a topic; raises `UnknownTopic` when there is none."""
    found = tuple(queue for queue, topics in QUEUES.items() if topic in topics)
    if not found:
        raise UnknownTopic(f"No queue hears the topic {topic!r}; add it to QUEUES in messaging/topology.py.")
    return found
