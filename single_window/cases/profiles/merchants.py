"""Merchants of a risk profile: typed by code or by registered name, and shown by both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select

from single_window.store.participants import company_names
from single_window.store.tables import participant

_SEPARATORS = re.compile(r"[,，、;；\n]+")
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{10}(?![0-9A-Za-z])", re.ASCII)


def codes_of_merchants(connection: Connection, sandbox: str, text: str) -> str:
    """Return the codes of merchants that are typed by codes, by names or by both, with commas. The beginning of a name
    is enough if only one company has it. What is neither stays, to be refused as it was typed."""
    parts = (part.strip() for part in _SEPARATORS.split(text))
    return " ".join(_codes_of_part(connection, sandbox, part) for part in parts if part)


def _codes_of_part(connection: Connection, sandbox: str, part: str) -> str:
    if part.isascii():
        return part
    if written := _CODE.findall(part):
        return " ".join(written)
    chosen = select(participant.c.code).where(
        participant.c.sandbox == sandbox, participant.c.name.startswith(part, autoescape=True)
    )
    found = connection.execute(chosen.limit(2)).scalars().all()
    return found[0] if len(found) == 1 else "".join(part.split())


def merchant_names(connection: Connection, sandbox: str, rules: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
    """Customs code -> registered name, of the merchants that rules name."""
    return company_names(connection, sandbox, {code for rule in rules for code in rule.get("companies", ())})
