"""With `port=full` a list by sea is closed only when the container of its parcel was loaded."""

from __future__ import annotations

import pytest

from single_window.api.app import create_app
from single_window.language.refusal import Refusal
from single_window.work.runtime import Runtime
from tests.api_keys import bearer, issued
from tests.databases import ON_BOTH
from tests.stories.exporting import Sale, note, statuses
from tests.stories.port import BOX, OTHER_BOX, Port
from tests.stories.story import WORLD

pytestmark = ON_BOTH
FIRST, SECOND = Sale(1), Sale(2)


@pytest.fixture
def port(start_story) -> Port:
    return Port(start_story(port="full"))


def gated_in(port: Port, *sales: Sale, bill: str = "NGB1", box: str = BOX) -> None:
    """Lists are released, their container is at the terminal with the bill."""
    port.tell(port.told("GIN", 1, box=box, billNo=bill))
    port.released(*sales, bill=bill)


def leave(port: Port, *sales: Sale, bill: str = "NGB1", clock: int = 300) -> None:
    """The departure note of parcels."""
    port.story.submit(note("departure_note", sales, f"LJ{bill}", clock=clock, billNo=bill))


def test_a_list_is_closed_when_its_box_was_loaded_and_its_ship_has_left(port: Port) -> None:
    gated_in(port, FIRST)
    leave(port, FIRST)
    assert port.story.state(FIRST) == "released", "it has departed, but nobody told that it was loaded"
    assert port.tell(port.told("LOD", 5)) == ("120", "29101")
    assert port.story.state(FIRST) == "closed"
    assert statuses(port.story, "LJNGB1", "departure_note")[-1] == ("399", "2300.taken")


def test_the_release_of_a_closed_list_is_not_withdrawn(port: Port) -> None:
    gated_in(port, FIRST)
    leave(port, FIRST)
    port.tell(port.told("LOD", 5))
    assert port.story.state(FIRST) == "closed"
    with pytest.raises(Refusal, match="closed"):
        port.withdraw(str(port.story.column(FIRST, "invt_no")))  # type: ignore[arg-type]


def test_a_box_that_was_loaded_first_lets_the_list_close_when_it_leaves(port: Port) -> None:
    gated_in(port, FIRST)
    port.tell(port.told("LOD", 5))
    assert port.story.state(FIRST) == "released"
    leave(port, FIRST)
    assert port.story.state(FIRST) == "closed"


def test_a_departure_note_of_a_box_that_is_never_loaded_is_refused_with_the_parcel(port: Port) -> None:
    gated_in(port, FIRST)
    leave(port, FIRST)
    port.story.pass_time(hours=73)
    assert statuses(port.story, "LJNGB1", "departure_note")[-1] == ("100", "29302")
    port.tell(port.told("LOD", 5))
    leave(port, FIRST, clock=400)
    assert port.story.state(FIRST) == "closed"


def open_cases(port: Port, kind: str = "N") -> list[tuple[str, str]]:
    """The parcels and the state of each case of a kind."""
    return [(str(case.reasons[0].values.get("parcels", "")), case.state) for case in port.cases(kind)]


def test_parcels_in_no_known_container_become_one_case_until_their_containers_are_known(port: Port) -> None:
    port.released(FIRST, SECOND, bill="NGB1")
    port.story.pass_time(days=6)
    assert open_cases(port) == []
    port.story.pass_time(days=2)
    both = ", ".join(sorted(sale.waybill for sale in (FIRST, SECOND)))
    assert open_cases(port) == [(both, "open")]
    (case,) = port.cases("N")
    assert case.company, "who declares them can be asked"
    port.pack([FIRST])
    assert port.cases("N")[-1].state == "open", "the other is in none"
    port.tell(port.told("GIN", 200, box=OTHER_BOX, billNo="NGB1"))
    assert [case.state for case in port.cases("N")] == ["cleared"]


def test_a_parcel_that_was_taken_out_of_its_container_is_sought_again(port: Port) -> None:
    gated_in(port, FIRST, bill="NGB7")
    port.pack([FIRST])
    port.story.pass_time(days=8)
    assert open_cases(port) == []
    port.pack([FIRST], again=f"Z{port.number}", function="1")
    port.story.pass_time(days=8)
    assert [state for _, state in open_cases(port)] == ["open"]


