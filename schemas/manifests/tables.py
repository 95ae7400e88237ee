"""The table of this folder: the elements of manifests, by type."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

ALL = "*"
DECLARATION, CONSIGNMENT = "Declaration", "Consignment"
EQUIPMENT = "TransportEquipment"
REPEATED = (CONSIGNMENT, EQUIPMENT)
"""Elements that may stand several times."""
TYPE = "Head/MessageType"


class ManifestElement(NamedTuple):
    """An element with a text. `path` from the manifest; `form`: a narrower form, or the codes that it may have."""

    path: str
    mandatory: bool
    length: int
    form: str
    zh: str
    en: str

    @property
    def parent(self) -> str:
        """The path above it up to the last element that may be repeated, within which a mandatory one must stand."""
        parts = self.path.split("/")
        places = [place for place, part in enumerate(parts) if part in REPEATED]
        return "/".join(parts[: places[-1] + 1]) if places else ""


@cache
def elements_of(kind: str) -> Mapping[str, ManifestElement]:
    """Return the elements of a type of manifest by their paths; those of the head for a type that is not known."""
    with Path(__file__).with_name("elements.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["types"] == ALL or kind in row["types"].split()]
    known = kind in types_of()
    return MappingProxyType(
        {
            row["path"]: ManifestElement(
                row["path"], row["mandatory"] == "Y", int(row["length"]), row["form"], row["zh"], row["en"]
            )
            for row in rows
            if known or row["path"].startswith("Head/")
        }
    )


@cache
def types_of() -> frozenset[str]:
    """Return the types of manifests that are read."""
    with Path(__file__).with_name("elements.csv").open(encoding="utf-8", newline="") as lines:
        return frozenset(next(row["form"] for row in csv.DictReader(lines) if row["path"] == TYPE).split())
