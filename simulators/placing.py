"""Places known faults among the trades in a row: so many of each block, at drawn places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simulators.draws import Draws


def placed(
    numbers: range, amounts: Mapping[str, int], block: int, world_seed: int, seed: int, purpose: str
) -> Iterator[tuple[int, str]]:
    """Each number with the name of its fault, empty for none: of each `block` numbers `amounts` have each fault."""
    faulty: dict[int, str] = {}
    for number in numbers:
        if amounts and (number == numbers.start or number % block == 0):
            places = Draws(world_seed, seed, purpose, number // block).order(block)
            wanted = [name for name, amount in amounts.items() for _ in range(amount)]
            faulty = dict(zip(places, wanted, strict=False))
        yield number, faulty.get(number % block, "")
