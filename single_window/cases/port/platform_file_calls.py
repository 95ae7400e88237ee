"""The HTTP call that takes platform files: packing lists of containers, and manifests that were handed in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import Length
from flask import Response, request
from msgspec import Meta

from declarations.port.notices import TerminalDocument, TerminalLine
from schemas.platform_files.contents import (
    ADDED,
    CHANGED,
    DELETED,
    ORIGINAL,
    PACKING_LIST,
    ShipManifest,
    function_of,
    packed_containers,
    ship_manifests,
)
from schemas.platform_files.file import PlatformFile
from schemas.platform_files.reading import read_platform_file
from single_window.cases.port.sending_calls import NOT_TAKEN, SEND, blueprint
from single_window.frame.findings import Findings, findings_out
from single_window.frame.http import guard
from single_window.frame.http.accepting import AcceptedOut
from single_window.frame.http.documentation import answer, raw_body, refused
from single_window.frame.http.json_messages import company_sender, send_all
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, refusal
from single_window.frame.typed import Answer
from single_window.intake.admission import ACCEPTED
from single_window.intake.port_messages import event_messages, packing_message

__all__ = ["blueprint"]
_FUNCTIONS = {ORIGINAL: "", ADDED: "", CHANGED: "5", DELETED: "1"}
"""Function of a file → that of the packing list that it becomes."""
_HANDED_IN = "MAN"


class PlatformFileIn(Schema):
    """The carrier by whose numbers a packing list names parcels."""

    carrier = String(
        load_default="",
        validate=Length(0, 18),
        metadata={"description": "customs code of the carrier whose parcels its bills (60) are; empty: the sender's"},
    )


class PlatformFileOut(Answer, frozen=True, kw_only=True):
    """The outcome of sending a platform file."""

    type: Annotated[str, Meta(description="COSTRP or IFCSUM")]
    messages: Annotated[
        tuple[AcceptedOut, ...],
        Meta(description="a PortPackingList for each container with parcels, or a TerminalEvent for each ship"),
    ]
    unread: Annotated[int, Meta(description="ships of a manifest that changes or deletes another")]
    findings: Findings


@blueprint.post(
    "/port/platform-files",
    rights=SEND,
    reads=raw_body("a platform file 平台文件", "text/plain"),
    makes_messages=True,
)
@blueprint.input(PlatformFileIn, location="query", arg_name="query")
@blueprint.doc(
    responses={
        202: answer("read; its messages are filed", PlatformFileOut),
        **NOT_TAKEN,
        400: refused("it is no platform file, or something is wrong with it: every finding, by record and field"),
    }
)
def send_platform_file(query: dict[str, str]) -> Response:
    """Send a platform file (平台文件) of the Ministry of Transport.

    COSTRP becomes a PortPackingList for each container: its bills are the parcels' numbers, its sender the company that
    packs; functions 4 and 3 replace and cancel what the container had by it. IFCSUM tells that a ship's pre-loading
    manifest was handed in; one that changes or deletes another is `unread`. Receipts report the outcome."""
    read = read_platform_file(request.get_data())
    if read.refused:
        return refusal(400, read.findings)
    now = ports().window.now(guard.sandbox_name())
    packs = read.type == PACKING_LIST
    told = [] if packs or function_of(read) in (CHANGED, DELETED) else list(ship_manifests(read))
    made = _packing_lists(read, query["carrier"], now) if packs else _manifests(told, now)
    sent = send_all(made, read.findings)
    if isinstance(sent, Response):
        return sent
    unread = 0 if packs else sum(1 for _ in ship_manifests(read)) - len(told)
    return json_response(
        PlatformFileOut(type=read.type, messages=sent, unread=unread, findings=findings_out(read.findings)), ACCEPTED
    )


def _packing_lists(read: PlatformFile, carrier: str, now: int) -> Iterator[bytes]:
    """The messages of a packing list. A file has no number of its own: its lists go by container and voyage."""
    code = read.head.get("sender") if read.head else ""
    sender, function = company_sender(code), _FUNCTIONS[function_of(read)]
    for packed in packed_containers(read):
        head = {
            "agentCode": code,
            "copNo": f"{packed.container}-{packed.voyage}",
            "containerNo": packed.container,
            "logisticsCode": carrier or code,
            **({"function": function} if function else {}),
        }
        yield packing_message(head, packed.bills, sender, now)


def _manifests(told: list[ShipManifest], now: int) -> Iterator[bytes]:
    for manifest in told:
        document = TerminalDocument(
            terminal_code=manifest.receiver,
            doc_no=f"{manifest.voyage}-{manifest.at}",
            line_code=manifest.line or manifest.sender,
            source="IFCSUM",
            vessel_id=manifest.vessel,
            vessel_name=manifest.vessel_name,
            voyage_no=manifest.voyage,
            lines=(TerminalLine(gnum="1", event=_HANDED_IN, event_time=manifest.at),),
        )
        yield from event_messages([document], company_sender(manifest.receiver), now)
