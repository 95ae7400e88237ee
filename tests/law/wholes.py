"""All that a rule answered, as text: known answers in whole, beside those that a case names one by one.

A case says what matters about an answer. The rest of it (values and dated values of reasons, amounts nobody asks for)
stands in `tables/wholes/`, one file a table, and was worked out by the rules themselves: it shows what a change
changes. `python -m tests.wholes` writes it anew.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence, Set
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from declarations.reasons import Reason
from tests.law.rows import TABLES, Facts

FOLDER = TABLES / "wholes"
COLUMNS = ("row", "given", "asked", "answer")
_SAID_BRIEFLY: tuple[Any, ...] = ("", None, 0, False, (), {})
"""Values of fields that are left out: that a field is missing says that it has one of them."""


class Whole(NamedTuple):
    """In the place of a known answer: it stands in the file of the table."""


WHOLE = Whole()


def whole(asked: str, answer: Any) -> tuple[str, Any, Any]:
    """Compare all of an answer with what is known of it."""
    return f"whole {asked}", WHOLE, written(answer)


def digest_of(facts: Facts) -> str:
    """Return the digest of what a case gives, which tells apart those that share a name."""
    return sha256(written(facts).encode()).hexdigest()[:8]


def file_of(table: str) -> str:
    """Return the name of the file of a table."""
    return f"{table.replace(' ', '_')}.csv"


@cache
def known(table: str) -> Mapping[tuple[str, str, str], str]:
    """Return the whole answers of a table by row, digest of what it gives, and what is asked; none without a file."""
    path = FOLDER / file_of(table)
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["row"], row["given"], row["asked"]): row["answer"] for row in csv.DictReader(file)}


def written(answer: Any) -> str:
    """Return a value as text: equal values give equal texts, whatever the order of sets and mappings."""
    if isinstance(answer, Reason):
        return f"{answer.rule}{_mapping(answer.values)}{_sequence(answer.parameter_ids)}"
    if isinstance(answer, Enum):
        return str(answer.value)
    if parts := _parts(answer):
        told = {name: value for name, value in parts.items() if not _is_brief(value)}
        return f"{type(answer).__name__}{_mapping(told)}"
    if isinstance(answer, Mapping):
        return _mapping(answer)
    if isinstance(answer, Set):
        return _sequence(sorted(map(written, answer)))
    if isinstance(answer, Sequence) and not isinstance(answer, str):
        return _sequence(answer)
    return str(answer)


def _is_brief(value: Any) -> bool:
    return isinstance(value, str | int | tuple | dict | None) and value in _SAID_BRIEFLY


def _parts(answer: Any) -> Mapping[str, Any]:
    """The fields of a record, and what it says of itself by properties; empty for other values."""
    kind = type(answer)
    if hasattr(answer, "_asdict"):
        names = list(answer._fields)
    elif isinstance(answer, msgspec.Struct):
        names = list(answer.__struct_fields__)
    elif is_dataclass(answer):
        names = [each.name for each in fields(answer) if each.repr]
    else:
        return {}
    names += [name for name, held in vars(kind).items() if isinstance(held, property) and not name.startswith("_")]
    return {name: getattr(answer, name) for name in names}


def _mapping(values: Mapping[Any, Any]) -> str:
    told = sorted(f"{written(key)}={written(value)}" for key, value in values.items())
    return "{" + "; ".join(told) + "}"


def _sequence(values: Sequence[Any]) -> str:
    return "[" + ", ".join(map(written, values)) + "]"
