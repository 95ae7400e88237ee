"""Requests original payment data from platforms: posts `openReq` to their address, a bounded number of times.

An address is checked as a webhook's is, no redirect is followed, and little is read. What the platform uploads comes
to the window by another call; here it only confirms the call.
"""

from __future__ import annotations

import html
import json
import ssl
from functools import partial
from threading import Event
from typing import NamedTuple
from urllib.parse import quote_plus

import msgspec
import structlog

from single_window import __version__
from single_window.channels.addresses import UnfitAddress, parse, resolve
from single_window.channels.posting import NoAnswer, PushConnection, system_trust
from single_window.clock import monotonic, system_now
from single_window.context import Context
from single_window.receipts.pushing.pusher import one_line
from single_window.receipts.pushing.threads import LONG, Behaviour, ReceiverThreads
from single_window.receipts.tolerances import ESCAPED_OPEN_REQ
from single_window.store import participants, payment_requests
from single_window.store.engine import reading, writing
from single_window.store.failures import is_transient
from single_window.store.payment_requests import CallState, PaymentRequest

log = structlog.get_logger(__name__)
FIELD = "openReq"
TIMEOUT_SECONDS = 10.0
"""For one attempt in all."""
PAUSES_MS = (5_000, 20_000)
"""After the first attempt, and after the second; the third is the last."""
ANSWERS_WITHIN_MS = 10_000
"""During which a call that waits for a status keeps waiting, since the platform may answer by itself."""
HELD_MS = 30_000
"""For which an attempt is its maker's: longer than it may take."""
SOUND, AILING = 8, 4
"""Threads for platforms that answered last time, and for those that failed; each platform is called once at a time."""
ACCEPTED = "10000"
NO_ADDRESS = "no address is registered for this platform: single-window platform-data address set"


class _Answer(NamedTuple):
    reply: str
    error: str


class PlatformCalls:
    """Calls the platforms of requests that are due; `step` never waits. `stopping` must be set before `close`."""

    def __init__(self, context: Context, stopping: Event, trust: ssl.SSLContext | None = None) -> None:
        self._context, self._stopping = context, stopping
        self._trust = trust or system_trust()
        self._threads: ReceiverThreads[bool] = ReceiverThreads("ask", SOUND, AILING)
        self._behaved: dict[tuple[str, str], Behaviour] = {}

    def step(self) -> int:
        """Begin what is due; gives how many platforms confirmed since the last step."""
        done = sum(self._threads.ended())
        with reading(self._context.engine) as connection:
            due = payment_requests.waiting(connection, system_now())
        for request in due:
            platform = (request.sandbox, request.platform)
            behaviour = self._behaved.get(platform, Behaviour.SOUND)
            self._threads.begin(platform, behaviour, partial(self._attempt, request))
        return done

    def close(self) -> None:
        """Finish the current calls; what was not begun stays for the next start."""
        self._threads.close()

    def _attempt(self, request: PaymentRequest) -> bool:
        if self._stopping.is_set():
            return False
        try:
            return self.call(request)
        except Exception as error:
            if not is_transient(error):
                log.error(
                    "payment_data.failed", sandbox=request.sandbox, session=request.session_id, reason=repr(error)[:300]
                )
            return False

    def call(self, request: PaymentRequest) -> bool:
        """One attempt, unless somebody else makes it; gives whether the platform confirmed."""
        with writing(self._context.engine) as connection:
            url = payment_requests.address_of(connection, request.sandbox, request.platform)
            if not payment_requests.claim(connection, request, system_now() + HELD_MS):
                return False
            escaped = participants.tolerates(connection, request.sandbox, request.platform, ESCAPED_OPEN_REQ)
        began = monotonic()
        answer = self._post(url, body_of(request, self._context.now(request.sandbox), escaped))
        self._note(request, answer, monotonic() - began)
        last = not url or request.attempts >= len(PAUSES_MS)
        state = CallState.REQUESTED if not answer.error else CallState.FAILED if last else CallState.WAITING
        pause = {CallState.REQUESTED: ANSWERS_WITHIN_MS, CallState.FAILED: 0}
        again = system_now() + (pause[state] if state in pause else PAUSES_MS[request.attempts])
        with writing(self._context.engine) as connection:
            payment_requests.record_attempt(connection, request, state, again, answer.reply, answer.error)
        log.info(
            "payment_data.asked" if not answer.error else "payment_data.not_asked",
            sandbox=request.sandbox,
            session=request.session_id,
            platform=request.platform,
            attempt=request.attempts + 1,
            reason=answer.error,
        )
        return not answer.error

    def _note(self, request: PaymentRequest, answer: _Answer, took: float) -> None:
        """Remember how a platform behaved: its next call waits among those that behave like it."""
        platform = (request.sandbox, request.platform)
        if not answer.error and took <= LONG:
            self._behaved.pop(platform, None)
        else:
            self._behaved[platform] = Behaviour.AILING if answer.error else Behaviour.SLOW

    def _post(self, url: str, body: bytes) -> _Answer:
        if not url:
            return _Answer("", NO_ADDRESS)
        try:
            target = parse(url)
            posting = PushConnection(
                target, resolve(target, bool(self._context.settings.webhook_private)), TIMEOUT_SECONDS, self._trust
            )
            try:
                answer = posting.post(
                    body,
                    {
                        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
                        "User-Agent": f"single-window/{__version__}",
                    },
                )
            finally:
                posting.close()
        except (UnfitAddress, NoAnswer) as error:
            return _Answer("", one_line(str(error)))
        reply = one_line(f"HTTP {answer.status} {answer.beginning[:240].decode('utf-8', 'replace')}")
        return _Answer(reply, _refusal(answer.status, answer.beginning))


def body_of(request: PaymentRequest, service_time: int, escaped: bool) -> bytes:
    """The form that is posted to a platform; `escaped`: with `&quot;` in place of quotes, as some are."""
    text = json.dumps(
        {"orderNo": request.order_no, "sessionID": request.session_id, "serviceTime": str(service_time)},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return f"{FIELD}={quote_plus(html.escape(text) if escaped else text)}".encode()


def _refusal(status: int, beginning: bytes) -> str:
    """Why an answer confirms nothing; empty where it does."""
    if status != 200:
        return f"HTTP {status} is no confirmation"
    try:
        answer = msgspec.json.decode(beginning)
    except (msgspec.DecodeError, RecursionError):
        return "the answer is no JSON"
    code = str(answer.get("code")) if isinstance(answer, dict) else ""
    return "" if code == ACCEPTED else one_line(f"the answer's code is {code[:40]!r}, not {ACCEPTED}")
