"""The registrar: companies and goods are filed, officers decide and suspend, credit grades change from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateways.gateway import Delivered, Handler
from gateways.registration import filing, goods, grades, officers
from gateways.registration.repository import RegistrarDesk

HANDLERS: dict[str, Handler] = {
    "agency.registration": filing.handle_applications,
    "agency.goods_filing": goods.handle_filings,
    "decision.registration": officers.decide_registrations,
    "registration.acted": officers.decide_as_filed_earlier,
    "deadline.grade": grades.handle_days,
}


class Registrar:
    """The registrar."""

    name = "registration"
    handlers: Mapping[str, Handler] = HANDLERS

    def hold(self, batch: Sequence[Delivered], desk: RegistrarDesk) -> None:
        """Registrations, participants, then filings of goods."""
        by_topic: dict[str, list[Any]] = {}
        for one in batch:
            by_topic.setdefault(one.topic, []).append(one.item[0])
        papers = desk.repository.documents(sorted(by_topic.get("agency.registration", [])))
        codes = sorted({*(one.key for one in papers.values()), *by_topic.get("decision.registration", []),
                        *by_topic.get("registration.acted", []), *by_topic.get("deadline.grade", [])})
        desk.repository.enterprises(codes)
        desk.repository.participants(codes)
        desk.repository.filings(sorted(by_topic.get("agency.goods_filing", [])))
