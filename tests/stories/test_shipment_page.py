"""One page tells what port, both customs, tax and money say of the parcels in a container, and what contradicts itself;
it is reached from each of their numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Table, insert, select, update

from declarations.calendar import DAY
from declarations.money import scaled_from_text
from declarations.parameters import load
from gateways.korea.repository import KoreaParcel
from single_window.api.app import create_app
from single_window.cases.shipments.differing import differences
from single_window.cases.shipments.facts import facts_of
from single_window.cases.shipments.found import FoundShipment, find_shipment
from single_window.cases.shipments.line_of_time import lines_of
from single_window.cases.shipments.numbers import places_of
from single_window.store.agency_tables.forex import forex_leg, forex_report
from single_window.store.agency_tables.port import port_case
from single_window.store.engine import reading
from single_window.store.tables import declaration, document, timeline
from single_window.work.runtime import Runtime
from tests.api_keys import MAILBOX, issued
from tests.databases import by_the_program, write_by
from tests.officers import signed_in
from tests.stories.exporting import Sale
from tests.stories.korea import Imports, Korea
from tests.stories.port import BOX, OTHER_BOX, OTHER_TERMINAL, TERMINAL, Port
from tests.stories.refunding import Refunding, export, inventory, line, purchase
from tests.stories.story import WORLD, StoryRunner

SALES = [Sale(1), Sale(2)]


@pytest.fixture
def story(start_story) -> StoryRunner:
    """Two parcels of one container, told by two terminals; Korea clears one and then sends it back."""
    story = start_story(port="full", korea="on")
    port, korea = Port(story), Korea(story)
    for sale in SALES:
        story.file(*sale.messages())
    story.window.settle()
    port.pack(SALES)
    port.tell(port.told("GIN", 1, sealNo="<b>S1</b>"), port.told("TAL", 1.5, box=""))
    port.tell(port.told("GIN", 2), terminal=OTHER_TERMINAL)
    korea.manifest(*[sale.waybill for sale in SALES], sealNo="S2")
    korea.list(*[korea.line(sale.waybill) for sale in SALES])
    korea.outcome("899", 24, SALES[0].waybill)
    korea.outcome("700", 25, SALES[0].waybill)
    return story


def page_of(story: StoryRunner, number: str, language: str = "en") -> str:
    browser = signed_in(create_app(story.window, runtime=Runtime(story.window)).test_client(), story.window)
    return browser.get(f"/shipments/{number}?sandbox=story&lang={language}").get_data(as_text=True)


def test_the_page_tells_who_says_what_and_what_contradicts(story: StoryRunner) -> None:
    page = page_of(story, BOX)
    both = "since 2026-11-20", "outcome in doubt"
    for told in (TERMINAL, OTHER_TERMINAL, "gate in", "tally report", *both, "Korea customs"):
        assert told in page, told
    facts = page.partition('id="facts"')[2].partition("</section>")[0]
    assert 'class="differs"><th scope="row">seal' in facts, "the seals of port and Korea differ"
    assert 'class="differs"><th scope="row">container' not in facts, "the container is the same"
    amiss = page.partition('id="differences"')[2].partition("</section>")[0]
    assert f"the seal of {BOX} is &lt;b&gt;S1&lt;/b&gt; by the port, S2 by Korea&#39;s manifest" in amiss
    assert f"{TERMINAL} or {OTHER_TERMINAL}" in amiss and "whoever has not got it tells when it left" in amiss
    assert "Korea&#39;s customs, which said both" in amiss and "; the desk Korea decides" in amiss
    assert "<b>S1</b>" not in page and "&lt;b&gt;S1&lt;/b&gt;" in page
    assert len(page.encode()) < 60_000


@pytest.mark.parametrize(("told", "yuan", "differs"), [("90.00 USD", "646.16", True), ("9.00 USD", "64.62", False)])
def test_a_value_told_in_another_currency_is_compared_in_yuan(told: str, yuan: str, differs: bool) -> None:
    number = {"value": scaled_from_text(told[:-4]), "currency": "USD", "logistics_code": "C"}
    parcel = KoreaParcel(1, "KR1-2026-H1", "1", 2026, "H1", "taken_in", eta=1_795_147_200_000, **number)
    listed: Any = SimpleNamespace(
        id=1, logistics_key="C|H1", state="released", value=62_00000, flow="E", ebc_code="M", order_no="O"
    )
    facts = facts_of(FoundShipment("H1", (), [listed], (), [parcel], (), ()), load())
    (value,) = (fact for fact in facts if fact.name == "value")
    assert (value.told[2].en, value.differs) == (f"{told} ({yuan} CNY)", differs)


def test_it_begins_with_where_the_parcels_are(story: StoryRunner) -> None:
    said = page_of(story, BOX).partition('<p class="say">')[2].partition("</p>")[0]
    assert "China customs: both " in said and "Korea customs: 1 outcome in doubt, 1 taken in by Korea." in said
    assert f"{len(differing(story))} things do not fit" in said


def test_a_parcel_that_was_taken_out_is_named_and_has_no_container(story: StoryRunner) -> None:
    port = Port(story, number=50)
    kept, out = SALES
    port.pack([kept], function="5", again="Z1")
    page = page_of(story, BOX)
    assert f"taken out of {BOX}, and still there by Korea&#39;s manifest" in page and "1 (1 more taken out)" in page
    assert f"Taken out of {BOX}: {out.waybill}" in page.partition('id="history"')[2]
    assert differing(story)["still_announced"] == [out.waybill], "Korea was told otherwise"
    port.pack([kept], function="1", again="Z1")
    assert differing(story)["still_announced"] == sorted([kept.waybill, out.waybill]), "of an empty container, too"
    port.pack([out], box=OTHER_BOX)
    for number in (BOX, OTHER_BOX, out.waybill, out.id):
        assert differing(story, number)["elsewhere"] == [out.waybill], number


def test_a_parcel_that_waits_for_its_release_or_for_koreas_list_is_amiss_of_nothing(start_story) -> None:
    """The port knows of no list before its first step, and Korea's manifest names no carrier."""
    story = start_story(port="full", korea="on")
    port, korea = Port(story), Korea(story)
    for sale in SALES:
        story.file(*sale.messages())
    story.window.settle()
    port.pack(SALES)
    for number in (BOX, SALES[0].id):
        assert differing(story, number) == {}
    korea.manifest(*[sale.waybill for sale in SALES])
    for number in (BOX, SALES[0].id, SALES[0].waybill):
        assert set(differing(story, number)) == {"weight"}, "the manifest's are other weights"


