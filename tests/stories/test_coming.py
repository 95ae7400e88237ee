"""What will happen is listed before it does: when, what, and about which order, list, request or receipt."""

from __future__ import annotations

from declarations.calendar import DAY, HOUR
from single_window.cases.coming import ComingDeadline, coming_deadlines
from single_window.commands.clock import about_text
from single_window.outcomes import making
from single_window.store.engine import reading
from tests.databases import ON_BOTH
from tests.stories.story import StoryRunner

pytestmark = ON_BOTH


def due_in(story: StoryRunner, days: int = 0) -> list[ComingDeadline]:
    until = story.window.now(story.sandbox) + days * DAY if days else None
    return story.read(coming_deadlines, 100, until=until)


def kinds(deadlines: list[ComingDeadline]) -> list[str]:
    return [deadline.due.kind for deadline in deadlines]


def test_a_released_list_closes_and_its_tax_is_collected(story):
    story.send(trade := story.trade())
    deadlines = due_in(story)
    assert {"deadline.closing", "deadline.collection"} <= set(kinds(deadlines))
    number = story.column(trade, "invt_no")
    (closing,) = [deadline for deadline in deadlines if deadline.due.kind == "deadline.closing"]
    assert closing.about == {"order": trade.id, "list": number} and closing.words.en == "closes"
    assert trade.id in about_text(closing.about) and str(number) in about_text(closing.about)


def test_until_an_instant_it_included_and_no_further(story):
    story.send(story.trade())
    first = due_in(story)[0]
    with reading(story.window.engine) as connection:
        assert coming_deadlines(connection, story.sandbox, 100, until=first.due.due)[0] == first
        assert coming_deadlines(connection, story.sandbox, 100, until=first.due.due - 1) == []


def test_what_is_predicted_happens_and_no_sooner(story):
    story.send(trade := story.trade())
    (closing,) = [deadline for deadline in due_in(story) if deadline.due.kind == "deadline.closing"]
    story.window.advance(story.sandbox, closing.due.due - 1)
    assert story.state(trade) == "released" and closing in due_in(story)
    story.window.advance(story.sandbox, closing.due.due)
    assert story.state(trade) == "closed" and closing not in due_in(story)


def test_a_receipt_that_is_held_back_is_named(story):
    making.make(
        story.window.engine,
        story.window.numbering,
        story.sandbox,
        match={"receipt": "622.800"},
        action={"do": "delay", "seconds": 3_600},
    )
    story.send(trade := story.trade())
    (held,) = [deadline for deadline in due_in(story) if deadline.due.kind == "deadline.receipt"]
    assert held.about == {"order": trade.id, "receipt": "622.800"}
    assert held.due.due == story.window.now(story.sandbox) + HOUR


def test_a_staged_document_and_a_list_without_partners_are_named(story):
    trade, staged = story.trade(0), story.trade(1)
    story.send(trade, "inventory")
    story.send(staged, "order", appStatus="1")
    result = {deadline.due.kind: deadline.about for deadline in due_in(story)}
    assert result["deadline.partners"]["order"] == trade.id
    assert result["deadline.staged"]["order"] == staged.id and result["deadline.staged"]["kind"] == "order"


def test_another_sandbox_shows_its_own(story):
    story.send(story.trade())
    assert due_in(StoryRunner(story.window, "other")) == []
