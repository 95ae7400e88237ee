"""Messages over AMQP: consumed from participants' queues, admitted many in one commit, acknowledged after it.

Messages that HTTP would refuse are archived and refused here too, and the findings are sent back. A message that cannot
be answered goes to the dead letters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from traceback import format_exception
from typing import NamedTuple

import structlog

from single_window.channels.amqp_replies import Reply
from single_window.channels.participant_queues import PARTICIPANTS, Queues
from single_window.channels.senders import Proof, all_of_owner, refuse_reading
from single_window.clock import monotonic
from single_window.intake.admission import AdmissionAnswer
from single_window.intake.admission_queue import AdmissionQueue, NotAccepting
from single_window.intake.reader import Reader
from single_window.intake.transmissions import Transmission, answered_together
from single_window.language.words import Words
from single_window.messaging.client import RabbitClient
from single_window.messaging.consuming import IncomingMessage
from single_window.messaging.publishing import OutgoingMessage, PublishOutcome
from single_window.messaging.wakeups import BrokerUnavailable
from single_window.store.channels import Channel
from single_window.store.failures import is_transient
from single_window.store.names import AMQP

log = structlog.get_logger(__name__)
PREFETCH = 32
"""Maximum unacknowledged messages per queue."""
MAX_WAITING = 500
"""Maximum number of messages that wait for their commit."""
RETRY_SECONDS = 5.0
"""Seconds until messages that could not be admitted are consumed again."""
TOO_LARGE = 413
REPLY_PATIENCE_SECONDS, REPLY_RETRY_SECONDS = 30.0, 1.0
"""Seconds for which an accepted message waits until its sender's reply queue exists, and between two attempts."""


QUEUE = Words("队列", "on the queue of")


class _Taken(NamedTuple):
    """A message that is being admitted."""

    channel: Channel
    queues: Queues
    incoming: IncomingMessage
    answer: Future[AdmissionAnswer]
    came: Transmission
    until: float
    """Monotonic seconds until which to wait for the sender's reply queue."""


class _Answered(NamedTuple):
    """An admitted message, and the reply to its sender, if any."""

    taken: _Taken
    admitted: AdmissionAnswer
    reply: OutgoingMessage | None

    def awaits_queue(self, reached: set[str]) -> bool:
        """True while the reply to an accepted message may still be sent again; `reached`: ids of sent replies."""
        if self.admitted.status != 202 or self.reply is None or self.reply.message_id in reached:
            return False
        return monotonic() < self.taken.until


