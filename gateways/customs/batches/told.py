"""What is said to the batch desk about lists, sorted by what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from gateways.customs.batches import members, verdict
from gateways.customs.batches.repository import BatchDesk
from gateways.gateway import Item

SAID: Mapping[str, Callable[[Sequence[Item], BatchDesk], None]] = MappingProxyType({
    "joined": members.join, "sampled": verdict.sampled, "concluded": verdict.concluded, "settled": verdict.settled})


def handle_told(items: Sequence[Item], desk: BatchDesk) -> None:
    """Something about lists, each item [what, batch id or 0, declaration id, more]: see `joining`, which says it."""
    for what, handle in SAID.items():
        said = [item for item in items if item[0] == what]
        if said:
            handle(said, desk)
