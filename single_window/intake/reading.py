"""Reads messages as they came: opens, validates, extracts, and runs the port's checks. Pure; a reader process runs it.

What comes out is values only, ready to be sent to the process that writes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import quote

from declarations import rules
from declarations.documents import DOCUMENTS, extract, pack
from declarations.documents.extraction import field_name
from declarations.money import AmountTooLarge
from declarations.reasons import Reason
from declarations.submission import Submission
from gateways.replies import identify
from schemas import catalogue, repeated_transfer
from schemas.findings import Finding
from schemas.message import DocumentTexts, Message, Subscribe
from schemas.packing import MESSAGES
from schemas.reading import Opened, Unreadable, open_message, read
from single_window.intake import remarks, signatures
from single_window.intake.explaining import explain
from single_window.intake.released_memory import release_memory
from single_window.intake.signatures import Signed

HEAD_KEPT = 4_096
"""Bytes kept of a body above the cap."""
EDITION = "2022-05"
PLACE = 60
"""Characters of a meeting's name; two that share them wait for each other, no more."""
_ADDRESS = re.compile(r"[!-:<-~]{1,30}")
"""A DXP id as a mailbox is named: visible ASCII characters, without the semicolon that joins several."""


class Arrived(NamedTuple):
    """One document of a message: its keys, its facts as the store keeps them, and why the port refuses it, if so."""

    position: int
    guid: str
    key: str
    order_no: str
    app_type: str
    app_time: str
    app_status: str
    content_hash: str
    facts: bytes
    fields: Mapping[str, str]
    numbers: tuple[str, str]
    reasons: tuple[Reason, ...]

    def submission(self, kind: str) -> Submission:
        """What is compared with the stored document of the same key."""
        return Submission(
            kind, self.app_type, self.app_status, self.app_time, self.guid, self.content_hash, self.numbers
        )


class Reading(NamedTuple):
    """A message that was opened and read, or refused (`refused` carries the HTTP status, 0: opened)."""

    sender: str
    transmission_id: str
    content_hash: str
    body: bytes
    """As it came, compressed."""
    size: int
    code: str = ""
    kind: str = ""
    guid: str = ""
    edition: str = EDITION
    mailboxes: str = ""
    data_mailboxes: tuple[str, ...] = ()
    count: int = 0  # type: ignore[assignment]
    documents: tuple[Arrived, ...] = ()
    findings: tuple[Finding, ...] = ()
    refused: int = 0
    remarks: tuple[Finding, ...] = ()
    """What is not as the sender may think, but refuses nothing."""
    scenario: str = ""
    """The ready-made outcome that its call named."""
    signed: Signed | None = None
    """What the check of its signature gave; None: it was not required, or the message is refused by its form."""


def open_body(body: bytes, editions: Mapping[str, str], cap: int, edition: str | None = None) -> Reading:
    """As much of a message as admission needs: its sender and transmission, or why it is refused.

    Its documents are read where it is received. `editions` and `edition` as for `read_body`.
    """
    try:
        return _open(body, editions, cap, edition)[0]
    finally:
        release_memory(len(body))


def read_body(
    body: bytes,
    day: date,
    editions: Mapping[str, str],
    cap: int,
    edition: str | None = None,
    tolerant: Collection[str] = (),
    signing: str = signatures.OFF,
) -> Reading:
    """Read one message as of a day. `editions` maps DXP ids to their participants' editions; `edition` overrides.

    `tolerant`: the DXP ids whose second, identical BaseTransfer is dropped with a remark. `signing`: how the sandbox
    handles signatures (its option `signatures`).
    """
    try:
        return _read(body, day, editions, cap, edition, tolerant, signing)
    finally:
        release_memory(len(body))


