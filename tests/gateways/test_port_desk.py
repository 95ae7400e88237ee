"""The gateway of the port on a fake of its repository: every reason that it gives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import count
from typing import Any, get_args, get_type_hints

from declarations.calendar import HOUR, instant_of, stamp14
from declarations.documents import DOCUMENTS
from declarations.port.events import PortEvent
from declarations.port.timeline import NOT_COUNTED
from gateways.desk import Desk
from gateways.port.calls import handle_due
from gateways.port.noting import MOST_EVENTS
from gateways.port.packing import handle_packing_lists
from gateways.port.papers import handle_events
from gateways.port.releases import decide, handle_steps
from gateways.port.repository import PortCase, PortParcel
from gateways.port.unpacked import handle_unpacked
from gateways.records import FiledDocument
from gateways.topics.port import ExportListStepped, PortClockDue, PortParcelDue
from gateways.topics.shared import Decision, DocumentFiled
from tests.gateways.desks import DAY, by_id, codes, desk_of, facts_of, filed, gives
from tests.tables import each

BOX, OTHER_BOX = "QDXU1000015", "QDXU1000020"
PARCEL, LIST = "L|P1", "42272026E000000001"


class PortInMemory:
    """A port: the terminal T and the company C have the mailbox DXP1, the lines L and M have DXP2 and DXP4."""

    def __init__(self, level: str = "full") -> None:
        self.level = level
        self.filed: dict[int, FiledDocument] = {}
        self.told: dict[int, PortEvent] = {}
        self.kept: dict[str, PortParcel] = {}
        self.opened: dict[int, PortCase] = {}
        self._ids = count(1)

    def lock(self) -> None:
        """Nobody else is here."""

    def documents(self, ids: Sequence[int]) -> Mapping[int, FiledDocument]:
        return by_id(self.filed, ids)

    def mailboxes(self, codes: Collection[str]) -> Mapping[str, str]:
        return by_id({"T": "DXP1", "C": "DXP1", "L": "DXP2", "M": "DXP4"}, codes)

    def events_of(self, containers: Collection[str]) -> Mapping[str, Sequence[PortEvent]]:
        return self._grouped("container_no", containers)

    def ship_events(self, calls: Collection[str]) -> Mapping[str, Sequence[PortEvent]]:
        told = {call: [one for one in events if not one.container_no] for call, events in self._called(calls).items()}
        return {call: events for call, events in told.items() if events}

    def codes_of_calls(self, calls: Collection[str]) -> Mapping[str, Collection[str]]:
        return {call: {event.event for event in events} for call, events in self._called(calls).items()}

    def containers_of_calls(self, calls: Collection[str]) -> Collection[str]:
        return {event.container_no for events in self._called(calls).values() for event in events} - {""}

    def _called(self, calls: Collection[str]) -> dict[str, list[PortEvent]]:
        return self._grouped("call", calls)

    def only_boxes(self, bills: Collection[str]) -> Mapping[str, str]:
        told = self._grouped("bill_no", bills).items()
        found = {
            bill: {event.container_no for event in events if event.mark not in NOT_COUNTED} - {""}
            for bill, events in told
        }
        return {bill: next(iter(boxes)) for bill, boxes in found.items() if len(boxes) == 1}

    def _grouped(self, name: str, values: Collection[str]) -> dict[str, list[PortEvent]]:
        found: dict[str, list[PortEvent]] = {}
        for event in self.told.values():
            if getattr(event, name) in values:
                found.setdefault(getattr(event, name), []).append(event)
        return found

    def put_events(self, events: Sequence[PortEvent]) -> None:
        self.told.update({event.id: event for event in events})

    def parcels(self, keys: Collection[str]) -> Mapping[str, PortParcel]:
        return by_id(self.kept, keys)

    def parcels_in(self, containers: Collection[str], bills: Collection[str]) -> Sequence[PortParcel]:
        return [one for one in self.kept.values() if one.container_no in containers or one.bill_no in bills]

    def parcels_of_list(self, invt_no: str) -> Sequence[PortParcel]:
        return [one for one in self.kept.values() if one.invt_no == invt_no]

    def owners(self, keys: Collection[str]) -> Mapping[str, Collection[str]]:
        return by_id({PARCEL: {"C"}}, keys)

    def put_parcels(self, parcels: Sequence[PortParcel]) -> None:
        self.kept.update({parcel.key: parcel for parcel in parcels})

    def cases(self, ids: Collection[int]) -> Mapping[int, PortCase]:
        return by_id(self.opened, ids)

    def cases_about(self, about: Collection[str]) -> Sequence[PortCase]:
        return [case for case in self.opened.values() if case.about in about]

    def put_case(self, case: PortCase) -> None:
        self.opened[case.id] = case

    def new_id(self) -> int:
        return next(self._ids)

    # what happens

    def desk(self) -> Desk[Any]:
        return desk_of(self, port=self.level)

    def tell(self, *told: str, box: str = "DXP1", terminal: str = "T", **head: str) -> Desk[Any]:
        """Events as "CODE hour [container]" come from a terminal; hours of the day of the desk, in Shanghai."""
        lines = []
        for number, text in enumerate(told, 1):
            event, hour, *container = text.split()
            at = stamp14(int(instant_of(DAY) + float(hour) * HOUR))
            place = {"gnum": str(number), "event": event, "event_time": at, "bill_no": "B1" if container else ""}
            lines.append({**place, "container_no": container[0] if container else ""})
        whole = {"terminal_code": terminal, "doc_no": f"D{next(self._ids)}", "voyage_no": "1E", **head}
        return self._take("terminal_event", whole, lines, box, handle_events)

    def pack(self, container: str = BOX, box: str = "DXP1", code: str = "C", **head: str) -> Desk[Any]:
        """A packing list comes: the parcel is in a container."""
        head = {"agent_code": code, "cop_no": "Z1", "container_no": container, "logistics_code": "L", **head}
        lines = [{"gnum": "1", "logistics_no": "P1"}]
        return self._take("port_packing_list", head, lines, box, handle_packing_lists)

    def _take(
        self,
        kind: str,
        head: Mapping[str, str],
        lines: Sequence[Mapping[str, str]],
        box: str,
        handle: Callable[[Sequence[DocumentFiled], Desk[Any]], None],
    ) -> Desk[Any]:
        of_line = get_args(get_type_hints(DOCUMENTS[kind])["lines"])[0]
        facts = facts_of(DOCUMENTS[kind], **head, lines=tuple(facts_of(of_line, **line) for line in lines))
        paper = filed(kind, facts, f"K{next(self._ids)}", mailboxes=box)
        self.filed[paper.id] = paper
        desk = self.desk()
        handle([DocumentFiled(paper.id)], desk)
        return desk

    def step(self, action: str) -> Desk[Any]:
        """Customs says something of the parcel."""
        desk = self.desk()
        handle_steps([ExportListStepped(7, action, PARCEL, "B1", LIST, "K", "O", "4227", instant_of(DAY))], desk)
        return desk

    def withdraw(self) -> Desk[Any]:
        """An officer withdraws the release of the list."""
        desk = self.desk()
        decide([Decision(0, 5, 0, "withdraw_release", "查控", "li", {"invt_no": LIST})], desk)
        return desk

    def restore(self) -> Desk[Any]:
        """An officer restores the release that was withdrawn."""
        (case,) = (case for case in self.opened.values() if case.kind == "V")
        desk = self.desk()
        decide([Decision(case.id, 6, 0, "restore_release", "放行", "li", {})], desk)
        return desk

    def due(self, clock: str) -> Desk[Any]:
        desk = self.desk()
        handle_due([PortClockDue("T||1E", clock)], desk)
        return desk


def port(*told: str, level: str = "full", **head: str) -> Callable[[], Desk[Any]]:
    return lambda: PortInMemory(level).tell(*told, **head)


def twice(*told: str, **head: str) -> Callable[[], Desk[Any]]:
    """The same events come again, or others after them."""

    def happens() -> Desk[Any]:
        at = PortInMemory()
        at.tell(*told)
        return at.tell(*told, **head)

    return happens


def after(first: str, *told: str) -> Callable[[], Desk[Any]]:
    def happens() -> Desk[Any]:
        at = PortInMemory()
        at.tell(first)
        for event in at.told.values():
            event.recorded_at -= 1
        return at.tell(*told)

    return happens


def stepped(*actions: str) -> Callable[[], Desk[Any]]:
    """The parcel's box is at the terminal; customs says something."""

    def happens() -> Desk[Any]:
        at = PortInMemory()
        at.tell(f"GIN 1 {BOX}")
        for action in actions[:-1]:
            at.step(action)
        return at.step(actions[-1])

    return happens


