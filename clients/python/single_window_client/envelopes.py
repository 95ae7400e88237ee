"""Envelopes of the electronic port (DxpMsg) around messages, as a terminal node writes them, and their contents."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape

DXP = "http://www.chinaport.gov.cn/dxp"
"""The namespace of envelopes."""
PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = f"{{{DXP}}}"


@dataclass(frozen=True, slots=True)
class Envelope:
    """The header fields of a DxpMsg, and the message inside (`data`). `created` is the text as sent."""

    cop_msg_id: str
    sender_id: str
    receiver_ids: tuple[str, ...]
    created: str
    message_type: str
    data: bytes


def wrap(envelope: Envelope) -> bytes:
    """Return a DxpMsg with `envelope.data` in Base64; what it says is judged by the window."""
    return f'{PROLOGUE}<DxpMsg xmlns="{DXP}" ver="1.0">{contents(envelope)}</DxpMsg>'.encode()


def contents(envelope: Envelope) -> str:
    """Return what stands in a DxpMsg: its header and the message in Base64."""
    return f"{header('TransInfo', envelope)}<Data>{b64encode(envelope.data).decode()}</Data>"


def header(tag: str, envelope: Envelope) -> str:
    """Return the header of an envelope as an element of this name."""
    receivers = "".join(f"<ReceiverId>{escape(receiver)}</ReceiverId>" for receiver in envelope.receiver_ids)
    return (
        f"<{tag}><CopMsgId>{escape(envelope.cop_msg_id)}</CopMsgId>"
        f"<SenderId>{escape(envelope.sender_id)}</SenderId><ReceiverIds>{receivers}</ReceiverIds>"
        f"<CreatTime>{escape(envelope.created)}</CreatTime>"
        f"<MsgType>{escape(envelope.message_type)}</MsgType></{tag}>"
    )


def unwrap(document: bytes) -> Envelope:
    """Read a DxpMsg, or the one in a DxpMsgSv, that a window sent; raises `ValueError` if it is no envelope."""
    try:
        root = ElementTree.fromstring(document)
    except ElementTree.ParseError as error:
        raise ValueError(f"the envelope is not XML: {error}") from None
    message = root if root.tag == f"{_NAMESPACE}DxpMsg" else root.find(f"{_NAMESPACE}DxpMsg")
    info = None if message is None else message.find(f"{_NAMESPACE}TransInfo")
    if message is None or info is None:
        raise ValueError(f"no DxpMsg with a TransInfo, but {root.tag}")
    fields = [info.findtext(f"{_NAMESPACE}{name}") or "" for name in ("CopMsgId", "SenderId", "CreatTime", "MsgType")]
    receivers = tuple(receiver.text or "" for receiver in info.iter(f"{_NAMESPACE}ReceiverId"))
    data = b64decode("".join((message.findtext(f"{_NAMESPACE}Data") or "").split()), validate=True)
    return Envelope(fields[0], fields[1], receivers, fields[2], fields[3], data)
