"""Roles of processes, if a window runs in several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gateways.agency import agencies
from single_window.messaging.topology import QUEUES


class ProcessRole(NamedTuple):
    """A role: its queues, and whether it runs timed tasks; `zh` and `en` describe it."""

    consumes: tuple[str, ...]
    tends: bool
    zh: str
    en: str


AGENCIES, CHANNELS, TRADES = "agencies", "channels", "trades"
_APART = [agency for agency in agencies().values() if agency.apart]
_TOGETHER = [agency for agency in agencies().values() if not agency.apart]
ROLES: Mapping[str, ProcessRole] = {
    "dispatch": ProcessRole((), True, "到期提醒，恢复中断的任务", "files due deadlines, recovers what was lost"),
    "reception": ProcessRole(("reception",), False, "接收报文", "takes messages in"),
    **{
        agency.name: ProcessRole((agency.name,), False, f"{agency.zh}网关", f"the {agency.en} gateway")
        for agency in _APART
    },
    AGENCIES: ProcessRole(
        tuple(agency.name for agency in _TOGETHER),
        False,
        f"{'、'.join(agency.zh for agency in _TOGETHER)}网关",
        f"{', '.join(agency.en for agency in _TOGETHER[:-1])} and {_TOGETHER[-1].en}",
    ),
    CHANNELS: ProcessRole((), False, "推送回执，AMQP、文件夹接入", "pushes receipts, talks AMQP, reads folders"),
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
