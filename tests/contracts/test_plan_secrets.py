"""Secrets of plans on both databases: the same for whoever asks later, and after a snapshot or a replay elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from declarations.commitments import commitment_of, is_committed
from gateways.circumstances import Options
from gateways.desk import Desk
from gateways.topics.topic import NO_ROUTES
from single_window.accounts.folder_secrets import PLANS_KEY
from single_window.recordings import from_store, inside
from single_window.settings import Settings
from single_window.store import plan_secrets
from single_window.store.engine import snapshot, writing
from single_window.store.gateway_results import write_answers
from single_window.store.plan_secrets import KeptSecret
from single_window.store.records import Conflict
from single_window.wiring import Window, open_window
from single_window.work import resetting
from single_window.work import snapshots as work
from tests.databases import ON_BOTH, read_by
from tests.gateways.desks import desk_of

pytestmark = ON_BOTH
AGENCY, PLAN = "spot_checks", "SP20261120"
Opening = Callable[..., Window]


@pytest.fixture
def opened(address: str, tmp_path: Path) -> Iterator[Opening]:
    """Opens windows on one database, each with a data folder."""
    windows: list[Window] = []

    def open_one(folder: str = "here") -> Window:
        settings = Settings(data=tmp_path / folder, database=address, readers=0, synchronous="NORMAL")
        windows.append(open_window(settings))
        return windows[-1]

    yield open_one
    for window in windows:
        window.close()


def drawn(window: Window, plan: str = PLAN, sandbox: str = "main", agency: str = AGENCY, commits: bool = True) -> str:
    """The secret that a gateway of this window is given for a plan, in a batch that is committed or not."""
    with writing(window.engine) as connection:
        desk = Desk(None, window.circumstances(connection, sandbox), NO_ROUTES)
        secret = desk.plan_secret(agency, plan)
        assert desk.plan_secret(agency, plan) == secret
        if commits:
            write_answers(connection, window.numbering, sandbox, desk.answers, desk.now, 0)
    return secret


def kept(window: Window, sandbox: str = "main") -> list[KeptSecret]:
    return list(read_by(window.engine, plan_secrets.of_sandbox, sandbox))


def test_a_secret_is_the_same_at_every_call_and_in_every_process(opened: Opening) -> None:
    first, second = opened(), opened()
    secret = drawn(first)
    assert len(secret) == 64 and is_committed(commitment_of(secret), secret)
    assert drawn(first) == drawn(second) == secret
    assert kept(second) == [KeptSecret(AGENCY, PLAN, secret)]


def test_what_was_kept_holds_for_a_machine_with_another_folder(opened: Opening) -> None:
    secret = drawn(opened("here"))
    assert drawn(opened("there")) == secret


def test_each_plan_agency_sandbox_and_folder_has_a_secret_of_its_own(opened: Opening) -> None:
    window = opened()
    window.make_sandbox("other", Options(), seed="main")
    secrets = [
        drawn(window),
        drawn(window, "SP2"),
        drawn(window, agency="laboratory"),
        drawn(window, sandbox="other"),
        drawn(window, "SP3", commits=False),
        drawn(opened("there"), "SP3", commits=False),
    ]
    assert len(set(secrets)) == len(secrets)


def test_a_batch_that_is_not_committed_keeps_no_secret_and_the_next_attempt_has_the_same(opened: Opening) -> None:
    window = opened()
    secret = drawn(window, commits=False)
    assert kept(window) == []
    assert drawn(window) == secret


def test_of_two_that_keep_different_secrets_at_once_one_tries_again(opened: Opening) -> None:
    window = opened()
    secret = drawn(window)
    with pytest.raises(Conflict, match="SP20261120"), writing(window.engine) as connection:
        plan_secrets.keep(connection, "main", {(AGENCY, PLAN): "another"})
    assert drawn(window) == secret


def test_who_asks_for_no_secret_makes_no_key_and_no_row(opened: Opening) -> None:
    window = opened()
    assert kept(window) == [] and not (window.settings.data / PLANS_KEY).exists()


def test_a_snapshot_holds_the_secrets_and_a_reset_drops_them(opened: Opening) -> None:
    window = opened("here")
    secret = drawn(window)
    taken = work.take(window, "main", "with a plan", "tester")
    resetting.reset(window, "main", "tester")
    assert kept(window) == []
    work.restore(window, "main", taken.id, "tester")
    assert drawn(opened("there")) == secret


def test_a_recording_that_is_played_elsewhere_draws_by_the_same_secrets(opened: Opening) -> None:
    secret = drawn(opened("here"))
    elsewhere = opened("there")
    with snapshot(elsewhere.engine) as connection:
        recorded = from_store.take_recording(connection, "main").sandbox
    assert b"secrets" in msgspec.json.encode(recorded)
    inside.make_sandbox(elsewhere, recorded, "replay", 0, {})
    assert drawn(elsewhere, sandbox="replay") == secret
    assert drawn(elsewhere, "SP2", sandbox="replay") != drawn(elsewhere, "SP2")


def test_a_recording_without_such_draws_says_nothing_of_secrets(opened: Opening) -> None:
    window = opened()
    with snapshot(window.engine) as connection:
        recorded = from_store.take_recording(connection, "main").sandbox
    assert b"secrets" not in msgspec.json.encode(recorded)
    inside.make_sandbox(window, recorded, "replay", 0, {})
    assert kept(window, "replay") == []


def test_circumstances_without_secrets_say_so() -> None:
    with pytest.raises(LookupError, match="no secret for the plan 'SP20261120' of 'spot_checks'"):
        desk_of(None).plan_secret(AGENCY, PLAN)
