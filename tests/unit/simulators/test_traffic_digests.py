"""A profile's traffic, played in process: all comes out as it must, twice the same, and what is changed is found."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from schemas.packing import BILLS
from single_window.store.receipt_contents import content_at, pack, unpack
from tests.commands import run_command

pytestmark = pytest.mark.long

A_DAY = "60"


def play(data: Path, per_message: int, *more: str) -> dict[str, Any]:
    done = run_command(
        "traffic",
        "tuesday",
        "--trades",
        A_DAY,
        "--per-message",
        str(per_message),
        "--data",
        data,
        "--quiet",
        "--json",
        *more,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    assert done.exit_code == 0, answer["complaints"]
    return answer


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("traffic") / "window"
    play(data, 20)
    return data


@pytest.fixture
def changed(window: Path, tmp_path: Path) -> Iterator[tuple[sqlite3.Connection, Path]]:
    """A copy of the data to change behind the window's back."""
    copy = tmp_path / "copy"
    shutil.copytree(window, copy)
    with closing(sqlite3.connect(copy / "window.sqlite3", isolation_level=None)) as connection:
        yield connection, copy


def compared(value: str | Path, other: str | Path) -> tuple[int, dict[str, Any]]:
    done = run_command("compare", value, other, "--sandbox", "traffic", "--json")
    return done.exit_code, json.loads(done.stdout)


