"""Whatever is spoilt in a clean interchange is refused, and the place of the fault is told."""

from __future__ import annotations

from random import Random
from time import process_time

import pytest
from edifact_mutations import Mutation, mutated, mutations
from edifact_samples import outside, samples, wrong

from schemas.edifact.reading import read_interchange
from schemas.edifact.warehouse import stock_lines
from schemas.edifact.writing import write
from tests.tables import each

LEAST = 200
SLOWEST_SECONDS = 2.0
"""Processor time within which any interchange of a few kilobytes is read, on the slowest of machines."""


def not_refused(mutation: Mutation) -> str | None:
    """What is wrong with how a spoilt interchange is judged; None if it is refused as it should be."""
    faults = wrong(mutation.data)
    if not faults:
        return "taken"
    for fault in faults:
        finding, place = fault.finding, fault.place
        if not (0 <= place.offset <= len(mutation.data) and finding.path and finding.en and finding.remedy_zh):
            return f"no place or remedy: {fault}"
        if (
            place.tag
            and not mutation.data[place.offset :].startswith(place.tag.encode("latin-1"))
            and (finding.code not in ("edifact-character", "edifact-encoding"))
        ):
            return f"another segment at the place: {fault}"
    told = [(fault.finding.code, fault.place.tag) for fault in faults]
    if mutation.code and (mutation.code, mutation.tag) not in told:
        return f"told {told}, not {mutation.code}"
    return None


@pytest.mark.long
@each("name, data", samples().items())
def test_every_way_to_spoil_a_sample_is_refused_with_its_place(name: str, data: bytes) -> None:
    spoilt = list(mutations(data))
    assert len(spoilt) >= LEAST
    assert {one.done: said for one in spoilt if (said := not_refused(one))} == {}


def test_every_way_to_spoil_the_sample_of_a_terminal_is_refused_with_its_place() -> None:
    spoilt = list(mutations(outside("D95BBAPLIE.edi")))
    assert len(spoilt) >= LEAST
    assert {one.done: said for one in spoilt if (said := not_refused(one))} == {}


def survive(count: int, seed: int) -> None:
    """Read mutated interchanges; each is read in time, written to the same bytes, and told wrong within limits. Most
    have messages still, many messages that are not refused, so that all parts of the reader are met."""
    draw, originals = Random(seed), list(samples().values())
    with_messages, taken = 0, 0
    for number in range(count):
        data = mutated(draw.choice(originals), draw)
        began = process_time()
        read = read_interchange(data)
        lines = stock_lines(read)
        assert process_time() - began < SLOWEST_SECONDS, (seed, number)
        assert write(read) == data, (seed, number)
        assert len(read.faults) <= 1_000
        assert lines == [] or not all(message.refused for message in read.messages)
        with_messages += bool(read.messages)
        taken += any(not message.refused for message in read.messages)
    assert with_messages > 0.9 * count and taken > 0.01 * count, (with_messages, taken)


@pytest.mark.long
def test_hostile_interchanges_are_read_in_time_and_written_as_they_came() -> None:
    survive(1_000, 1)


@pytest.mark.long
def test_fifty_thousand_hostile_interchanges_are_read_in_time_and_written_as_they_came() -> None:
    survive(50_000, 2)
