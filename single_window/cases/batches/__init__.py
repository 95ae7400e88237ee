"""Batches as people see them: their requests, how a batch stands, and how its draw is computed again."""

from single_window.cases.batches.auditing import Audit, audit
from single_window.cases.batches.queries import Place, by_opening, find, history, listed, members
from single_window.cases.batches.requests import (
    MODES,
    ChangeRequest,
    history_of,
    open_batch,
    request_change,
)

__all__ = [
    "MODES",
    "Audit",
    "ChangeRequest",
    "Place",
    "audit",
    "by_opening",
    "find",
    "history",
    "history_of",
    "listed",
    "members",
    "open_batch",
    "request_change",
]
