"""The registrar: companies and goods are filed, officers decide and suspend, credit grades change from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateways.gateway import Circumstances, Heard, Hearing
from gateways.registration import filing, goods, grades, officers
from gateways.registration.memory import RegistrarMemory

HEARINGS: dict[str, Hearing] = {
    "agency.registration": filing.hear_applications,
    "agency.goods_filing": goods.hear_filings,
    "decision.registration": officers.decide_registrations,
    "registration.acted": officers.decide_as_filed_earlier,
    "deadline.grade": grades.hear_days,
}


class Registrar:
    """The registrar."""

    name = "registration"
    hearings: Mapping[str, Hearing] = HEARINGS

    def hold(self, batch: Sequence[Heard], memory: RegistrarMemory, circumstances: Circumstances) -> None:
        """Registrations, participants, then filings of goods."""
        by_topic: dict[str, list[Any]] = {}
        for one in batch:
            by_topic.setdefault(one.topic, []).append(one.item[0])
        papers = memory.documents(sorted(by_topic.get("agency.registration", [])))
        codes = sorted({*(one.key for one in papers.values()), *by_topic.get("decision.registration", []),
                        *by_topic.get("registration.acted", []), *by_topic.get("deadline.grade", [])})
        memory.enterprises(codes)
        memory.participants(codes)
        memory.filings(sorted(by_topic.get("agency.goods_filing", [])))
