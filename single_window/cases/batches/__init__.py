"""Batches as people see them: what they ask of one, how one stands, and how its draw is computed again."""

from single_window.cases.batches.asking import MODES, Asked, BadAsk, NoSuchBatch, NotPossible, ask, open_batch, said
from single_window.cases.batches.auditing import Audit, audit
from single_window.cases.batches.looking import Place, by_opening, found, history, listed, members

__all__ = [
    "MODES",
    "Asked",
    "Audit",
    "BadAsk",
    "NoSuchBatch",
    "NotPossible",
    "Place",
    "ask",
    "audit",
    "by_opening",
    "found",
    "history",
    "listed",
    "members",
    "open_batch",
    "said",
]
