"""Applies planned credit grades on their first day."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.reasons import Reason
from declarations.risk import grade_values
from gateways.records import CaseReference
from gateways.registration.officers import GRADED
from gateways.registration.outcome import ACTOR, REGISTRATION_KIND
from gateways.registration.repository import RegistrarDesk
from gateways.topics.registration import GradeDue


def handle_days(deadlines: Sequence[GradeDue], desk: RegistrarDesk) -> None:
    """Give companies the newest of their grades that has begun; a repeated delivery has no effect."""
    codes, today = sorted({deadline.code for deadline in deadlines}), desk.day.isoformat()
    participants, grades = desk.repository.participants(codes), desk.repository.grades(codes)
    states = desk.repository.enterprises(codes)
    for code in codes:
        begun = [grade for grade in grades.get(code, ()) if grade.since <= today]
        participant = participants.get(code)
        if participant is None or not begun or participant.credit_grade == begun[-1].grade:
            continue
        participant.credit_grade = begun[-1].grade
        desk.repository.put_participant(participant)
        reason = Reason(GRADED, {**grade_values(begun[-1].grade), "since": begun[-1].since}, (begun[-1].source,))
        state, about = states[code].state if code in states else "", CaseReference(REGISTRATION_KIND, code, code)
        desk.add_event(about.event("graded", state, desk.now, (reason,), actor=ACTOR))
