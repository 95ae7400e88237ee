"""Foretells what customs will say of an export list, as far as one message and what is stored can tell.

Its channel and its offices always; the comparison when order and waybill are there. Which warehouse abroad is filed,
the lane and bonded stock are not foretold.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from declarations import clearance
from declarations.documents import DOCUMENTS, ExportInventory, unpack
from declarations.export import channel, comparing, requirements
from declarations.money import plain
from declarations.parameters import NoValue
from declarations.reasons import Reason
from gateways.records import Circumstances
from schemas.findings import Finding
from single_window.language import words
from single_window.store.tables import document

PARTNERS = ("export_order", "export_waybill", "collection")


def foretell(connection: Connection, sandbox: str, facts: ExportInventory, key: str, circumstances: Circumstances,
             position: int, path: str) -> tuple[list[Finding], dict[str, Any] | None]:
    """All that customs would find against a list, or look at (a warning), each with its place and remedy; and what it
    is judged by: value, partners that are missing, the dated values."""
    day, parameters = circumstances.day, circumstances.parameters
    partners = _partners(connection, sandbox, facts, key)
    try:
        verdict = channel.check(facts, day, parameters, circumstances.goods, warehouse_filed=True)
        reasons = [*_compared(partners, facts, circumstances), *verdict.reasons,
                   *clearance.check(facts.customs_code, facts.port_code, day, parameters)]
    except NoValue as missing:
        return [Finding("no-value", f"缺少当日有效的数值：{missing}", str(missing), position, path)], None
    collected = requirements.collection(day, parameters)
    wanted = [kind for kind in PARTNERS if kind != "collection" or collected.applies]
    fob = verdict.fob
    used = dict.fromkeys((*fob.parameters, *collected.parameters,
                          *(identity for reason in (*reasons, *verdict.review) for identity in reason.parameters)))
    return [*_found(reasons, position, path, False), *_found(verdict.review, position, path, True)], {
        "day": day.isoformat(), "fob": plain(fob.amount) if fob.amount is not None else None,
        "summarised": channel.summarised(facts), "missing": [kind for kind in wanted if kind not in partners],
        "compared": {"export_order", "export_waybill"} <= partners.keys(), "parameters": list(used),
    }


def _partners(connection: Connection, sandbox: str, facts: ExportInventory, key: str) -> dict[str, Any]:
    """Order, waybill and collection that are stored for a list."""
    named = [and_(document.c.kind == kind, document.c.key == one) for kind, one in (
        ("export_order", key), ("collection", key),
        ("export_waybill", f"{facts.logistics_code}|{facts.logistics_no}"))]
    rows = connection.execute(select(document.c.kind, document.c.facts).where(
        document.c.sandbox == sandbox, document.c.state == "declared", or_(*named)))
    return {kind: unpack(DOCUMENTS[kind], stored) for kind, stored in rows}


def _compared(partners: Mapping[str, Any], facts: ExportInventory, circumstances: Circumstances) -> list[Reason]:
    if "export_order" not in partners or "export_waybill" not in partners:
        return []
    return comparing.compare(partners["export_order"], partners["export_waybill"], facts, partners.get("collection"),
                             circumstances.day, circumstances.parameters)


def _found(reasons: Any, position: int, path: str, warning: bool) -> Iterator[Finding]:
    for reason in reasons:
        said, remedy = words.said(reason), remedies().get(reason.rule, {})
        place = f"{path}/{_part(reason)}{remedy['element']}" if remedy else path
        yield Finding(reason.rule, said.zh, said.en, position, place, remedy_zh=remedy.get("zh", ""),
                      remedy_en=remedy.get("en", ""), warning=warning)


def _part(reason: Reason) -> str:
    """The line that a reason names, or the head; of several lines the first."""
    gnum = reason.values.get("gnum", "").partition(",")[0]
    return f"InventoryList[{gnum}]/" if gnum else "InventoryHead/"


@cache
def remedies() -> Mapping[str, Mapping[str, str]]:
    """By the code of a finding: the element concerned, and what to do, in both languages."""
    return tomllib.loads(files("single_window.intake").joinpath("export_remedies.toml").read_text("utf-8"))
