"""Regional clearance: a list is declared at one office, its goods lie at another. The two agree by messages.

The declaring office sends a request once it has accepted the list; that of the port confirms that it inspects and
releases there. Both are customs and work on the same tables, so this gateway handles both; their messages go over the
broker like all others, and may be handled by different processes. A list continues only when it is answered.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations.clearance import clearance
from declarations.reasons import Reason
from gateways.customs import lanes
from gateways.customs.outcome import event
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.topics.customs import OfficeAnswered, OfficeAsked

REQUESTED, ANSWERED = "17511", "17512"


def request_agreement(declaration: Declaration, port_code: str, desk: CustomsDesk) -> None:
    """The declaring office requests the office of the port to confirm that the goods may be inspected and released
    there."""
    channel = clearance(declaration.customs_code, port_code, desk.day, desk.law)
    reason = Reason(
        REQUESTED,
        {
            "customs_code": declaration.customs_code,
            "port_code": port_code,
            "channel": channel.name,
            "channel_en": channel.name_en,
        },
        channel.parameters,
    )
    desk.note(event(declaration, desk.now, "office_asked", [reason]))
    desk.send(OfficeAsked(declaration.id, declaration.customs_code, port_code))


def handle_request(requests: Sequence[OfficeAsked], desk: CustomsDesk) -> None:
    """The office of a port receives requests: it agrees."""
    for request in requests:
        desk.send(OfficeAnswered(request.declaration_id, request.port_code, request.customs_code))


def handle_answered(answers: Sequence[OfficeAnswered], desk: CustomsDesk) -> None:
    """The office of a port agrees: the list continues."""
    declarations = desk.repository.declarations([answer.declaration_id for answer in answers])
    waiting = {
        declaration.id: declaration
        for declaration in declarations.values()
        if declaration.state == "accepted" and not declaration.lane
    }
    companies = (
        desk.repository.companies(sorted({declaration.ebc_code for declaration in waiting.values()})) if waiting else {}
    )
    for answer in answers:
        declaration = waiting.pop(answer.declaration_id, None)
        if declaration is None:
            continue  # an officer, a cancellation or an earlier answer was first
        desk.note(event(declaration, desk.now, "office_answered", [Reason(ANSWERED, {"port_code": answer.port_code})]))
        lanes.after_acceptance(declaration, companies, desk)
        desk.repository.put_declaration(declaration)
