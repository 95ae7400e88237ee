"""The registrar: companies and goods are filed, officers decide and suspend, credit grades change from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateways.gateway import Delivered, Handler
from gateways.registration import filing, goods, grades, officers
from gateways.registration.repository import RegistrarDesk
from gateways.topics.shared import Decision, DocumentFiled

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
        filed: dict[str, set[int]] = {}
        codes = set[str]()
        for topic, payload in batch:
            if isinstance(payload, DocumentFiled):
                filed.setdefault(topic, set()).add(payload.document_id)
            else:
                codes.add(payload.subject_id if isinstance(payload, Decision) else payload.code)
        papers = desk.repository.documents(sorted(filed.get("agency.registration", ())))
        held = sorted(codes.union(paper.key for paper in papers.values()))
        desk.repository.enterprises(held)
        desk.repository.participants(held)
        desk.repository.filings(sorted(filed.get("agency.goods_filing", ())))
