"""The command line as people and programs use it: answers, exit codes, errors that say what to do."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from played_trades import SANDBOX, Played, order_no, play

from single_window.cli import COMMANDS, main
from single_window.data_lock import DataLock
from single_window.frame.commands import on_data
from single_window.frame.commands.call import Call
from single_window.frame.typed import local
from single_window.settings import Settings
from tests.commands import run_command
from tests.databases import window_in
from tests.tables import each

SAMPLES = ("311", "411", "511", "621")


def call(*arguments: object, input: bytes | None = None) -> Result:
    return run_command(*arguments, input=input)


def answer(*arguments: object) -> Any:
    result = call(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def paths(command: Any, *path: str) -> list[tuple[str, ...]]:
    """The words behind which each command of a group stands; its own of a command that is no group."""
    below = getattr(command, "commands", None)
    return [path] if not below else [result for name, entry in below.items() for result in paths(entry, *path, name)]


@each("name", COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    result = call(name, "--help")
    assert result.exit_code == 0
    command = main.get_command(None, name)  # type: ignore[arg-type]
    pages = [call(*path, "--help").output for path in paths(command, name)]
    assert all("single-window " in page and "--json" in page and "--sandbox" in page for page in pages)


def test_submitting_says_where_the_tax_bill_lies_and_the_command_shows_it(tmp_path: Path) -> None:
    paths = {code: tmp_path / f"{code}.xml" for code in SAMPLES}
    for code, path in paths.items():
        path.write_bytes(call("sample", code).stdout_bytes)
    without = call("submit", paths["311"], paths["411"], paths["621"], "--data", tmp_path / "data").output
    assert "816" not in without, "no bill before release"
    text = call("submit", paths["511"], "--data", tmp_path / "data").output
    hint = re.search(r"1 tax bill\(s\) \(816\) in mailbox (\w+)\. See: single-window (.+)", text)
    assert hint and hint.group(1) == "DXPENT0000000005"
    shown = call(*hint.group(2).split()).output
    assert shown.count("816") == 1 and "_0" in call(*hint.group(2).split(), "--xml").output


def test_fresh_samples_of_one_key_are_a_trade_of_their_own_each_time(tmp_path: Path) -> None:
    buyers = set()
    for key in ("first", "second"):
        files = []
        for code in SAMPLES:
            path = tmp_path / f"{code}-{key}.xml"
            path.write_bytes(call("sample", code, "--fresh", key, "--data", tmp_path / "data").stdout_bytes)
            files.append(path)
        result = answer("submit", *files, "--data", tmp_path / "data")
        assert not any(row["answer"]["repeated"] for row in result)
        assert [receipt["status"] for receipt in result[3]["story"]["receipts"]] == ["2", "120", "800"]
        buyers |= set(re.findall(rb"<ceb:buyerIdNumber>(\w+)<", files[0].read_bytes()))
    assert len(buyers) == 2, "one buyer's yearly allowance is not used up"


@each("code", ["311", "411", "511", "513", "621", "623", "625", "711", "StockFiling"])
def test_a_fresh_sample_is_valid_and_never_the_same_transmission(tmp_path: Path, code: str) -> None:
    fresh = [call("sample", code, "--fresh", "--data", tmp_path / "none").stdout_bytes.decode() for _ in range(2)]
    guids = [re.search(r' guid="(.{36})"', text).group(1) for text in (*fresh, call("sample", code).output)]  # type: ignore[union-attr]
    assert len(set(guids)) == 3 and all(text.count(guid) == 1 for text, guid in zip(fresh, guids, strict=False))
    for name in fresh:
        run_command("validate", "-", "--data", tmp_path / "none", input=name.encode(), code=0)


def test_a_fresh_sample_carries_the_time_of_its_sandbox(tmp_path: Path) -> None:
    call("sandbox", "create", "june", "--on", "2026-06-01", "--data", tmp_path / "data")
    text = call("sample", "621", "--fresh", "x", "--data", tmp_path / "data", "--sandbox", "june").output
    assert "<ceb:appTime>20260601" in text and "<ceb:ieDate>20260601<" in text


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("622", "--fresh"), 1, "sent by the window"),
        (("--fresh", "621"), 2, "sample 621 --fresh"),
    ],
)
def test_a_fresh_sample_that_there_cannot_be_is_refused(
    tmp_path: Path, arguments: tuple[str, ...], status: int, message: str
) -> None:
    result = call("sample", *arguments, "--data", tmp_path / "none")
    assert result.exit_code == status and message in result.output


def test_a_sample_is_valid_and_validating_leaves_no_trace(tmp_path: Path) -> None:
    sample = call("sample", "621").stdout_bytes
    result = run_command("validate", "-", "--tax", "--data", tmp_path / "none", input=sample)
    assert result.exit_code == 0 and "no finding" in result.output and "VAT" in result.output
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("body", [b"", b"no xml", b"<a/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_what_is_no_message_is_refused_and_reported(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "bad.xml").write_bytes(body)
    result = call("submit", tmp_path / "bad.xml", "--data", tmp_path / "data")
    assert result.exit_code == 1 and "refused" in result.output and "Traceback" not in result.output


def test_every_type_has_a_sample_in_the_list() -> None:
    assert {"311", "621", "816"} <= {row["code"] for row in answer("sample", "--list")}


def test_show_gives_the_story_and_the_why(played: Played) -> None:
    result = call("show", order_no(played.rejected), "--data", played.data, "--sandbox", SANDBOX)
    assert result.exit_code == 0 and "1327" in result.output and "rejected" in result.output
    outcome = answer("show", played.released.waybill.head["logisticsNo"], "--data", played.data, "--sandbox", SANDBOX)
    assert outcome["head"]["state"] == "released" and outcome["bills"][0]["working_en"]


def test_show_marks_what_only_warned(played: Played) -> None:
    for trade, warned in ((played.unregistered, True), (played.rejected, False)):
        output = call("show", order_no(trade), "--data", played.data, "--sandbox", SANDBOX).output
        assert ("warning: " in output) == warned


def test_show_lists_several_matches_to_choose_from(played: Played) -> None:
    invalid = answer("show", order_no(played.released), "--data", played.data, "--sandbox", SANDBOX)
    number = str(invalid["documents"][0]["message_id"])
    result = answer("show", number, "--data", played.data, "--sandbox", SANDBOX)
    assert result["code"] == "311"


@each("language", ["zh", "en"])
def test_show_speaks_both_languages(played: Played, language: str) -> None:
    output = call(
        "show", order_no(played.released), "--data", played.data, "--sandbox", SANDBOX, "--lang", language
    ).output
    assert ("放行" in output, "green lane" in output) == (language == "zh", language == "en")


def test_markup_in_a_name_is_shown_as_it_is(played: Played) -> None:
    output = call("show", order_no(played.hostile), "--data", played.data, "--sandbox", SANDBOX).output
    cell = re.sub(r"[\s│]", "", output)
    assert "[bold]" in cell and "<script>" in cell


@each(
    ("arguments", "code", "says"),
    [
        (("show", "nothing"), 1, "waybill"),
        (("act", "nothing", "release"), 1, "nothing"),
        (("receipts", "--mailbox", "NOBODY", "--sandbox", SANDBOX), 1, "no mailbox"),
        (("sample", "629"), 1, "625"),
        (("sample", "621", "--edition", "1999"), 2, "2022-05"),
        (("parameters", "vat.standrd"), 1, "vat.standard"),
        (("parameters", "returns.centre_warehouse", "--on", "1990-01-01"), 1, "1990-01-01"),
        (("rules", "show", "13200"), 1, "1320"),
        (("submit", "no-such-file.xml"), 2, "no-such-file"),
        (("submitt",), 2, "submit"),
        (("parked", "retry"), 2, "--all"),
        (("parked", "dismiss", "7", "--reason", "x"), 1, "the sandbox has no such delivery"),
        (("clock", "set", "yesterday"), 1, "2026-06-01"),
        (("clock", "set", "2009-12-31T23:59"), 1, "from 2010-01-01 to 2099-12-31"),
        (("clock", "set", "9999-12-31"), 1, "from 2010-01-01 to 2099-12-31"),
        (("clock", "advance", "999999d", "--sandbox", SANDBOX), 1, "from 2010-01-01 to 2099-12-31"),
        (("sandbox", "create", "far", "--on", "2100-01-01"), 1, "from 2010-01-01 to 2099-12-31"),
        (("sandbox", "create", "a/b"), 1, "slash"),
        (("sandbox", "options", "opne=true"), 2, "open"),
        (("import", "stock"), 2, "--columns"),
        (("backup", "/no/such/folder/b.sqlite3"), 1, "/no/such/folder"),
    ],
)
def test_an_error_is_one_clear_line(played: Played, arguments: tuple[str, ...], code: int, says: str) -> None:
    data = ("--data", played.data) if arguments[0] != "submitt" else ()
    result = call(*arguments, *data)
    assert result.exit_code == code, result.output
    assert says in result.output and "Traceback" not in result.output
    assert result.stderr.count("Error: ") == 1


def test_an_unknown_sandbox_is_named_with_those_there_are(played: Played) -> None:
    result = call("show", "x", "--data", played.data, "--sandbox", "nono")
    assert result.exit_code == 1 and SANDBOX in result.output and "sandbox create nono" in result.output


def test_no_data_yet_says_how_to_begin(tmp_path: Path) -> None:
    result = call("show", "x", "--data", tmp_path / "none")
    assert result.exit_code == 1 and "single-window run" in result.output
    assert not (tmp_path / "none").exists()
    assert answer("status", "--data", tmp_path / "none")["exists"] is False


def test_what_an_officer_types_is_no_receipt_that_cannot_be_written(tmp_path: Path) -> None:
    played = play(tmp_path / "data")
    where = ("--data", played.data, "--sandbox", SANDBOX)
    text = "price\x01\ud800 below\nthe invoice" + "长" * 2_000
    assert answer("act", order_no(played.reviewed), "reject", "--reason", text, *where)["after"] == "rejected"
    for box in answer("receipts", *where):
        assert call("receipts", "--mailbox", box["mailbox"], "--xml", *where).exit_code == 0
    assert "price   below the invoice" in call("show", order_no(played.reviewed), *where, "--json").output


def test_receipts_follow_a_sequence(played: Played) -> None:
    where = ("--data", played.data, "--sandbox", SANDBOX)
    boxes = {row["mailbox"]: row["receipts"] for row in answer("receipts", *where)}
    every = answer("receipts", "--mailbox", played.mailbox, *where)
    assert [row["sequence"] for row in every] == list(range(1, boxes[played.mailbox] + 1))
    assert answer("receipts", "--mailbox", played.mailbox, "--after", "2", *where) == every[2:]
    xml = call("receipts", "--mailbox", played.mailbox, "--xml", *where)
    assert b"CEB622Message" in xml.stdout_bytes


def test_a_virtual_clock_moves_through_its_deadlines(tmp_path: Path) -> None:
    played = play(tmp_path / "data")
    where = ("--data", played.data, "--sandbox", SANDBOX)
    answer("clock", "advance", "4d", *where)
    assert answer("show", order_no(played.waiting), *where)["head"]["state"] == "rejected"
    assert call("clock", "set", "2026-01-01", *where).exit_code == 1
    follower = call("clock", "advance", "1d", "--data", played.data)
    assert follower.exit_code == 1 and "clock set" in follower.output


@pytest.mark.parametrize("day", ["2010-01-01", "2099-12-31"])
def test_a_clock_may_show_the_first_and_the_last_day(tmp_path: Path, day: str) -> None:
    assert answer("sandbox", "create", "edge", "--on", day, "--data", tmp_path)["clock"]["mode"] == "frozen"
    now = answer("clock", "set", f"{day}T23:59:59", "--sandbox", "edge", "--data", tmp_path)["now"]
    assert local(now) == f"{day} 23:59:59"


def test_a_backup_is_a_whole_database_and_replaces_nothing(played: Played, tmp_path: Path) -> None:
    file = tmp_path / "copy.sqlite3"
    assert answer("backup", file, "--data", played.data)["bytes"] > 0
    with sqlite3.connect(file) as copy:
        assert copy.execute("select count(*) from message").fetchone()[0] > 0
    assert file.stat().st_mode & 0o777 == 0o600, "it holds secrets and personal data"
    before = file.read_bytes()
    assert call("backup", file, "--data", played.data).exit_code == 1
    assert file.read_bytes() == before and not list(tmp_path.glob("*.part"))


DISMISSED = (
    "INSERT INTO delivery (id, sandbox, queue, topic, message_id, state, filed_at) "
    "VALUES (1, ?, 'tax', 't', 0, 'dismissed', 1)"
)


def test_pruning_reports_first_and_keeps_the_record(tmp_path: Path) -> None:
    played = play(tmp_path / "data")
    where = ("--data", played.data, "--sandbox", SANDBOX)
    with sqlite3.connect(played.data / "window.sqlite3") as database:
        database.execute(DISMISSED, (SANDBOX,))
    planned = answer("prune", "--before", "2100-01-01", *where)
    assert planned["messages"] > 0 and planned["deliveries"] == 1 and not planned["done"]
    assert answer("prune", "--before", "2100-01-01", *where)["messages"] == planned["messages"]
    assert answer("prune", "--before", "2100-01-01", "--yes", *where)["left"] == 0
    left = answer("prune", "--before", "2100-01-01", *where)
    assert (left["messages"], left["deliveries"]) == (0, 0)
    result = answer("show", order_no(played.released), *where)
    assert result["head"]["state"] == "released" and len(result["documents"]) == 4 and result["bills"]


def test_the_law_of_a_day(played: Played) -> None:
    old = {row["name"]: row["value"] for row in answer("rules", "day", "2018-12-31")}
    new = {row["name"]: row["value"] for row in answer("rules", "day", "2019-01-01")}
    assert (old["limits.single_transaction"], new["limits.single_transaction"]) == ("2000", "5000")
    assert [value["value"] for value in answer("parameters", "vat.standard", "--on", "2018-12-31")["values"]] == [
        "0.16"
    ]
    assert answer("rules", "show", "1320")["origin"] == "observed"


def test_the_law_of_a_day_names_every_act_of_a_table_that_grows() -> None:
    values = {row["name"]: row["acts"] for row in answer("rules", "day", "2020-01-17")}
    assert [(act["since"], act["rows"]) for act in values["modes.pilot_area"]] == [
        ("2016-04-08", {"cities": 10}),
        ("2018-01-01", {"cities": 5}),
        ("2019-01-01", {"cities": 22}),
        ("2020-01-17", {"cities": 51}),
    ]
    assert len(values["export.zones"]) == 4 and values["limits.single_transaction"] == []
    eve = {row["name"]: row["acts"] for row in answer("rules", "day", "2020-01-16")}
    assert eve["modes.pilot_area"] == values["modes.pilot_area"][:3]
    later = {row["name"]: row["acts"] for row in answer("rules", "day", "2021-03-18")}
    assert later["modes.pilot_area"][-1]["values"] == {"zones": True}
    shown = call("rules", "day", "2018-01-01").output
    assert "2016-04-08" in shown and "cities 10" in shown and "cities 5" in shown


def test_work_of_a_process_that_ended_is_done_here(tmp_path: Path) -> None:
    window = window_in(tmp_path)
    try:
        window.commit_messages("main", "test", [window.read("main", call("sample", "311").stdout_bytes)])
        assert on_data.work(Call(window.settings, "main", True, "en", running_url="http://127.0.0.1:9"), window)
        assert window.depth() == {}
    finally:
        window.close()


def test_reading_leaves_the_lock_to_others(played: Played) -> None:
    with on_data.reading(Call(Settings(data=played.data), SANDBOX, True, "en")), DataLock(played.data):
        pass
