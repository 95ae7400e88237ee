"""Refunds as people see them: claims and what stands behind them, explained; what an officer decides; drafts."""

from single_window.cases.refunds.acting import ACTIONS, BadAct, Filed, NotNow, act, needs_reason, possible
from single_window.cases.refunds.explaining import NoSuchClaim, explain
from single_window.cases.refunds.looking import (
    STATES,
    Listed,
    counted,
    following,
    found,
    listed,
    one,
    state_of,
    waiting,
)
from single_window.cases.refunds.parts import Explanation

__all__ = [
    "ACTIONS",
    "STATES",
    "BadAct",
    "Explanation",
    "Filed",
    "Listed",
    "NoSuchClaim",
    "NotNow",
    "act",
    "counted",
    "explain",
    "following",
    "found",
    "listed",
    "needs_reason",
    "one",
    "possible",
    "state_of",
    "waiting",
]
