"""Export lists out of messages, each as often as requested, under numbers of their own: what measuring runs file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from declarations.documents import DOCUMENTS, ExportInventory, extract
from schemas import catalogue
from schemas.reading import open_message, read

KIND, CODE = "export_inventory", "603"


def copied_lists(bodies: Iterable[bytes], count: int, ebc_code: str) -> Iterator[ExportInventory]:
    """So many lists of one merchant, after those in messages (603); raises `ValueError` for another message."""
    originals = [inventory for body in bodies for inventory in _lists(body)]
    for number in range(count):
        inventory, mark = originals[number % len(originals)], f"{number:09d}"
        yield replace(
            inventory,
            guid=inventory.guid[:27] + mark,
            ebc_code=ebc_code,
            order_no=f"X{mark}",
            cop_no=f"K{mark}",
            logistics_no=f"W{mark}",
        )


def _lists(body: bytes) -> Iterator[ExportInventory]:
    opened = open_message(body)
    message = read(opened)
    if opened.entry.code != CODE or message.findings:
        raise ValueError(f"A message of export lists ({CODE}) is wanted; {opened.entry.code}: {message.findings[:1]}")
    layout = catalogue.names(CODE)
    for block in message.blocks:
        yield extract(DOCUMENTS[KIND], layout, block.head, block.lines)
