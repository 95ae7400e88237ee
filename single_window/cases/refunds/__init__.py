"""Refunds as people see them: claims and what stands behind them, explained; what an officer decides; drafts."""

from single_window.cases.refunds.decisions import ACTIONS
from single_window.cases.refunds.explaining import explain
from single_window.cases.refunds.parts import ExplanationOut
from single_window.cases.refunds.queries import (
    STATES,
    Listed,
    came_back,
    counted,
    find,
    find_listed,
    following,
    history,
    listed,
    state_of,
    waiting,
)

__all__ = [
    "ACTIONS",
    "STATES",
    "ExplanationOut",
    "Listed",
    "came_back",
    "counted",
    "explain",
    "find",
    "find_listed",
    "following",
    "history",
    "listed",
    "state_of",
    "waiting",
]
