"""Payloads that the traceability gateway handles besides decisions, messages and facts."""

from __future__ import annotations

from typing import NamedTuple


class RecallDue(NamedTuple):
    """The instant by which a recall begins, or by which it is finished (`finish`), is over."""

    recall_id: int
    finish: bool
