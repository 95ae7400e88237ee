"""The registrar: companies and goods are filed, credit grades change from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateways.gateway import Answers, Circumstances, Heard, Hearing, Item


def _hear(items: Sequence[Item], memory: Any, circumstances: Circumstances, answers: Answers) -> None:
    pass


HEARINGS: dict[str, Hearing] = {
    "agency.registration": _hear,
    "agency.goods_filing": _hear,
    "registration.acted": _hear,
    "deadline.grade": _hear,
}


class Registrar:
    """The registrar."""

    name = "registration"
    hearings: Mapping[str, Hearing] = HEARINGS

    def hold(self, batch: Sequence[Heard], memory: Any, circumstances: Circumstances) -> None:
        """Nothing."""
