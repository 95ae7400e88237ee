"""Outcomes that tests force at reception: a CEB900 for a whole message, or a negative code for a document."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from gateways.circumstances import Circumstances
from schemas.findings import Finding
from single_window.intake.reading import Arrived, Reading
from single_window.outcomes.forcing import About, Forcing
from single_window.outcomes.triggers import Do
from single_window.store import triggers as rows

BROKEN = ("报文格式校验失败", "the message fails its schema")
"""Default text of a forced CEB900."""


def apply_to_readings(
    connection: Connection, circumstances: Circumstances, readings: Sequence[tuple[int, Reading]]
) -> Sequence[tuple[int, Reading]]:
    """Apply triggers to readings (message id, reading), and store the scenarios that their calls requested."""
    forcing = circumstances.forced
    if not isinstance(forcing, Forcing):
        return readings
    of_messages = rows.called_scenarios(
        connection, circumstances.sandbox, [(rows.MESSAGE, str(number)) for number, _ in readings]
    )
    arrived = {
        (reading.kind, document.key): of_messages.get((rows.MESSAGE, str(number)), "")
        for number, reading in readings
        for document in reading.documents
    }
    rows.pass_on(connection, circumstances.sandbox, arrived)
    forcing.named_by_call(arrived)
    return [(number, _reading(reading, forcing)) for number, reading in readings]


def about(reading: Reading, document: Arrived) -> About:
    """The fields of a document that triggers match."""
    return About(reading.kind, document.key, document.order_no, reading.sender)


def _reading(reading: Reading, forcing: Forcing) -> Reading:
    if reading.findings:
        return reading
    for document in reading.documents:
        if trigger := forcing.take({Do.CEB900}, about(reading, document)):
            words = trigger.action.words
            for refused in reading.documents:
                forcing.note(trigger, about(reading, refused))
            return reading._replace(
                findings=(Finding("forced", words or BROKEN[0], words or BROKEN[1], path=f"/CEB{reading.code}Message"),)
            )
    return reading._replace(documents=tuple(_document(reading, document, forcing) for document in reading.documents))


def _document(reading: Reading, document: Arrived, forcing: Forcing) -> Arrived:
    if document.reasons:
        return document
    trigger = forcing.take({Do.REFUSE}, about(reading, document))
    if trigger is None:
        return document
    return document._replace(reasons=(forcing.reason(trigger, about(reading, document)),))
