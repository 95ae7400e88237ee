"""The check of a note with very many parcels looks at each of them once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from declarations.rules.export_shared import no_parcel_twice

MANY = 5_000


class Number(str):
    """A waybill number that counts how often it is compared."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Number.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_a_parcel_that_a_long_note_names_twice_is_found_without_comparing_all_with_all() -> None:
    numbers = [Number(f"EY{number:012d}") for number in range(MANY)]
    note: Any = SimpleNamespace(
        lines=[SimpleNamespace(logistics_no=number) for number in [*numbers, Number(numbers[-1])]]
    )
    assert no_parcel_twice.test(note, None) == {"found": numbers[-1]}  # type: ignore[arg-type]
    assert Number.compared < 2 * MANY
    note.lines.pop()
    assert no_parcel_twice.test(note, None) is None  # type: ignore[arg-type]
