"""Roles of processes, if a window runs in several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from single_window.messaging.topology import QUEUES


class ProcessRole(NamedTuple):
    """A role: its queues, and whether it runs timed tasks; `zh` and `en` describe it."""

    consumes: tuple[str, ...]
    tends: bool
    zh: str
    en: str


AGENCIES, CHANNELS, TRADES = "agencies", "channels", "trades"
_AGENCIES = {"customs": ("海关", "customs"), "inspection": ("检验检疫", "inspection"), "tax": ("税务", "tax")}
ROLES: Mapping[str, ProcessRole] = {
    "dispatch": ProcessRole((), True, "到期提醒，恢复中断的任务", "files due deadlines, recovers what was lost"),
    "reception": ProcessRole(("reception",), False, "接收报文", "takes messages in"),
    **{queue: ProcessRole((queue,), False, f"{zh}网关", f"the {en} gateway") for queue, (zh, en) in _AGENCIES.items()},
    AGENCIES: ProcessRole(
        ("refund", "forex", "registration"),
        False,
        "退税、外汇、备案网关",
        "the refund desk, foreign exchange and the registrar",
    ),
    CHANNELS: ProcessRole((), False, "推送回执，AMQP接入", "pushes receipts, talks AMQP with participants"),
    TRADES: ProcessRole(
        QUEUES,
        False,
        "接收报文及全部网关，一票到底",
        "takes messages in and works as every gateway: what follows from a message is in one transaction",
    ),
}
ALL = "all"
"""One process of each role in `APART`."""
APART = tuple(role for role in ROLES if role != TRADES)
"""All roles except `trades`, which combines several."""
ALONE = frozenset({"dispatch", CHANNELS})
"""Roles for which several processes are of no use."""
