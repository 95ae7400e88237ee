"""Message bodies that try to make reading them expensive, or that are not what they say: drawn by seed, synthetic."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable, Mapping

from simulators.draws import Draws, guid

SENDER = "DXPENTHOSTILE001"
"""Nobody's mailbox: what is answered to hostile messages must not mix with the receipts of the trades."""
NAMESPACE = "http://www.chinaport.gov.cn/ceb"
CAP = 9_500_000
"""Bytes that the largest bodies come to: within the default cap of 10 MB."""
_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8"?><ceb:CEB311Message xmlns:ceb="{NAMESPACE}" guid="{{guid}}" '
    'version="1.0"{more}>'
)
_TRANSFER = (
    "<ceb:BaseTransfer><ceb:copCode>370296T099</ceb:copCode><ceb:copName>X</ceb:copName><ceb:dxpMode>DXP"
    f"</ceb:dxpMode><ceb:dxpId>{SENDER}</ceb:dxpId></ceb:BaseTransfer>"
)
_TAIL = "</ceb:CEB311Message>"
_ORDER_HEAD = (
    "<ceb:OrderHead><ceb:guid>{guid}</ceb:guid><ceb:appType>1</ceb:appType><ceb:appTime>20261120120000"
    "</ceb:appTime><ceb:appStatus>2</ceb:appStatus></ceb:OrderHead>"
)
BAD_LINE = "<ceb:OrderList><ceb:gnum>x</ceb:gnum></ceb:OrderList>"


def message(draws: Draws, content: str, more: str = "") -> bytes:
    """A 311 with this content between its transfer data and its end, and `more` attributes on its root."""
    head = _HEAD.format(guid=guid(SENDER, draws.below(1 << 60)), more=more)
    return f"{head}{content}{_TRANSFER}{_TAIL}".encode()


def _attributes(draws: Draws, size: int) -> bytes:
    return message(draws, "", "".join(f' a{number}="{number}"' for number in range(size // 12)))


def _namespaces(draws: Draws, size: int) -> bytes:
    return message(draws, "", "".join(f' xmlns:n{number}="urn:{number}"' for number in range(size // 20)))


def _lines(draws: Draws, size: int) -> bytes:
    return message(draws, f"<ceb:Order>{'<ceb:OrderList/>' * (size // 16)}</ceb:Order>")


def _bad_lines(draws: Draws, size: int) -> bytes:
    head = _ORDER_HEAD.format(guid=guid(SENDER, "order", draws.below(1 << 60)))
    return message(draws, f"<ceb:Order>{head}{BAD_LINE * (size // len(BAD_LINE))}</ceb:Order>")


def _orders(draws: Draws, size: int) -> bytes:
    return message(draws, "<ceb:Order/>" * (size // 12))


def _deep(draws: Draws, size: int) -> bytes:
    depth = size // 8
    return message(draws, f"{'<a>' * depth}{'</a>' * depth}")


def _text(draws: Draws, size: int) -> bytes:
    return message(
        draws, f"<ceb:Order><ceb:OrderHead><ceb:orderNo>{'单' * (size // 3)}</ceb:orderNo></ceb:OrderHead></ceb:Order>"
    )


def _attribute_text(draws: Draws, size: int) -> bytes:
    return message(draws, "", f' note="{"n" * size}"')


def _name(draws: Draws, size: int) -> bytes:
    name = "n" * size
    return message(draws, f"<{name}/>")


def _new_names(draws: Draws, size: int) -> bytes:
    """Names that nobody has used before: a parser that keeps names keeps these, too."""
    drawn = draws.below(1 << 60)
    return message(draws, "".join(f"<n{drawn}-{number}/>" for number in range(size // 28)))


def _comments(draws: Draws, size: int) -> bytes:
    return message(draws, "<!--c-->" * (size // 8))


def _instructions(draws: Draws, size: int) -> bytes:
    return message(draws, "<?p i?>" * (size // 7))


def _references(draws: Draws, size: int) -> bytes:
    return message(draws, f"<ceb:Order>{'&#x5355;' * (size // 8)}</ceb:Order>")


def _sections(draws: Draws, size: int) -> bytes:
    return message(draws, f"<ceb:Order>{'<![CDATA[]]>' * (size // 12)}</ceb:Order>")


def _entities(draws: Draws, size: int) -> bytes:
    texts = ["x" * 10, *(f"&e{number};" * 10 for number in range(8))]
    declared = "".join(f'<!ENTITY e{number} "{text}">' for number, text in enumerate(texts))
    return f"<!DOCTYPE a [{declared}]><a>&e8;</a>".encode() + b" " * min(size, 1_000)


def _envelope(draws: Draws, size: int) -> bytes:
    """A DxpMsg around another hostile body."""
    inner = BODIES[draws.one_of(PLAIN)](draws, size * 2 // 3)
    data = base64.b64encode(inner).decode()
    return (
        f'<DxpMsg xmlns="http://www.chinaport.gov.cn/dxp" ver="1.0"><TransInfo><CopMsgId>'
        f"{guid(SENDER, 'envelope', draws.below(1 << 60))}</CopMsgId><SenderId>{SENDER}</SenderId><ReceiverIds>"
        "<ReceiverId>DXPEDCCEB0000002</ReceiverId></ReceiverIds><CreatTime>2026-11-20T12:00:00</CreatTime>"
        f"<MsgType>CEB311Message</MsgType></TransInfo><Data>{data}</Data></DxpMsg>"
    ).encode()


def _cut(draws: Draws, size: int) -> bytes:
    whole = _bad_lines(draws, size)
    return whole[: draws.below(len(whole))]


def _bytes(draws: Draws, size: int) -> bytes:
    return bytes(draws.below(256) for _ in range(min(size, 2_000)))


def _compressed(draws: Draws, size: int) -> bytes:
    return gzip.compress(_lines(draws, size), 1, mtime=0)


def _wide_characters(draws: Draws, size: int) -> bytes:
    return _lines(draws, size // 2).decode().encode("utf-16")


PLAIN = (
    "attributes",
    "namespaces",
    "lines",
    "bad lines",
    "orders",
    "deep",
    "text",
    "attribute text",
    "name",
    "new names",
    "comments",
    "instructions",
    "references",
    "sections",
)
BODIES: Mapping[str, Callable[[Draws, int], bytes]] = {
    "attributes": _attributes,
    "namespaces": _namespaces,
    "lines": _lines,
    "bad lines": _bad_lines,
    "orders": _orders,
    "deep": _deep,
    "text": _text,
    "attribute text": _attribute_text,
    "name": _name,
    "new names": _new_names,
    "comments": _comments,
    "instructions": _instructions,
    "references": _references,
    "sections": _sections,
    "entities": _entities,
    "envelope": _envelope,
    "cut": _cut,
    "bytes": _bytes,
    "compressed": _compressed,
    "wide characters": _wide_characters,
}
"""What each shape is called, and what makes a body of about so many bytes of it."""
