"""Table of all metrics with descriptions and labels. Labels have a bounded number of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

PREFIX = "single_window_"
COUNTER, HISTOGRAM, GAUGE = "counter", "histogram", "gauge"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1_800)
"""Upper bounds of a histogram's buckets."""


class Meter(NamedTuple):
    """A metric. Counters and histograms are stored by processes, gauges are read at each scrape."""

    name: str
    kind: str
    labels: Sequence[str]
    description: str

    @property
    def shown(self) -> str:
        """The name in a scrape."""
        return f"{PREFIX}{self.name}{'_total' if self.kind == COUNTER else ''}"


METERS = {
    meter.name: meter
    for meter in (
        Meter(
            "messages",
            COUNTER,
            ("code", "status", "channel"),
            "messages that came: accepted, repeated, or the HTTP status they were refused with",
        ),
        Meter("documents", COUNTER, ("kind",), "documents that reception took out of messages"),
        Meter("deliveries_done", COUNTER, ("queue",), "deliveries dealt with"),
        Meter("deliveries_failed", COUNTER, ("queue", "outcome"), "deliveries that failed: waits, split or parked"),
        Meter(
            "batches_again",
            COUNTER,
            ("queue", "why"),
            "batches that were taken again (conflict) or delivery by delivery (apart)",
        ),
        Meter("receipts", COUNTER, ("code",), "receipts written, each with its place in a mailbox"),
        Meter("receipts_pushed", COUNTER, ("kind",), "receipts that receivers have confirmed: webhook, amqp"),
        Meter("pushes_failed", COUNTER, ("kind",), "attempts that a receiver has not confirmed"),
        Meter(
            "database_errors", COUNTER, ("kind",), "statements and connections that the database failed, by exception"
        ),
        Meter(
            "http_turned_away",
            COUNTER,
            ("why",),
            "requests (late, large, bodies, polls, advances, calls, computing, gone), "
            "connections (open, header, body, answer, address, total) "
            "that were turned away",
        ),
        Meter(
            "calls_refused",
            COUNTER,
            ("cause",),
            "calls refused for who made them: no credentials, unknown, expired, revoked, right, sandbox, mailbox, "
            "sender, company, rate",
        ),
        Meter(
            "stage_seconds",
            HISTOGRAM,
            ("stage",),
            "admission: from the reading to the commit; "
            "others: from filing a delivery to the commit that deals with it",
        ),
        Meter("batch_seconds", HISTOGRAM, ("queue",), "how long one batch took, its commit included"),
        Meter(
            "push_seconds",
            HISTOGRAM,
            ("kind",),
            "from the sending of receipts to a receiver until he has confirmed them; failures are in pushes_failed",
        ),
        Meter("deliveries", GAUGE, ("queue", "state"), "deliveries that are ready, sent or parked"),
        Meter("delivery_items", GAUGE, ("queue", "state"), "documents and other items in these deliveries"),
        Meter("overdue", GAUGE, ("stage",), "what has been in a stage for longer than SINGLE_WINDOW_OVERDUE"),
        Meter("oldest_seconds", GAUGE, ("stage",), "age of the oldest that a stage has not finished; 0: there is none"),
        Meter("database_up", GAUGE, (), "1: the database answered this scrape; 0: it did not, and depths are missing"),
        Meter("broker_state", GAUGE, ("state",), "1 for the state of the answering process's broker"),
        Meter("worker_alive", GAUGE, (), "1: the worker of the answering process lives; missing where it has none"),
        Meter("processes", GAUGE, ("role",), "processes that live on this machine and share this data folder"),
        Meter("info", GAUGE, ("version",), "1"),
    )
}
