"""The foreign-exchange gateway: banks and payment institutions report receipts and payments of real trade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateways.gateway import Answers, Circumstances, Heard, Hearing, Item


def _hear(items: Sequence[Item], memory: Any, circumstances: Circumstances, answers: Answers) -> None:
    pass


HEARINGS: dict[str, Hearing] = {
    "agency.forex_report": _hear,
    "forex.acted": _hear,
}


class Forex:
    """The foreign-exchange gateway."""

    name = "forex"
    hearings: Mapping[str, Hearing] = HEARINGS

    def hold(self, batch: Sequence[Heard], memory: Any, circumstances: Circumstances) -> None:
        """Nothing."""
