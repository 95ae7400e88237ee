"""The second, identical BaseTransfer of a message: official samples of 2022 carry one, no schema allows it.

The standard form refuses it. A tolerance drops the copy from the tree before the message is validated; the bytes stay
as they were received.
"""

from __future__ import annotations

from typing import Any

from schemas.findings import Finding
from schemas.place import ElementPlace
from schemas.reading import Opened
from schemas.wording import finding

TOLERANCE = "repeated_base_transfer"
"""The name of the tolerance in a participant's settings, as in `wording.toml`."""


def drop(opened: Opened) -> Finding | None:
    """Takes a second BaseTransfer that is equal to the first out of the tree; gives a warning about it.

    None where there is nothing to drop: one BaseTransfer, three, or two that differ are left for the schema to judge.
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
