"""The topics of the gateway of Korea's customs, with payload, handler and lock of each."""

from __future__ import annotations

from enum import Enum, auto

from gateways.circumstances import Options
from gateways.gateway import Gateway, NamedKeys
from gateways.korea import judging, origins, parcels, telling
from gateways.korea.acts import decide
from gateways.korea.repository import KoreaDesk
from gateways.topics.facts import ListFromKorea
from gateways.topics.korea import KoreaParcelDue
from gateways.topics.shared import Decision, DocumentFiled, declaration_id, document_id, subject_id
from gateways.topics.topic import Topic


class KoreaLock(Enum):
    """The names in a payload, which determine the rows to lock."""

    KOREA = auto()
    """Korea's customs in the sandbox, which covers all its rows."""


def is_on(options: Options) -> bool:
    """True where the sandbox has Korea's customs."""
    return options.korea == "on"


TOPICS = (
    Topic("agency.korea_origin", DocumentFiled, origins.handle_certificates, KoreaLock.KOREA, document_id),
    Topic("agency.korea_aeo", DocumentFiled, telling.handle_companies, KoreaLock.KOREA, document_id),
    Topic("agency.korea_manifest", DocumentFiled, parcels.handle_manifests, KoreaLock.KOREA, document_id),
    Topic("agency.korea_list", DocumentFiled, parcels.handle_lists, KoreaLock.KOREA, document_id),
    Topic("agency.korea_inspection", DocumentFiled, telling.handle_inspections, KoreaLock.KOREA, document_id),
    Topic("agency.korea_outcome", DocumentFiled, telling.handle_outcomes, KoreaLock.KOREA, document_id),
    Topic("korea.list_declared", ListFromKorea, origins.handle_declared, KoreaLock.KOREA, declaration_id, hears=is_on),
    Topic("deadline.korea_parcel", KoreaParcelDue, judging.handle_due, KoreaLock.KOREA, lambda due: due.parcel_id),
    Topic("decision.korea_parcel", Decision, decide, KoreaLock.KOREA, subject_id),
)


def lock_rows(named_keys: NamedKeys[KoreaLock], desk: KoreaDesk) -> None:
    """Lock Korea's customs in the sandbox."""
    desk.repository.lock()


KOREA = Gateway("korea", TOPICS, lock_rows)
