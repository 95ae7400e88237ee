"""Requests original payment data from platforms: posts `openReq` to their address, with a bounded number of retries.

Addresses are checked like those of webhooks, redirects are not followed, and only the beginning of the response is
read. The response only confirms the request; the platform uploads the data by a separate call.
"""

from __future__ import annotations

import html
import json
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote_plus

import msgspec
import structlog

from single_window import __version__
from single_window.channels.addresses import UnfitAddress, parse, resolve
from single_window.channels.push_answers import NoAnswer
from single_window.clock import monotonic, system_now
from single_window.context import Context
from single_window.receipts.pushing.pusher import one_line
from single_window.receipts.pushing.threads import SLOW_SECONDS, Behaviour, ReceiverThreads, is_mistake
from single_window.receipts.tolerances import ESCAPED_OPEN_REQ
from single_window.store import participants, payment_requests
from single_window.store.engine import reading, writing
from single_window.store.payment_requests import CallState, PaymentRequest

if TYPE_CHECKING:
    import ssl

log = structlog.get_logger(__name__)
FIELD = "openReq"
TIMEOUT_SECONDS = 10.0
"""Total time limit of an attempt."""
PAUSES_MS = (5_000, 20_000)
"""Pauses after the first and the second attempt; the third is the last."""
UPLOAD_WAIT_MS = 10_000
"""Time after a confirmed request during which a waiting API call continues to wait for the upload."""
CLAIM_MS = 30_000
"""Duration of the claim on an attempt; longer than an attempt can take."""
SOUND, AILING = 8, 4
"""Threads for platforms whose last call succeeded, and for those that failed; one call per platform at a time."""
ACCEPTED = "10000"
NO_ADDRESS = "no address is registered for this platform: single-window platform-data address set"


class _Answer(NamedTuple):
    reply: str
    error: str


class PlatformCalls:
    """Calls platforms for due requests; `step` never waits. `stopping` must be set before `close`."""

    def __init__(self, context: Context, stopping: Event, trust: ssl.SSLContext | None = None) -> None:
        self._context, self._stopping = context, stopping
        self._trust = trust
        self._threads: ReceiverThreads[bool] = ReceiverThreads("ask", SOUND, AILING)
        self._behaved: dict[tuple[str, str], Behaviour] = {}

    def step(self) -> int:
        """Start due calls; returns the number of platforms that confirmed since the last step."""
        done = sum(self._threads.ended())
        with reading(self._context.engine) as connection:
            due = payment_requests.waiting(connection, system_now())
        for request in due:
            platform = (request.sandbox, request.platform)
            behaviour = self._behaved.get(platform, Behaviour.SOUND)
            self._threads.begin(platform, behaviour, partial(self._attempt, request))
        return done

    def close(self) -> None:
        """Finish the current calls; others are made after the next start."""
        self._threads.close()

    def _attempt(self, request: PaymentRequest) -> bool:
        if self._stopping.is_set():
            return False
        try:
            return self.call(request)
        except Exception as error:
            if is_mistake(error):
                log.error(
                    "payment_data.failed", sandbox=request.sandbox, session=request.session_id, reason=repr(error)[:300]
                )
            return False

    def call(self, request: PaymentRequest) -> bool:
        """Make one attempt, unless another process claimed it; returns whether the platform confirmed."""
        with writing(self._context.engine) as connection:
            url = payment_requests.address_of(connection, request.sandbox, request.platform)
            if not payment_requests.claim(connection, request, system_now() + CLAIM_MS):
                return False
            escaped = participants.tolerates(connection, request.sandbox, request.platform, ESCAPED_OPEN_REQ)
        began = monotonic()
        answer = self._post(url, body_of(request, self._context.now(request.sandbox), escaped))
        self._note(request, answer, monotonic() - began)
        last = not url or request.attempts >= len(PAUSES_MS)
        state = CallState.REQUESTED if not answer.error else CallState.FAILED if last else CallState.WAITING
        pause = {CallState.REQUESTED: UPLOAD_WAIT_MS, CallState.FAILED: 0}
        retry_at = system_now() + (pause[state] if state in pause else PAUSES_MS[request.attempts])
        with writing(self._context.engine) as connection:
            payment_requests.record_attempt(connection, request, state, retry_at, answer.reply, answer.error)
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
        """Record a platform's behaviour, which determines the threads for its next call."""
        platform = (request.sandbox, request.platform)
        if not answer.error and took <= SLOW_SECONDS:
            self._behaved.pop(platform, None)
        else:
            self._behaved[platform] = Behaviour.AILING if answer.error else Behaviour.SLOW

    def _post(self, url: str, body: bytes) -> _Answer:
        if not url:
            return _Answer("", NO_ADDRESS)
        from single_window.channels.posting import PushConnection, system_trust  # imports urllib3

        try:
            target = parse(url)
            addresses = resolve(target, bool(self._context.settings.webhook_private))
            posting = PushConnection(target, addresses, TIMEOUT_SECONDS, self._trust or system_trust())
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
    """The posted form; `escaped`: with `&quot;` instead of quotes, as some platforms receive it."""
    text = json.dumps(
        {"orderNo": request.order_no, "sessionID": request.session_id, "serviceTime": str(service_time)},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return f"{FIELD}={quote_plus(html.escape(text) if escaped else text)}".encode()


def _refusal(status: int, beginning: bytes) -> str:
    """The reason why a response is no confirmation; empty if it is one."""
    if status != 200:
        return f"HTTP {status} is no confirmation"
    try:
        answer = msgspec.json.decode(beginning)
    except (msgspec.DecodeError, RecursionError):
        return "the answer is no JSON"
    code = str(answer.get("code")) if isinstance(answer, dict) else ""
    return "" if code == ACCEPTED else one_line(f"the answer's code is {code[:40]!r}, not {ACCEPTED}")