def test_a_parcel_of_a_bill_with_two_boxes_is_in_neither_until_a_packing_list_says_it(port: Port) -> None:
    gated_in(port, FIRST)
    port.tell(port.told("GIN", 1, box=OTHER_BOX, billNo="NGB1"))
    port.tell(port.told("LOD", 5), port.told("LOD", 5, box=OTHER_BOX))
    leave(port, FIRST)
    assert port.story.state(FIRST) == "released", "never guessed"
    assert port.pack([FIRST], OTHER_BOX) == ("120", "29201")
    assert port.story.state(FIRST) == "closed"
    (parcel,) = port.container(OTHER_BOX).parcels
    assert (parcel.logistics_no, parcel.loaded) == (FIRST.waybill, True)
    assert port.container(BOX).parcels == ()


def test_a_box_that_travels_again_is_not_loaded_because_it_was_before(port: Port) -> None:
    port.tell(port.told("GIN", 0), port.told("LOD", 1), port.told("DEP", 2))
    port.pack([FIRST])
    port.released(FIRST)
    leave(port, FIRST)
    assert port.story.state(FIRST) == "released"
    port.tell(port.told("GIN", 5), port.told("LOD", 5.5), voyageNo="2648E")
    assert port.story.state(FIRST) == "closed"


@pytest.mark.parametrize("left", ["the box", "the ship", "nobody"])
def test_a_loading_of_an_earlier_voyage_closes_nothing_that_is_packed_for_the_next(port: Port, left: str) -> None:
    """Whether its ship was told to have left, by the box or at all: the box has come back."""
    port.tell(port.told("GIN", -1_200), port.told("LOD", -1_195), voyageNo="2601E")
    if left != "nobody":
        port.tell(port.told("DEP", -1_190, box=BOX if left == "the box" else ""), voyageNo="2601E")
    port.tell(port.told("BKD", -4), port.told("EPU", -3), port.told("GIN", -1))
    port.pack([FIRST])
    port.released(FIRST)
    leave(port, FIRST)
    assert port.story.state(FIRST) == "released" and port.container().loaded_at == ""
    port.tell(port.told("LOD", 5))
    assert port.story.state(FIRST) == "closed"


@pytest.mark.parametrize("code", ["NLD", "CAN", "DIS", "GOU"])
def test_a_box_that_is_not_on_the_ship_after_all_holds_its_parcels_again_and_is_a_case(port: Port, code: str) -> None:
    gated_in(port, FIRST)
    port.tell(port.told("LOD", 5))
    assert port.tell(port.told(code, 5.2))[0] == "300"
    leave(port, FIRST)
    assert port.story.state(FIRST) == "released"
    assert port.states() == [("R", "open")]


def test_while_two_terminals_claim_a_box_neither_closes_its_lists(port: Port) -> None:
    port.tell(port.told("GIN", 1))
    port.pack([FIRST])
    port.released(FIRST)
    leave(port, FIRST)
    assert port.tell(port.told("LOD", 5), terminalCode="OTHERTERM") == ("300", "29108")
    assert port.story.state(FIRST) == "released"
    (case,) = port.cases("T")
    port.decide(case.case_no, "accept")
    assert port.story.state(FIRST) == "closed"


def test_a_packing_list_that_comes_after_the_ship_has_left_names_the_bill(port: Port) -> None:
    port.tell(port.told("GIN", 0, billNo="NGB-1"), port.told("GIN", 3, box=OTHER_BOX, billNo="NGB1"))
    port.released(FIRST)
    port.tell(*[port.told(event, hour, billNo="NGB-1") for hour, event in enumerate(("LOD", "DEP"), 5)])
    leave(port, FIRST)
    port.pack([FIRST], bill="NGB1")
    assert port.story.state(FIRST) == "closed"


def test_a_parcel_in_two_boxes_stays_in_the_first(port: Port) -> None:
    assert port.pack([FIRST, SECOND]) == ("120", "29201")
    assert port.pack([SECOND], OTHER_BOX) == ("300", "29202")
    assert [parcel.logistics_no for parcel in port.container(OTHER_BOX).parcels] == []
    assert port.pack([SECOND]) == ("120", "29201"), "the same again"


