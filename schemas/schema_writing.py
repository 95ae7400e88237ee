"""Writes the XSD of our own messages from what their table says (`message_tables`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from schemas.elements import COLLAPSED
from schemas.message_tables import TYPE, MessageTable, TableRow
from schemas.message_types import MessageType

_BEGIN = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:gw="{namespace}"
           targetNamespace="{namespace}" elementFormDefault="qualified" version="1">
"""
_ATTRIBUTES = {"guid": "C36", "version": "C1..10"}
"""Attributes of the root of every message, with their types."""
_TRANSFER = "BaseTransfer"
LONGEST_NAME = 200
"""Characters of the longest text that is a code or a name; longer ones have lines."""
Lines = list[str]


def xsd(table: MessageTable) -> str:
    """Return the text of the schema file of a table's messages."""
    sends = not all(entry.receipt for entry in table.entries)
    blocks = {**table.blocks, **({_TRANSFER: table.transfer} if sends else {})}
    body = _words(table.zh, table.en)
    for entry in table.entries:
        body += _message(entry)
    for entry in table.entries:
        body += _document(entry, table.lines) if entry.head else []
    for name, rows in blocks.items():
        body += _type(name, (line for row in rows for line in _element(row)))
    types = {row.type for rows in blocks.values() for row in rows} | set(_ATTRIBUTES.values())
    body += [line for name in sorted(types, key=_order) for line in _simple_type(name)]
    begin = _BEGIN.format(namespace=table.entries[0].namespace)
    return begin + "".join(f"  {line}\n" for line in body) + "</xs:schema>\n"


def _tag(name: str, attributes: Mapping[str, object], inside: Iterable[str] = ()) -> Lines:
    opening = f"<xs:{name}" + "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
    body = [f"  {line}" for line in inside]
    return [f"{opening}>", *body, f"</xs:{name}>"] if body else [f"{opening}/>"]


def _words(zh: str, en: str) -> Lines:
    texts = (("zh", zh), ("en", en))
    inside = [f'<xs:documentation xml:lang="{key}">{escape(text)}</xs:documentation>' for key, text in texts]
    return _tag("annotation", {}, inside)


def _message(entry: MessageType) -> Lines:
    """The root of a message: its documents, the transfer of what participants send, and its attributes."""
    most = {"maxOccurs": entry.most or "unbounded"}
    parts = _tag("element", {"name": entry.document, "type": f"gw:{entry.document}", **most})
    if not entry.receipt:
        parts += _tag("element", {"name": _TRANSFER, "type": f"gw:{_TRANSFER}"})
    inside = _tag("sequence", {}, parts)
    for name, kind in _ATTRIBUTES.items():
        inside += _tag("attribute", {"name": name, "type": f"gw:{_name(kind)}", "use": "required"})
    words = _words(entry.title_zh, entry.title_en)
    return _tag("element", {"name": entry.root}, [*words, *_tag("complexType", {}, inside)])


def _document(entry: MessageType, lines: tuple[int, int]) -> Lines:
    """A document that has a head, and lines where its type has any."""
    parts = _tag("element", {"name": entry.head, "type": f"gw:{entry.head}"})
    if entry.line:
        least, most = lines
        fewest = {} if least == 1 else {"minOccurs": least}
        parts += _tag("element", {"name": entry.line, "type": f"gw:{entry.line}", **fewest, "maxOccurs": most})
    return _type(entry.document, parts)


def _type(name: str, elements: Iterable[str]) -> Lines:
    return _tag("complexType", {"name": name}, _tag("sequence", {}, elements))


def _element(row: TableRow) -> Lines:
    fewest = {} if row.required else {"minOccurs": 0}
    return _tag("element", {"name": row.element, "type": f"gw:{_name(row.type)}", **fewest}, _words(row.zh, row.en))


def _name(kind: str) -> str:
    """The name of a type in the schema, where a comma may not be."""
    return f"{kind}{COLLAPSED}" if is_collapsed(kind) else kind.replace(",", ".")


def is_collapsed(kind: str) -> bool:
    """True for codes, numbers and names, of which blanks at their ends are no part, and blanks alone are nothing; the
    line breaks of longer texts are kept."""
    match = TYPE.fullmatch(kind)
    assert match is not None, kind
    return not match["digits"] and int(match["length"] or match["most"] or 0) <= LONGEST_NAME


def _simple_type(kind: str) -> Lines:
    base, facets = _facets(kind)
    inside = [line for name, value in facets for line in _tag(name, {"value": value})]
    return _tag("simpleType", {"name": _name(kind)}, _tag("restriction", {"base": f"xs:{base}"}, inside))


def _facets(kind: str) -> tuple[str, Sequence[tuple[str, str]]]:
    """The built-in type that a type restricts, and how."""
    match = TYPE.fullmatch(kind)
    assert match is not None, kind
    names = {"length": "length", "least": "minLength", "most": "maxLength", "digits": "totalDigits"}
    facets = [(facet, match[name]) for name, facet in {**names, "decimals": "fractionDigits"}.items() if match[name]]
    number = "decimal" if match["decimals"] else "integer"
    return number if match["digits"] else "token" if is_collapsed(kind) else "string", facets


def _order(kind: str) -> tuple[int, ...]:
    """Texts of a length first, then those of at most one, those of at least one, and numbers."""
    match = TYPE.fullmatch(kind)
    assert match is not None, kind
    place = next(n for n, name in enumerate(("length", "digits", "least", "most")) if match[name])
    return (0, 3, 2, 1)[place], *(int(number) for number in match.groups() if number)
