"""The topics of the gateway of the port, with payload, handler and lock of each."""

from __future__ import annotations

from enum import Enum, auto

from gateways.circumstances import Options
from gateways.gateway import Gateway, NamedKeys
from gateways.port import packing, papers
from gateways.port.calls import handle_due
from gateways.port.releases import decide, handle_steps
from gateways.port.repository import PortDesk
from gateways.port.unpacked import handle_unpacked
from gateways.topics.port import ExportListStepped, PortClockDue, PortParcelDue
from gateways.topics.shared import Decision, DocumentFiled, document_id, subject_id
from gateways.topics.topic import Topic


class PortLock(Enum):
    """The names in a payload, which determine the rows to lock."""

    PORT = auto()
    """The port of the sandbox, which covers all its rows."""


def is_full(options: Options) -> bool:
    """True where lists by sea wait until they are loaded."""
    return options.port == "full"


TOPICS = (
    Topic("agency.terminal_event", DocumentFiled, papers.handle_events, PortLock.PORT, document_id),
    Topic("agency.port_packing_list", DocumentFiled, packing.handle_packing_lists, PortLock.PORT, document_id),
    Topic(
        "port.list_stepped",
        ExportListStepped,
        handle_steps,
        PortLock.PORT,
        lambda step: step.declaration_id,
        hears=is_full,
    ),
    Topic("deadline.port_clock", PortClockDue, handle_due, PortLock.PORT, lambda due: due.call),
    Topic("deadline.port_parcel", PortParcelDue, handle_unpacked, PortLock.PORT, lambda due: due.parcel),
    Topic("decision.port_case", Decision, decide, PortLock.PORT, subject_id),
)


def lock_rows(named_keys: NamedKeys[PortLock], desk: PortDesk) -> None:
    """Lock the port of the sandbox."""
    desk.repository.lock()


PORT = Gateway("port", TOPICS, lock_rows)
