"""Converts the texts of a message to facts, and facts for the store.

The wire name of a field is derived from its name (`order_no` → `orderNo`); `WIRE` lists the exceptions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeAlias, get_args, get_origin, get_type_hints

import msgspec

from declarations.documents.header import OwnNumber
from declarations.money import Scaled, amount_text, scaled_from_text
from schemas.packing import FACTS

Document: TypeAlias = Any
"""Any of the structs in this package."""

Kind: TypeAlias = Any
"""The class of a document. Not `type[Any]`, which mypy does not consider hashable."""

Text: TypeAlias = str | None
WIRE = {"actual_paid": "acturalPaid", "pod": "POD"}
"""Field → wire name, if the standard misspells or abbreviates it."""
FIELDS = {element: field for field, element in WIRE.items()}
_INTEGERS = frozenset({"gnum", "pack_no", "msg_count", "msg_seq_no", "invoice_line"})


def wire_name(field: str) -> str:
    """Return the element of a field: `buyer_id_number` → `buyerIdNumber`."""
    if field in WIRE:
        return WIRE[field]
    first, *rest = field.split("_")
    return first + "".join(word.capitalize() for word in rest)


@cache
def field_name(element: str) -> str:
    """Return the field of an element: `buyerIdNumber` → `buyer_id_number`."""
    return FIELDS.get(element) or re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", element)


def _text(value: Text) -> str:
    return value or ""


def _blank_if_empty(value: Text) -> str:
    return "" if value is None else value or " "


def _optional_amount(value: Text) -> Scaled | None:
    return None if value is None else scaled_from_text(value)


def _amount(value: Text) -> Scaled:
    return scaled_from_text(value or "0")


def _integer(value: Text) -> int:
    return int(value or 0)


def written(field: str, value: Any) -> str:
    """Format the value of a field as its element's text: scaled amounts as decimals, counts as integers."""
    if value is None or isinstance(value, str):
        return value or ""
    return str(value) if field in _INTEGERS else amount_text(value)


def _converter(hint: Any, name: str) -> Callable[[Text], Any]:
    if hint is str:
        return _text
    if hint == OwnNumber:
        return _blank_if_empty
    if hint is int:
        return _integer if name in _INTEGERS else _amount
    return _optional_amount


class _Picker(NamedTuple):
    plan: tuple[tuple[int, Callable[[Text], Any]], ...]

    def pick(self, row: Sequence[Text]) -> list[Any]:
        return [convert(row[index]) for index, convert in self.plan]


@cache
def _pickers(kind: Kind, head: tuple[str, ...], line: tuple[str, ...]) -> tuple[_Picker, _Picker | None]:
    lines = line_class(kind)
    return _picker(kind, head), _picker(lines, line) if lines else None


def _picker(kind: Kind, elements: tuple[str, ...]) -> _Picker:
    hints = get_type_hints(kind, include_extras=True)
    names = [name for name in kind.__struct_fields__ if name != "lines"]
    return _Picker(tuple((elements.index(wire_name(name)), _converter(hints[name], name)) for name in names))


@cache
def line_class(kind: Kind) -> Any:
    """Return the class of a document's lines, or None for a document without lines."""
    hint = get_type_hints(kind).get("lines")
    return get_args(hint)[0] if get_origin(hint) is tuple else None


def extract(
    kind: Kind, layout: tuple[tuple[str, ...], tuple[str, ...]], head: Sequence[Text], lines: Sequence[Sequence[Text]]
) -> Document:
    """Return the facts of one document.

    `layout` names the elements of head and line, in the order of the texts in `head` and in each of `lines` (None: the
    element is absent). Raises `money.AmountTooLarge` for an amount beyond 64 bits.
    """
    for_head, for_line = _pickers(kind, *layout)
    values = for_head.pick(head)
    if for_line is not None:
        make = line_class(kind)
        values.append(tuple([make(*for_line.pick(line)) for line in lines]))
    return kind(*values)


def encode(document: Document) -> bytes:
    """Encode a document's facts as compact JSON."""
    return msgspec.json.encode(document)


def pack(document: Document) -> bytes:
    """Encode a document's facts for the store, compressed unless the kind is `searched`."""
    encoded = encode(document)
    return encoded if getattr(document, "searched", False) else FACTS.pack(encoded)


@cache
def _decoder(kind: Kind) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def unpack(kind: Kind, data: bytes | str) -> Document:
    """Decode facts encoded by `pack`."""
    return _decoder(kind).decode(data if isinstance(data, str) else FACTS.unpack(data))
