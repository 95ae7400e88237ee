"""The day of a credit grade has come: it is the company's grade from now on."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.reasons import Reason
from gateways.gateway import Answers, Circumstances, Event, Item
from gateways.registration.memory import RegistrarMemory
from gateways.registration.officers import GRADED
from gateways.registration.outcome import ACTOR, KIND


def hear_days(items: Sequence[Item], memory: RegistrarMemory, circumstances: Circumstances, answers: Answers) -> None:
    """Days of grades have come, each item [code, since]: the newest that has begun counts, once."""
    codes, today = sorted({item[0] for item in items}), circumstances.day.isoformat()
    participants, grades = memory.participants(codes), memory.grades(codes)
    states = memory.enterprises(codes)
    for code in codes:
        begun = [one for one in grades.get(code, ()) if one.since <= today]
        participant = participants.get(code)
        if participant is None or not begun or participant.credit_grade == begun[-1].grade:
            continue
        participant.credit_grade = begun[-1].grade
        memory.put_participant(participant)
        reason = Reason(GRADED, {"grade": begun[-1].grade, "since": begun[-1].since}, (begun[-1].source,))
        state = states[code].state if code in states else ""
        answers.timeline.append(Event(code, KIND, code, circumstances.now, ACTOR, "graded", state, (reason,)))
