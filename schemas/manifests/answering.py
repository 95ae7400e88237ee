"""Customs' answer to a manifest (Response): for each bill of lading, or the whole, taken or not, and why."""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from schemas.manifests.manifest import CustomsManifest, ManifestConsignment
from schemas.manifests.tables import types_of

TAKEN, NOT_TAKEN = "01", "03"
_ANSWERS = "11"
_TAKEN_TEXTS = {"MT2101": "21301 预配舱单主要数据已接收"}
"""Type → text of an answer as it was seen (K); others are our own (I)."""
_OWN_TEXT, _REFUSED_TEXT = "29101 已接收", "29104"


def answer_manifest(read: CustomsManifest, at: datetime) -> bytes:
    """Return the answer to a manifest that was read, at an instant of Asia/Shanghai."""
    space = f"urn:Declaration:datamodel:standard:CN:{read.type}:1" if read.type in types_of() else None
    root = etree.Element("Manifest", nsmap={None: space} if space else None)
    stamp = at.strftime("%Y%m%d%H%M%S") + f"{at.microsecond // 1000:03d}"
    head = etree.SubElement(root, "Head")
    for name, text in (
        ("MessageID", f"{read.receiver}_{stamp}"),
        ("FunctionCode", _ANSWERS),
        ("MessageType", read.type),
        ("SenderID", read.receiver),
        ("ReceiverID", read.sender),
        ("SendTime", stamp),
        ("Version", "1.0"),
    ):
        _add(head, name, text)
    response = etree.SubElement(root, "Response")
    ship = etree.SubElement(response, "BorderTransportMeans")
    _add(ship, "JourneyID", read.voyage)
    _add(ship, "ID", f"UN{read.vessel}" if read.vessel else "")
    for consignment in read.consignments:
        _answer_bill(response, consignment, read)
    if not read.consignments:
        _answer_type(response, read)
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return body


def _answer_bill(response: etree._Element, bill: ManifestConsignment, read: CustomsManifest) -> None:
    consignment = etree.SubElement(response, "Consignment")
    for name, number in (("TransportContractDocument", bill.master), ("AssociatedTransportDocument", bill.house)):
        if number:
            _add(etree.SubElement(consignment, name), "ID", number)
    _answer_type(consignment, read)


def _answer_type(above: etree._Element, read: CustomsManifest) -> None:
    said = etree.SubElement(above, "ResponseType")
    refusal = next((found for found in read.findings if not found.warning), None)
    _add(said, "Code", NOT_TAKEN if refusal else TAKEN)
    text = f"{_REFUSED_TEXT} {refusal.zh}" if refusal else _TAKEN_TEXTS.get(read.type, _OWN_TEXT)
    _add(said, "Text", text)


def _add(above: etree._Element, name: str, text: str) -> None:
    etree.SubElement(above, name).text = "".join(sign for sign in text if sign.isprintable())
