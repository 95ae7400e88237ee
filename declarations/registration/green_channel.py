"""Decides if a valid application is registered at once or reviewed by an officer, with reasons."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from declarations.calendar import months_after
from declarations.parameters import NoValue, Parameters
from declarations.parameters.tables.clearance import GreenChannel
from declarations.reasons import Reason
from declarations.registration.application import CompanyApplication, RelatedRegistrations
from declarations.risk import grade_on, grade_values

OTHER_KIND = "21351"
GRADE = "21352"
RECORD = "21353"
FOREIGN = "21354"
NO_CHANNEL = "21355"
OFFICER = "21350"


class CompanyHistory(NamedTuple):
    """The days on which a company was last refused and last suspended (None: never)."""

    refused_on: date | None = None
    suspended_on: date | None = None


class Lane(NamedTuple):
    """The processing of an application: `reasons` for a review (empty: decided at once), `hours` for the review;
    `parameter_ids` are the dated values applied."""

    reasons: tuple[Reason, ...]
    hours: str
    parameter_ids: tuple[str, ...]

    @property
    def green(self) -> bool:
        """True if it is decided at once."""
        return not self.reasons


def choose_lane(
    application: CompanyApplication,
    known: RelatedRegistrations,
    record: CompanyHistory,
    applied_on: date,
    parameters: Parameters,
) -> Lane:
    """Return the lane of an application without faults (see `application.check`); raises `NoValue` before the first
    rule."""
    hours = parameters.on("registration.officer_hours", applied_on)
    try:
        value = parameters.on("registration.green_channel", applied_on)
    except NoValue:
        return Lane((Reason(NO_CHANNEL, {"day": applied_on.isoformat()}),), f"{hours.amount}", (hours.id,))
    table = value.table_as(GreenChannel)
    reasons = [Reason(OTHER_KIND, {"kind": kind}, (value.id,)) for kind in application.kinds if kind not in table.kinds]
    if application.foreign:
        reasons.append(Reason(FOREIGN, {"agent_code": application.agent_code}, (value.id,)))
    for company in (known.before, known.agent):
        if company is not None and (grade := grade_on(applied_on, company.grade, parameters)) not in table.grades:
            reasons.append(Reason(GRADE, {"code": company.code, **grade_values(grade)}, (value.id,)))
    months = table.clean_months
    for since in (record.refused_on, record.suspended_on):
        if since is not None and months_after(since, months) > applied_on:
            reasons.append(Reason(RECORD, {"since": since.isoformat(), "months": str(months)}, (value.id,)))
    return Lane(tuple(reasons), f"{hours.amount}", (value.id, hours.id) if reasons else (value.id,))


def demand_review(lane: Lane) -> Reason:
    """Return the text of the receipt for an application in review."""
    return Reason(OFFICER, {"hours": lane.hours}, lane.parameter_ids)


def grading_rule_on(day: date, parameters: Parameters) -> tuple[str, str]:
    """Return the kind of procedure on a day, "registration" or "filing", and the dated value; raises `NoValue`."""
    value = parameters.on("registration.regime", day)
    return value.text, value.id