def test_a_packing_list_is_sent_by_who_carries_declares_or_owns_the_parcels(port: Port) -> None:
    stranger, agent, seller = WORLD.merchants[1], WORLD.agents[0], WORLD.merchants[0]
    assert port.pack([FIRST], sender=agent) == ("100", "29204"), "nothing says yet that it declares it"
    for body in (*FIRST.messages(), *SECOND.messages()):
        port.story.submit(body)
    assert port.pack([FIRST], sender=stranger) == ("100", "29204")
    assert port.container().parcels == ()
    assert port.pack([FIRST], sender=agent) == ("120", "29201")
    assert port.pack([FIRST, SECOND], sender=seller) == ("120", "29201")
    assert port.pack([Sale(3), SECOND], sender=seller) == ("100", "29204"), "all of them, or none"


def test_only_the_parcels_of_the_box_that_was_loaded_are_closed(port: Port) -> None:
    port.pack([FIRST], BOX)
    port.pack([SECOND], OTHER_BOX)
    port.tell(port.told("GIN", 1), port.told("GIN", 1, box=OTHER_BOX))
    port.released(FIRST, SECOND)
    leave(port, FIRST, SECOND)
    port.tell(port.told("LOD", 5))
    assert [port.story.state(sale) for sale in (FIRST, SECOND)] == ["closed", "released"]
    assert statuses(port.story, "LJNGB1", "departure_note")[-1][0] == "2"


def test_a_terminal_with_a_mailbox_is_told_of_release_withdrawal_and_new_release(port: Port) -> None:
    own = {"terminal": WORLD.site.code, "sender": WORLD.site}
    port.tell(port.told("GIN", 1, billNo="NGB1"), **own)
    port.released(FIRST)
    assert port.told_terminals(FIRST) == [("1", "800")]
    case = port.withdraw(str(port.story.column(FIRST, "invt_no")))  # type: ignore[arg-type]
    port.decide(case.case_no, "restore_release")
    assert port.told_terminals(FIRST) == [("1", "800"), ("4", "600"), ("1", "800")]
    told = port.notices("PortRelease", FIRST.id)
    assert {(mailbox, one.fields["containerNo"]) for mailbox, one in told} == {(WORLD.site.dxp_id, BOX)}


def release_of(port: Port, **headers: str) -> tuple[int, str]:
    """Status and indicator of the CUSRES of the container."""
    client = create_app(port.story.window, runtime=Runtime(port.story.window)).test_client()
    asked = client.get(f"/api/v1/port/containers/{BOX}/release", headers={"X-Sandbox": port.story.sandbox, **headers})
    return asked.status_code, asked.text.partition("GIS+")[2][:1]


def test_a_terminal_reads_the_release_in_edifact_too(port: Port) -> None:
    own = {"terminal": WORLD.site.code, "sender": WORLD.site}
    port.tell(port.told("GIN", 1, billNo="NGB1"), **own)
    assert release_of(port) == (404, ""), "nothing was told"
    port.released(FIRST)
    assert release_of(port) == (200, "4")
    port.withdraw(str(port.story.column(FIRST, "invt_no")))  # type: ignore[arg-type]
    assert release_of(port) == (200, "7")
    window, home = port.story.window, port.story.sandbox
    for company, answer in ((WORLD.site, (200, "7")), (WORLD.merchants[0], (404, ""))):
        key = issued(window, home, [company.dxp_id], ("read_receipts",))
        assert release_of(port, **bearer(key)) == answer


def test_a_terminal_is_told_of_what_was_released_before_the_box_came(port: Port) -> None:
    port.pack([FIRST])
    port.released(FIRST)
    assert port.told_terminals(FIRST) == []
    port.tell(port.told("GIN", 1), terminal=WORLD.site.code, sender=WORLD.site)
    assert port.told_terminals(FIRST) == [("1", "800")]


def test_a_stranger_tells_nothing_of_a_terminal_that_has_a_mailbox(port: Port) -> None:
    assert port.tell(port.told("GIN", 1), terminal=WORLD.site.code) == ("100", "29109")
    assert port.line() == []


