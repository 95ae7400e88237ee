"""Posts officers' alerts to their webhooks, with a bounded number of attempts, signed like receipts.

Addresses are checked like those of webhooks of receipts, and redirects are not followed. A message names the case and
who did what; the text of a note stays in the house.
"""

from __future__ import annotations

from functools import partial
from threading import Event
from typing import TYPE_CHECKING

import msgspec
import structlog

from single_window import __version__
from single_window.channels.addresses import UnfitAddress, parse, resolve
from single_window.channels.push_answers import NoAnswer
from single_window.clock import system_now
from single_window.context import Context
from single_window.frame.typed import instant_text
from single_window.receipts.pushing.pusher import one_line
from single_window.receipts.pushing.threads import Behaviour, ReceiverThreads, is_mistake
from single_window.store import alert_webhooks
from single_window.store.alert_webhooks import DueAlert
from single_window.store.engine import reading, writing
from single_window_client.webhooks import SIGNATURE, TIMESTAMP, signature

if TYPE_CHECKING:
    import ssl

log = structlog.get_logger(__name__)
TIMEOUT_SECONDS = 10.0
"""Total time limit of an attempt."""
PAUSES_MS = (5_000, 30_000, 300_000)
"""Pauses after each attempt but the last."""
CLAIM_MS = 30_000
"""Duration of the claim on an attempt; longer than an attempt can take."""
MOST, SOUND, AILING = 50, 4, 2
"""Alerts that are looked at together, and threads for receivers whose last call succeeded or failed."""


class AlertCalls:
    """Posts due alerts; `step` never waits. `stopping` must be set before `close`."""

    def __init__(self, context: Context, stopping: Event, trust: ssl.SSLContext | None = None) -> None:
        self._context, self._stopping, self._trust = context, stopping, trust
        self._threads: ReceiverThreads[bool] = ReceiverThreads("alert", SOUND, AILING)
        self._ailing: set[str] = set()

    def step(self) -> int:
        """Start due calls; returns the number of alerts that were confirmed since the last step."""
        done = sum(self._threads.ended())
        with reading(self._context.engine) as connection:
            waiting = alert_webhooks.due(connection, system_now(), MOST)
        for alert in waiting:
            behaviour = Behaviour.AILING if alert.account in self._ailing else Behaviour.SOUND
            self._threads.begin(alert.account, behaviour, partial(self._attempt, alert))
        return done

    def close(self) -> None:
        """Finish the current calls; others are made after the next start."""
        self._threads.close()

    def _attempt(self, alert: DueAlert) -> bool:
        if self._stopping.is_set():
            return False
        try:
            return self.call(alert)
        except Exception as error:
            if is_mistake(error):
                log.error("alert.failed", sandbox=alert.sandbox, account=alert.account, reason=repr(error)[:300])
            return False

    def call(self, alert: DueAlert) -> bool:
        """Make one attempt, unless another process claimed it; returns whether the receiver confirmed."""
        claimed = system_now() + CLAIM_MS
        with writing(self._context.engine) as connection:
            if not alert_webhooks.claim(connection, alert, claimed):
                return False
        error = self._post(alert)
        again = system_now() + PAUSES_MS[alert.attempts] if error and alert.attempts < len(PAUSES_MS) else 0
        with writing(self._context.engine) as connection:
            alert_webhooks.settle(connection, alert, claimed, again, error)
        (self._ailing.add if error else self._ailing.discard)(alert.account)
        log.info("alert.posted" if not error else "alert.not_posted", account=alert.account, reason=error)
        return not error

    def _post(self, alert: DueAlert) -> str:
        """The reason why the receiver did not confirm; empty if it did."""
        from single_window.channels.posting import PushConnection, system_trust  # imports urllib3

        body = body_of(alert)
        try:
            target = parse(alert.address)
            addresses = resolve(target, bool(self._context.settings.webhook_private))
            posting = PushConnection(target, addresses, TIMEOUT_SECONDS, self._trust or system_trust())
            try:
                answer = posting.post(body, headers_of(alert, body, system_now() // 1_000))
            finally:
                posting.close()
        except (UnfitAddress, NoAnswer) as error:
            return one_line(str(error))
        return "" if 200 <= answer.status < 300 else f"HTTP {answer.status}"


def body_of(alert: DueAlert) -> bytes:
    """The message about an alert, as JSON: the case, who did what, and when by the sandbox's clock."""
    told = {
        "sandbox": alert.sandbox,
        "account": alert.account,
        "row": alert.sequence,
        "subject": alert.subject,
        "number": alert.subject_id,
        "action": alert.action,
        "by": alert.by,
        "at": instant_text(alert.at),
    }
    return msgspec.json.encode(told)


def headers_of(alert: DueAlert, body: bytes, timestamp: int) -> dict[str, str]:
    """The headers of a message; `timestamp`: seconds since the epoch on the machine's clock. Every attempt has the same
    delivery id."""
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"single-window/{__version__}",
        "X-Single-Window-Delivery": f"alert-{alert.account}-{alert.sequence}",
        TIMESTAMP: str(timestamp),
        SIGNATURE: f"sha256={signature(alert.secret, timestamp, body)}",
    }