@pytest.mark.long
def test_the_same_traffic_in_other_batches_comes_to_the_same_digest(
    window: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SINGLE_WINDOW_BATCH", "7")
    other = tmp_path / "other"
    play(other, 20)
    assert compared(window, other)[0] == 0
    first, two = (
        json.loads(run_command("digest", "--data", data, "--sandbox", "traffic", "--json").stdout)
        for data in (window, other)
    )
    assert (first["outcomes"], first["sha256"]) == (two["outcomes"], two["sha256"])
    assert first["sequence"]["deliveries"] == two["sequence"]["deliveries"]
    assert first["sequence"]["sha256"] != two["sequence"]["sha256"], "what is worked together says in which order"
    assert first["outcomes"] > 60


def test_the_same_traffic_comes_to_the_same_sequence_and_one_place_changed_is_found(
    changed: tuple[sqlite3.Connection, Path], window: Path, tmp_path: Path
) -> None:
    connection, copy = changed
    again = play(tmp_path / "again", 20)
    assert run_command("compare", window, tmp_path / "again", "--sandbox", "traffic", "--sequence").exit_code == 0
    kept = json.loads(run_command("digest", "--data", window, "--sandbox", "traffic", "--json").stdout)
    assert again["digests"] == {"traffic": kept}
    group, mailbox, first = connection.execute(
        "SELECT id, mailbox, first FROM receipt_group WHERE sandbox = 'traffic' ORDER BY mailbox, first LIMIT 1"
    ).fetchone()
    connection.execute("UPDATE receipt SET return_time = return_time + 1 WHERE group_id = ? AND position = 0", (group,))
    assert compared(window, copy)[0] == 0, "outcomes know no instants"
    done = run_command("compare", window, copy, "--sandbox", "traffic", "--sequence", "--json")
    (delivery,) = json.loads(done.stdout)["trades"]
    assert (done.exit_code, delivery["trade"]) == (1, f"{mailbox} {first:09d}")
    assert (delivery["first"]["name"], delivery["following"]) == ("decided", [])


def test_digests_of_the_two_kinds_are_not_compared(window: Path, tmp_path: Path) -> None:
    file = tmp_path / "sequence.jsonl"
    assert run_command("digest", "--data", window, "--sandbox", "traffic", "--sequence", "--out", file).exit_code == 0
    assert run_command("compare", file, window, "--sandbox", "traffic", "--sequence").exit_code == 0
    refused = run_command("compare", file, window, "--sandbox", "traffic")
    assert (refused.exit_code, "compare it with --sequence" in " ".join(refused.output.split())) == (1, True)


def test_a_digest_file_says_the_same_as_the_data(window: Path, tmp_path: Path) -> None:
    file = tmp_path / "digest.jsonl"
    assert run_command("digest", "--data", window, "--sandbox", "traffic", "--out", file).exit_code == 0
    status, result = compared(file, window)
    assert (status, result["equal"], result["trades"]) == (0, True, [])


def test_an_amount_changed_by_a_fen_is_found_and_nothing_else(
    changed: tuple[sqlite3.Connection, Path], window: Path
) -> None:
    connection, copy = changed
    declaration_id, order_no, packed = connection.execute(
        "SELECT declaration_id, order_no, assessment FROM tax_bill ORDER BY order_no LIMIT 1 OFFSET 9"
    ).fetchone()
    assessment = json.loads(BILLS.unpack(packed))
    assessment[4] += 1000
    connection.execute(
        "UPDATE tax_bill SET assessment = ? WHERE declaration_id = ?",
        (BILLS.pack(json.dumps(assessment).encode()), declaration_id),
    )
    status, result = compared(window, copy)
    (trade,) = result["trades"]
    assert (status, result["differing"], trade["trade"]) == (1, 1, order_no)
    assert (trade["first"]["place"], trade["first"]["name"], trade["following"]) == ("tax bill 0", "vat", [])


@pytest.mark.parametrize("kept", ["file", "data"])
def test_a_receipt_that_is_missing_is_named(
    changed: tuple[sqlite3.Connection, Path], window: Path, tmp_path: Path, kept: str
) -> None:
    connection, copy = changed
    group, position, order_no = connection.execute(
        "SELECT group_id, position, order_no FROM receipt WHERE code = '622' AND return_status = '800' "
        "ORDER BY order_no LIMIT 1 OFFSET 5"
    ).fetchone()
    connection.execute("DELETE FROM receipt WHERE group_id = ? AND position = ?", (group, position))
    file = tmp_path / "digest.jsonl"
    run_command("digest", "--data", window, "--sandbox", "traffic", "--out", file)
    status, result = compared(file if kept == "file" else window, copy)
    (trade,) = result["trades"]
    assert (status, trade["trade"]) == (1, order_no)
    assert (trade["first"]["name"], trade["first"]["before"], trade["following"]) == ("receipt 622 800", "there", [])


def test_a_changed_amount_of_a_receipt_is_named_with_both_values(
    changed: tuple[sqlite3.Connection, Path], window: Path
) -> None:
    connection, copy = changed
    group, position, packed = connection.execute(
        "SELECT group_id, position, contents FROM receipt JOIN receipt_group ON id = group_id WHERE code = '816' "
        "ORDER BY order_no LIMIT 1"
    ).fetchone()
    contents = unpack(packed)
    fields = json.loads(content_at(contents, position).fields)
    was = fields["valueAddedTax"]
    fields["valueAddedTax"] = f"{float(was) + 0.01:.2f}"
    changed = content_at(contents, position)._replace(fields=json.dumps(fields))
    packed = pack([*contents[:position], changed, *contents[position + 1 :]])
    connection.execute("UPDATE receipt_group SET contents = ? WHERE id = ?", (packed, group))
    _, result = compared(window, copy)
    assert [trade["first"] | {"place": ""} for trade in result["trades"]] == [
        {"place": "", "name": "receipt 816 1 valueAddedTax", "before": was, "after": fields["valueAddedTax"]}
    ]


def test_what_if_says_what_changes_in_tax_and_both_explanations(window: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    play(other, 20, "--set", "rounding=P2")
    done = run_command("compare", f"{window}:traffic", f"{other}:traffic", "--json")
    answer = json.loads(done.stdout)
    assert done.exit_code == 1
    assert answer["before"]["lists"] == answer["after"]["lists"]
    assert answer["before"]["tax"] != answer["after"]["tax"]
    assert {trade["first"]["place"] for trade in answer["trades"]} == {"tax bill 0"}
    assert {trade["first"]["name"] for trade in answer["trades"]} <= {"consumption", "vat"}
    first, two = answer["trades"][0]["explained"]
    assert any("P1" in line for line in first)
    assert any("P2" in line for line in two)


@pytest.mark.parametrize("harm", ["cut", "changed", "foreign"])
def test_a_broken_digest_file_is_refused(window: Path, tmp_path: Path, harm: str) -> None:
    file = tmp_path / "digest.jsonl"
    run_command("digest", "--data", window, "--sandbox", "traffic", "--out", file)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(
        {"cut": b"".join(lines[:-1]), "changed": b"".join(lines).replace(b'"800"', b'"100"', 1), "foreign": b"[1]\n"}[
            harm
        ]
    )
    done = run_command("compare", file, file)
    assert done.exit_code == 1
    expected = {"cut": "is truncated", "changed": "do not match the hash", "foreign": "line 1: this is not a line"}
    assert expected[harm] in done.output