def test_a_box_that_another_line_booked_first_closes_the_lists_of_its_own(port: Port) -> None:
    stranger, line = WORLD.merchants[0], WORLD.merchants[1]
    own = {"terminal": WORLD.site.code}
    assert port.tell(port.told("BKD", -3, billNo="BLX"), sender=stranger, lineCode=stranger.code, **own)[0] == "120"
    port.released(FIRST)
    for event, hour in (("BKD", -3), ("LST", -2)):
        told = port.tell(port.told(event, hour, billNo="NGB1"), sender=line, lineCode=line.code, **own)
        assert told[0] == "120", "customs has a list of its bill"
    assert (port.states(), [one.claimed_by for one in port.container().claims]) == ([], [stranger.code])
    leave(port, FIRST)
    assert port.tell(port.told("GIN", 5, billNo="NGB1"), port.told("LOD", 6), sender=WORLD.site, **own)[0] == "120"
    assert (port.states(), port.story.state(FIRST)) == ([], "closed")
    assert [(event.claimed_by, event.mark) for event in port.container().claims] == [(stranger.code, "anothers")]
    assert port.tell(port.told("CAN", 7), sender=stranger, lineCode=stranger.code, **own) == ("300", "29114")
    assert port.container().loaded_at


@pytest.mark.parametrize("bill", ["BLX", "", "NGB1"])
def test_a_stranger_who_comes_after_the_loading_takes_nothing_from_the_line_whose_list_closed(
    port: Port, bill: str
) -> None:
    stranger, line = WORLD.merchants[0], WORLD.merchants[1]
    own = {"terminal": WORLD.site.code}
    for event, hour in (("BKD", -3), ("LST", -2)):
        port.tell(port.told(event, hour, billNo="NGB1"), sender=line, lineCode=line.code, **own)
    port.released(FIRST)
    port.tell(port.told("GIN", 5), port.told("LOD", 6), sender=WORLD.site, **own)
    leave(port, FIRST)
    named = {"billNo": bill} if bill else {}
    answer = port.tell(port.told("BKD", -4, **named), sender=stranger, lineCode=stranger.code, **own)
    both = bill == "NGB1"
    assert answer == ("300", "refusals" if both else "29114"), "29112 and 29113"
    assert port.states() == ([("B", "claimed")] if both else []), "no loading without a list"
    assert port.story.state(FIRST) == "closed"
    assert [event for *_, event, _ in port.line()] == (["GIN", "LOD"] if both else ["BKD", "LST", "GIN", "LOD"])


def test_whose_a_box_is_an_officer_says_where_the_terminal_does_not(port: Port) -> None:
    first, second = WORLD.merchants[:2]
    own = {"terminal": WORLD.site.code}
    for line in (first, second):
        port.tell(port.told("BKD", -3), sender=line, lineCode=line.code, **own)
    port.decide(port.cases("B")[0].case_no, "second_line")
    assert port.states() == [("B", "of_second")]
    assert [(event.claimed_by, event.mark) for event in port.container().claims] == [(first.code, "anothers")]
    assert [event for *_, event, _ in port.line()] == ["BKD"]
    told = [one.return_status for _, one in port.notices("PortAdvice", port.cases("B")[0].case_no)]
    assert told == ["300"] * 3 + ["899"] * 3, "both lines and the terminal"


def test_a_box_that_is_loaded_before_its_release_is_a_case_until_an_officer_accepts_it(port: Port) -> None:
    own = {"terminal": WORLD.site.code, "sender": WORLD.site}
    port.pack([FIRST])
    assert port.tell(port.told("GIN", -2), port.told("LOD", -1), **own) == ("300", "29303")
    port.released(FIRST)
    leave(port, FIRST)
    assert port.states() == [("L", "open")]
    assert (port.told_terminals(FIRST), port.story.state(FIRST)) == ([], "released")
    port.decide(port.cases("L")[0].case_no, "accept")
    assert (port.told_terminals(FIRST), port.story.state(FIRST)) == ([("1", "800")], "closed")


def test_a_loading_before_the_release_that_is_told_after_it_is_a_case(port: Port) -> None:
    gated_in(port, FIRST)
    assert port.tell(port.told("LOD", -1)) == ("300", "29303")


def test_a_loading_that_there_was_not_is_no_case_any_more(port: Port) -> None:
    port.pack([FIRST])
    port.tell(port.told("GIN", -3), port.told("LOD", -2))
    port.tell(port.told("NLD", -1))
    assert [state for kind, state in port.states() if kind == "L"] == ["cleared"]


