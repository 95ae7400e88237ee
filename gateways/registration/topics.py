"""The topics of the registrar, with payload, handler and lock of each."""

from __future__ import annotations

from enum import Enum, auto

from gateways.gateway import Gateway, NamedKeys, keys_of
from gateways.registration import filing, goods, grades, licences, officers
from gateways.registration.repository import RegistrarDesk
from gateways.topics.commerce import LicenceAnswered
from gateways.topics.registration import GradeDue
from gateways.topics.shared import Decision, DocumentFiled, document_id, subject_id
from gateways.topics.topic import Topic


class RegistrarLock(Enum):
    """The names in a payload, which determine the rows to lock."""

    APPLICATION = auto()
    """The document of an application: registration and participant of its company."""
    COMPANY = auto()
    GOODS_FILING = auto()


TOPICS = (
    Topic("agency.registration", DocumentFiled, filing.handle_applications, RegistrarLock.APPLICATION, document_id),
    Topic("agency.goods_filing", DocumentFiled, goods.handle_filings, RegistrarLock.GOODS_FILING, document_id),
    Topic("decision.registration", Decision, officers.decide_registrations, RegistrarLock.COMPANY, subject_id),
    Topic(
        "registration.licence_answered",
        LicenceAnswered,
        licences.handle_answers,
        RegistrarLock.COMPANY,
        lambda answered: answered.code,
    ),
    Topic("deadline.grade", GradeDue, grades.handle_days, RegistrarLock.COMPANY, lambda due: due.code),
)


def lock_rows(named_keys: NamedKeys[RegistrarLock], desk: RegistrarDesk) -> None:
    """Lock registrations, participants, then filings of goods."""
    applications = desk.repository.documents(sorted(keys_of(named_keys, RegistrarLock.APPLICATION)))
    companies = {application.key for application in applications.values()} | keys_of(named_keys, RegistrarLock.COMPANY)
    desk.repository.enterprises(sorted(companies))
    desk.repository.participants(sorted(companies))
    desk.repository.filings(sorted(keys_of(named_keys, RegistrarLock.GOODS_FILING)))


REGISTRAR = Gateway("registration", TOPICS, lock_rows)