def withdrawn(*told: str) -> Callable[[], Desk[Any]]:
    """A released parcel's box is at the terminal; its release is withdrawn after further events."""

    def happens() -> Desk[Any]:
        at = PortInMemory()
        at.tell(f"GIN 1 {BOX}", *told)
        at.step("1")
        return at.withdraw()

    return happens


def packed(*boxes: str, box: str = "DXP1") -> Callable[[], Desk[Any]]:
    def happens() -> Desk[Any]:
        at = PortInMemory()
        return [at.pack(container, box) for container in boxes][-1]

    return happens


def unpacked() -> Desk[Any]:
    at = PortInMemory()
    at.step("1")
    desk = at.desk()
    handle_unpacked([PortParcelDue(PARCEL, parcel.steps) for parcel in at.kept.values()], desk)
    return desk


def loaded_unreleased() -> Desk[Any]:
    at = PortInMemory()
    at.pack()
    return at.tell(f"GIN 1 {BOX}", f"LOD 2 {BOX}")


def repacked(function: str, *told: str, container: str = BOX, cop_no: str = "Z1") -> Callable[[], Desk[Any]]:
    """The packing list of the parcel's box is cancelled or replaced after events; a replacement names the parcel."""

    def happens() -> Desk[Any]:
        at = PortInMemory()
        at.pack()
        if told:
            at.tell(*told)
        return at.pack(container, function=function, cop_no=cop_no)

    return happens