def _read(
    body: bytes,
    day: date,
    editions: Mapping[str, str],
    cap: int,
    edition: str | None,
    tolerant: Collection[str],
    signing: str,
) -> Reading:
    reading, opened = _open(body, editions, cap, edition)
    if opened is None:
        return reading
    # what is signed is the message as it came
    signed = None if signing == signatures.OFF else signatures.of(opened, reading.edition)
    dropped = repeated_transfer.drop(opened) if reading.sender in tolerant else None
    message = read(opened, reading.edition, explain=explain)
    documents, findings = _documents(opened, message, day)
    return reading._replace(
        mailboxes=";".join(dict.fromkeys([reading.sender, *_subscribers(message.subscribes, "RET")])),
        data_mailboxes=tuple(dict.fromkeys(_subscribers(message.subscribes, "DATA"))),
        documents=documents,
        findings=(*message.findings, *findings),
        remarks=tuple([*([dropped] if dropped else []), *_remarks(opened, message)]),
        signed=signed and signed._replace(transmitter=message.transfer.cop_code),
    )


def _remarks(opened: Opened, message: Message) -> Iterator[Finding]:
    yield from remarks.unsigned(opened)
    for subscription in message.subscribes:
        if not _is_served(subscription):
            yield remarks.unserved_subscription(opened, subscription)


def _open(body: bytes, editions: Mapping[str, str], cap: int, edition: str | None) -> tuple[Reading, Opened | None]:
    """Open a message: its reading, and the opened message; none when it is refused."""
    digest = hashlib.sha256(body).hexdigest()
    try:
        opened = open_message(body, cap=cap)
    except Unreadable as error:
        kept = body if len(body) <= cap else body[:HEAD_KEPT]
        return Reading(
            "", "", digest, MESSAGES.pack(kept), len(body), findings=error.findings, refused=error.status
        ), None
    came = Reading("", "", digest, MESSAGES.pack(body), len(body))
    if opened.entry.receipt:
        return came._replace(findings=(_not_for_us(opened),), refused=422), None
    sender, code = _address(_sender(opened)), opened.entry.code
    chosen = edition or editions.get(sender, EDITION)
    if not sender:
        findings = (_no_address(opened), *read(opened, chosen, explain=explain).findings)
        return came._replace(code=code, findings=findings, refused=422), None
    envelope = opened.envelope
    return came._replace(
        sender=sender,
        transmission_id=(envelope.cop_msg_id if envelope else opened.guid) or digest,
        code=code,
        kind=opened.entry.kind,
        guid=opened.guid,
        edition=chosen,
        count=opened.count,
    ), opened


def read_bodies(
    bodies: Sequence[bytes],
    day: date,
    editions: Mapping[str, str],
    cap: int,
    whole: bool = True,
    tolerant: Collection[str] = (),
    signing: str = signatures.OFF,
) -> list[Reading]:
    """Read several messages, in order; without `whole` they are opened only."""
    if not whole:
        return [open_body(body, editions, cap) for body in bodies]
    return [read_body(body, day, editions, cap, tolerant=tolerant, signing=signing) for body in bodies]


def _sender(opened: Opened) -> str:
    if opened.envelope is not None:
        return opened.envelope.sender_id
    element = opened.tree.find(f"{{{opened.entry.namespace}}}BaseTransfer/{{{opened.entry.namespace}}}dxpId")
    return (element.text or "").strip() if element is not None else ""


def is_address(text: str) -> bool:
    """True if a mailbox can have this name."""
    return bool(_ADDRESS.fullmatch(text))


def _address(text: str) -> str:
    """A DXP id without space around it; empty when no mailbox can have this name."""
    address = text.strip()
    return address if is_address(address) else ""


def _is_served(subscription: Subscribe) -> bool:
    return bool(subscription.status in {"ALL", "DATA", "RET"} and _address(subscription.dxp_address))


def _subscribers(subscribes: Sequence[Subscribe], kind: str) -> list[str]:
    """The recipients of receipts (RET) or data (DATA) besides the sender."""
    return [
        _address(subscription.dxp_address)
        for subscription in subscribes
        if subscription.status in {"ALL", kind} and _is_served(subscription)
    ]


