"""Desks for gateways on fakes, and the reasons that were given at them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from declarations import goods, parameters
from declarations.calendar import instant_of
from declarations.documents import pack
from declarations.parameters import Parameters
from gateways.agencies import ROUTES
from gateways.circumstances import Circumstances, Options
from gateways.desk import Desk
from gateways.records import FiledDocument
from tests.shape.sources import ROOT

DAY = date(2026, 11, 20)
IDS = count(1_000)
_CODE = re.compile(r"-?\d{5,6}(\.\w+)?")


@cache
def _law() -> tuple[Any, Any]:
    return parameters.load(), goods.load()


def desk_of(
    repository: Any, day: date = DAY, seed: str = "seed", law: Parameters | None = None, **options: Any
) -> Desk[Any]:
    """A desk at noon of a day, in a sandbox with these options, by the law in force."""
    common, register = _law()
    law = law or common
    now = instant_of(day) + 12 * 3_600_000
    return Desk(repository, Circumstances("main", seed, now, Options(**options), law, register), ROUTES)


def filed(kind: str, facts: Any, key: str = "K1", **changes: Any) -> FiledDocument:
    """A document as the port filed it, with the next id unless one is named."""
    values: dict[str, Any] = {
        "id": next(IDS),
        "order_no": "O1",
        "version": 1,
        "state": "declared",
        "port_no": "P1",
        "mailboxes": "DXP1",
        "last_return": 0,
        **changes,
    }
    return FiledDocument(kind=kind, key=key, packed=pack(facts), **values)


def facts_of(kind: type[Any], **values: Any) -> Any:
    """The facts of a document with these values; all others are empty texts."""
    return kind(**{**dict.fromkeys(kind.__struct_fields__, ""), **values})


def given(desk: Desk[Any]) -> set[str]:
    """The codes of all reasons that a batch gave: in receipts, notices, holds, timelines, to decisions and gateways."""
    answers = desk.answers
    reasons = [receipt.reason for receipt in answers.receipts]
    reasons += [notice.draft.reason for notice in answers.notices] + [held.reason for held in answers.holds]
    reasons += [reason for line in (*answers.timeline, *answers.decisions) for reason in line.reasons]
    payloads = [payload for sent in answers.sends.values() for payload in sent]
    return {reason.rule for reason in reasons} | {payload.rule for payload in payloads if hasattr(payload, "rule")}


def gives(desk: Desk[Any], code: str) -> bool:
    """True if a reason of this code was given, or one of its variants ("21301.filing")."""
    return any(rule == code or rule.startswith(f"{code}.") for rule in given(desk))


def codes(*paths: str) -> set[str]:
    """The codes of reasons that the modules of an agency name."""
    found: set[str] = set()
    for path in paths:
        for module in _modules(ROOT / "gateways" / path):
            constants = (
                node.value for node in ast.walk(ast.parse(module.read_text("utf-8"))) if isinstance(node, ast.Constant)
            )
            found |= {text for text in constants if isinstance(text, str) and _CODE.fullmatch(text)}
    return found


def _modules(path: Path) -> Iterator[Path]:
    return iter([path] if path.is_file() else sorted(path.rglob("*.py")))


def by_id(records: Mapping[Any, Any], wanted: Any) -> dict[Any, Any]:
    """Those of some records that are wanted and known."""
    return {number: records[number] for number in wanted if number in records}
