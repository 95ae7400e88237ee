"""The reply to a participant in his queue about a message of his: as JSON; or, where he chose an envelope for that way
and the message came in one, as the transport platform answers (DxpRep)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

import msgspec

from declarations.calendar import day_of
from schemas.envelope import write_rep
from schemas.findings import Finding
from schemas.reading import envelope_of
from single_window.channels.ownership import OTHER_SENDER
from single_window.channels.participant_queues import queues_of
from single_window.context import Context
from single_window.intake.admission import AdmissionAnswer
from single_window.messaging.publishing import OutgoingMessage
from single_window.receipts.tolerances import usual
from single_window.store import envelopes, names, sandboxes
from single_window.store.channels import Channel
from single_window.store.engine import reading


class Question(Protocol):
    """A message of a participant, as far as its answer needs it."""

    @property
    def body(self) -> bytes: ...
    @property
    def number(self) -> int: ...
    @property
    def message_id(self) -> str: ...
    @property
    def correlation_id(self) -> str: ...
    @property
    def reply_to(self) -> str: ...


Reply: TypeAlias = Callable[[Channel, Question, AdmissionAnswer], OutgoingMessage | None]
TAKEN = "4000"
"""The response code of a message that was taken: the standard has codes of faults alone, and leaves 4000-9999 free."""
FORMAT, SCHEMA, OTHER_FORMAT, SECURITY, BUSINESS = "0001", "0002", "0999", "1999", "2999"
CODES = {400: FORMAT, 413: OTHER_FORMAT, 422: SCHEMA, 403: SECURITY, 409: BUSINESS}
"""The standard's response codes by the status with which HTTP would refuse."""
XML, JSON = "application/xml", "application/json"


class Replies:
    """Writes answers. For any thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def __call__(self, channel: Channel, incoming: Question, admitted: AdmissionAnswer) -> OutgoingMessage | None:
        """The answer that HTTP would give, as a message; none where all is well and no reply was requested."""
        queues = queues_of(channel.sandbox, channel.dxp_id)
        queue = queues.reply_queue(incoming.reply_to)
        if admitted.status == 202 and not queue:
            return None
        kind, body = XML, self._report(channel, incoming, admitted)
        if body is None:
            kind, body = JSON, _content(admitted)
        return OutgoingMessage(
            "",
            queue or queues.outbox,
            body,
            {"sandbox": channel.sandbox, "mailbox": channel.dxp_id, "status": admitted.status},
            f"message-{admitted.id}-{incoming.number}",
            kind,
            correlation_id=incoming.correlation_id or incoming.message_id,
        )

    def _report(self, channel: Channel, incoming: Question, admitted: AdmissionAnswer) -> bytes | None:
        """The platform's answer, where one is wished and there is an envelope that it can name."""
        original = envelope_of(incoming.body)
        if original is None or not self._wished(channel):
            return None
        day = day_of(self._context.now(channel.sandbox)).isoformat()
        if admitted.status == 202:
            return write_rep(channel.dxp_id, original, [(TAKEN, "报文已接收")], day=day)
        answers = [(_code(admitted.status, finding), finding.zh) for finding in admitted.findings]
        return write_rep(channel.dxp_id, original, answers, day=day)

    def _wished(self, channel: Channel) -> bool:
        where = (channel.sandbox, channel.dxp_id)
        with reading(self._context.engine) as connection:
            chosen = envelopes.chosen(connection, *where).get(channel.kind)
            return (chosen or usual(sandboxes.tolerances_of(connection, *where))) != names.NONE


def _code(status: int, finding: Finding) -> str:
    """The standard's response code of a finding with which HTTP would refuse by this status."""
    return SECURITY if finding.code == OTHER_SENDER else CODES.get(status, BUSINESS)


def _content(admitted: AdmissionAnswer) -> bytes:
    state = "accepted" if admitted.status == 202 else "refused"
    fields: dict[str, object] = {"id": admitted.id, "state": state, "status": state}
    if admitted.status == 202:
        fields |= {"code": admitted.code, "documents": admitted.documents, "repeated": admitted.repeated}
    else:
        fields["findings"] = [finding._asdict() for finding in admitted.findings]
    return msgspec.json.encode(fields)
