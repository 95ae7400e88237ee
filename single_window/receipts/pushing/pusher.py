"""Pushes a channel's receipts through a sender and stores its position.

The position is advanced by compare-and-set after the receiver has confirmed, so receipts are delivered at least once,
in order, without gaps. After a failure the channel pauses; after several it is blocked and probed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import cache
from itertools import count
from socket import gethostname
from traceback import format_exc
from typing import Protocol

import structlog
from sqlalchemy import Engine

from single_window.clock import monotonic, system_now
from single_window.observe import steps as observing
from single_window.receipts.messages import ReceiptsMessage
from single_window.receipts.pushing.cutting import BEFORE, Cutting
from single_window.receipts.pushing.outgoing import outgoing
from single_window.receipts.pushing.pauses import BLOCKED_AFTER, Pauses
from single_window.receipts.pushing.threads import SLOW_SECONDS
from single_window.receipts.unwritable import past_unwritable
from single_window.store import channels, mailboxes
from single_window.store.channels import Channel
from single_window.store.engine import reading, writing
from single_window.store.failures import is_transient
from single_window.store.names import ACTIVE, BLOCKED, OPENING
from single_window.store.sandboxes import ABSENT

log = structlog.get_logger(__name__)
HOLD_MS = 30_000
"""Milliseconds for which a channel is held; longer than one message can take."""
ROUND_SECONDS = 10.0
"""Seconds after which a round ends, so that other channels are served."""
_rounds = count(1)


class NotDelivered(Exception):
    """The receiver did not confirm; the message gives the reason in one line. The receipts may have arrived."""


class PushSender(Protocol):
    """Sends messages over one kind of channel."""

    kind: str
    pauses: Pauses

    def send(self, channel: Channel, messages: Sequence[ReceiptsMessage]) -> Generator[int, None, None]:
        """Send messages in order; yields the sequence of a receipt once it and all before it are confirmed.

        Raises `NotDelivered`. The caller may stop at any point.
        """

    def now(self, sandbox: str) -> int:
        """The instant by which pauses of its channels are measured."""


class Pusher:
    """Serves channels of one kind. Thread-safe."""

    def __init__(self, engine: Engine, sender: PushSender, stopping: Callable[[], bool] = lambda: False) -> None:
        self.sender = sender
        self.slow: set[tuple[str, str]] = set()
        """(sandbox, mailbox) of receivers whose last confirmation was slow."""
        self._engine, self._stopping, self._cutting = engine, stopping, Cutting(engine)
        self._name = f"{gethostname()} {os.getpid()} {system_now()}"

    def due(self) -> list[Channel]:
        """The channels that may be served now."""
        with reading(self._engine) as connection:
            waiting = channels.waiting(connection, self.sender.kind, system_now())
        now = cache(self.sender.now)
        return [
            channel
            for channel in waiting
            if not channel.next_at or self.sender.pauses.is_due(channel.next_at, now(channel.sandbox))
        ]

    def push(self, channel: Channel) -> int:
        """Deliver waiting receipts of a channel; returns the number confirmed."""
        messages, end = self._outgoing(channel)
        held = self._take(channel, messages[-1].last if messages else end) if messages or end else None
        if held is None:
            return 0
        if not messages:
            self._pass_over(held, end)
            return 0
        return self._deliver(held, messages) - channel.position

    def _pass_over(self, held: Channel, end: int) -> None:
        """Advance past sequences whose receipts were parked or pruned."""
        with writing(self._engine) as connection:
            moved = channels.confirm(connection, held, position=end, until=system_now(), now=held.delivered_at)
            if moved is not None:
                channels.release(connection, moved)

    def _outgoing(self, channel: Channel) -> tuple[list[ReceiptsMessage], int]:
        """(messages to deliver, sequence up to which there are no receipts if there are no messages, else 0).
        Unwritable receipts are parked."""

        def read() -> tuple[list[ReceiptsMessage], int]:
            with reading(self._engine) as connection:
                end = mailboxes.last_place(connection, channel.sandbox, channel.dxp_id)
                messages = outgoing(connection, channel)
                return messages, 0 if messages else end

        try:
            return past_unwritable(self._engine, channel.sandbox, channel.dxp_id, read)
        except Exception as error:
            if is_transient(error) or isinstance(error, ABSENT):
                raise
            held = self._take(channel, channel.tried)
            if held is not None:
                self._broken(held, error)
            return [], 0

    def _deliver(self, held: Channel, messages: Sequence[ReceiptsMessage]) -> int:
        """Send messages and store confirmed positions; returns the position reached."""
        # after a failure send one message first
        to_send, began = messages[:1] if held.failures else messages, monotonic()
        cut = self._cutting.of(held, messages[0].first)
        try:
            if cut and cut.place == BEFORE:
                raise NotDelivered(cut.reason)
            with closing(self.sender.send(held, to_send)) as confirmed:
                for last in self._until_stopped(confirmed):
                    if cut:
                        raise NotDelivered(cut.reason)
                    following = self._confirm(held, last, monotonic() - began)
                    if following is None:
                        break
                    held, began = following, monotonic()
        except NotDelivered as error:
            self._failed(held, str(error))
        except Exception as error:
            if is_transient(error) or isinstance(error, ABSENT):
                raise  # not the receiver's failure; the hold on the channel expires
            self._broken(held, error)
        else:
            with writing(self._engine) as connection:
                channels.release(connection, held)
        return held.position

    def _until_stopped(self, confirmed: Iterable[int]) -> Iterator[int]:
        until = monotonic() + ROUND_SECONDS
        for last in confirmed:
            yield last
            if self._stopping() or monotonic() > until:
                return

    def _take(self, channel: Channel, tried: int) -> Channel | None:
        now, holder = system_now(), f"{self._name} {next(_rounds)}"
        with writing(self._engine) as connection:
            return channels.take(connection, channel, holder, tried=tried, until=now + HOLD_MS, system=now)

    def _confirm(self, held: Channel, last: int, took: float) -> Channel | None:
        now = self.sender.now(held.sandbox)
        (self.slow.add if took > SLOW_SECONDS else self.slow.discard)((held.sandbox, held.dxp_id))
        with writing(self._engine) as connection:
            following = channels.confirm(connection, held, position=last, until=system_now() + HOLD_MS, now=now)
        if following is not None:
            observing.pushed(held.sandbox, held.dxp_id, held.kind, held.position + 1, last, took)
        if following is not None and held.blocked_at:
            log.info("channel.unblocked", **_log_names(held), sequence=last)
        return following

    def _broken(self, held: Channel, error: Exception) -> None:
        log.error("push.broken", **_log_names(held), reason=repr(error)[:300], traceback=format_exc())
        self._failed(held, f"{type(error).__name__}: {error}")

    def _failed(self, held: Channel, reason: str) -> None:
        observing.not_pushed(held.kind)
        now, failures = self.sender.now(held.sandbox), held.failures + 1
        blocked_at = held.blocked_at or (now if failures >= BLOCKED_AFTER else 0)
        pause = self.sender.pauses.after(failures, now - blocked_at if blocked_at else 0)
        with writing(self._engine) as connection:
            channels.fail(
                connection,
                held,
                state=BLOCKED if blocked_at else OPENING if held.state == OPENING else ACTIVE,
                failures=failures,
                next_at=now + pause,
                blocked_at=blocked_at,
                error=one_line(reason),
            )
        log.warning(
            "channel.blocked" if failures == BLOCKED_AFTER else "channel.failed",
            **_log_names(held),
            failures=failures,
            pause=pause // 1_000,
            reason=one_line(reason),
        )


def one_line(text: str) -> str:
    """An external text in one line of at most 300 printable characters."""
    return "".join(character if character.isprintable() else " " for character in text[:300]).strip()


def _log_names(channel: Channel) -> dict[str, str]:
    return {"sandbox": channel.sandbox, "mailbox": channel.dxp_id, "kind": channel.kind}
