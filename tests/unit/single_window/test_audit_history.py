"""`audit history`: a database, a recording and lines that a client kept are judged, with a status for each verdict."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from simulators.traffic.command import traffic
from single_window.histories import lines, stored
from single_window.histories.observations import (
    Acknowledged,
    BalanceRead,
    Draw,
    Observation,
    Polled,
    SeenReceipt,
    Sent,
    SentDocument,
    StateRead,
    WholeHistory,
)
from single_window.store import tables as t
from single_window.store.engine import open_engine
from tests.commands import run_command
from tests.tables import each

SANDBOX = "traffic"


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a small day on which clients change their minds."""
    data = tmp_path_factory.mktemp("thoughts") / "day"
    profile = Path(__file__).parents[2] / "specifications" / "second_thoughts.toml"
    played = CliRunner().invoke(traffic, [str(profile), "--trades", "24", "--quiet", "--data", str(data)])
    assert played.exit_code == 0, played.output
    return data


def history(*words: object) -> Result:
    """What the command says."""
    return run_command("audit", "history", *words)


def test_the_history_of_a_database_and_of_its_recording_is_true(day: Path, tmp_path: Path) -> None:
    of_database = history("--data", day, "--sandbox", SANDBOX)
    assert (of_database.exit_code, "TRUE" in of_database.output) == (0, True)
    file = tmp_path / "day.swr"
    run_command("record", file, "--data", day, "--sandbox", SANDBOX, code=0)
    of_recording = json.loads(history(file, "--json").output)
    assert (of_recording["verdict"], of_recording["contradictions"]) == ("true", [])
    assert of_recording["observations"] > 100


@pytest.mark.long
def test_the_history_of_three_hundred_trades_is_true(tmp_path: Path) -> None:
    data, file = tmp_path / "day", tmp_path / "day.swr"
    played = CliRunner().invoke(traffic, ["tuesday", "--trades", "300", "--quiet", "--data", str(data)])
    assert played.exit_code == 0, played.output
    run_command("record", file, "--data", data, "--sandbox", SANDBOX, code=0)
    assert json.loads(history(file, "--json").output)["verdict"] == "true"
    assert json.loads(history("--data", data, "--sandbox", SANDBOX, "--json").output)["verdict"] == "true"


def test_a_balance_changed_by_hand_is_named_with_its_observations(day: Path) -> None:
    engine = open_engine(f"sqlite:///{day / 'window.sqlite3'}")
    with engine.begin() as connection:
        drawn = {
            seen.account: seen.amount
            for seen in stored.observations(connection, SANDBOX)
            if isinstance(seen, BalanceRead) and seen.account.startswith("stock") and seen.amount
        }
        _, book, item = next(iter(drawn)).split()
        of_item = (t.account_book.c.ems_no == book) & (t.account_book.c.item_record_no == item)
        connection.execute(update(t.account_book).where(of_item).values(drawn=t.account_book.c.drawn + 100_000))
    engine.dispose()
    try:
        said = history("--data", day, "--sandbox", SANDBOX, "--json")
        (found,) = json.loads(said.output)["contradictions"]
        assert (said.exit_code, found["rule"]) == (1, "balance-unexplained")
        assert f"stock {book} {item}" in {observation.get("account") for observation in found["observations"]}
    finally:
        with open_engine(f"sqlite:///{day / 'window.sqlite3'}").begin() as connection:
            connection.execute(update(t.account_book).where(of_item).values(drawn=t.account_book.c.drawn - 100_000))


SENT = Sent(
    10, "DXP1", "T1", documents=(SentDocument("inventory", "E|D1", draws=(Draw("stock B 1", Decimal("1.5")),)),)
)
TAKEN, WHOLE = Acknowledged(11, "DXP1", "T1"), (WholeHistory(90_000, "sent"), WholeHistory(90_000, "received"))
DECLARED = SeenReceipt(20, "DXP1", "inventory", "E|D1", "2", 1)


@each(
    ("seen", "options", "status", "word"),
    [
        ((SENT, TAKEN, DECLARED, *WHOLE), (), 0, "TRUE"),
        ((SENT, TAKEN, *WHOLE), (), 1, "The history is FALSE. acknowledged-and-lost"),
        ((SENT, TAKEN, *WHOLE), ("--bound", "120"), 3, "UNKNOWN"),
        ((SENT, *WHOLE), ("--lang", "zh"), 3, "不知报文是否收到"),
        ((SENT, TAKEN, DECLARED, DECLARED, StateRead(9, "inventory", "E|D1", "closed")), (), 0, "TRUE"),
    ],
)
def test_each_verdict_has_its_status(
    seen: tuple[Observation, ...], options: tuple[str, ...], status: int, word: str
) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "seen.jsonl"
        file.write_bytes(b"\n".join(map(lines.encode, seen)))
        said = history(file, *options)
    assert (said.exit_code, word in said.output) == (status, True), said.output


def test_lines_are_read_as_they_were_written(tmp_path: Path) -> None:
    seen = [SENT, TAKEN, DECLARED, Polled(21, "DXP1", 0, 1, 1), *WHOLE]
    file = tmp_path / "seen.jsonl"
    file.write_bytes(b"".join(map(lines.encode, seen)))
    assert list(lines.read(file)) == seen


@each("line", ['{"saw":"dreamt","at":1}', '{"saw":"sent","at":"now"}', "[]", "nothing"])
def test_a_line_that_is_no_observation_is_refused_with_its_number(line: str) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "seen.jsonl"
        file.write_text(f'{{"saw":"whole","at":1,"of":"sent"}}\n\n{line}\n', "utf-8")
        said = history(file)
    assert (said.exit_code, "line 3" in said.output) == (1, True)


def test_the_page_shows_lines_that_can_be_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "histories.md").read_text("utf-8")
    file = tmp_path / "page.jsonl"
    file.write_text(page.partition("```json\n")[2].partition("```")[0], "utf-8")
    assert [type(seen).__name__ for seen in lines.read(file)][:3] == ["Sent", "Acknowledged", "SeenReceipt"]
    assert history(file).exit_code == 0
