"""A message in parts: so many of its documents, with their receipts, that a page of them stays small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import msgspec

from single_window.cases.declarations.parts import GivenReceiptOut, MessageStory, Paper

MAX_FIELDS = 480
"""Fields of the documents of a part, at most, unless a single document has more."""
OWN_FIELDS, FIELDS_OF_A_RECEIPT = 6, 5
"""Fields that each document has besides its facts, and so many as a receipt takes the room of."""
MAX_FINDINGS, MAX_OTHERS = 25, 40
"""Findings of a part, and receipts that are about none of the documents that were kept, at most."""
ItemT = TypeVar("ItemT")


class MessagePart(NamedTuple):
    """A part of a message: its number, from 1 on, how many there are, and what it has of the message."""

    number: int
    parts: int
    story: MessageStory


def part_of(story: MessageStory, number: int = 1, with_document: int = 0) -> MessagePart:
    """Return a part of a message, the nearest if it has none of that number; or the one that has a document, by its
    id."""
    documents, findings = _in_parts(story), _cut(story.findings, MAX_FINDINGS)
    kept = {(paper.kind, paper.key) for paper in story.papers}
    others = _cut([receipt for receipt in story.receipts if _about(receipt) not in kept], MAX_OTHERS)
    parts = max(1, len(documents), len(findings), len(others))
    holding = (place for place, papers in enumerate(documents, 1) if with_document in {paper.id for paper in papers})
    number = min(max(next(holding, number), 1), parts)
    papers, here = _at(documents, number), {_about(receipt) for receipt in _at(others, number)}
    here |= {(paper.kind, paper.key) for paper in papers}
    shown = msgspec.structs.replace(
        story,
        papers=tuple(papers),
        findings=tuple(_at(findings, number)),
        receipts=tuple(receipt for receipt in story.receipts if _about(receipt) in here),
    )
    return MessagePart(number, parts, shown)


def _about(receipt: GivenReceiptOut) -> tuple[str, str]:
    return receipt.kind, receipt.key


def _in_parts(story: MessageStory) -> list[Sequence[Paper]]:
    """The documents of a message, so many together as have few enough fields with their receipts."""
    receipts = Counter(map(_about, story.receipts))
    parts: list[list[Paper]] = []
    fields = MAX_FIELDS
    for paper in story.papers:
        own = OWN_FIELDS + len(paper.facts) + sum(map(len, paper.lines))
        own += FIELDS_OF_A_RECEIPT * receipts[paper.kind, paper.key]
        if fields + own > MAX_FIELDS:
            parts.append([])
            fields = 0
        parts[-1].append(paper)
        fields += own
    return list(parts)


def _cut(items: Sequence[ItemT], most: int) -> list[Sequence[ItemT]]:
    return [items[start : start + most] for start in range(0, len(items), most)]


def _at(parts: Sequence[Sequence[ItemT]], number: int) -> Sequence[ItemT]:
    return parts[number - 1] if number <= len(parts) else ()
