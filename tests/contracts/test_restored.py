"""After a restore nothing is given out twice: what was given out since the copy, and what had never been before it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select

from gateways.circumstances import Options
from single_window.channels import connecting
from single_window.data_lock import DataLock
from single_window.process.restoring import STEP
from single_window.receipts.pushing.outgoing import outgoing
from single_window.settings import Settings
from single_window.store import channels
from single_window.store.channels import Channel
from single_window.store.engine import reading, writing
from single_window.store.mailboxes import last_place
from single_window.store.names import WEBHOOK
from single_window.store.series import BATCH, CAPTURE, INTAKE, OF_DATABASE, OF_SANDBOXES, ROW, ROWS
from single_window.store.tables import serial
from single_window.wiring import open_window
from tests.commands import run_command
from tests.databases import ON_BOTH
from tests.mailboxes import BOX, put

pytestmark = ON_BOTH
BEHIND, NEW = "DXPENT0000000002", "DXPENT0000000003"


@pytest.fixture
def settings(dialect: str, address: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, database="" if dialect == "sqlite" else address, readers=0)


def call(settings: Settings, *arguments: str) -> Result:
    return run_command(*arguments, "--data", settings.data, env={"SINGLE_WINDOW_DATABASE": settings.database})


def test_numbers_places_and_rows_go_on_above_and_channels_stand_where_they_stood(settings: Settings) -> None:
    window = open_window(settings)
    window.make_sandbox("june", Options())
    put(window, BOX, ["312", "412"])
    put(window, BEHIND, ["312", "412", "312"])
    with writing(window.engine) as connection:
        channels.put(connection, Channel("main", BOX, WEBHOOK, "http://example.org/", "secret", position=2))
        channels.put(connection, Channel("main", BEHIND, WEBHOOK, "http://example.org/", "secret", position=1))
        channels.put(connection, Channel("june", NEW, WEBHOOK, "http://example.org/", "secret"))
    row = window.numbering.last(ROWS, "row")
    window.close()

    assert "Nothing is changed" in call(settings, "restored").output
    done = call(settings, "restored", "--yes")
    assert done.exit_code == 0, done.output

    window = open_window(settings)
    assert window.numbering.last(ROWS, "row") == row + OF_DATABASE[ROW]
    with reading(window.engine) as connection:
        numbers = {(sandbox, name): after for sandbox, name, after in connection.execute(select(serial))}
        assert {
            (sandbox, box): last_place(connection, sandbox, box)
            for sandbox, box in (("main", BOX), ("main", BEHIND), ("june", NEW))
        } == {("main", BOX): STEP + 2, ("main", BEHIND): STEP + 3, ("june", NEW): STEP}
        behind = channels.find(connection, "main", BEHIND, WEBHOOK)
        assert behind is not None and [message.last for message in outgoing(connection, behind)] == [2, 3]
        assert next(iter(connecting.channels_out(connection, "main"))).behind == 0
        assert channels.waiting(connection, WEBHOOK, 2**62) == [behind]
    for sandbox in ("main", "june"):
        assert all(numbers[sandbox, name] > step for name, step in OF_SANDBOXES.items())
        assert all(numbers[sandbox, name] < 1_000_000 for name in (INTAKE, BATCH)), "these have six digits"
    assert numbers[ROWS, CAPTURE] > OF_DATABASE[CAPTURE]
    put(window, BOX, ["312"])
    with reading(window.engine) as connection:
        moved = channels.find(connection, "main", BOX, WEBHOOK)
        assert moved is not None and [(message.first, message.last) for message in outgoing(connection, moved)] == [
            (STEP + 3, STEP + 3)
        ]
    window.close()


def test_nothing_is_moved_while_somebody_works(settings: Settings) -> None:
    window = open_window(settings)
    with DataLock(settings.data):
        refused = call(settings, "restored", "--yes")
    assert refused.exit_code == 1 and ("in use" in refused.output or "connections of other" in refused.output)
    window.close()


def test_a_number_of_a_series_that_a_restored_copy_would_not_know_is_not_given_out(settings: Settings) -> None:
    window = open_window(settings)
    for sandbox, name in (("main", "a new series"), (ROWS, "list"), ("main", "row")):
        with pytest.raises(LookupError, match=name):
            window.numbering.next_number(sandbox, name)
    window.close()
