"""What is said to the batch desk about lists, sorted by what it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from gateways.customs.batches import members, verdict
from gateways.customs.batches.memory import BatchMemory
from gateways.gateway import Answers, Circumstances, Item

SAID: Mapping[str, Callable[[Sequence[Item], BatchMemory, Circumstances, Answers], None]] = MappingProxyType({
    "joined": members.join, "sampled": verdict.sampled, "concluded": verdict.concluded, "settled": verdict.settled})


def hear_told(items: Sequence[Item], memory: BatchMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Something about lists, each item [what, batch id or 0, declaration id, more]: see `joining`, which says it."""
    for what, hear in SAID.items():
        said = [item for item in items if item[0] == what]
        if said:
            hear(said, memory, circumstances, answers)