LINES = {"L": "DXP2", "M": "DXP4"}


def tell_as(at: PortInMemory, line: str, *told: str) -> Desk[Any]:
    """A line tells events of its own."""
    return at.tell(*told, line_code=line, box=LINES[line])


def claimed_by_two() -> Desk[Any]:
    at = PortInMemory()
    tell_as(at, "M", f"BKD 1 {BOX}")
    return tell_as(at, "L", f"BKD 1 {BOX}")


def of_another() -> Desk[Any]:
    at = PortInMemory()
    at.tell(f"GIN 1 {BOX}", line_code="M")
    return tell_as(at, "L", f"CAN 2 {BOX}")


MANY = [f"LOD {(second + 0.5) / 3600:.9f} {BOX}" for second in range(MOST_EVENTS + 1)]
CASES: dict[str, Callable[[], Desk[Any]]] = {
    "29101": port(f"GIN 1 {BOX}"),
    "29102": twice(f"GIN 1 {BOX}"),
    "29103": port(f"GIN 1 {BOX}", level="off"),
    "29104": packed("QDXU1000016"),
    "29106": after(f"LOD 3 {BOX}", f"GIN 2 {BOX}"),
    "29107": port(f"LOD 1 {BOX}", f"GIN 2 {BOX}"),
    "29108": twice(f"GIN 1 {BOX}", terminal="T2", box="DXP9"),
    "29109": port(f"GIN 1 {BOX}", box="DXP9"),
    "29110": port(f"GIN 1 {BOX}", f"GIN 2 {BOX}"),
    "29111": port(*MANY),
    "29112": claimed_by_two,
    "29113": claimed_by_two,
    "29114": of_another,
    "29201": packed(BOX),
    "29202": packed(BOX, OTHER_BOX),
    "29203": packed(BOX, box="DXP9"),
    "29204": lambda: PortInMemory().pack(box="DXP3", code="S"),
    "29205": repacked("1"),
    "29206": repacked("1", cop_no="Z2"),
    "29207": repacked("1", f"LOD 2 {BOX}"),
    "29303": loaded_unreleased,
    "29304": withdrawn(f"LOD 2 {BOX}"),
    "29311": stepped("1"),
    "29312": stepped("2"),
    "29313": stepped("3"),
    "29314": stepped("1", "4"),
    "29321": port(f"LST 1 {BOX}", f"NLD 2 {BOX}"),
    "29322": port(f"LST 1 {BOX}", "DEP 2"),
    "29323": port(f"LST 1 {OTHER_BOX}", f"LOD 2 {BOX}"),
    "29401": port("LBG 3"),
    "29402": port("LBG 3", "LMN 2.6"),
    "29403": port("LEN 1"),
    "29404": unpacked,
    "29503": withdrawn(),
}


