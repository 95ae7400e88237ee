"""Platforms that are asked for payment data: one that never ends its answer keeps no other waiting."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from gateways.records import PaymentRequestDraft
from single_window.channels import payment_addresses
from single_window.channels.platform_calls import AILING, SOUND, PlatformCalls
from single_window.store import payment_requests
from single_window.store.numbering import ROWS
from tests.chaos.programs import until
from tests.databases import read_by, write_by
from tests.platforms import confirms
from tests.receivers import dripping, receiving
from tests.stories.story import NOON, StoryRunner

HONEST = "3702960001"


def test_a_platform_that_drips_keeps_no_other_waiting(start_story: Callable[..., StoryRunner]) -> None:
    story = start_story()
    object.__setattr__(story.window.settings, "webhook_private", 1)
    with receiving() as dripper, receiving(confirms()) as honest:
        dripper.answers = [dripping(b"HTTP/1.0 200 OK\r\n\r\n", b"x", dripper.released)] * 99
        payment_addresses.put(story.window, story.sandbox, "3702960000", dripper.url)
        payment_addresses.put(story.window, story.sandbox, HONEST, honest.url)
        drafts = [
            PaymentRequestDraft(f"S{number}", f"O{number}", platform, 1, NOON + 120_000)
            for number, platform in enumerate([*["3702960000"] * 3 * (SOUND + AILING), HONEST])
        ]
        story.window.numbering.ensure(ROWS, "row", len(drafts))
        write_by(
            story.window.engine, payment_requests.file_requests, story.window.numbering, story.sandbox, drafts, NOON
        )
        stopping = Event()
        calls = PlatformCalls(story.window, stopping)
        until(lambda: calls.step() >= 0 and bool(honest.posted), 60, "the honest platform to be called")
        assert len(dripper.posted) <= 1, "a platform is called once at a time"
        waiting = [request.platform for request in read_by(story.window.engine, payment_requests.waiting, NOON * 2)]
        assert len(waiting) == len(set(waiting)), "of each platform the first alone"
        stopping.set()
        dripper.close()
        calls.close()
