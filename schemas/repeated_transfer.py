"""Tolerance for a second, identical BaseTransfer, which official samples of 2022 have although no schema allows it.

Without the tolerance such a message is refused. With it, the copy is removed from the tree before validation; the
stored bytes do not change.
"""

from __future__ import annotations

from typing import Any

from schemas.findings import Finding
from schemas.opened import Opened
from schemas.place import ElementPlace
from schemas.wording import finding

TOLERANCE = "repeated_base_transfer"
"""The name of the tolerance in a participant's settings."""


def drop_repeated(opened: Opened) -> Finding | None:
    """Remove a second BaseTransfer that equals the first from the tree; return a warning.

    None if nothing was removed: one, three, or two different ones are left to the schema.
    """
    transfers = opened.tree.findall(f"{{{opened.entry.namespace}}}BaseTransfer")
    if len(transfers) != 2 or _texts(transfers[0]) != _texts(transfers[1]):
        return None
    at = ElementPlace.of(transfers[1], opened.entry)
    opened.tree.remove(transfers[1])
    opened.transfer_dropped = True
    return finding("transfer-dropped", path=at.path, line=at.line, expected="≤ 1", found="2")._replace(warning=True)


def _texts(element: Any) -> list[tuple[str, str]]:
    return [(child.tag, child.text or "") for child in element]
