"""The same events come as EDIFACT, as JSON or as the message itself; an interchange is answered by CONTRL."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select

from schemas.edifact.reading import read_interchange
from schemas.identifiers import is_valid_dxp_id
from single_window.api.app import create_app
from single_window.channels.folder import FolderChannel
from single_window.intake.admission_queue import AdmissionQueue
from single_window.intake.made_messages import nobodys_mailbox
from single_window.receipts import rows as receipts
from single_window.store.tables import message
from single_window.work.runtime import Runtime
from tests.api_keys import bearer, issued
from tests.commands import run_command
from tests.databases import fetch
from tests.stories.exporting import DOCUMENTS, Sale
from tests.stories.port import BOX, CARRIER, OTHER_BOX, TERMINAL, Port
from tests.stories.story import WORLD, parties

SAMPLES = Path(__file__).parents[2] / "schemas" / "edifact" / "samples"
CODECO = (SAMPLES / "CODECO_D95B.edi").read_text()
ALL = ("COPARN", "CODECO", "COPRAR", "COARRI", "BAPLIE", "IFTSTA")


@pytest.fixture
def port(start_story) -> Port:
    port = Port(start_story(port="events"))
    port.story.pass_time(days=3)
    return port


def post(port: Port, path: str, headers: dict[str, str] | None = None, /, **sent):
    window = port.story.window
    client = create_app(window, runtime=Runtime(window)).test_client()
    answer = client.post(f"/api/v1/port/{path}", headers={"X-Sandbox": port.story.sandbox, **(headers or {})}, **sent)
    window.settle()
    return answer


def test_the_interchanges_of_a_box_make_its_line(port: Port) -> None:
    for kind in ALL:
        answer = post(port, "interchanges", data=(SAMPLES / f"{kind}_D95B.edi").read_bytes())
        assert answer.status_code == 202, answer.json
        control = read_interchange(answer.json["control"].encode())
        assert not control.refused
        assert control.messages[0].segments[1].get(4) == "7", "taken"
        assert len(answer.json["messages"]) == (kind != "COPARN"), "that names no container"
    stays = port.container().stays
    told = [(stay.terminal_code, event.event, event.source) for stay in stays for event in stay.events]
    assert told == [
        ("QDRAIL", "RAR", "IFTSTA"),
        ("QDTERM", "GIN", "CODECO"),
        ("QDTERM", "LST", "COPRAR"),
        ("QDTERM", "LOD", "COARRI"),
        ("QDTERM", "STW", "BAPLIE"),
    ]
    gate_in = stays[1].events[0]
    assert (gate_in.bill_no, gate_in.discharge_port, gate_in.weight) == ("QDL26110001", "KRINC", "4180.00")
    assert stays[1].events[2].cell == "0120482"


def validated(port: Port, body: bytes) -> Any:
    window = port.story.window
    client = create_app(window, runtime=Runtime(window)).test_client()
    return client.post("/api/v1/validate", headers={"X-Sandbox": port.story.sandbox}, data=body).json


def receipts_of(port: Port, sender: str) -> list[tuple[str, str, str]]:
    rows = port.story.read(receipts.after, sender, 0, 1_000)
    return [(row.key, row.return_status, row.info) for row in rows]


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("box", [BOX, "QDXU1000016"], ids=["right", "of another check digit"])
def test_a_validation_tells_what_an_interchange_is_answered_and_where_it_is_wrong(
    port: Port, kind: str, box: str
) -> None:
    body = (SAMPLES / f"{kind}_D95B.edi").read_text().replace(BOX, box).encode()
    before = receipts_of(port, nobodys_mailbox("QDTERM")), receipts_of(port, nobodys_mailbox("QDRAIL"))
    tried = validated(port, body)
    foretold = [(one["key"], one["status"], one["info_zh"]) for one in tried["receipts"]]
    assert before == ([], [])
    post(port, "interchanges", data=body)
    assert foretold == [*receipts_of(port, nobodys_mailbox("QDTERM")), *receipts_of(port, nobodys_mailbox("QDRAIL"))]
    wrong = kind != "COPARN" and box != BOX
    assert tried["valid"] == (not wrong)
    places = [(one["code"], one["found"], one["path"].partition("@")[0]) for one in tried["findings"] if wrong]
    assert not wrong or ("29104", box) in {(code, found) for code, found, _ in places}
    assert all(path.startswith(f"{kind}:1/") for _, found, path in places if found == box)


def test_a_reference_used_for_other_content_is_a_finding_of_validation(port: Port) -> None:
    post(port, "interchanges", data=CODECO.encode())
    tried = validated(port, CODECO.replace("4180", "4280").encode())
    assert "edifact-duplicate" in {one["code"] for one in tried["findings"]} and tried["receipts"] == []
    new = CODECO.replace("G0001", "G0002")
    both = [b64encode(text.encode()).decode() for text in (new, new.replace("4180", "4280"))]
    first, second = validated(port, json.dumps({"messages": both}).encode())["messages"]
    assert first["valid"] and not second["valid"] and second["receipts"] == []


def test_the_same_interchange_twice_changes_nothing(port: Port) -> None:
    body = (SAMPLES / "CODECO_D95B.edi").read_bytes()
    first, _ = post(port, "interchanges", data=body), port.story.pass_time(days=1)
    again = post(port, "interchanges", data=body)
    assert [answer.json["messages"][0]["repeated"] for answer in (first, again)] == [False, True]
    assert [event for _, _, event, _ in port.line()] == ["GIN"]


@pytest.mark.parametrize("terminal, told", [(TERMINAL, ["GIN"]), (WORLD.site.code, [])])
def test_a_line_sends_with_its_own_key(port: Port, terminal: str, told: list[str]) -> None:
    """It is the sender where it may not send as the terminal; what a terminal alone sees it cannot tell for one that
    has a mailbox."""
    key = issued(port.story.window, port.story.sandbox, [CARRIER.dxp_id], ["send_messages"])
    body = CODECO.replace(TERMINAL, terminal)
    assert post(port, "interchanges", bearer(key), data=body.encode()).status_code == 202
    assert [event for _, _, event, _ in port.line()] == told


@pytest.fixture
def folders(port: Port) -> Iterator[Folders]:
    queue = AdmissionQueue(port.story.window).start()
    yield Folders(port, FolderChannel(port.story.window, queue))
    queue.stop()


class Folders(NamedTuple):
    """The folders of a participant."""

    port: Port
    channel: FolderChannel
    owner: str = CARRIER.dxp_id

    @property
    def root(self) -> Path:
        return self.port.story.window.settings.data / "folders" / self.port.story.sandbox

    def put(self, name: str, body: bytes) -> None:
        """Lay a file into its folder, until it is taken and worked off."""
        self.channel.poll()
        (self.root / "in" / self.owner).mkdir(exist_ok=True)
        (self.root / "in" / self.owner / name).write_bytes(body)
        for _ in range(2):
            self.channel.poll()
        self.port.story.window.settle()
        self.channel.poll()

    def told(self, folder: str, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.root / folder / self.owner / f"{name}.findings.json").read_text())
        return found

    def names(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.root / folder / self.owner).glob("[!.]*"))

    def controls(self) -> list[str]:
        """What the CONTRL in its folder answer: 7 taken, 4 rejected."""
        found = sorted((self.root / "out" / self.owner).glob("CONTRL-*.edi"))
        return [read_interchange(path.read_bytes()).messages[0].segments[1].get(4) for path in found]


def test_an_interchange_in_a_folder_is_answered_by_control_and_receipts(folders: Folders) -> None:
    for name in ("first.edi", "again.edi"):
        folders.put(name, (SAMPLES / "CODECO_D95B.edi").read_bytes())
    assert [event for _, _, event, _ in folders.port.line()] == ["GIN"]
    assert folders.names("done") == ["again.edi", "again.edi.findings.json", "first.edi"]
    assert folders.told("done", "again.edi")["repeated"]
    assert folders.controls() == ["7"], "the same interchange, answered once"
    assert folders.port.answers("G26110001", "terminal_event") == [("2", "2"), ("120", "29101")]


def test_a_copy_in_anothers_folder_does_not_stand_in_the_way_of_the_terminals_own(folders: Folders) -> None:
    body = CODECO.replace(TERMINAL, WORLD.site.code).encode()
    folders.put("copy.edi", body)
    assert folders.port.line() == [], "a line does not tell what a terminal alone sees"
    folders._replace(owner=WORLD.site.dxp_id).put("own.edi", body)
    assert [event for _, _, event, _ in folders.port.line()] == ["GIN"]


def test_of_several_messages_only_those_that_can_be_written_are_filed(folders: Folders) -> None:
    begin, end = CODECO.index("UNH"), CODECO.index("UNZ")
    second = CODECO[begin:end].replace("UNH+1", "UNH+2").replace("UNT+15+1", "UNT+15+2").replace(BOX, f"{BOX}XXXXXX")
    folders.put("both.edi", f"{CODECO[:end]}{second}UNZ+2+G0001'".encode())
    assert [event for _, _, event, _ in folders.port.line()] == ["GIN"]
    control = next((folders.root / "out" / folders.owner).glob("CONTRL-*.edi")).read_text()
    assert "UCM+2+CODECO" in control and "UCM+1" not in control


def test_nothing_is_filed_of_an_interchange_with_more_faults_than_are_told(port: Port) -> None:
    """CONTRL rejects the whole, because the rest was not judged."""
    begin, end = CODECO.index("UNH"), CODECO.index("UNZ")
    bad = CODECO[begin:end].replace(BOX, f"{BOX}XXXXXX")
    many = [bad.replace("UNH+1", f"UNH+{number}").replace("UNT+15+1", f"UNT+15+{number}") for number in range(2, 1_102)]
    answer = post(port, "interchanges", data=f"{CODECO[:end]}{''.join(many)}UNZ+1101+G0001'".encode())
    assert answer.status_code == 400
    assert "UCI+G0001+QDTERM+QDLINE+4" in answer.json["control"]
    assert port.line() == []


def test_an_out_folder_that_takes_no_control_holds_nobody_up(folders: Folders) -> None:
    body = (SAMPLES / "CODECO_D95B.edi").read_bytes()
    taken = folders.root / "out" / folders.owner / f"CONTRL-{sha256(body).hexdigest()[:12].upper()}.edi"
    taken.mkdir(parents=True)
    folders.put("codeco.edi", body)
    assert (folders.names("in"), folders.names("done")) == ([], ["codeco.edi"])
    assert [event for _, _, event, _ in folders.port.line()] == ["GIN"]


def test_an_interchange_that_tells_of_no_box_is_answered_alone(folders: Folders) -> None:
    folders.put("booking.edi", (SAMPLES / "COPARN_D95B.edi").read_bytes())
    assert (folders.names("done"), folders.controls()) == (["booking.edi", "booking.edi.findings.json"], ["7"])
    told = folders.told("done", "booking.edi")
    assert (told["state"], told["unread"]) == ("accepted", 1)


@pytest.mark.parametrize(
    "body, code, control",
    [
        (CODECO.replace("UNOC:3", "UNOA:2").replace("G0001", "G\xe901").encode("latin-1"), "edifact-character", ["4"]),
        (CODECO.replace(BOX, f"{BOX}XXXXXX").encode(), "edifact-not-written", ["7"]),
        ((SAMPLES / "DESADV_D96A.edi").read_bytes(), "edifact-not-of-the-port", ["7"]),
        ((SAMPLES / "CODECO_D95B.edi").read_bytes().replace(b"UNT+15+1", b"UNT+14+1"), "edifact-count", ["7"]),
        ((SAMPLES / "CODECO_D95B.edi").read_bytes().replace(b"UNZ+1+", b"UNZ+2+"), "edifact-count", ["4"]),
        ((SAMPLES / "CONTRL_D3.edi").read_bytes(), "edifact-not-of-the-port", []),
        (b"UNB+UNOA:2'", "edifact-missing-element", []),
    ],
    ids=[
        "a reference",
        "a value that ours may not have",
        "of a warehouse",
        "message",
        "interchange",
        "an answer",
        "of nobody",
    ],
)
def test_an_interchange_of_which_nothing_is_taken_lies_with_its_findings(
    folders: Folders, body: bytes, code: str, control: list[str]
) -> None:
    folders.put("wrong.edi", body)
    assert folders.names("error") == ["wrong.edi", "wrong.edi.findings.json"]
    assert code in {finding["code"] for finding in folders.told("error", "wrong.edi")["findings"]}
    assert folders.controls() == control
    assert folders.port.line() == []


def test_what_cannot_be_read_is_answered_with_every_finding(port: Port) -> None:
    body = (SAMPLES / "CODECO_D95B.edi").read_bytes().replace(b"UNT+15+1", b"UNT+14+1")
    answer = post(port, "interchanges", data=body)
    assert answer.status_code == 400
    assert "UCM" in answer.json["control"] and answer.json["findings"]
    assert post(port, "interchanges", data=b"nothing").status_code == 400
    assert port.line() == []


def test_a_reference_that_is_used_again_for_something_else_is_a_duplicate(port: Port) -> None:
    body = (SAMPLES / "CODECO_D95B.edi").read_bytes()
    other = body.replace(b"BGM+34+", b"BGM+34+X")
    first = post(port, "interchanges", data=body)
    assert post(port, "interchanges", data=body).json["messages"][0]["repeated"]
    again = post(port, "interchanges", data=other)
    assert again.status_code == 400 and "+4+26+UNB+6'" in again.json["control"]
    assert [finding["code"] for finding in again.json["findings"]] == ["edifact-duplicate"]
    long = [post(port, "interchanges", data=body.replace(b"G0001", f"G000123456789{last}".encode())) for last in "12"]
    references = {read_interchange(one.json["control"].encode()).reference for one in (first, *long)}
    assert len(references) == 3, "of two that differ in their last character, too"


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("KRINC:139:6", "KRINCXXX:139:6", "CODECO:1/10/LOC/2.1"),
        ("QDXU1000015", "QDXU100001500", "CODECO:1/5/EQD/2"),
    ],
)
def test_a_value_that_ours_may_not_have_is_named_where_it_stands(port: Port, old: str, new: str, place: str) -> None:
    body = (SAMPLES / "CODECO_D95B.edi").read_text().replace(old, new)
    answer = post(port, "interchanges", data=body.encode())
    (finding,) = answer.json["findings"]
    assert (finding["code"], finding["path"].partition("@")[0]) == ("edifact-not-written", place)


def test_a_test_is_answered_and_not_filed(port: Port) -> None:
    body = (SAMPLES / "CODECO_D95B.edi").read_bytes().replace(b"+G0001'", b"+G0001++++++1'", 1)
    answer = post(port, "interchanges", data=body)
    assert (answer.status_code, answer.json["messages"]) == (202, [])
    assert [finding["code"] for finding in answer.json["findings"]] == ["edifact-test"]
    assert read_interchange(answer.json["control"].encode()).is_test
    assert port.line() == []


def test_a_document_that_cancels_another_is_not_taken(port: Port) -> None:
    body = (SAMPLES / "CODECO_D95B.edi").read_bytes().replace(b"BGM+34+G26110001+9", b"BGM+34+G26110001+1")
    answer = post(port, "interchanges", data=body)
    assert (answer.json["messages"], answer.json["unread"]) == ([], 1)


def test_json_says_the_same(port: Port) -> None:
    line = {"event": "GIN", "eventTime": "20261121143000", "containerNo": BOX}
    answer = post(port, "events", json={"terminalCode": "QDTERM", "docNo": "J1", "lines": [line]})
    assert answer.status_code == 202, answer.json
    body = (SAMPLES / "CODECO_D95B.edi").read_bytes()
    assert post(port, "interchanges", data=body).status_code == 202
    assert [event for _, _, event, _ in port.line()] == ["GIN"], "the same event, told in another way"


def test_a_packing_list_as_json(port: Port) -> None:
    told = {"agentCode": CARRIER.code, "copNo": "Z1", "containerNo": BOX}
    parcels = {"logisticsCode": CARRIER.code, "parcels": [Sale(1).waybill, Sale(2).waybill]}
    answer = post(port, "packing-lists", json={**told, **parcels})
    assert answer.status_code == 202, answer.json
    assert [parcel.logistics_no for parcel in port.container().parcels] == parcels["parcels"]


def mailbox_of(port: Port, sent: Any) -> str:
    """The mailbox that gets the answers to a message."""
    (sender,) = fetch(port.story.window.engine, select(message.c.sender).where(message.c.id == sent.json["id"])).one()
    return str(sender)


@pytest.mark.parametrize(
    ("terminal", "mailbox"),
    [("QDTERM", "nobody:QDTERM"), ("码头;1", "nobody:"), ("X" * 18, "nobody:XXXXXXXXXXXXXXXXXX")],
)
def test_who_has_no_mailbox_is_answered_where_nobody_else_reads(port: Port, terminal: str, mailbox: str) -> None:
    line = {"event": "GIN", "eventTime": "20261121143000", "containerNo": BOX}
    sent = post(port, "events", json={"terminalCode": terminal, "docNo": "J1", "lines": [line]})
    assert sent.status_code == 202, sent.json
    found = mailbox_of(port, sent)
    assert found.startswith(mailbox) and len(found) <= 30 and not is_valid_dxp_id(found), "no company can have it"


def test_a_key_sends_for_a_company_without_a_mailbox_with_its_own(port: Port) -> None:
    mine = "DXPENT0000000377"
    key = bearer(issued(port.story.window, port.story.sandbox, [mine], ["send_messages"]))
    packed = {"agentCode": "3702960ZZZ", "copNo": "Z1", "containerNo": BOX, "logisticsCode": "3702960ZZZ"}
    sent = post(port, "packing-lists", key, json={**packed, "parcels": ["P1"]})
    assert sent.status_code == 202 and mailbox_of(port, sent) == mine
    other = post(port, "packing-lists", key, json={**packed, "agentCode": CARRIER.code, "parcels": ["P1"]})
    assert other.status_code == 403, "that one has a mailbox"


def test_a_command_sends_an_interchange_and_shows_the_line(port: Port) -> None:
    data = ["--data", port.story.window.settings.data, "--sandbox", port.story.sandbox]
    sent = run_command("port", "interchange", SAMPLES / "CODECO_D95B.edi", *data, code=0).output
    assert "UCI+G0001" in sent and "1 message(s) filed" in sent
    port.story.window.settle()
    shown = run_command("port", "container", BOX, *data, code=0).output
    assert "CODECO (C)" in shown and "GIN" in shown


def test_a_sample_is_submitted_and_its_story_shown(port: Port, tmp_path: Path) -> None:
    data = ["--data", port.story.window.settings.data, "--sandbox", port.story.sandbox]
    paths = [tmp_path / f"{name}.edi" for name in ("codeco", "coparn", "recadv")]
    for path in paths:
        path.write_text(run_command("sample", path.stem).output)
    told = run_command("submit", *paths, *data, code=1).output
    assert "1 document(s)" in told and "29101" in told
    assert "coparn.edi: 0 message(s) filed, 1 container(s) unread" in told and "UCI+G0001" in told
    assert "RECADV is no message of a terminal" in told and "/overseas/edifact" in told
    (told,) = json.loads(run_command("submit", paths[1], *data, "--json", code=0).output)
    assert (told["answer"], told["interchange"]["unread"]) == (None, 1) and "UCI+C0001" in told["interchange"][
        "control"
    ]


def test_a_command_works_out_the_charges_of_a_bill(port: Port) -> None:
    for kind in ("CODECO", "COARRI"):
        post(port, "interchanges", data=(SAMPLES / f"{kind}_D95B.edi").read_bytes())
    data = ["--data", port.story.window.settings.data, "--sandbox", port.story.sandbox]
    told = run_command("port", "charges", "qdl-26110001", *data, code=0).output
    assert "total 合计 17.00 CNY" in told and "port.dues_export_20@" in told


def test_an_interchange_of_many_messages_is_filed_in_few(port: Port) -> None:
    begin, end = CODECO.index("UNH"), CODECO.index("UNZ")
    told = [
        CODECO[begin:end]
        .replace("UNH+1", f"UNH+{number}")
        .replace("UNT+15+1", f"UNT+15+{number}")
        .replace("1430:203", f"14{number:02d}:203")
        for number in range(1, 60)
    ]
    body = f"{CODECO[:begin]}{''.join(told)}UNZ+{len(told)}+G0001'"
    answer = post(port, "interchanges", data=body.encode())
    assert answer.status_code == 202, answer.json
    assert [message["documents"] for message in answer.json["messages"]] == [len(told)]
    assert len(port.line()) == len(told)


@pytest.mark.parametrize("old", ["95B", "CODECO", "G0001'\nUNH", "QDTERM"])
def test_a_byte_beyond_ascii_is_answered_and_not_an_error(port: Port, old: str) -> None:
    body = CODECO.replace(old, old[0] + "\xff" + old[2:], 1).encode("latin-1")
    answer = post(port, "interchanges", data=body)
    assert answer.status_code in (202, 400), answer.json


def platform_file(*records: str) -> bytes:
    head = f"00:COSTRP::9:{CARRIER.code}:QDTERM:202611200910'10:NEW SHANDONG::UN9990002:2647E:E'"
    return f"{head}{''.join(records)}99:{len(records) + 3}'".encode("gb18030")


def test_a_platform_file_packs_several_boxes(port: Port) -> None:
    first, second, third = (f"60:{Sale(number).waybill}'" for number in range(3))
    boxes = [f"50:{box}:22G1:F'" for box in (BOX, OTHER_BOX)]
    answer = post(port, "platform-files", data=platform_file(boxes[0], first, second, boxes[1], third))
    assert answer.status_code == 202, answer.json
    assert len(answer.json["messages"]) == 2
    assert [len(port.container(box).parcels) for box in (BOX, OTHER_BOX)] == [2, 1]


@pytest.mark.parametrize(
    "body, code",
    [
        (platform_file("50:QDXU1000016:22G1:F'", "60:W1'"), "platform-file-value"),
        (b"UNB+UNOA:2", "platform-file-none"),
        (b"", "platform-file-none"),
    ],
    ids=["check digit", "EDIFACT", "nothing"],
)
def test_a_platform_file_that_is_wrong_is_refused_whole(port: Port, body: bytes, code: str) -> None:
    answer = post(port, "platform-files", data=body)
    assert answer.status_code == 400 and answer.json["findings"][0]["code"] == code
    assert not port.container().parcels


def test_a_command_sends_a_platform_file(port: Port, tmp_path: Path) -> None:
    file = tmp_path / "costrp.txt"
    file.write_bytes(platform_file(f"50:{BOX}:22G1:F'", f"60:{Sale(1).waybill}'"))
    data = ["--data", port.story.window.settings.data, "--sandbox", port.story.sandbox]
    sent = run_command("port", "platform-file", file, *data, code=0).output
    assert "COSTRP: 1 message(s) filed" in sent
    port.story.window.settle()
    assert len(port.container().parcels) == 1
    refused = run_command("port", "platform-file", SAMPLES / "CODECO_D95B.edi", *data, code=1)
    assert "platform-file-none" in refused.output


MT3101 = Path(__file__).parents[2] / "schemas" / "manifests" / "samples" / "MT3101.xml"


def test_an_arrival_report_is_on_the_line_of_its_box_and_answered_as_customs_do(port: Port) -> None:
    answered = post(port, "manifests", data=MT3101.read_bytes(), content_type="application/xml")
    assert answered.status_code == 202 and "<Code>01</Code>" in answered.json["response"]
    assert [event for _, _, event, _ in port.line()] == ["ARR"]


def test_a_manifest_that_is_wrong_is_answered_by_customs_xml_and_noted_nowhere(port: Port) -> None:
    body = MT3101.read_bytes().replace(b"QDXU1000015", b"QDXU1000016")
    window = port.story.window
    headers = {"X-Sandbox": port.story.sandbox, "Accept": "application/xml"}
    client = create_app(window, runtime=Runtime(window)).test_client()
    answer = client.post("/api/v1/port/manifests", data=body, headers=headers)
    assert (answer.status_code, answer.mimetype) == (400, "application/xml")
    assert b"<Code>03</Code>" in answer.data and b"QDXU1000016" in answer.data
    assert port.line() == []


def test_a_command_sends_a_manifest(port: Port) -> None:
    data = ["--data", port.story.window.settings.data, "--sandbox", port.story.sandbox]
    sent = run_command("port", "manifest", MT3101, *data, code=0).output
    assert "<Code>01</Code>" in sent and "1 message(s) filed" in sent


def test_a_document_is_not_answered_by_what_another_has_told_of_another_box(port: Port) -> None:
    """D1 and D2 arrive together; the loading list of D1 concerns all boxes of the ship."""
    assert port.tell(port.told("GIN", 1, OTHER_BOX)) == ("120", "29101")
    clash = port.document(port.told("GIN", 2, OTHER_BOX), terminal="QDTERM2", number="C1")
    listed = port.document(port.told("GIN", 2), port.told("LST", 3), number="L1")
    port.story.submit(clash, listed)
    answers = {number: port.answers(number, "terminal_event")[-1] for number in ("C1", "L1")}
    assert answers == {"C1": ("300", "29108"), "L1": ("120", "29101")}


def reader(port: Port, mailbox: str) -> Any:
    """Reads with a key of a company."""
    window = port.story.window
    key = bearer(issued(window, port.story.sandbox, [mailbox], ["read_receipts"], owner=mailbox))
    client = create_app(window, runtime=Runtime(window)).test_client()
    return lambda path: client.get(f"/api/v1/port/{path}", headers={"X-Sandbox": port.story.sandbox, **key})


def test_a_company_reads_of_a_box_its_own_parcels_and_the_charges_of_their_bill(start_story) -> None:
    port, bill = Port(start_story(port="full")), "QDB26110009"
    others = {kind: parties(ebc=WORLD.merchants[1]) for kind in DOCUMENTS}
    sales = [Sale(1), Sale(2, changes=others)]
    port.tell(port.told("GIN", 1, billNo=bill))
    port.released(*sales, bill=bill)
    readers = {
        WORLD.merchants[0].dxp_id: [sales[0].waybill],
        WORLD.merchants[1].dxp_id: [sales[1].waybill],
        WORLD.agents[0].dxp_id: [sale.waybill for sale in sales],
        CARRIER.dxp_id: [sale.waybill for sale in sales],
    }
    for mailbox, waybills in readers.items():
        read = reader(port, mailbox)
        assert [parcel["logistics_no"] for parcel in read(f"containers/{BOX}").json["parcels"]] == waybills, mailbox
        assert read(f"charges/{bill}").status_code == 200, mailbox
    stranger = reader(port, "DXPENT0000009999")
    for path in (f"containers/{BOX}", f"charges/{bill}", f"containers/{OTHER_BOX}"):
        assert stranger(path).status_code == 404, path
