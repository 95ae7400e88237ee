"""Lists for tests of pages: documents and declarations put straight into the store, with goods that a test names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_type_hints

from sqlalchemy import Connection, insert

from declarations.documents import DOCUMENTS, Document, pack
from declarations.documents.extraction import line_class
from gateways.customs.outcome import KIND_OF_LIST
from single_window.store.tables import declaration, document

ONE = 100_000


def line(gcode: str, total: int, pieces: int = 1, flow: str = "I", **more: Any) -> Any:
    """A line of goods: `pieces` of them for `total` yuan or dollars together, half a kilogram a piece."""
    facts = {
        "gnum": 1,
        "gcode": gcode,
        "gname": "杯",
        "qty": pieces * ONE,
        "unit": "011",
        "qty1": pieces * ONE // 2,
        "unit1": "035",
        "qty2": None,
        "price": total * ONE // pieces,
        "total_price": total * ONE,
        "currency": "502",
    }
    return _filled(line_class(DOCUMENTS[KIND_OF_LIST[flow]]), {**facts, **more})


def listed(lines: Sequence[Any], flow: str = "I", **head: Any) -> Document:
    """A list with these lines."""
    return _filled(DOCUMENTS[KIND_OF_LIST[flow]], {"lines": tuple(lines), **head})


def put(connection: Connection, number: int, facts: Document, flow: str = "I", **more: Any) -> None:
    """Put a list into sandbox s: its document and declaration both have this id."""
    connection.execute(
        insert(document).values(
            id=number,
            sandbox="s",
            kind=KIND_OF_LIST[flow],
            key=f"k{number}",
            order_no=f"D{number}",
            message_id=more.pop("message_id", 0),
            facts=pack(facts),
        )
    )
    connection.execute(
        insert(declaration).values(
            **{
                "id": number,
                "sandbox": "s",
                "key": f"k{number}",
                "order_no": f"D{number}",
                "state": "released",
                "flow": flow,
                "document_id": number,
                **more,
            }
        )
    )


def _filled(kind: Any, facts: dict[str, Any]) -> Any:
    """A struct with these facts; of what it has besides, texts are empty and amounts nothing."""
    hints = get_type_hints(kind)
    rest = {name: "" if hints[name] is str else 0 for name in kind.__struct_fields__ if name not in facts}
    return kind(**rest, **{name: value for name, value in facts.items() if name in kind.__struct_fields__})
