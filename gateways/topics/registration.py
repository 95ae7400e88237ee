"""Payloads that the registrar handles besides documents and decisions."""

from __future__ import annotations

from typing import NamedTuple


class GradeDue(NamedTuple):
    """The day on which a company's credit grade begins has come."""

    code: str
    since: str
