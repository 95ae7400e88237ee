"""The folder channel: complete files in, done or error, receipts out, each once whatever is killed when."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from lxml import etree
from serving_http import CAP, again, mailbox, sample

from gateways.circumstances import Options
from single_window.channels.folder import FolderChannel, waiting_in
from single_window.channels.outbox import Outbox, file_name, text_of
from single_window.intake.admission_queue import AdmissionQueue
from single_window.process.working import work
from single_window.settings import Settings
from single_window.wiring import Window
from tests.chaos.programs import until
from tests.commands import run_command
from tests.databases import window_in
from tests.patience import PATIENCE

Open = Callable[[], tuple[Window, FolderChannel]]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    closing: list[tuple[Window, AdmissionQueue]] = []

    def once_more() -> tuple[Window, FolderChannel]:
        window = window_in(tmp_path, body_cap=CAP)
        window.make_sandbox("other", Options())
        queue = AdmissionQueue(window).start()
        closing.append((window, queue))
        channel = FolderChannel(window, queue)
        channel.poll()
        return window, channel

    yield once_more
    for window, queue in closing:
        queue.stop()
        window.close()


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return tmp_path / "folders" / "main"


def order(number: str) -> bytes:
    return again(sample("311", orderNo=number))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def settle(window: Window, channel: FolderChannel) -> None:
    """Two looks make a file complete; then everything is worked off and receipts leave."""
    channel.poll()
    channel.poll()
    window.settle()
    channel.poll()


def test_every_sandbox_has_its_folders(opened: Open, tmp_path: Path) -> None:
    opened()
    for sandbox in ("main", "other"):
        assert names(tmp_path / "folders" / sandbox) == ["done", "error", "in", "out"]


def test_a_sandbox_with_many_files_keeps_the_others_waiting_for_one_look_at_most(opened: Open, tmp_path: Path) -> None:
    window, _ = opened()
    queue = AdmissionQueue(window).start()
    channel = FolderChannel(window, queue, most=3)
    crowded, other = tmp_path / "folders" / "main", tmp_path / "folders" / "other"
    for number in range(7):
        (crowded / "in" / f"{number}.xml").write_bytes(order(f"MANY-{number}"))
    (other / "in" / "one.xml").write_bytes(order("ONE-1"))
    channel.poll()
    channel.poll()
    assert (len(names(crowded / "in")), names(other / "done")) == (4, ["one.xml"])
    channel.poll()
    channel.poll()
    assert names(crowded / "in") == []
    queue.stop()


def test_a_complete_file_is_admitted_and_its_receipts_appear(opened: Open, here: Path) -> None:
    window, channel = opened()
    body = order("FOLDER-1")
    (here / "in" / "311.xml").write_bytes(body)
    settle(window, channel)
    assert names(here / "in") == [] and names(here / "done") == ["311.xml"] and names(here / "error") == []
    out = here / "out" / mailbox(body)
    assert names(out) == ["000000000001-312.xml"]
    assert etree.fromstring((out / "000000000001-312.xml").read_bytes()).tag.endswith("CEB312Message")


def test_a_file_that_still_grows_is_left_alone(opened: Open, here: Path) -> None:
    window, channel = opened()
    body = order("GROWS-1")
    growing = here / "in" / "growing.xml"
    growing.write_bytes(body[:100])
    channel.poll()
    growing.write_bytes(body[:200])
    channel.poll()
    growing.write_bytes(body)
    assert names(here / "in") == ["growing.xml"]
    settle(window, channel)
    assert names(here / "done") == ["growing.xml"] and names(here / "error") == []


@pytest.mark.parametrize("name", ["a.xml.tmp", "a.part", ".a.xml", "a.xml~", "A.TMP"])
def test_unfinished_names_are_left_alone(opened: Open, here: Path, name: str) -> None:
    window, channel = opened()
    (here / "in" / name).write_bytes(order("NAMED-1"))
    settle(window, channel)
    assert (here / "in" / name).exists() and names(here / "done") == []


def test_links_and_folders_are_left_alone(opened: Open, here: Path, tmp_path: Path) -> None:
    window, channel = opened()
    (tmp_path / "secret.xml").write_bytes(order("LINK-1"))
    (here / "in" / "link.xml").symlink_to(tmp_path / "secret.xml")
    (here / "in" / "folder.xml").mkdir()
    for _ in range(5):
        settle(window, channel)
    assert names(here / "in") == ["folder.xml", "link.xml"]
    assert names(here / "done") == [] and names(here / "error") == []


def test_what_is_refused_is_moved_to_the_error_folder_with_its_findings(opened: Open, here: Path) -> None:
    window, channel = opened()
    (here / "in" / "bad.xml").write_bytes(b"<a/>")
    (here / "in" / "large.xml").write_bytes(order("LARGE-1").ljust(CAP + 1))
    settle(window, channel)
    assert names(here / "error") == ["bad.xml", "bad.xml.findings.json", "large.xml", "large.xml.findings.json"]
    answer = json.loads((here / "error" / "bad.xml.findings.json").read_text("utf-8"))
    assert (
        answer["state"] == answer["status"] == "refused"
        and answer["id"]
        and answer["findings"][0]["code"] == "unknown-root"
    )
    large = json.loads((here / "error" / "large.xml.findings.json").read_text("utf-8"))
    assert large["findings"][0]["code"] == "too-large"


def test_a_name_used_before_does_not_overwrite(opened: Open, here: Path) -> None:
    window, channel = opened()
    for number in range(2):
        (here / "in" / "same.xml").write_bytes(order(f"SAME-{number}"))
        settle(window, channel)
    assert len(names(here / "done")) == 2


def test_a_file_admitted_but_not_moved_before_a_kill_is_done_once(opened: Open, here: Path) -> None:
    window, channel = opened()
    body = order("KILLED-1")
    (here / "in" / "k.xml").write_bytes(body)
    settle(window, channel)
    os.replace(here / "done" / "k.xml", here / "in" / "k.xml")  # as if the kill had come before the move
    window, channel = opened()
    settle(window, channel)
    assert names(here / "done") == ["k.xml"] and len(names(here / "out" / mailbox(body))) == 1


def test_receipts_come_in_order_and_never_twice_after_a_restart(opened: Open, here: Path) -> None:
    window, channel = opened()
    body = order("ORDER-1")
    for code in ("1", "2", "3"):
        (here / "in" / f"{code}.xml").write_bytes(order(f"ORDER-{code}"))
        settle(window, channel)
    out = here / "out" / mailbox(body)
    assert names(out) == [f"{number:012d}-312.xml" for number in (1, 2, 3)]
    for path in out.glob("*.xml"):
        path.unlink()  # fetched by the participant
    window, channel = opened()
    settle(window, channel)
    assert names(out) == []


@pytest.mark.parametrize("moment", ["before the place was remembered", "before the renaming", "half-way through it"])
def test_a_kill_while_receipts_are_written_loses_and_doubles_none(opened: Open, here: Path, moment: str) -> None:
    window, channel = opened()
    body = order("MOMENT-1")
    out = here / "out" / mailbox(body)
    for number in (1, 2):
        (here / "in" / f"{number}.xml").write_bytes(order(f"MOMENT-{number}"))
        settle(window, channel)
    whole = {path.name: path.read_bytes() for path in out.glob("*.xml")}
    first, second = sorted(whole)
    os.replace(out / second, out / f".new-{second}")
    if moment == "before the place was remembered":
        (out / ".last.json").write_text('{"last": 1}')
        (out / f".new-{second}").write_bytes(b"<half")
    elif moment == "before the renaming":
        os.replace(out / first, out / f".new-{first}")
    else:
        (out / first).unlink()  # it was visible, and the participant has fetched it
        del whole[first]
    window, channel = opened()
    settle(window, channel)
    assert {path.name: path.read_bytes() for path in out.glob("*.xml")} == whole
    assert not [path for path in out.iterdir() if path.name.startswith(".new-")]


def test_whoever_makes_his_folder_gets_his_receipts(opened: Open, here: Path) -> None:
    window, channel = opened()
    body = order("MADE-1")
    list(window.receive("main", [body]))
    window.settle()
    channel.poll()
    assert names(here / "out") == []
    (here / "out" / mailbox(body)).mkdir()
    channel.poll()
    assert names(here / "out" / mailbox(body)) == ["000000000001-312.xml"]


@pytest.mark.parametrize(
    "text", ["DXPENT0000000001", "../../etc", "..", ".", "", "a/b\\c", "青岛", "%2E", "a\x00b", "~"]
)
def test_no_sender_leads_out_of_the_folder(tmp_path: Path, text: str) -> None:
    name = file_name(text)
    assert text_of(name) == text
    assert name not in {"", ".", ".."} and "/" not in name and "\x00" not in name and not name.startswith(".")
    assert (tmp_path / name).resolve().parent == tmp_path.resolve()


def test_a_sender_with_a_dangerous_name_stays_inside(opened: Open, here: Path) -> None:
    window, channel = opened()
    body = order("DANGER-1")
    (here / "in" / "d.xml").write_bytes(body.replace(mailbox(body).encode(), b"../../../outside"))
    settle(window, channel)
    assert len(names(here / "out")) == 1 and not (here.parents[2] / "outside").exists()
    written = names(here / "out" / names(here / "out")[0])
    assert len(written) == 1


def test_an_outbox_of_nobody_is_empty(opened: Open, tmp_path: Path) -> None:
    window, _ = opened()
    (tmp_path / "NOBODY").mkdir()
    assert Outbox(window.engine, "main", tmp_path / "NOBODY").deliver() == 0


def test_a_folder_that_cannot_be_written_keeps_nobody_waiting(opened: Open, here: Path) -> None:
    window, channel = opened()
    body = order("OTHERS")
    (here / "out" / "AAA").mkdir()
    (here / "out" / "AAA" / ".last.json").write_text("{")
    (here / "in" / "a.xml").write_bytes(body)
    settle(window, channel)
    channel.poll()
    assert names(here / "out" / mailbox(body)) == ["000000000001-312.xml"]


@pytest.mark.parametrize("name", ["e" * 251 + ".xml", "长" * 83 + ".xml"])
def test_a_file_with_the_longest_of_names_is_refused_like_any_other(opened: Open, here: Path, name: str) -> None:
    window, channel = opened()
    for _ in range(2):
        (here / "in" / name).write_text("<broken")
        settle(window, channel)
    assert not names(here / "in")
    result = [path for path in names(here / "error") if path.endswith(".findings.json")]
    assert len(names(here / "error")) == 3 and len(result) == 1


def test_what_lies_in_a_participants_folder_is_sent_by_him(opened: Open, here: Path) -> None:
    window, channel = opened()
    own, others = here / "in" / mailbox(order("X")), here / "in" / "DXPENT0000000077"
    for folder in (own, others):
        folder.mkdir()
        (folder / "a.xml").write_bytes(order("OWNED-1"))
        (folder / "b.xml").write_bytes(b"no XML")
    (here / "in" / "%41").mkdir()
    (here / "in" / "%41" / "a.xml").write_bytes(order("OWNED-2"))
    settle(window, channel)
    assert names(here / "done" / own.name) == ["a.xml"] and names(here / "error" / own.name) == [
        "b.xml",
        "b.xml.findings.json",
    ]
    assert names(here / "error" / others.name) == ["a.xml", "a.xml.findings.json", "b.xml", "b.xml.findings.json"]
    result = json.loads((here / "error" / others.name / "a.xml.findings.json").read_bytes())["findings"]
    assert [(finding["code"], finding["expected"], finding["found"]) for finding in result] == [
        ("other-sender", others.name, own.name)
    ]
    assert not (here / "done" / others.name).exists() and not (here / "out" / others.name).exists()
    assert names(here / "in" / "%41") == ["a.xml"]


def test_where_keys_are_required_a_file_needs_an_owner(tmp_path: Path) -> None:
    window = window_in(tmp_path, require_keys=1)
    here, queue = tmp_path / "folders" / "main", AdmissionQueue(window).start()
    channel = FolderChannel(window, queue)
    channel.poll()
    own = here / "in" / mailbox(order("X"))
    own.mkdir()
    for folder in (own, here / "in"):
        (folder / "a.xml").write_bytes(order("KEYS-1"))
    settle(window, channel)
    queue.stop()
    window.close()
    assert names(here / "done") == [own.name] and names(here / "done" / own.name) == ["a.xml"]
    assert "no-owner" in (here / "error" / "a.xml.findings.json").read_text()


def test_the_role_of_the_channels_reads_folders_and_what_waits_is_counted(tmp_path: Path, here: Path) -> None:
    window_in(tmp_path).close()
    (here / "in" / "DXPENT0000000001").mkdir(parents=True)
    for place, name in ((here / "in", "a.xml"), (here / "in" / "DXPENT0000000001", "b.xml"), (here / "in", ".c.xml")):
        (place / name).write_bytes(order(f"QD{name[0]}"))
    status = run_command("status", "--data", tmp_path, "--json")
    assert json.loads(status.stdout)["sandboxes"][0]["files"] == 2
    stopping = Event()
    settings = Settings(data=tmp_path, readers=0, synchronous="NORMAL")
    role = Thread(target=work, args=(settings, "channels", stopping, lambda text, **facts: None))
    role.start()
    try:
        until(lambda: waiting_in(tmp_path, "main") == 0, PATIENCE, "the files are taken")
    finally:
        stopping.set()
        role.join()
    assert "a.xml" in names(here / "done") and (here / "in" / ".c.xml").exists()