def test_a_company_reads_of_its_parcels_no_number_and_no_name_of_another(start_story) -> None:
    story = start_story(port="full", korea="on")
    port, other = Port(story), "3702960099"
    port.released(*SALES)
    write_by(story.window.engine, lambda connection: connection.execute(belongs_to_another(story, SALES[1])))
    story.window.advance(story.sandbox, story.window.now(story.sandbox) + 12 * DAY)
    story.window.settle()
    (case,) = port.cases("N")
    with reading(story.window.engine) as connection:
        for company, own, not_own in ((case.company, *SALES), (other, *reversed(SALES))):
            found = find_shipment(connection, story.sandbox, own.id, {company})
            told = [str(one) for one in differences(connection, story.sandbox, found, load())]
            told += [str(line) for line in lines_of(connection, story.sandbox, found)]
            assert not any(not_own.waybill in text for text in told), company


def test_a_parcel_that_came_back_without_a_return_is_named(story: StoryRunner) -> None:
    Korea(story, number=50).outcome("700", 26, SALES[1].waybill)
    assert differing(story)["unreturned"] == [SALES[1].waybill]


def test_a_case_in_the_line_of_time_names_who_contradicts_whom(story: StoryRunner) -> None:
    line = page_of(story, BOX).partition('id="history"')[2]
    odd = [entry for entry in line.split("<li") if entry.startswith(' class="differs"')]
    assert len(odd) == 2 and all("≠" in entry for entry in odd)
    assert TERMINAL in odd[0] and OTHER_TERMINAL in odd[0] and "GA2" in odd[0]


def test_another_merchants_list_of_the_same_order_number_is_not_mixed_in(story: StoryRunner) -> None:
    mine = SALES[0].id
    write_by(
        story.window.engine,
        lambda connection: connection.execute(
            insert(timeline).values(
                id=10**9, sandbox=story.sandbox, order_no=mine, kind="export_inventory", key=f"OTHER|{mine}",
                at=story.window.now(story.sandbox), actor="customs", event="rejected", state="rejected",
            )
        ),
    )  # fmt: skip
    assert "rejected" not in page_of(story, BOX)


def test_it_is_reached_from_each_number_in_both_languages(story: StoryRunner) -> None:
    for number in (BOX, SALES[0].waybill, f"KR1-2026-{SALES[0].waybill}", SALES[0].id, f"%20{BOX.lower()}"):
        assert "各方所述" in page_of(story, number, "zh") and "进闸" in page_of(story, number, "zh"), number
    assert "gate in" not in page_of(story, "QDXU9999999")


