"""Regional clearance: a list is declared at one customs office while its goods are at another.

The declaring office accepts the list and sends a request; the port's office confirms that it inspects and releases
there. Both are part of this gateway, but their messages use the broker, so that different processes may handle them.
The list waits for the confirmation.
"""

from __future__ import annotations

from collections.abc import Sequence

from declarations.clearance import find_clearance
from declarations.reasons import Reason
from gateways.customs import risk_lane
from gateways.customs.outcome import make_event
from gateways.customs.repository import CustomsDesk, Declaration
from gateways.topics.customs import OfficeAnswered, OfficeAsked

REQUESTED, ANSWERED = "17511", "17512"


def request_agreement(declaration: Declaration, port_code: str, desk: CustomsDesk) -> None:
    """Request the port's office to confirm that the goods may be inspected and released there."""
    channel = find_clearance(declaration.customs_code, port_code, desk.day, desk.law)
    reason = Reason(
        REQUESTED,
        {
            "customs_code": declaration.customs_code,
            "port_code": port_code,
            "channel": channel.name,
            "channel_en": channel.name_en,
        },
        channel.parameter_ids,
    )
    desk.add_event(make_event(declaration, desk.now, "office_asked", [reason]))
    desk.send(OfficeAsked(declaration.id, declaration.customs_code, port_code))


def handle_request(requests: Sequence[OfficeAsked], desk: CustomsDesk) -> None:
    """Handle requests at the port's office, which always agrees."""
    for request in requests:
        desk.send(OfficeAnswered(request.declaration_id, request.port_code, request.customs_code))


def handle_answered(answers: Sequence[OfficeAnswered], desk: CustomsDesk) -> None:
    """Handle the confirmations: the lists continue."""
    declarations = desk.repository.declarations([answer.declaration_id for answer in answers])
    undrawn = (listed for listed in declarations.values() if listed.state == "accepted" and not listed.lane)
    waiting = {declaration.id: declaration for declaration in undrawn}
    merchants = sorted({declaration.ebc_code for declaration in waiting.values()})
    companies = desk.repository.companies(merchants) if merchants else {}
    for answer in answers:
        declaration = waiting.pop(answer.declaration_id, None)
        if declaration is None:
            continue  # the list has moved on by an officer, a cancellation or an earlier answer
        reason = Reason(ANSWERED, {"port_code": answer.port_code})
        desk.add_event(make_event(declaration, desk.now, "office_answered", [reason]))
        risk_lane.continue_accepted(declaration, companies, desk)
        desk.repository.put_declaration(declaration)