@each("code", sorted(CASES))
def test_each_reason_is_given(code: str) -> None:
    assert gives(CASES[code](), code)


def loaded_when_released() -> Desk[Any]:
    at = PortInMemory()
    at.pack()
    at.step("1")
    return at.tell(f"GIN 1 {BOX}", f"LOD 2 {BOX}")


@each(
    ("happens", "code"),
    [
        (port(f"GIN 1 {BOX}", terminal="T2", box="DXP9"), "29109"),  # a terminal without a mailbox
        (port(f"LST 1 {BOX}", line_code="L", box="DXP2"), "29109"),  # its line tells what lines tell
        (port(*[f"LOD {(second + 0.5) / 3600:.9f} {BOX}" for second in range(MOST_EVENTS)]), "29111"),
        (
            twice(*[f"LOD {(second + 0.5) / 3600:.9f} {BOX}" for second in range(MOST_EVENTS)]),
            "29111",
        ),  # the same again
        (port(f"GIN 1 {BOX}", "DEP 2"), "29322"),  # on no list
        (port(f"LST 1 {BOX}", f"LOD 2 {BOX}", "DEP 3"), "29322"),
        (port(f"LOD 2 {BOX}"), "29323"),  # there is no loading list
        (port("LEN 1", level="events"), "29403"),
        (port("LEN 1", "TAL 6"), "29403"),
        (port("MAN -21", "LMN 2.5", "LBG 3"), "29401"),
        (port("MAN -21", "LMN 2.5", "LBG 3"), "29402"),
        (withdrawn(), "29304"),
        (packed(BOX, BOX), "29202"),
        (lambda: PortInMemory().pack(box="DXP2", code="L"), "29204"),  # it carries it
        (packed(BOX), "29204"),  # it declares it
        (repacked("5"), "29205"),  # it is named again
        (repacked("1", f"GIN 2 {BOX}"), "29207"),
        (repacked("5", f"LOD 2 {BOX}"), "29207"),
        (repacked("1", container=OTHER_BOX), "29205"),  # that box has no such list
        (stepped("0"), "29311"),  # only its bill became known
        (loaded_when_released, "29303"),
    ],
)
def test_its_neighbour_is_not(happens: Callable[[], Desk[Any]], code: str) -> None:
    assert not gives(happens(), code)


STRANGE = {**dict.fromkeys(("GIN", "LOD", "NLD", "GOU", "RTN", "LBG"), True), "LST": False, "MAN": False, "DEP": False}


@each("event", sorted(STRANGE))
def test_a_line_cannot_tell_what_only_a_terminal_with_a_mailbox_sees(event: str) -> None:
    told = f"{event} 1" + (f" {BOX}" if event not in ("LBG", "MAN", "DEP") else "")
    assert gives(port(told, line_code="L", box="DXP2")(), "29109") is STRANGE[event]
    assert not gives(port(told, terminal="T9", line_code="L", box="DXP2")(), "29109"), "that terminal has none"


def test_a_line_that_booked_the_container_of_another_shuts_nobody_out() -> None:
    at = PortInMemory()
    assert gives(tell_as(at, "M", f"BKD 1 {BOX}"), "29101")
    assert gives(tell_as(at, "L", f"BKD 1 {BOX}"), "29113"), "the same at the same time is told of another line"
    (case,) = at.opened.values()
    assert (case.kind, case.state, case.company) == ("B", "claimed", "T")
    assert not at.only_boxes({"B1"}), "it is in no bill until it is known whose it is"
    assert gives(at.tell(f"GIN 2 {BOX}", line_code="L"), "29101")
    assert (case.state, at.only_boxes({"B1"})) == ("cleared", {"B1": BOX})
    assert {event.claimed_by: event.mark for event in at.told.values()} == {"M": "anothers", "L": "", "": ""}
    assert gives(tell_as(at, "M", f"CAN 3 {BOX}"), "29114")
    assert gives(tell_as(at, "L", f"DEP 4 {BOX}"), "29101")