def test_a_list_alone_is_a_shipment_too(start_story) -> None:
    story = start_story(korea="on")
    imports = Imports(story)
    imports.exported()
    imports.declare()
    page = page_of(story, imports.trade.id)
    assert "Who says what" in page and "China customs" in page
    assert "Who says what" not in page_of(story, "NONE")


def test_the_line_of_an_import_has_its_own_payment_and_waybill(start_story) -> None:
    """And not those of another order of the same number."""
    story = start_story()
    trade, other = story.trade(), story.trade(1)
    story.send(trade)
    story.send(other, "payment", "waybill", orderNo=trade.id)
    with reading(story.window.engine) as connection:
        found = find_shipment(connection, story.sandbox, trade.id)
        places = {(place.kind, place.key) for place in places_of(connection, story.sandbox, found)}
    filed = [(row.kind, row.key) for row in story.rows(select(document).order_by(document.c.id))]
    assert [one for one in filed if one not in places] == filed[4:]


def test_a_shipment_is_found_by_search_and_in_the_rail(story: StoryRunner) -> None:
    browser = signed_in(create_app(story.window, runtime=Runtime(story.window)).test_client(), story.window)
    found = browser.get(f"/declarations?sandbox=story&lang=en&number={BOX}")
    shown = found.text if found.status_code == 200 else found.headers["Location"]
    assert f"/shipments/{BOX}?" in shown, "a container's number leads to its page"
    assert f"/shipments/{BOX}?" not in browser.get("/declarations?sandbox=story&lang=en&number=NOBOX").text
    listed = browser.get("/shipments?sandbox=story&lang=en").text
    assert f"/shipments/{BOX}?" in listed and 'href="/shipments?sandbox=story' in listed and 'data-go="t"' in listed


def test_where_nobody_tells_of_containers_the_rail_has_no_shipments(start_story) -> None:
    story = start_story()
    browser = signed_in(create_app(story.window, runtime=Runtime(story.window)).test_client(), story.window)
    assert 'href="/shipments?' not in browser.get("/declarations?sandbox=story&lang=en").text


def test_lanes_are_drawn_with_what_contradicts(story: StoryRunner) -> None:
    page = page_of(story, BOX)
    lanes = page.partition('id="lanes"')[2].partition("</section>")[0]
    assert lanes.count('class="pt at"') >= 2 and 'class="pt odd"' in lanes and "gate in" in lanes


def test_no_time_of_a_page_has_seconds(story: StoryRunner) -> None:
    browser = signed_in(create_app(story.window, runtime=Runtime(story.window)).test_client(), story.window)
    for path in (f"/shipments/{BOX}", "/shipments", "/port", "/korea", f"/korea/KR1-2026-{SALES[0].waybill}"):
        page = browser.get(f"{path}?sandbox=story&lang=en").text
        assert not re.search(r"\d\d:\d\d:\d\d", page), path


def asked(story: StoryRunner, mailbox: str = "", number: str = BOX) -> tuple[int, dict[str, Any]]:
    """What the call answers an officer's program, or a company's key."""
    client = create_app(story.window, runtime=Runtime(story.window)).test_client()
    rights = (["read_receipts"],) if mailbox else ()
    key = issued(story.window, story.sandbox, [mailbox or MAILBOX], *rights)
    answer = client.get(f"/api/v1/shipments/{number}", headers={"Authorization": f"Bearer {key.token}"})
    return answer.status_code, answer.get_json()


def test_a_company_reads_the_part_that_is_its_own(story: StoryRunner) -> None:
    """One of the two parcels is another merchant's; the terminal's events are of the box that has both."""
    write_by(story.window.engine, lambda connection: connection.execute(belongs_to_another(story, SALES[1])))
    platform, carrier = WORLD.platforms[0], WORLD.carriers[0]
    told = {"": asked(story), "platform": asked(story, platform.dxp_id), "carrier": asked(story, carrier.dxp_id)}
    assert [status for status, _ in told.values()] == [200] * 3, told
    counted = {who: (status, facts(answer)["parcels"]["china"]) for who, (status, answer) in told.items()}
    assert counted == {"": (200, "2"), "platform": (200, "1"), "carrier": (200, "2")}
    own = told["platform"][1]
    assert own["where_en"].startswith("China customs: ") and len(own["parcel_nos"]) == 1
    assert {"gate in", "tally report"} <= {event["event_en"] for event in own["events"]}
    assert SALES[1].id not in json.dumps(own) and SALES[1].waybill not in json.dumps(own)
    assert (
        asked(story, WORLD.payment_providers[0].dxp_id)[0] == asked(story, platform.dxp_id, SALES[1].waybill)[0] == 404
    )


