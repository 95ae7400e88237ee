"""Parses messages: opens, validates, extracts documents, and runs the port's checks. Pure; runs in reader processes.

The result contains only plain values, which can be sent to the writing process.
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
from gateways.replies import identifying_fields
from schemas import catalogue, repeated_transfer
from schemas.envelope import check_receivers
from schemas.findings import Finding
from schemas.message import DocumentTexts, Message, Subscribe
from schemas.opened import Opened
from schemas.packing import MESSAGES
from schemas.parsing import Unreadable
from schemas.reading import open_message, read
from single_window.intake import signatures
from single_window.intake.explaining import explain
from single_window.intake.released_memory import releasing_memory
from single_window.intake.signatures import Signed

OVERSIZED_BYTES_KEPT = 4_096
"""Bytes that are archived of a body above the size cap."""
EDITION = "2022-05"
MAX_PLACE_LENGTH = 60
"""Maximum length of a meeting's key. A collision after truncation only means that two orders share a lock."""
_LISTS = frozenset({"inventory", "export_inventory"})
_ADDRESS = re.compile(r"[!-:<-~]{1,30}")
"""A DXP id: visible ASCII characters without the semicolon, which separates several."""


class Arrived(NamedTuple):
    """One document of a message. `facts`: the packed document; `reasons`: the port's reasons for refusing it."""

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
    paid: str = ""
    """Platform and order of a payment, or of an import list that looks for its payment."""
    waybill: str = ""
    """The key of the waybill that a list names."""

    def submission(self, kind: str) -> Submission:
        """Return what is compared with the stored document of the same key."""
        return Submission(
            kind, self.app_type, self.app_status, self.app_time, self.guid, self.content_hash, self.numbers
        )


class Reading(NamedTuple):
    """A parsed or refused message; `refused`: HTTP status of the refusal, 0 if it was opened."""

    sender: str
    transmission_id: str
    content_hash: str
    body: bytes
    """The received bytes, compressed."""
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
    """Warnings that do not refuse the message."""
    scenario: str = ""
    """The scenario that its call requested."""
    signed: Signed | None = None
    """The result of the signature check; None: not checked, or the message fails its schema."""
    complete: bool = False
    """True if its documents were parsed and checked, too; False: only what admission needs."""


@releasing_memory
def open_body(body: bytes, editions: Mapping[str, str], cap: int, edition: str | None = None) -> Reading:
    """Parse a message as far as admission needs: its sender and transmission, or why it is refused.

    Reception parses its documents. `editions` and `edition` as for `read_body`.
    """
    return _open(body, editions, cap, edition)[0]


@releasing_memory
def read_body(
    body: bytes,
    day: date,
    editions: Mapping[str, str],
    cap: int,
    edition: str | None = None,
    tolerant: Collection[str] = (),
    signing: str = signatures.OFF,
) -> Reading:
    """Parse one message by the law of a day. `editions`: DXP id → schema edition; `edition` overrides it.

    `tolerant`: the DXP ids whose second, identical BaseTransfer is dropped with a remark. `signing`: the sandbox's
    option `signatures`.
    """
    reading, opened = _open(body, editions, cap, edition)
    if opened is None:
        return reading
    # check the signature before the message is changed
    signed = None if signing == signatures.OFF else signatures.of(opened, reading.edition)
    dropped = repeated_transfer.drop_repeated(opened) if reading.sender in tolerant else None
    message = read(opened, reading.edition, explain=explain)
    documents, findings = _documents(opened, message, day)
    return reading._replace(
        mailboxes=";".join(dict.fromkeys([reading.sender, *_subscribers(message.subscribes, "RET")])),
        data_mailboxes=tuple(dict.fromkeys(_subscribers(message.subscribes, "DATA"))),
        documents=documents,
        findings=(*message.findings, *findings),
        remarks=(
            *reading.remarks,
            *([dropped] if dropped else []),
            *_remarks(opened, message),
            *(remark for remark in (signed.findings if signed else ()) if remark.warning),
        ),
        signed=signed and signed._replace(transmitter=message.transfer.cop_code),
        complete=True,
    )


def _remarks(opened: Opened, message: Message) -> Iterator[Finding]:
    yield from signatures.warn_if_unsigned(opened)
    for subscription in message.subscribes:
        if not _is_served(subscription):
            yield _unserved_subscription(opened, subscription)


def _unserved_subscription(opened: Opened, subscription: Subscribe) -> Finding:
    """The warning about a subscription that is not served."""
    return Finding(
        "subscription-unheard",
        f"订阅[{subscription.status}:{subscription.dxp_address}]不会被送达",
        f"the subscription {subscription.status} of {subscription.dxp_address} is not served",
        path=f"/{opened.entry.root}/BaseSubscribe",
        expected="ALL, DATA, RET; DXPENT0000000001",
        found=f"{subscription.status}: {subscription.dxp_address}"[:100],
        remedy_zh="请检查status和dxpAddress",
        remedy_en="check status and dxpAddress",
        warning=True,
    )