@each(("act", "marks"), [("first_line", {"L": "", "M": "anothers"}), ("second_line", {"L": "anothers", "M": ""})])
def test_an_officer_says_whose_a_container_is(act: str, marks: dict[str, str]) -> None:
    at = PortInMemory()
    tell_as(at, "L", f"BKD 1 {BOX}")
    tell_as(at, "M", f"BKD 2 {BOX}")
    (case,) = at.opened.values()
    desk = at.desk()
    decide([Decision(case.id, 6, 0, act, "码头确认", "li", {})], desk)
    assert gives(desk, "29505") and {event.claimed_by: event.mark for event in at.told.values()} == marks
    tell_as(at, "L", f"LST 3 {BOX}")
    assert [one.state for one in at.opened.values()] == [f"of_{act.partition('_')[0]}"], "it is not asked again"


def test_the_packing_list_of_a_bill_says_whose_a_container_is() -> None:
    at = PortInMemory()
    tell_as(at, "L", f"BKD 1 {BOX}")
    (booked,) = at.told.values()
    booked.bill_no = "B9"
    tell_as(at, "M", f"BKD 2 {BOX}")
    assert [case.state for case in at.opened.values()] == ["claimed"]
    at.pack(bill_no="B1")
    assert [case.state for case in at.opened.values()] == ["cleared"]
    assert {event.claimed_by: event.mark for event in at.told.values()} == {"L": "anothers", "M": ""}


def test_a_release_that_customs_took_back_is_not_restored_by_an_officer() -> None:
    at = PortInMemory()
    at.tell(f"GIN 1 {BOX}")
    at.step("1")
    at.withdraw()
    at.step("4")
    at.restore()
    assert [parcel.state for parcel in at.kept.values()] == ["revoked"]


def test_a_parcel_that_was_taken_out_is_in_no_box_until_it_is_packed_again() -> None:
    at = PortInMemory()
    at.tell(f"GIN 1 {BOX}")
    at.step("1")  # its bill of lading is B1, which names this box alone
    at.pack()
    at.pack(function="1")
    assert [parcel.box(at.only_boxes({"B1"})) for parcel in at.kept.values()] == [""]
    at.tell(f"LOD 2 {BOX}")
    assert not any(parcel.loaded for parcel in at.kept.values())
    at.pack(OTHER_BOX)
    assert [parcel.container_no for parcel in at.kept.values()] == [OTHER_BOX]


@each("loads", ["T", "T2"])
def test_a_release_that_is_withdrawn_late_is_seen_whichever_of_two_terminals_loads(loads: str) -> None:
    at = PortInMemory()
    at.tell(f"GIN 1 {BOX}")
    at.tell(f"GIN 1.5 {BOX}", terminal="T2", box="DXP9")
    at.step("1")
    at.tell(f"LOD 2 {BOX}", terminal=loads, box="DXP1" if loads == "T" else "DXP9")
    assert gives(at.withdraw(), "29304")


@each("code", ["S", "C"])
def test_only_who_may_pack_a_parcel_takes_it_out(code: str) -> None:
    at = PortInMemory()
    at.pack(code="L", box="DXP2")
    refused = gives(at.pack(code=code, box={"S": "DXP3", "C": "DXP1"}[code], function="1"), "29204")
    assert refused is (code == "S")
    assert [parcel.container_no for parcel in at.kept.values()] == [BOX if refused else ""]


def test_a_clock_that_runs_out_is_looked_at_again() -> None:
    at = PortInMemory()
    at.tell("LEN 11.5")
    (event,) = at.told.values()
    assert not at.opened
    event.at -= 12 * HOUR
    assert gives(at.due("tally"), "29403")


def test_no_reason_is_left_out() -> None:
    assert codes("port") == set(CASES)