def test_a_company_reads_no_case_and_no_report_of_another(story: StoryRunner) -> None:
    """A case about its list of which another is told, and another's report that names an order of the same number."""
    other, mine = "3702960099", SALES[0].id
    of_case = {"case_no": "GA9", "state": "cleared", "kind": "T", "about": "X", "invt_no": "N1", "company": other}
    of_report = {"key": "R|B9", "cop_no": "B9", "ebc_code": other}
    events = (
        {"kind": "port_case", "key": "GA9", "order_no": "GA9"},
        {"kind": "forex_report", "key": "R|B9", "order_no": "B9"},
    )

    def told(connection: Any) -> None:
        own = update(declaration).filter_by(sandbox=story.sandbox, order_no=mine)
        connection.execute(by_the_program(own.values(invt_no="N1")))
        connection.execute(insert(port_case).values(**row_of(port_case, story, 1, **of_case)))
        connection.execute(insert(forex_report).values(**row_of(forex_report, story, 2, **of_report)))
        leg = row_of(forex_leg, story, 2, report_id=10**9 + 2, number=1, order_no=mine, ebc_code=other)
        connection.execute(insert(forex_leg).values(**leg))
        for place, event in enumerate(events, 3):
            connection.execute(
                insert(timeline).values(**row_of(timeline, story, place, actor="SECRET", event="accepted", **event))
            )

    write_by(story.window.engine, told)
    status, answer = asked(story, WORLD.platforms[0].dxp_id)
    assert status == 200 and "N1" in answer["invt_nos"] and "SECRET" not in json.dumps(answer)
    assert json.dumps(asked(story)[1]).count("SECRET") == 1, "an officer's program reads the case"
    assert asked(story, number="%E3%80%80")[0] == 404, "a blank is no number"


def test_refund_claims_of_its_items_are_told_by_list_and_by_summary_declaration(start_story) -> None:
    """Three lists: the first two are lines of one summary declaration, of which one is claimed; the third is claimed
    itself."""
    driver = Refunding(start_story())
    lists = [inventory(1), inventory(2, line(gcode="6109909095"))]
    (declared,) = driver.summarised(lists)
    listed = driver.listed(50, "9710")
    for number, paper, item in (("TS2", "FP1", f"{declared}001"), ("TS3", "FP2", f"{listed}001")):
        driver.story.submit(driver.paper(paper))
        driver.story.submit(driver.claim([export(item), purchase(paper)], number))
        assert driver.answers(number)[-1] == ("120", "20500")
    told = [_claims(driver.story, number) for number in (*(one.order_no for one in lists), listed)]
    assert sorted(map(sorted, told)) == [[], ["TS2"], ["TS3"]]
    assert told[2] == {"TS3"}
    assert _claims(driver.story, listed, {"3702960099"}) == set(), "another reads no claim"


def _claims(story: StoryRunner, number: str, companies: Collection[str] | None = None) -> set[str]:
    """The claims in the line of time of a shipment."""
    with reading(story.window.engine) as connection:
        found = find_shipment(connection, story.sandbox, number, companies)
        return {line.source for line in lines_of(connection, story.sandbox, found) if line.lane == "money"}


def differing(story: StoryRunner, number: str = BOX) -> dict[str, list[str]]:
    """What does not fit of a shipment: its kind → the parcels."""
    with reading(story.window.engine) as connection:
        found = find_shipment(connection, story.sandbox, number)
        return {one.kind: sorted(one.numbers) for one in differences(connection, story.sandbox, found, load())}


def row_of(table: Table, story: StoryRunner, place: int, **given: Any) -> dict[str, Any]:
    """A row in which all that is not given is empty."""
    empty = {column.name: 0 if column.type.python_type is int else "" for column in table.columns}
    known = {"id": 10**9 + place, "sandbox": story.sandbox, "at": story.window.now(story.sandbox)}
    return {name: {**known, **given}.get(name, text) for name, text in empty.items()}


def facts(answer: dict[str, Any]) -> dict[str, Any]:
    return {fact["fact"]: fact for fact in answer["facts"]}


def belongs_to_another(story: StoryRunner, sale: Sale) -> Any:
    other = {"ebc_code": "3702960099", "ebp_code": "3702960098", "agent_code": "3702960097"}
    return by_the_program(update(declaration).filter_by(sandbox=story.sandbox, order_no=sale.id).values(other))
