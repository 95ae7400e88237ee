"""Whatever an agency refuses is a finding about the message: the field, what stands there, what is allowed and what to
do."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from schemas import catalogue
from single_window.cases.declarations.arrivals import of_message
from single_window.intake.samples import fresh
from single_window.store.tables import message
from tests.stories.story import StoryRunner

CASES = {
    "a GTIN": ("TraceBatch", "gtin", "09520123456789", "24101", "gtin"),
    "a lot": ("TraceBatch", "lot", "L 1", "24119", "lot"),
    "an offset that the zone has not": ("OverseasStockNotice", "timeZone", "Asia/Tokyo", "27108", "[2]/eventTime"),
    "a container": ("TerminalEvent", "containerNo", "QDXU1000016", "29104", "[1]/containerNo"),
}
"""Message, element that is wrong, and what it has; code of the reason, and the end of the path that it names."""


def told(story: StoryRunner, body: bytes) -> Any:
    story.submit(body)
    number = story.rows(select(func.max(message.c.id)))[0][0]
    return story.read(of_message, number)


@pytest.mark.parametrize(("kind", "element", "text", "code", "place"), CASES.values(), ids=CASES)
def test_a_refusal_names_its_field(start_story: Any, kind: str, element: str, text: str, code: str, place: str) -> None:
    story = start_story(port="full")
    body = fresh(catalogue.by_code(kind), code, story.window.now(story.sandbox)).decode()
    before, begin, rest = body.partition(f"<ceb:{element}>")
    shown = told(story, f"{before}{begin}{text}{rest[rest.index('<') :]}".encode())
    finding = {finding.code: finding for finding in shown.findings}[code]
    assert finding.path.endswith(place) and finding.line and finding.remedy_en and finding.remedy_zh
    assert (finding.found == text or element not in place) and not finding.warning
    assert "[Code:" not in finding.en and shown.state_words.en != "read, no finding"
