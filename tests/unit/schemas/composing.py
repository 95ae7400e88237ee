"""Composes messages from the tables in tests/specifications/schemas, without the code that is tested."""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

TABLES = Path(__file__).parents[2] / "specifications" / "schemas"
EDITIONS = ("2022-05", "2018")
CEB = "http://www.chinaport.gov.cn/ceb"
TRANSFER = [("copCode", "3702980005"), ("copName", "示例"), ("dxpMode", "DXP"), ("dxpId", "DXPENT0000000005")]
SUBSCRIBE = [("status", "RET"), ("dxpMode", "DXP"), ("dxpAddress", "DXPENT0000000001")]
SIGNATURE = """<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="a"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="b"/>
<ds:Reference URI="">
<ds:DigestMethod Algorithm="c"/><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference></ds:SignedInfo>
<ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>"""


@dataclass(frozen=True)
class Element:
    """One row of fields.csv."""

    message: str
    block: str
    name: str
    type: str
    required: bool
    fixed: str
    default: str
    collapsed: bool


def table(name: str) -> dict[str, Any]:
    with (TABLES / name).open("rb") as file:
        return tomllib.load(file)


@cache
def messages() -> dict[str, Any]:
    return table("messages.toml")


def every() -> list[tuple[str, str]]:
    """Each message with each edition that has it."""
    return [(message, edition) for message, shape in messages().items() for edition in shape.get("editions", EDITIONS)]


def parts_of(message: str, edition: str) -> dict[str, list[int]]:
    """The parts of a document with fewest and most of each; none for a document without parts."""
    shape = messages()[message]
    return (edition == "2018" and shape.get("parts_2018")) or shape.get("parts", {})


@cache
def elements(edition: str) -> tuple[Element, ...]:
    with (TABLES / "fields.csv").open(encoding="utf-8", newline="") as file:
        result = [_element(row, edition) for row in csv.DictReader(file)]
    return tuple(element for element in result if element.type != "absent")


def _element(row: dict[str, str], edition: str) -> Element:
    old = edition == "2018"
    kind, fixed, default = ((old and row[f"{name}_2018"]) or row[name] for name in ("type", "fixed", "default"))
    return Element(
        row["message"],
        row["block"],
        row["element"],
        kind,
        row["required"] == "yes",
        "" if fixed == "none" else fixed,
        default,
        row["collapsed"] == "yes" and not (old and row["message"].startswith("CEB")),
    )


def elements_of(message: str, edition: str, block: str | None = None) -> list[Element]:
    return [element for element in elements(edition) if element.message == message and block in {None, element.block}]


def bounds(kind: str) -> tuple[int, int] | None:
    """Fewest and most characters of a text type; most is -1 for no limit; None for a number."""
    match = re.fullmatch(r"C(\d*)(\.\.)?(\d*)", kind)
    if match is None:
        return None
    least, dots, most = match.groups()
    return (int(least or 0), int(most or -1)) if dots else (int(least), int(least))


def typical(element: Element) -> str:
    """A value that the element takes."""
    size = bounds(element.type)
    if element.fixed or size is None:
        return element.fixed or "1"
    return "A" * max(1, size[0])


def xml(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"


def fields(pairs: list[tuple[str, str]]) -> str:
    return "".join(xml(name, escape(text)) for name, text in pairs)


@dataclass
class Composed:
    """A message under construction; change a part, then render it."""

    message: str
    edition: str
    rows: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    repeats: dict[str, int] = field(default_factory=dict)
    documents: int = 1
    attributes: str = f'guid="{"A" * 36}" version="1.0"'
    tail: list[str] | None = None

    def __post_init__(self) -> None:
        self.shape = messages()[self.message]
        for block in parts_of(self.message, self.edition) or [self.shape["document"]]:
            self.rows[block] = [
                (element.name, typical(element)) for element in elements_of(self.message, self.edition, block)
            ]

    def usual_tail(self) -> list[str]:
        if "tail" not in self.shape:
            return []
        signed = [SIGNATURE] if self.shape.get("signature") == "required" else []
        return [xml("BaseTransfer", fields(TRANSFER)), *signed]

    def document(self) -> str:
        parts = parts_of(self.message, self.edition)
        if not parts:
            return fields(self.rows[self.shape["document"]])
        return "".join(xml(block, fields(self.rows[block])) * self.repeats.get(block, 1) for block in parts)

    def render(self) -> bytes:
        documents = xml(self.shape["document"], self.document()) * self.documents
        tail = self.usual_tail() if self.tail is None else self.tail
        namespace = self.shape.get("namespace", CEB)
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><{self.message} xmlns="{namespace}" {self.attributes}>'
            f"{documents}{''.join(tail)}</{self.message}>"
        ).encode()