def test_a_release_that_is_withdrawn_before_loading_is_told_and_stops_the_list(port: Port) -> None:
    gated_in(port, FIRST)
    case = port.withdraw(str(port.story.column(FIRST, "invt_no")))  # type: ignore[arg-type]
    assert (case.state, port.states()) == ("withdrawn", [("V", "withdrawn")])
    assert port.container().parcels[0].state == "withdrawn"
    port.story.pass_time(hours=2)
    assert port.tell(port.told("LOD", 5))[1] == "29303", "loaded although it must not be"
    port.decide(case.case_no, "restore_release")
    leave(port, FIRST)
    assert (port.story.state(FIRST), port.states()) == ("released", [("V", "restored"), ("L", "open")])
    told = port.notices("PortAdvice", case.case_no)
    assert [(one.return_status, one.rule) for _, one in told] == [("600", "29503")] * 2 + [("800", "29504")] * 2
    assert len({box for box, _ in told}) == 2, "who declared the list, and whose goods it has"
    port.decide(port.cases("L")[0].case_no, "accept")
    assert port.story.state(FIRST) == "closed"


@pytest.mark.parametrize("begun", ["LOD", "LBG"])
def test_a_release_that_is_withdrawn_when_loading_has_begun_contradicts_it(port: Port, begun: str) -> None:
    gated_in(port, FIRST)
    port.tell(port.told(begun, 5, box=BOX if begun == "LOD" else ""))
    port.withdraw(str(port.story.column(FIRST, "invt_no")))  # type: ignore[arg-type]
    (case,) = port.cases("W")
    assert (case.state, case.reasons[0].rule, case.reasons[0].values["loaded"]) == ("open", "29304", "2026-11-20 13:00")
    leave(port, FIRST)
    assert port.story.state(FIRST) == "released", "a list whose release was withdrawn is not closed"


def test_a_release_that_there_is_not_cannot_be_withdrawn(port: Port) -> None:
    port.released(FIRST)
    with pytest.raises(IndexError):
        port.withdraw("422720261E00000000X")
    assert port.states() == []


OUTCOMES = {
    "loaded": ([("LST", BOX), ("LOD", BOX), ("DEP", "")], []),
    "told not to be loaded": ([("LST", BOX), ("NLD", BOX)], ["R"]),
    "short": ([("LST", BOX), ("LST", OTHER_BOX), ("LOD", OTHER_BOX), ("DEP", "")], ["S"]),
    "over": ([("LST", OTHER_BOX), ("LOD", OTHER_BOX), ("LOD", BOX)], ["O"]),
    "no list at all": ([("LOD", BOX), ("DEP", "")], []),
}


@pytest.mark.parametrize("case", OUTCOMES)
def test_what_became_of_a_box_that_was_to_be_loaded(start_story, case: str) -> None:
    port = Port(start_story(port="events"))
    told, kinds = OUTCOMES[case]
    port.tell(*[port.told(event, hour, box=box) for hour, (event, box) in enumerate(told, -4)])
    assert [kind for kind, _ in port.states()] == kinds


def test_a_box_on_the_list_of_a_later_ship_was_rolled(start_story) -> None:
    port = Port(start_story(port="events"))
    port.tell(port.told("LST", 1))
    port.tell(port.told("LST", 2), voyageNo="2648E")
    (case,) = port.cases("R")
    assert (case.voyage_no, case.container_no) == ("2647E", BOX)


def test_a_parcel_by_air_waits_for_no_ship(port: Port) -> None:
    by_air = Sale(1, changes={"export_inventory": {"trafMode": "5"}})
    for body in by_air.messages():
        port.story.submit(body)
    port.story.submit(note("arrival_note", [by_air], "YD1", trafMode="5"))
    port.story.submit(note("departure_note", [by_air], "LJ1", trafMode="5"))
    assert port.story.state(by_air) == "closed"


@pytest.mark.parametrize("level", ["off", "events", "manifest"])
def test_below_full_nothing_waits_for_a_ship(start_story, level: str) -> None:
    port = Port(start_story(port=level))
    port.released(FIRST)
    leave(port, FIRST)
    assert port.story.state(FIRST) == "closed"
