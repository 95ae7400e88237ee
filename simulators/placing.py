"""Distributes known faults over trades: a fixed number in each block, at random positions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simulators.draws import Draws


def place_faults(
    numbers: range, amounts: Mapping[str, int], block: int, world_seed: int, seed: int, purpose: str
) -> Iterator[tuple[int, str]]:
    """(number, name of its fault or ""); of each `block` numbers `amounts[fault]` have the fault."""
    faulty: dict[int, str] = {}
    for number in numbers:
        if amounts and (number == numbers.start or number % block == 0):
            positions = Draws(world_seed, seed, purpose, number // block).order(block)
            fault_names = [name for name, amount in amounts.items() for _ in range(amount)]
            faulty = dict(zip(positions, fault_names, strict=False))
        yield number, faulty.get(number % block, "")
