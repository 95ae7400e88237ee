"""The topics of the gateway of open data, with payload, handler and lock of each."""

from __future__ import annotations

from enum import Enum, auto

from gateways.gateway import Gateway, NamedKeys
from gateways.open_data.acts import decide
from gateways.open_data.drafting import handle_due
from gateways.open_data.repository import OpenDataDesk
from gateways.topics.open_data import OpenDataDue
from gateways.topics.shared import Decision, subject_id
from gateways.topics.topic import Topic


class OpenDataLock(Enum):
    """The names in a payload, which determine the rows to lock."""

    OPEN_DATA = auto()
    """The open data of the sandbox, which cover all versions."""


TOPICS = (
    Topic("deadline.open_data_month", OpenDataDue, handle_due, OpenDataLock.OPEN_DATA, lambda due: due.due),
    Topic("decision.open_data_month", Decision, decide, OpenDataLock.OPEN_DATA, subject_id),
)


def lock_rows(named_keys: NamedKeys[OpenDataLock], desk: OpenDataDesk) -> None:
    """Lock the open data of the sandbox."""
    desk.repository.lock()


OPEN_DATA = Gateway("open_data", TOPICS, lock_rows)
