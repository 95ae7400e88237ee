"""Posts receipts as a webhook does, for a caller that waits until each is confirmed."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import NamedTuple

import urllib3

from single_window.channels.webhook_headers import headers
from single_window.clock import system_now
from single_window.receipts.messages import ReceiptsMessage

TIMEOUT_SECONDS = 15.0
"""Maximum seconds for a program's answer to a forwarded receipt."""
FIRST_PAUSE, MAX_PAUSE = 0.5, 30.0
"""Seconds between two attempts to forward a receipt; doubled after each attempt, up to the maximum."""


class ForwardTarget(NamedTuple):
    """The address to which receipts are posted, and the secret that signs them."""

    url: str
    secret: str


def post_until_confirmed(target: ForwardTarget, message: ReceiptsMessage, say: Callable[[str], None]) -> str:
    """Post a receipt until the receiver confirms it; return the status of its answer. `say` is told of each pause."""
    pause = FIRST_PAUSE
    while True:
        try:
            answer = urllib3.request(
                "POST",
                target.url,
                body=message.body,
                headers=headers(target.secret, message, system_now() // 1_000),
                timeout=TIMEOUT_SECONDS,
                retries=False,
                redirect=False,
            )
            outcome = f"{answer.status}"
            if 200 <= answer.status < 300:
                return outcome
        except urllib3.exceptions.HTTPError as error:
            outcome = f"no answer ({type(error).__name__})"
        say(f"{target.url}: {outcome}; retry in {pause:g} s")
        Event().wait(pause)
        pause = min(2 * pause, MAX_PAUSE)
