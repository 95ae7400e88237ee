"""A validation tells the receipts that would come, and leaves no trace of what it did to find them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, func, select

from schemas import catalogue
from single_window.api.app import create_app
from single_window.api.trying.filing import ANYBODY, TrialCaller, add_receipts
from single_window.context import Context
from single_window.frame.http.documentation import MAKE_MESSAGES
from single_window.frame.http.ports import PREFIX
from single_window.intake.samples import fresh
from single_window.intake.trial_filing import file_on_trial
from single_window.intake.validated import Validation
from single_window.intake.validation import validate_all
from single_window.outcomes import making
from single_window.receipts import rows as receipts
from single_window.store.mailboxes import last_place
from single_window.store.series import ROW, ROWS
from single_window.store.tables import metadata
from single_window.work.runtime import Runtime
from tests.databases import ON_BOTH, fetch
from tests.stories.story import StoryRunner
from tests.stories.summarising import MERCHANT

pytestmark = ON_BOTH
EVERY_AGENCY = {"port": "full", "commerce": "on", "korea": "on"}
ELEMENT = re.compile(r"<(?:\w+:)?(\w+)>([^<]*\d[^<]*)</")


class Told(NamedTuple):
    """What a receipt says."""

    code: str
    kind: str
    key: str
    status: str
    rule: str


def tried(story: StoryRunner, *bodies: bytes, caller: TrialCaller = ANYBODY) -> list[Validation]:
    """The validations of an upload, with the receipts that are foretold."""
    validations = validate_all(story.window, story.sandbox, bodies)
    add_receipts(story.window, story.sandbox, bodies, validations, caller)
    return validations


def codes(validation: Validation) -> list[str]:
    return [staged.finding.code for staged in validation.findings]


def told(of: Any) -> list[Told]:
    return sorted(Told(one.code, one.kind, one.key, one.return_status, one.rule) for one in of or ())


def answered(story: StoryRunner, body: bytes, mailbox: str) -> list[Told]:
    """What a message is answered to its sender."""
    place = story.read(last_place, mailbox)
    story.submit(body)
    return told(story.read(receipts.after, mailbox, place, 1_000))


def stored(story: StoryRunner) -> dict[str, Any]:
    """How many rows each table holds, and the next number of each series."""
    tables = {
        table.name: fetch(story.window.engine, select(func.count()).select_from(table)).scalar()
        for table in metadata.sorted_tables
    }
    return {**tables, "next": sorted(map(tuple, story.rows(select(metadata.tables["serial"]))))}


def altered(body: bytes) -> bytes:
    """A message of which the last digit of the element in its middle is another one."""
    text = body.decode()
    found = list(ELEMENT.finditer(text))
    middle = found[len(found) // 2]
    place = max(at for at in range(*middle.span(2)) if text[at].isdigit())
    return f"{text[:place]}{(int(text[place]) + 1) % 10}{text[place + 1 :]}".encode()


def test_what_is_foretold_of_every_kind_of_message_is_what_it_is_answered(start_story: Any) -> None:
    story = start_story(**EVERY_AGENCY)
    now = story.window.now(story.sandbox)
    for entry in catalogue.entries():
        for body in (fresh(entry, "right", now), altered(fresh(entry, "wrong", now))) if entry.handling else ():
            (validation,) = tried(story, body)
            assert validation.reading is not None
            foretold = told(validation.receipts)
            assert foretold == answered(story, body, validation.reading.sender), entry.code
            if any(one.status == "100" or one.status.startswith("-") for one in foretold):
                assert not validation.valid, entry.code


def test_nothing_stays_of_what_is_tried(start_story: Any) -> None:
    story = start_story(**EVERY_AGENCY)
    first = story.window.numbering.next_number(ROWS, ROW)
    now, before = story.window.now(story.sandbox), stored(story)
    for entry in catalogue.entries():
        if entry.handling:
            assert tried(story, fresh(entry, "once", now))[0].receipts, entry.code
    assert stored(story) == before
    assert story.window.numbering.next_number(ROWS, ROW) == first + 1


def test_the_messages_of_an_upload_meet_and_each_has_its_receipts(start_story: Any) -> None:
    story = start_story()
    trade = story.trade(fault="amount_differs")
    kinds = ("order", "payment", "waybill", "inventory")
    together = tried(story, *(story.message(trade, kind) for kind in kinds))
    assert [{one.kind for one in validation.receipts or ()} for validation in together] == [{kind} for kind in kinds]
    assert together[3].receipts is not None and together[3].receipts[-1].return_status == "100"


def test_what_a_message_has_others_answered_is_told_to_their_sender_alone(start_story: Any) -> None:
    story = start_story()
    trade = story.trade()
    story.send(trade, "inventory", "order", "payment")
    (of_carrier,) = tried(story, story.message(trade, "waybill"))
    assert {one.kind for one in of_carrier.receipts or ()} == {"waybill"}


def test_who_may_not_send_a_message_is_told_so_and_nothing_of_it(start_story: Any) -> None:
    story = start_story()
    body = story.message(story.trade(), "order")
    (strange,) = tried(story, body, caller=TrialCaller("k1", ("DXPENT0000009999",)))
    assert codes(strange) == ["other-sender"] and strange.receipts is None and not strange.valid


@pytest.mark.parametrize("do", [{"do": "ceb900"}, {"do": "reject"}, {"do": "reject", "code": "14501"}])
def test_a_refusal_that_a_test_forces_is_a_finding_and_is_not_used_up(start_story: Any, do: dict[str, str]) -> None:
    story = start_story()
    trade = story.trade()
    story.send(trade, "order", "payment", "waybill")
    window = story.window
    making.make(window.engine, window.numbering, story.sandbox, match={"type": "621"}, times=1, action=do)
    body = story.message(trade, "inventory")
    for _ in range(2):
        (validation,) = tried(story, body)
        assert not validation.valid and validation.receipts
    assert told(validation.receipts) == answered(story, body, sender(validation))


def sender(validation: Validation) -> str:
    assert validation.reading is not None
    return validation.reading.sender


def test_what_admission_would_say_is_told(start_story: Any) -> None:
    """Two messages of one id, a sender whom nobody registered, a message that is known already."""
    story = start_story()
    trade = story.trade()
    body = story.message(trade, "order")
    _, other = tried(story, body, altered(body))
    assert "transmission-id-reused" in codes(other) and not other.valid
    strange = body.replace(sender(tried(story, body)[0]).encode(), b"DXPENT0000009999")
    assert "unregistered-sender" in codes(tried(story, strange)[0])
    story.submit(body)
    (again,) = tried(story, body)
    assert again.valid and again.receipts == [] and "-301014" in str(codes(again))


def test_each_message_of_an_upload_has_its_own_receipts(start_story: Any) -> None:
    """One that is refused and its correction have one key; the same bytes twice are answered once."""
    story = start_story()
    right = story.message(story.trade(), "order")
    root = re.search(rb'guid="([^"]+)"', right)
    assert root is not None
    wrong = re.sub(rb"(<(?:ceb:)?goodsValue>)", rb"\1-", right).replace(root[1], b"0" * 8 + root[1][8:])
    first, second = tried(story, wrong, right)
    assert [one.return_status for one in first.receipts or ()] == ["-301008"] and not first.valid
    assert [one.return_status for one in second.receipts or ()] == ["2"] and second.valid
    once, twice = tried(story, right, right)
    assert [len(each.receipts or ()) for each in (once, twice)] == [1, 0] and twice.valid


def test_receipts_are_told_to_a_key_that_may_read_them(start_story: Any) -> None:
    story = start_story()
    body = altered(story.message(story.trade(), "order"))
    mailbox = sender(tried(story, body)[0])
    (blind,) = tried(story, body, caller=TrialCaller("k1", (mailbox,), reads=False))
    assert blind.receipts is None and "other-sender" not in codes(blind)


def test_more_documents_than_a_message_holds_are_not_filed_and_said_so(start_story: Any) -> None:
    story = start_story()
    for each in tried(story, *(story.message(story.trade(number), "order") for number in range(101))):
        assert codes(each) == ["trial-too-large"] and each.valid and each.receipts is None


class _Broken:
    """A window whose agencies fail."""

    def __init__(self, window: Context) -> None:
        self.engine, self.settings = window.engine, window.settings

    def circumstances(self, connection: Connection, name: str) -> Any:
        raise ArithmeticError(name)


def test_a_failure_of_the_window_is_a_finding_and_nothing_stays(start_story: Any) -> None:
    story = start_story()
    body, before = story.message(story.trade(), "order"), stored(story)
    (failed,) = validations = validate_all(story.window, story.sandbox, [body])
    broken: Any = _Broken(story.window)
    add_receipts(broken, story.sandbox, [body], validations, ANYBODY)
    assert codes(failed) == ["trial-failed"] and not failed.valid and failed.receipts is None
    with pytest.raises(ArithmeticError):
        file_on_trial(broken, story.sandbox, [failed.reading] if failed.reading else [], lambda *_: None)
    assert stored(story) == before


SAMPLES = Path(catalogue.__file__).parent
BOX, JSON, TERMS = "QDXU1000015", "application/json", {"ebcCode": MERCHANT.code, "unit": "011"}
EVENT = {"event": "GIN", "eventTime": "20261120080000", "containerNo": BOX}
NOTICE = {
    "warehouseCode": "HAM01",
    "country": "DEU",
    "ebcCode": MERCHANT.code,
    "noticeNo": "N1",
    "timeZone": "Europe/Berlin",
    "asOf": "2026-11-20T08:00:00+01:00",
}
SOLD = {"event": "S", "eventTime": "2026-11-20T08:00:00+01:00", "itemNo": "SKU1", "qty": "1", "unit": "011"}
PACKER = {"agentCode": "3702W99999", "logisticsCode": "3702W99999"}
LEDGER = "Date,MSKU,EventType,Quantity,FulfillmentCenter,Country\n2026-10-01T08:00:00+02:00,SKU1,Receipts,1,HAM01,DE"
PACKED = f"00:COSTRP::9:3702W99999:QDTERM:202611200910'10:NEW::UN9990002:2647E:E'50:{BOX}:22G1:F'60:W1'99:5'"
MADE: dict[str, tuple[Any, dict[str, str]]] = {
    "/port/events": ({"terminalCode": "QDTERM", "docNo": "D1", "lines": [EVENT]}, {}),
    "/port/packing-lists": (
        {
            "agentCode": "3702W99999",
            "copNo": "P1",
            "containerNo": BOX,
            "logisticsCode": "3702W99999",
            "parcels": ["W1"],
        },
        {},
    ),
    "/port/interchanges": ((SAMPLES / "edifact/samples/CODECO_D95B.edi").read_bytes(), {}),
    "/port/platform-files": (PACKED.encode("gb18030"), {}),
    "/port/manifests": ((SAMPLES / "manifests/samples/MT3101.xml").read_bytes(), {}),
    "/overseas/notices": ({**NOTICE, "lines": [SOLD]}, {}),
    "/overseas/evidence": (
        {"ebcCode": MERCHANT.code, "copNo": "V1", "warehouseCode": "HAM01", "lines": [{"ref": "O1", "voucherNo": "1"}]},
        {},
    ),
    "/overseas/ledgers": (LEDGER.encode(), {**TERMS, "timeZone": "DEU=Europe/Berlin"}),
    "/overseas/edifact": (
        (SAMPLES / "edifact/samples/RECADV_D96A.edi").read_bytes(),
        {
            **TERMS,
            "unit": "PCE=011,KGM=035",
            "warehouseCode": "KRICN-WH01",
            "timeZone": "KOR=Asia/Seoul",
        },
    ),
    "/filing-documents": (
        {
            "ebcCode": MERCHANT.code,
            "ebcName": MERCHANT.name,
            "copNo": "B1",
            "claimNo": "C1",
            "lines": [{"paperKind": "C", "paperNo": "1", "medium": "D", "place": "A"}],
        },
        {},
    ),
}
"""Each call that makes messages, with a body and a query that it takes."""


@pytest.mark.parametrize("path", sorted(MADE))
def test_a_call_that_makes_messages_foretells_what_it_is_answered(start_story: Any, path: str) -> None:
    story = start_story(**EVERY_AGENCY)
    client = create_app(story.window, runtime=Runtime(story.window)).test_client()
    assert {PREFIX + each for each in MADE} == {each for _, each in MAKE_MESSAGES}
    body, query = MADE[path]
    sent: dict[str, Any] = {"json": body} if isinstance(body, dict) else {"data": body}

    def post(**more: str) -> Any:
        head = {"X-Sandbox": story.sandbox}
        return client.post(f"{PREFIX}{path}", query_string={**query, **more}, headers=head, **sent)

    before = stored(story)
    tried_first, tried_again = post(trial="true"), post(trial="true")
    assert tried_first.status_code == 200, tried_first.json
    assert tried_first.json == tried_again.json and stored(story) == before
    foretold = [(one["key"], one["status"]) for told in tried_first.json["messages"] for one in told["receipts"]]
    places = {told["sender"]: story.read(last_place, told["sender"]) for told in tried_first.json["messages"]}
    assert post().status_code == 202
    story.window.settle()
    received = [
        (one.key, one.return_status)
        for mailbox, place in places.items()
        for one in story.read(receipts.after, mailbox, place, 1_000)
    ]
    assert foretold == received and foretold
    assert post(trial="yes").json["findings"][0]["code"] == "wrong-parameter"


@pytest.mark.parametrize(
    ("scenario", "code"),
    [("order_refused", "-301008"), ("no_such", "unknown-scenario"), ("lost", "scenario-for-others")],
)
def test_what_a_scenario_would_do_is_foretold(start_story: Any, scenario: str, code: str) -> None:
    story = start_story()
    body = story.message(story.trade(), "order")
    client = create_app(story.window).test_client()
    head = {"X-Sandbox": story.sandbox, "X-Scenario": scenario, "Content-Type": "application/xml"}
    validation = client.post(f"{PREFIX}/validate", data=body, headers=head).json
    assert code in [one["code"] for one in validation["findings"]] and not validation["valid"]
