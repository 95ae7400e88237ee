"""Webhooks: receipts are posted to a participant's address, each message signed with the channel's secret.

A 2xx status confirms a message; anything else, also a timeout, a redirect or a forbidden address, is a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from single_window.channels.addresses import UnfitAddress, parse, resolve
from single_window.channels.push_answers import NoAnswer, PushAnswer
from single_window.channels.webhook_headers import headers
from single_window.clock import monotonic, system_now
from single_window.receipts.messages import ReceiptsMessage
from single_window.receipts.pushing.pauses import OF_PARTICIPANTS
from single_window.receipts.pushing.pusher import NotDelivered, one_line
from single_window.store.channels import Channel
from single_window.store.names import WEBHOOK

if TYPE_CHECKING:
    import ssl

    from single_window.channels.posting import PushConnection

TIMEOUT_SECONDS = 10.0
"""Total seconds for one message."""
TEST = "test"
"""The code of a test message, which has no receipt."""
_TRIAL = b'<?xml version="1.0" encoding="UTF-8"?>\n<Test/>'


class Tried(NamedTuple):
    """The result of a trial: status (0: no response), duration, and error (empty: none)."""

    status: int
    milliseconds: int
    error: str


class Webhook:
    """Posts receipts. `private`: allow addresses inside the operator's network; `now`: returns a sandbox's instant."""

    kind = WEBHOOK
    pauses = OF_PARTICIPANTS

    def __init__(
        self,
        private: bool,
        now: Callable[[str], int],
        timeout: float = TIMEOUT_SECONDS,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._private, self._now, self._timeout = private, now, timeout
        self._trust = trust

    def now(self, sandbox: str) -> int:
        """The instant of the sandbox, so that moving its clock triggers the next attempt."""
        return self._now(sandbox)

    def send(self, channel: Channel, messages: Sequence[ReceiptsMessage]) -> Generator[int, None, None]:
        """Post messages in order over one connection, after resolving and checking the name again; yields the sequence
        of the last receipt after each."""
        posting = self._posting(channel)
        try:
            for message in messages:
                error = _failure_of(_post(posting, channel, message))
                if error:
                    raise NotDelivered(error)
                yield message.last
        finally:
            posting.close()

    def trial(self, channel: Channel) -> Tried:
        """Post a signed test message and return the result; does not change the channel."""
        began = monotonic()
        status, error = 0, ""
        try:
            posting = self._posting(channel)
            try:
                answer = _post(
                    posting, channel, ReceiptsMessage("", channel.sandbox, channel.dxp_id, 0, 0, TEST, _TRIAL)
                )
                status, error = answer.status, _failure_of(answer)
            finally:
                posting.close()
        except NotDelivered as failure:
            error = one_line(str(failure))
        return Tried(status, int(1_000 * (monotonic() - began)), error)

    def _posting(self, channel: Channel) -> PushConnection:
        from single_window.channels.posting import PushConnection, system_trust  # imports urllib3

        try:
            target = parse(channel.address)
            addresses, trust = resolve(target, self._private), self._trust or system_trust()
            return PushConnection(target, addresses, self._timeout, trust)
        except UnfitAddress as error:
            raise NotDelivered(str(error)) from None


def _post(posting: PushConnection, channel: Channel, message: ReceiptsMessage) -> PushAnswer:
    try:
        return posting.post(message.body, headers(channel.secret, message, system_now() // 1_000))
    except NoAnswer as error:
        raise NotDelivered(str(error)) from None


def _failure_of(answer: PushAnswer) -> str:
    """The reason why a response is no confirmation; empty if it is one."""
    if 200 <= answer.status < 300:
        return ""
    if 300 <= answer.status < 400:
        return one_line(f"HTTP {answer.status}: redirects are not followed (to {answer.location[:200]})")
    return one_line(f"HTTP {answer.status} {answer.beginning[:200].decode('utf-8', 'replace')}")
