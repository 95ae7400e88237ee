"""Officers read of the port in both languages, where the sandbox opted in; elsewhere nobody sees or pays anything."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from single_window.api.app import create_app
from single_window.store.agency_tables.port import port_case, port_event, port_parcel
from single_window.store.tables import delivery, hold
from single_window.work.runtime import Runtime
from tests.officers import signed_in
from tests.stories.exporting import Sale, note
from tests.stories.port import OTHER_TERMINAL, TERMINAL, Port
from tests.stories.story import StoryRunner


def browser_of(story: StoryRunner):
    client = create_app(story.window, runtime=Runtime(story.window)).test_client()
    return signed_in(client, story.window)


@pytest.fixture
def port(start_story) -> Port:
    port = Port(start_story(port="full"))
    port.pack([Sale(1)])
    port.tell(port.told("GIN", 1), number="<b>D</b>")
    port.tell(port.told("GIN", 2), terminal=OTHER_TERMINAL)
    return port


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("口岸协同", "两码头", "进闸", "未经证实", "码头事件报文")),
        ("en", ("Port", "two terminals", "gate in", "unproved", "its event message")),
    ],
)
def test_a_case_says_who_says_what_and_what_is_invented(port: Port, language: str, words: tuple[str, ...]) -> None:
    browser, (case,) = browser_of(port.story), port.cases()
    listed = browser.get(f"/port?sandbox=story&lang={language}").get_data(as_text=True)
    assert words[0] in listed and words[1] in listed and case.case_no in listed
    page = browser.get(f"/port/{case.case_no}?sandbox=story&lang={language}").get_data(as_text=True)
    for told in (*words[1:], TERMINAL, OTHER_TERMINAL, Sale(1).waybill):
        assert told in page, told
    assert "&lt;b&gt;D&lt;/b&gt;" in page and "<b>D</b>" not in page
    assert len(page.encode()) < 60_000


@pytest.mark.parametrize(("level", "seen"), [("off", False), ("events", True)])
def test_the_list_and_the_desk_are_there_where_the_sandbox_opted_in(start_story, level: str, seen: bool) -> None:
    story = start_story(port=level)
    browser = browser_of(story)
    for path in ("/declarations", "/review", "/supervision"):
        page = browser.get(f"{path}?sandbox=story&lang=en").get_data(as_text=True)
        assert ('href="/port?' in page or "desk=port" in page) is seen, path


def test_where_it_is_off_an_export_writes_and_reads_nothing_of_the_port(start_story) -> None:
    story = start_story()
    statements: list[str] = []

    def remember(connection, cursor, statement, *rest):
        statements.append(statement)

    event.listen(story.window.engine, "before_cursor_execute", remember)
    try:
        story.file(*Sale(1).messages())
        story.window.settle()
        for kind in ("consolidation", "arrival_note", "departure_note"):
            story.submit(note(kind, [Sale(1)], f"N{kind}"))
    finally:
        event.remove(story.window.engine, "before_cursor_execute", remember)
    assert story.state(Sale(1)) == "closed"
    assert statements and not [one for one in statements if "port_event" in one or "port_parcel" in one]
    for table in (port_event, port_parcel, port_case, hold):
        assert story.rows(select(table.c.sandbox)) == []
    assert story.rows(select(delivery.c.id).where(delivery.c.queue == "port")) == []


@pytest.mark.long
def test_a_case_of_a_box_with_thousands_of_events_and_parcels_stays_a_page(start_story) -> None:
    port = Port(start_story(port="full"))
    port.pack([Sale(number) for number in range(1, 200)])
    port.tell(*[port.told("INS", -7 + second / 3600) for second in range(1_900)], port.told("GIN", 1))
    port.tell(port.told("GIN", 2), terminal=OTHER_TERMINAL)
    (case,) = port.cases()
    for language, words in (("zh", "1902 条"), ("en", "1902 in all")):
        page = browser_of(port.story).get(f"/port/{case.case_no}?sandbox=story&lang={language}").get_data(as_text=True)
        assert words in page and "199 " in page and len(page.encode()) < 60_000
        assert page.count("<tr>") < 130 and 'class="stackphone"' in page, "each row is a card on a phone"
