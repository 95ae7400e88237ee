"""Poison in the window's own queues is put aside at once and holds up nothing that came with it."""

from __future__ import annotations

from collections.abc import Callable

from structlog.testing import capture_logs

from tests.stories.story import StoryRunner, outcome

POISON = (
    b"",
    b"\x00\xff",
    b"{}",
    b'["7"]',
    b"[1,",
    b"[0]",
    b"[-7]",
    b"[99999999999999999999999]",
    b"[" * 100_000,
    b"[]",
    b"[9223372036854775807]",
)


def test_poison_in_every_queue_holds_up_no_trade(start_story: Callable[..., StoryRunner]) -> None:
    story = start_story(run_to_completion=0)  # every hop through the broker
    trade = story.trade()
    for topic in ("message.received", "import.order", "inspection.requested", "tax.requested"):
        story.window.broker.publish(topic, POISON)
    with capture_logs() as lines:
        story.send(trade)
    assert outcome(story.receipts(trade)) == [("2", "2.inventory"), ("120", "1800"), ("800", "2600")]
    assert {line["event"] for line in lines if line["log_level"] != "info"} == {"message.unreadable"}