def _documents(opened: Opened, message: Message, day: date) -> tuple[tuple[Arrived, ...], list[Finding]]:
    """The documents of a message; an amount beyond 64 bits is a finding, and then there are none."""
    kind = opened.entry.kind
    layout = catalogue.names(opened.entry.code, message.edition)
    keys = tuple(layout[0].index(name) for name in opened.entry.key)
    facts = rules.CheckFacts(
        message.transfer.dxp_id, opened.envelope.sender_id if opened.envelope else None, day, rules.in_force(day)
    )
    documents: list[Arrived] = []
    findings: list[Finding] = []
    for position, block in enumerate(message.blocks, 1):
        try:
            documents.append(arrived(kind, layout, keys, position, block, facts))
        except AmountTooLarge as error:
            findings.append(_too_large(opened, position, str(error)))
    return (() if findings else tuple(documents)), findings


def arrived(
    kind: str,
    layout: catalogue.Names,
    keys: tuple[int, ...],
    position: int,
    block: DocumentTexts,
    facts: rules.CheckFacts,
) -> Arrived:
    """One document of a message with its keys, its facts, and why the port refuses it, if so."""
    document = extract(DOCUMENTS[kind], layout, block.head, block.lines)
    reasons = tuple(rules.check(kind, document, facts)) if kind in rules.BOOKS else ()
    digest = hashlib.blake2b(_texts(block), digest_size=16).hexdigest()
    return Arrived(
        position=position,
        guid=document.guid,
        key=business_key([block.head[index] or "" for index in keys]),
        order_no=meeting_place(kind, document),
        app_type=getattr(document, "app_type", "1"),
        app_time=document.app_time,
        app_status=getattr(document, "app_status", "2"),
        content_hash=digest,
        facts=pack(document),
        fields=identify(kind, document),
        numbers=(getattr(document, "pre_no", ""), getattr(document, "invt_no", "")),
        reasons=reasons,
    )


def meeting_place(kind: str, document: Any) -> str:
    """The number by which a document is matched with others: its order's; an export waybill's own, which its list
    names; the sender's own number of notes that come in parts and of requests. Empty for kinds without matching."""
    return str(getattr(document, field_name(catalogue.handling(kind).matched_by), ""))[:PLACE]


def business_key(parts: Sequence[str]) -> str:
    """The business key: a company code and the company's own number, which may hold anything.

    An invalid code may hold the sign that joins the two, and must not become another's key.
    """
    return "|".join([*[part if part.isalnum() else quote(part, safe="") for part in parts[:-1]], parts[-1]])


def _texts(block: DocumentTexts) -> bytes:
    """All texts of a document, absent ones too, in one string that no other document has."""
    parts = ["\x1f".join([text if text is not None else "\x1e" for text in row]) for row in (block.head, *block.lines)]
    return "\x1d".join(parts).encode()


def _too_large(opened: Opened, position: int, found: str) -> Finding:
    return Finding(
        "amount-too-large",
        f"金额或数量{found}超过92233720368547.75807",
        f"the amount or quantity {found} is above 92233720368547.75807",
        document=position,
        path=f"/{opened.entry.root}/{opened.entry.document}[{position}]",
        expected="≤ 92233720368547.75807",
        found=found,
        remedy_zh="请检查小数点和单位",
        remedy_en="check the decimal point and the unit",
    )


def _not_for_us(opened: Opened) -> Finding:
    return Finding(
        "a-receipt",
        f"{opened.entry.root}由口岸或海关发出，企业不能报送",
        f"{opened.entry.root} is sent by the port or customs, not to them",
        path=f"/{opened.entry.root}",
        found=opened.entry.root,
        remedy_zh="请报送业务报文",
        remedy_en="send a business message",
    )


def _no_address(opened: Opened) -> Finding:
    where = "/DxpMsg/TransInfo/SenderId" if opened.envelope else f"/{opened.entry.root}/BaseTransfer/dxpId"
    return Finding(
        "no-address",
        "报文没有可用的发送方DXP编号，回执无处可送",
        "the message names no sender's DXP id that a mailbox could have: its receipts could not be delivered",
        path=where,
        expected="DXPENT0000000001",
        found=_sender(opened)[:100],
        remedy_zh="请填写1至30个ASCII字符、不含空格和分号的DXP编号",
        remedy_en="give a DXP id of 1 to 30 visible ASCII characters without a semicolon",
    )
