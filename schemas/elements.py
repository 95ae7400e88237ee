"""Reads our XSDs: the elements of each complex type, with their titles in both languages."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lxml import etree

XS = "{http://www.w3.org/2001/XMLSchema}"
COLLAPSED = "-collapsed"
"""End of the name of a type whose white space is normalised."""
_SPACE = re.compile("[ \t\n\r]+")
_DECIMAL = re.compile(r"^(N\d+)\.(?=\d)")
"""A number with decimals: in the name of a type, a dot stands for the comma."""
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class ElementField(NamedTuple):
    """One element of a head or line: wire name, titles and notes, type ("C1..60", "N19,5", "int").

    `default`: the value of an empty element. `collapsed`: white space is normalised (see `collapse`).
    """

    name: str
    zh: str
    en: str
    type: str
    required: bool
    fixed: str | None = None
    zh_note: str = ""
    en_note: str = ""
    default: str | None = None
    collapsed: bool = False


def collapse(text: str) -> str:
    """Strip a text and replace white space inside it by single spaces (whiteSpace="collapse" of XSD)."""
    return " ".join(part for part in _SPACE.split(text) if part)


def _words(element: etree._Element) -> dict[str, str]:
    path = f"{XS}annotation/{XS}documentation"
    return {str(node.get(_LANGUAGE)): node.text or "" for node in element.findall(path)}


def _field(element: etree._Element) -> ElementField:
    words = _words(element)
    zh, _, zh_note = words.get("zh", "").partition("。")
    en, _, en_note = words.get("en", "").partition(". ")
    named = _DECIMAL.sub(r"\1,", str(element.get("type", "")).partition(":")[2])
    kind = named.removesuffix(COLLAPSED)
    required = element.get("minOccurs", "1") != "0"
    return ElementField(
        name=str(element.get("name")),
        zh=zh,
        en=en,
        type=kind.replace("string", "C.."),
        required=required,
        fixed=element.get("fixed"),
        zh_note=zh_note,
        en_note=en_note,
        default=element.get("default"),
        collapsed=kind != named,
    )


@cache
def types(schema: Path) -> dict[str, tuple[ElementField, ...]]:
    """Return the elements of each complex type of a schema file, in order; a type has the name of its element."""
    root = etree.parse(schema).getroot()
    return {
        str(kind.get("name")): tuple(_field(element) for element in kind.findall(f"{XS}sequence/{XS}element"))
        for kind in root.findall(f"{XS}complexType")
    }
