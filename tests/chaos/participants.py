"""The participants of a run: all poll over HTTP, some send and receive over AMQP, some have webhooks; one is poison."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import count
from time import monotonic
from typing import Any

import msgspec

from simulators.entry.sending import LIMITED
from simulators.verdicts.statements import JournalEntry
from tests.audit import hooks, queues
from tests.audit.hooks import Hooks
from tests.audit.journal import Journal
from tests.audit.polling import PAUSE, GivenUp
from tests.audit.queues import QueueListener, Reply, publish
from tests.audit.remote import Attempt, Remote
from tests.chaos.engines import free_port
from tests.chaos.hostile_receivers import HostileReceivers
from tests.chaos.poison import Dropper
from tests.chaos.programs import TookTooLong, until
from tests.chaos.site import SANDBOX, Site

SILENT = 100
"""One in so many webhooks is kept and not answered."""
JSON = {"Content-Type": "application/json"}
ANSWERED = 60.0
"""Seconds that a carrier waits for an answer before he sends again."""
BRINGING, AGAIN = 300.0, 5.0
"""Seconds in which all must have been brought, and between two requests of an operator to go on."""


class Participants(Remote):
    """Everybody outside; a context, in which listeners listen."""

    def __init__(self, site: Site, journal: Journal, attempts: Callable[[int], None], lead: int, poison: int) -> None:
        super().__init__(site.url, SANDBOX, journal, site.advance, attempts, lead)
        self._site = site
        self._dropper = Dropper(site.scenario.seed, poison)
        self._by_queue = {carrier.dxp_id for carrier in site.world.carriers} if site.rabbitmq else set()
        self._by_hook = {provider.dxp_id for provider in (*site.world.payment_providers, site.world.agents[0])}
        self._misled = [participant.dxp_id for participant in (*site.world.platforms, *site.world.agents[1:])]
        """Whose webhooks lead to hostile receivers; they poll as well, as all do."""
        self._hostile = HostileReceivers()
        self._hooks = Hooks(free_port(), journal.brought.append, site.scenario.seed, SILENT)
        self._replies: dict[str, Reply] = {}
        self._attempt_numbers = count(1)
        self._listener = (
            QueueListener(
                site.rabbitmq.address,
                [self._queue(name) for name in sorted(self._by_queue)],
                journal.brought.append,
                self._replied,
            )
            if site.rabbitmq
            else None
        )

    def __enter__(self) -> Participants:
        for mailbox in sorted(self._by_hook):
            result = self._site.command("channel", "webhook", mailbox, self._hooks.url)
            self._hooks.secrets[mailbox] = result["secret"]
        for mailbox in self._misled:
            self._site.command("channel", "webhook", mailbox, self._hostile.url)
        for mailbox in sorted(self._by_queue):
            self._site.command("channel", "amqp", mailbox)
        self._hooks.start()
        self._hostile.start()
        if self._listener is not None:
            self._listener.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.give_up()
        self._hooks.stop()
        self._hostile.stop()
        if self._listener is not None:
            self._listener.stop()

    def send(self, bodies: Iterable[bytes]) -> Iterator[int]:
        yield from super().send(self._dropper.mixed(bodies))

    def attempt(self, entry: JournalEntry, body: bytes) -> Attempt:
        """Carriers publish, and wait for the answer; what they have waited for in vain they send again."""
        if entry.sender not in self._by_queue or self._site.rabbitmq is None:
            return super().attempt(entry, body)
        name = f"{entry.transmission} {next(self._attempt_numbers)}"
        if publish(self._site.rabbitmq.address, self._queue(entry.sender), body, name):
            self.journal.confirmed[name] = entry
            with suppress(TookTooLong):
                until(lambda: name in self._replies, ANSWERED, "no answer")
        reply = self._replies.get(name)
        return Attempt(reply.status, reply.number, PAUSE) if reply else Attempt(0, 0, PAUSE)

    def call(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        """Call the window until it answers, refused or not; raises `GivenUp`. What was done though nobody said so is
        refused the second time."""
        content = None if body is None else msgspec.json.encode(body)
        over = monotonic() + BRINGING
        while monotonic() < over and not self._over.is_set():
            answer = self._connection.request(method, f"/api/v1{path}", content, JSON)
            if answer.status and answer.status != LIMITED and answer.status < 500:
                return msgspec.json.decode(answer.body)
            self._pause(answer.pause or PAUSE)
        raise GivenUp(f"{method} {path} was not answered in time")

    def _replied(self, reply: Reply) -> None:
        self._replies[reply.attempt] = reply
        self.journal.replied.add(reply.attempt)

    @property
    def misled(self) -> int:
        """Posts that hostile receivers got."""
        return self._hostile.met

    @property
    def forged(self) -> int:
        """Webhooks that were not signed as they must be."""
        return self._hooks.forged

    def wait_until_all_is_answered(self) -> None:
        """Until the window has answered everything that RabbitMQ has confirmed, or will hardly do so any more."""
        with suppress(TookTooLong):
            until(lambda: not set(self.journal.confirmed) - self.journal.replied, ANSWERED, "no answer")

    @staticmethod
    def _queue(mailbox: str) -> str:
        return f"{SANDBOX}.{mailbox}"

    def wait_until_all_is_brought(self) -> None:
        """Until every channel has brought all of its mailbox; where one pauses, an operator says: now."""
        until(self._all_is_brought, BRINGING, "not everything was brought to webhooks and queues", AGAIN)

    def _all_is_brought(self) -> bool:
        last = {receipt.mailbox: receipt.next for receipt in self.journal.fetched}
        reached: dict[tuple[str, str], int] = {}
        for message in list(self.journal.brought):
            channel = message.way, message.mailbox
            reached[channel] = max(reached.get(channel, 0), message.last)
        late = [
            (way, mailbox)
            for way, mailboxes in ((hooks.WAY, self._by_hook), (queues.WAY, self._by_queue))
            for mailbox in sorted(mailboxes)
            if reached.get((way, mailbox), 0) < last.get(mailbox, 0)
        ]
        for way, mailbox in late:
            self._site.command("channel", "redeliver", mailbox, "--kind", way.lower())
        return not late