def _open(body: bytes, editions: Mapping[str, str], cap: int, edition: str | None) -> tuple[Reading, Opened | None]:
    """Open a message; returns (reading, opened message or None if refused)."""
    digest = hashlib.sha256(body).hexdigest()
    try:
        opened = open_message(body, cap=cap)
    except Unreadable as error:
        kept = body if len(body) <= cap else body[:OVERSIZED_BYTES_KEPT]
        return Reading(
            "", "", digest, MESSAGES.pack(kept), len(body), findings=error.findings, refused=error.status
        ), None
    opened_reading = Reading("", "", digest, MESSAGES.pack(body), len(body))
    if opened.entry.receipt:
        return opened_reading._replace(findings=(_not_for_us(opened),), refused=422), None
    sender, code = _address(_sender(opened)), opened.entry.code
    chosen = edition or editions.get(sender, EDITION)
    if not sender:
        findings = (_no_address(opened), *read(opened, chosen, explain=explain).findings)
        return opened_reading._replace(code=code, findings=findings, refused=422), None
    envelope = opened.envelope
    receiver = check_receivers(envelope.receiver_ids, opened.entry.flow) if envelope else None
    return opened_reading._replace(
        sender=sender,
        transmission_id=(envelope.cop_msg_id if envelope else opened.guid) or digest,
        code=code,
        kind=opened.entry.kind,
        guid=opened.guid,
        edition=chosen,
        count=opened.count,
        remarks=(receiver,) if receiver else (),
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
    """Parse several messages in order; `whole`: completely, else only as far as admission needs."""
    if not whole:
        return [open_body(body, editions, cap) for body in bodies]
    return [read_body(body, day, editions, cap, tolerant=tolerant, signing=signing) for body in bodies]


def _sender(opened: Opened) -> str:
    if opened.envelope is not None:
        return opened.envelope.sender_id
    element = opened.tree.find(f"{{{opened.entry.namespace}}}BaseTransfer/{{{opened.entry.namespace}}}dxpId")
    return (element.text or "").strip() if element is not None else ""


def is_address(text: str) -> bool:
    """True if the text is a valid name of a mailbox."""
    return bool(_ADDRESS.fullmatch(text))


def _address(text: str) -> str:
    """A DXP id without surrounding space; empty if it is no valid name of a mailbox."""
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
    """(documents, findings) of a message; if an amount exceeds 64 bits, there are findings and no documents."""
    kind = opened.entry.kind
    layout = catalogue.names(opened.entry.code, message.edition)
    keys = tuple(layout[0].index(name) for name in opened.entry.key)
    facts = rules.CheckFacts(
        message.transfer.dxp_id, opened.envelope.sender_id if opened.envelope else None, day, rules.codes_in_force(day)
    )
    documents: list[Arrived] = []
    findings: list[Finding] = []
    for position, block in enumerate(message.blocks, 1):
        try:
            documents.append(extract_document(kind, layout, keys, position, block, facts))
        except AmountTooLarge as error:
            findings.append(_too_large(opened, position, str(error)))
    return (() if findings else tuple(documents)), findings


def extract_document(
    kind: str,
    layout: catalogue.Names,
    keys: tuple[int, ...],
    position: int,
    block: DocumentTexts,
    facts: rules.CheckFacts,
) -> Arrived:
    """Extract one document of a message and run the port's checks on it."""
    document = extract(DOCUMENTS[kind], layout, block.head, block.lines)
    reasons = tuple(rules.check(kind, document, facts)) if kind in rules.RULE_BOOKS else ()
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
        fields=identifying_fields(kind, document),
        numbers=(getattr(document, "pre_no", ""), getattr(document, "invt_no", "")),
        reasons=reasons,
        paid=paid_order(document) if kind in {"payment", "inventory"} else "",
        waybill=business_key([document.logistics_code, document.logistics_no]) if kind in _LISTS else "",
    )


def paid_order(document: Any) -> str:
    """The key by which a list finds its payment: platform and order."""
    return business_key([document.ebp_code, document.order_no])


def meeting_place(kind: str, document: Any) -> str:
    """The number by which a document is matched with others: usually the order number; for an export waybill the
    waybill number; for requests and multipart notes the sender's number. Empty for kinds without matching."""
    return str(getattr(document, field_name(catalogue.handling(kind).matched_by), ""))[:MAX_PLACE_LENGTH]


def business_key(parts: Sequence[str]) -> str:
    """The business key: company codes and the company's own number, joined by "|".

    Codes are quoted if they are not alphanumeric, so that an invalid code with "|" cannot form another key.
    """
    return "|".join([*[part if part.isalnum() else quote(part, safe="") for part in parts[:-1]], parts[-1]])


def _texts(block: DocumentTexts) -> bytes:
    """All texts of a document, with marks for absent ones, joined unambiguously for hashing."""
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
