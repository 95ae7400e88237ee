"""The contents of platform files: COSTRP packs parcels in containers, IFCSUM hands in the manifest of a ship."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schemas.platform_files.file import PlatformFile

PACKING_LIST, MANIFEST = "COSTRP", "IFCSUM"
ORIGINAL, ADDED, DELETED, CHANGED = "9", "2", "3", "4"


class PackedContainer(NamedTuple):
    """A container of a packing list. `voyage`: of its ship; `bills`: the numbers of the parcels in it, each once."""

    container: str
    voyage: str
    bills: tuple[str, ...]


class ShipManifest(NamedTuple):
    """A manifest that was handed in. `at`: when, as yyyyMMddHHmmss; `line`, `vessel`: their codes."""

    sender: str
    receiver: str
    line: str
    vessel: str
    vessel_name: str
    voyage: str
    at: str


def function_of(read: PlatformFile) -> str:
    """Return what a file does (9 original, 2 added, 3 deleted, 4 changed)."""
    return read.head.get("function") if read.head else ""


def packed_containers(read: PlatformFile) -> Iterator[PackedContainer]:
    """Yield the containers of a packing list, without those that have no parcels."""
    voyage = next((ship.get("voyage") for ship in read.named("10")), "")
    container, bills = "", list[str]()
    for record in [*read.records, None]:
        if record is None or record.id == "50":
            if bills:
                yield PackedContainer(container, voyage, tuple(dict.fromkeys(bills)))
            container, bills = record.get("containerNo") if record else "", []
        elif record.id == "60":
            bills.append(record.get("billNo"))


def ship_manifests(read: PlatformFile) -> Iterator[ShipManifest]:
    """Yield the manifest of each ship of a file."""
    head = read.head
    line = next((one.get("lineCode") for one in read.named("11")), "")
    for ship in read.named("10") if head else ():
        yield ShipManifest(
            sender=head.get("sender") if head else "",
            receiver=head.get("receiver") if head else "",
            line=line,
            vessel=ship.get("shipCode"),
            vessel_name=ship.get("shipName"),
            voyage=ship.get("voyage"),
            at=f"{head.get('time') if head else ''}00",
        )
