"""HTTP calls by which terminals and companies tell the port of containers as JSON: events, packing lists."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import List, Nested, String
from apiflask.validators import Length
from flask import Response

from declarations.documents.extraction import field_name, wire_name
from declarations.port.notices import TerminalDocument, TerminalLine
from single_window.frame.http.accepting import AcceptedOut
from single_window.frame.http.calls import READ_OFFICERS_PAPERS, Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.json_messages import send_alone
from single_window.intake.made_messages import LINES_AT_MOST
from single_window.intake.port_messages import event_messages, packing_message

SEND = ("send_messages",)
blueprint = Calls("port", __name__, rights=READ_OFFICERS_PAPERS, tag="port")


def _word(description: str = "", required: bool = False) -> String:
    how: dict[str, Any] = {"required": True} if required else {"load_default": ""}
    return String(validate=Length(1 if required else 0, 100), metadata={"description": description}, **how)


TerminalLineIn: Any = Schema.from_dict(
    {
        wire_name(name): _word(
            f"as the element of TerminalEvent{' (required)' * (name in ('event', 'event_time'))}",
            name in ("event", "event_time"),
        )
        for name in TerminalLine._fields
        if name != "gnum"
    },
    name="TerminalLineIn",
)


class TerminalEventsIn(Schema):
    """Events that a terminal tells; the fields are the elements of the message TerminalEvent (our own, confidence
    I)."""

    terminalCode = _word("码头代码", True)
    docNo = _word("number of the document", True)
    source, lineCode = _word("as CODECO; empty: none"), _word("船公司代码")
    vesselId, vesselName, voyageNo = _word("IMO"), _word(), _word()
    lines = List(Nested(TerminalLineIn), required=True, validate=Length(1, LINES_AT_MOST))


class PackingListIn(Schema):
    """A packing list; its fields are the elements of the message PortPackingList (our own, confidence I)."""

    agentCode, copNo = _word("报送企业代码", True), _word("企业内部编号", True)
    containerNo, billNo = _word("箱号", True), _word("提单号")
    logisticsCode = _word("物流企业代码", True)
    function = _word("empty: parcels are added; 1 cancels, 5 replaces the packing list of this copNo")
    parcels = List(_word("运单号", True), required=True, validate=Length(1, LINES_AT_MOST))


NOT_TAKEN = {
    400: refused("it cannot be converted into a message, or the interchange cannot be answered: every finding"),
    403: refused("the sender's DXP id is not one of the key's"),
    503: refused("overloaded; send again after Retry-After seconds"),
}


@blueprint.post("/port/events", rights=SEND, makes_messages=True)
@blueprint.input(TerminalEventsIn, arg_name="told")
@blueprint.doc(responses={202: answer("converted into a message, archived and filed", AcceptedOut), **NOT_TAKEN})
def send_events(told: dict[str, Any]) -> Response:
    """Send events of containers as JSON.

    They become the message TerminalEvent of the terminal, whose receipts report the outcome."""
    lines = tuple(
        TerminalLine(gnum=str(place), **{field_name(name): value for name, value in line.items()})
        for place, line in enumerate(told.pop("lines"), 1)
    )
    document = TerminalDocument(lines=lines, **{field_name(name): value for name, value in told.items()})
    return send_alone(lambda sender, now: next(event_messages([document], sender, now)), document.terminal_code)


@blueprint.post("/port/packing-lists", rights=SEND, makes_messages=True)
@blueprint.input(PackingListIn, arg_name="told")
@blueprint.doc(responses={202: answer("converted into a message, archived and filed", AcceptedOut), **NOT_TAKEN})
def send_packing_list(told: dict[str, Any]) -> Response:
    """Send the packing list of a container as JSON.

    It becomes the message PortPackingList of the company, whose receipts report the outcome."""
    parcels = told.pop("parcels")
    head = {name: value for name, value in told.items() if value}
    return send_alone(lambda sender, now: packing_message(head, parcels, sender, now), told["agentCode"])