class AmqpMessages:
    """Consumes on one connection and replies on another, in one thread. `woken` is called when a message was
    admitted."""

    def __init__(
        self,
        consuming: RabbitClient,
        publishing: RabbitClient,
        reader: Reader,
        admission: AdmissionQueue,
        woken: Callable[[], None],
        namespace: str,
        proof: Proof,
        reply: Reply,
    ) -> None:
        self._in, self._out, self._reader, self._admission = consuming, publishing, reader, admission
        self._woken, self._door, self._proof = woken, f"{namespace}.{PARTICIPANTS}", proof
        self._reply = reply
        self._under_way: list[_Taken] = []
        self._unanswered: list[_Taken] = []
        self._not_before = self._answers_again = 0.0

    def step(self, served: Mapping[Queues, Channel]) -> int:
        """Consume new messages and answer admitted ones; returns the number of messages handled."""
        if monotonic() >= self._not_before:
            for queues, channel in served.items():
                for incoming in self._in.take(queues.inbox, max(0, min(PREFETCH, MAX_WAITING - len(self._under_way)))):
                    self._take(channel, queues, incoming)
        return self._settle()

    @property
    def under_way(self) -> int:
        """Number of messages that were consumed and not yet acknowledged."""
        return len(self._under_way) + len(self._unanswered)

    def _take(self, channel: Channel, queues: Queues, incoming: IncomingMessage) -> None:
        if incoming.exchange == self._door and incoming.routing_key != queues.inbox:
            # a CC or BCC header would bypass the writer's topic permissions
            log.warning("amqp.misdirected", queue=queues.inbox, written_to=incoming.routing_key)
            self._in.reject([incoming.tag])
            return
        try:
            came = self._receive_as_owner(channel, incoming)
            answer = answered_together(
                [self._admission.offer(channel.sandbox, AMQP, reading) for reading in came.readings]
            )
        except Exception as error:
            self._fail(incoming, error)
        else:
            until = monotonic() + REPLY_PATIENCE_SECONDS
            self._under_way.append(_Taken(channel, queues, incoming, answer, came, until))
            answer.add_done_callback(lambda _: self._woken())

    def _receive_as_owner(self, channel: Channel, incoming: IncomingMessage) -> Transmission:
        """Parse what came; refuse it if its sender may not use this queue."""
        refusal = self._proof.missing(channel, incoming)
        if refusal is None:
            return all_of_owner(
                self._reader.receive(channel.sandbox, incoming.body, channel.dxp_id), channel.dxp_id, QUEUE
            )
        reading = self._reader.read(channel.sandbox, incoming.body)
        return Transmission((refuse_reading(reading._replace(sender=channel.dxp_id), refusal),))

    def _settle(self) -> int:
        """Answer committed messages, then acknowledge them. If nothing can be published, do neither."""
        retried = self._unanswered if monotonic() >= self._answers_again else []
        done = [*retried, *(incoming for incoming in self._under_way if incoming.answer.done())]
        answered = [
            _Answered(
                incoming,
                incoming.answer.result(),
                self._reply(incoming.channel, incoming.incoming, incoming.answer.result(), incoming.came),
            )
            for incoming in done
            if incoming.answer.exception() is None
        ]
        try:
            reached = self._publish(
                [answered_message.reply for answered_message in answered if answered_message.reply is not None]
            )
        except BrokerUnavailable:
            return 0
        self._under_way = [incoming for incoming in self._under_way if incoming not in done]
        answered = self._confirmed(answered, reached, retried)
        for incoming in done:
            if (error := incoming.answer.exception()) is not None:
                self._fail(incoming.incoming, error)
        for answered_message in answered:
            unread = answered_message.admitted.status != 202 and (
                answered_message.reply is None or answered_message.reply.message_id not in reached
            )
            dead_letter = unread or answered_message.admitted.status == TOO_LARGE
            (self._in.reject if dead_letter else self._in.acknowledge)([answered_message.taken.incoming.tag])
        return len(answered)

    def _confirmed(
        self, answered: Sequence[_Answered], reached: set[str], retried: Sequence[_Taken]
    ) -> list[_Answered]:
        """The answered messages, without accepted ones whose sender's reply queue does not exist yet, as after an
        outage: these are retried for a while."""
        waiting = [answered_message for answered_message in answered if answered_message.awaits_queue(reached)]
        if retried or not self._unanswered:
            self._answers_again = monotonic() + REPLY_RETRY_SECONDS
        self._unanswered = [incoming for incoming in self._unanswered if incoming not in retried]
        self._unanswered += [answered_message.taken for answered_message in waiting]
        return [answered_message for answered_message in answered if answered_message not in waiting]

    def _publish(self, replies: Sequence[OutgoingMessage]) -> set[str]:
        """Publish replies; returns the ids of those that reached a queue."""
        outcomes = self._out.publish(replies)
        for letter, outcome in zip(replies, outcomes, strict=True):
            if outcome != PublishOutcome.CONFIRMED:
                log.warning("amqp.unanswered", queue=letter.routing_key, reason=outcome, **letter.headers)
        return {
            letter.message_id
            for letter, outcome in zip(replies, outcomes, strict=True)
            if outcome == PublishOutcome.CONFIRMED
        }

    def _fail(self, incoming: IncomingMessage, error: BaseException) -> None:
        """Requeue a message after a transient failure, else move it to the dead letters."""
        if isinstance(error, NotAccepting) or is_transient(error):
            self._not_before = monotonic() + RETRY_SECONDS
            self._in.requeue([incoming.tag])
            log.warning("amqp.later", queue=incoming.queue, reason=str(error)[:300], again_in=RETRY_SECONDS)
            return
        log.error(
            "amqp.unreadable",
            queue=incoming.queue,
            bytes=len(incoming.body),
            reason=repr(error)[:300],
            traceback="".join(format_exception(error)),
        )
        self._in.reject([incoming.tag])
