"""Payloads of market supervision and commerce besides documents and decisions."""

from __future__ import annotations

from typing import NamedTuple

from declarations.commerce.licences import LicenceAnswer
from gateways.topics.topic import fact


class LicenceAsked(NamedTuple):
    """The registrar asks for the licence of a company that applies: as of a day (2026-11-20), for a version of its
    application."""

    code: str
    credit_code: str
    as_of: str
    document_version: int


class LicenceDue(NamedTuple):
    """The register is to answer a query; `fault`: a fault that a test forced before, so that no other is drawn."""

    query_id: int
    fault: str = ""


class LicenceOverdue(NamedTuple):
    """The register has had its time to answer a query."""

    query_id: int


class LicenceChangeDue(NamedTuple):
    """The day (2026-11-22) has come from which something holds that the register recorded before."""

    credit_code: str
    since: str


class LicenceAnswered(NamedTuple):
    """The register answered the registrar; several answers that differ contradict each other. `filing_no`: of the
    company's filing as a foreign-trade operator; empty: none."""

    code: str
    document_version: int
    answers: tuple[LicenceAnswer, ...]
    filing_no: str


class ZoneMonthDue(NamedTuple):
    """The time in which a pilot zone reports the month before is over."""

    zone: str
    due: int = 0


@fact
class LicencesRecorded(NamedTuple):
    """The register recorded something about a company."""

    credit_code: str


@fact
class ZoneCompanyNamed(NamedTuple):
    """A company reports for a pilot zone from now on."""

    zone: str
