"""Bytes to a customs manifest, with all that is wrong with it, each by its path and line.

Taken as they are found: with the namespace of either form, and with or without the window's MFTMessage around them.
"""

from __future__ import annotations

import re
from typing import Any

from schemas.manifests.checking import check_manifest
from schemas.manifests.manifest import CustomsManifest, ManifestConsignment, ManifestContainer
from schemas.manifests.tables import CONSIGNMENT, DECLARATION, EQUIPMENT
from schemas.parsing import Unreadable, parse
from schemas.wording import finding

MANIFEST_EDITION = "MT 1.0"
MAX_BYTES = 4_000_000
_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?<(?:\w{1,20}:)?(Manifest|MFTMessage)[\s>/]")
_WRAPPED = ("MFTMessage", "MFTData", "Manifest")
_SECONDS, _SHOWN = 14, 40


def is_manifest(data: bytes) -> bool:
    """Return True if bytes begin as a manifest does, wrapped or not."""
    return _ROOT.match(data[:400]) is not None


def read_manifest(data: bytes) -> CustomsManifest:
    """Return the manifest that bytes are, with `findings`; an empty one if they cannot be read."""
    read = CustomsManifest()
    try:
        root = _unwrapped(parse(data, cap=MAX_BYTES))
    except Unreadable as error:
        read.findings.append(error.finding)
        return read
    if root is None:
        read.findings.append(
            finding("manifest-none", line=1, expected="Manifest", found=data[:40].decode("utf-8", "replace"))
        )
        return read
    _read_head(read, root)
    check_manifest(read, root)
    _read_declaration(read, child(root, DECLARATION))
    return read


def name_of(node: Any) -> str:
    """Return the name of an element without its namespace."""
    return str(node.tag).rpartition("}")[2]


def child(node: Any, path: str) -> Any:
    """Return the first element at a path below one, whatever its namespace; None: there is none."""
    for part in path.split("/"):
        if node is None:
            return None
        node = next((one for one in node if name_of(one) == part), None)
    return node


def text_at(node: Any, path: str) -> str:
    """Return the text of the first element at a path, without blanks around it; empty: there is none."""
    found = child(node, path)
    return (found.text or "").strip() if found is not None else ""


def _unwrapped(root: Any) -> Any:
    wrapper, *inside = _WRAPPED
    if name_of(root) == wrapper:
        return child(root, "/".join(inside))
    return root if name_of(root) == inside[-1] else None


def _read_head(read: CustomsManifest, root: Any) -> None:
    read.message_id, read.type = text_at(root, "Head/MessageID"), text_at(root, "Head/MessageType")
    read.function, read.sender = text_at(root, "Head/FunctionCode"), text_at(root, "Head/SenderID")
    read.receiver, read.sent_at = text_at(root, "Head/ReceiverID"), text_at(root, "Head/SendTime")[:_SECONDS]


def _read_declaration(read: CustomsManifest, declared: Any) -> None:
    ship = child(declared, "BorderTransportMeans")
    read.voyage, read.vessel_name = text_at(ship, "JourneyID"), text_at(ship, "Name")
    read.vessel = text_at(ship, "ID").removeprefix("UN")
    read.began_at, read.ended_at = (
        text_at(ship, "ActualDateTime")[:_SECONDS],
        text_at(ship, "CompletedDateTime")[:_SECONDS],
    )
    read.site = text_at(declared, "UnloadingLocation/ID").partition("/")[0]
    read.containers = _containers(declared)
    named = declared if declared is not None else ()
    read.consignments = tuple(_consignment(node) for node in named if name_of(node) == CONSIGNMENT)


def _consignment(node: Any) -> ManifestConsignment:
    return ManifestConsignment(
        master=text_at(node, "TransportContractDocument/ID"),
        house=text_at(node, "AssociatedTransportDocument/ID"),
        packages=text_at(node, "ConsignmentPackaging/QuantityQuantity"),
        weight=text_at(node, "TotalGrossMassMeasure"),
        load_port=text_at(node, "LoadingLocation/ID").partition("/")[0],
        discharge_port=text_at(node, "UnloadingLocation/ID").partition("/")[0],
        containers=_containers(node),
    )


def _containers(node: Any) -> tuple[ManifestContainer, ...]:
    boxes = [one for one in node if name_of(one) == EQUIPMENT] if node is not None else []
    return tuple(
        ManifestContainer(
            text_at(box, "EquipmentIdentification/ID"), text_at(box, "CharacteristicCode"), text_at(box, "FullnessCode")
        )
        for box in boxes
    )
