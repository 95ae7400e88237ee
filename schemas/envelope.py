"""Wraps and unwraps business messages in DXP envelopes, of a terminal node (DxpMsg) and of a transport node (DxpMsgSv);
writes the platform's response (DxpRep)."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from schemas import envelope_faults, schema_pool
from schemas.findings import Finding
from schemas.parsing import Unreadable
from schemas.wording import finding
from single_window_client.envelopes import DXP as DXP
from single_window_client.envelopes import PROLOGUE, contents, header
from single_window_client.envelopes import Envelope as Envelope
from single_window_client.envelopes import wrap as wrap

_NS = f"{{{DXP}}}"
DXP_MESSAGE, DXP_MESSAGE_SV = f"{_NS}DxpMsg", f"{_NS}DxpMsgSv"
_HEAD = 64
_ENVELOPE = re.compile(rb"\s*(?:<\?.*?\?>\s*)?<(?:\w+:)?(DxpMsg(?:Sv)?)[\s>]", re.DOTALL)
_BASE64 = re.compile(rb"(?:\s|77u/)*(?:PD94|PENF|PGNl|PERJ|PE)[A-Za-z0-9+/=\s]*\Z")
"""The beginning of XML in Base64: `<?x`, `<CE`, `<ce`, any other `<`."""
IMPORT_NODE, EXPORT_NODE = "DXPEDCCEB0000002", "DXPEDCCEB0000003"
"""The DXP ids of customs for messages of the unified edition: they receive them and send the receipts."""
_NODES = {"import": (IMPORT_NODE, "DXPDSWIMPCEB0001"), "export": (EXPORT_NODE,)}
"""Flow of a message → the nodes of customs that take it; the second of imports is older."""


@dataclass(frozen=True, slots=True)
class TransportHeader:
    """The fields of a DxpMsgSv besides its DxpMsg: number, time and nodes of the transport."""

    message_id: str
    sent: str
    end_node: str
    start_node: str


def wrap_for_transport(envelope: Envelope, transport: TransportHeader) -> bytes:
    """Return a DxpMsgSv, in one part, around the DxpMsg of `wrap`, which declares its namespace once more for receivers
    that cut it out as text."""
    return (
        f'{PROLOGUE}<DxpMsgSv xmlns="{DXP}" ver="1.0"><SvNo Ver="1.0"><MsgId>{escape(transport.message_id)}</MsgId>'
        f"<SubMsgId>1</SubMsgId><SendTime>{escape(transport.sent)}</SendTime>"
        f"<EndNode>{escape(transport.end_node)}</EndNode><StaNode>{escape(transport.start_node)}</StaNode></SvNo>"
        f'<DxpMsg xmlns="{DXP}" ver="1.0">{contents(envelope)}</DxpMsg></DxpMsgSv>'
    ).encode()


def unwrap(root: Any) -> Envelope:
    """Read an envelope from its DxpMsg or DxpMsgSv element; raises `Unreadable` if it violates its schema or its Base64
    is invalid."""
    if schema_pool.errors(root, schema_pool.DXP):
        first, *others = envelope_faults.faults(root)
        raise Unreadable(first, 422, tuple(others))
    root = root.find(DXP_MESSAGE) if root.tag == DXP_MESSAGE_SV else root
    info = root.find(f"{_NS}TransInfo")
    try:
        data = b64decode("".join((root.findtext(f"{_NS}Data") or "").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        where = "/DxpMsg/Data"
        raise Unreadable(finding("envelope-base64", path=where, expected="Base64", found=str(error)), 400) from None
    return Envelope(
        info.findtext(f"{_NS}CopMsgId"),
        info.findtext(f"{_NS}SenderId"),
        tuple([receiver.text or "" for receiver in info.iter(f"{_NS}ReceiverId")]),
        info.findtext(f"{_NS}CreatTime"),
        info.findtext(f"{_NS}MsgType") or "",
        data,
    )


def customs_node(flow: str) -> str:
    """Return the node of customs that sends receipts of a flow; those of agencies come from the node for imports."""
    return EXPORT_NODE if flow == "export" else IMPORT_NODE


def check_receivers(receivers: Sequence[str], flow: str) -> Finding | None:
    """Return a warning if no receiver of an enveloped message is customs' node for its flow."""
    known = _NODES.get(flow)
    if known is None or not set(known).isdisjoint(receiver.strip() for receiver in receivers):
        return None
    found = ", ".join(receivers)
    path = "/DxpMsg/TransInfo/ReceiverIds/ReceiverId"
    return finding("envelope-receiver", path=path, expected=known[0], found=found)._replace(warning=True)


def is_base64(data: bytes) -> bool:
    """True if bytes are XML in Base64 (once more)."""
    return bool(_BASE64.match(data[:_HEAD]))


def check_data(data: bytes) -> None:
    """Raise `Unreadable` for decoded data that are empty, Base64 again, or an envelope."""
    where = "/DxpMsg/Data"
    if not data.strip():
        raise Unreadable(finding("envelope-data-empty", path=where, expected="Base64"), 422)
    if is_base64(data):
        raise Unreadable(
            finding("envelope-base64-twice", path=where, expected="<?xml …", found=data[:40].decode()), 422
        )
    if inner := _ENVELOPE.match(data[: 4 * _HEAD]):
        raise Unreadable(finding("envelope-in-envelope", path=where, found=inner[1].decode()), 422)


def write_rep(receiver_id: str, original: Envelope, answers: Sequence[tuple[str, str]], *, day: str) -> bytes:
    """Return the platform's response to a DxpMsg: one Response for each (code, text) of `answers`; `day` as
    2022-05-31."""
    responses = "".join(
        f"<Response><ResponseCode>{escape(code)}</ResponseCode><ResponseInfo>{escape(text[:300])}</ResponseInfo>"
        f"<NoticeTime>{escape(day)}</NoticeTime>{header('OriHead', original)}</Response>"
        for code, text in answers
    )
    return (
        f'{PROLOGUE}<DxpRep xmlns="{DXP}" ver="1.0"><RecevierId>{escape(receiver_id)}</RecevierId>{responses}</DxpRep>'
    ).encode()
