"""Keys of programs on both engines: issued at once, found, ended, gone with their sandbox."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from gateways.circumstances import Options
from single_window.accounts import key_keeping, key_rows
from single_window.accounts.api_keys import BadKey
from single_window.accounts.key_keeping import Issued, NoSuchKey, TooManyKeys
from single_window.accounts.keyring import Keyring
from single_window.clock import Clock, system_now
from single_window.store import epochs, sandboxes
from single_window.store.engine import open_engine, reading, writing
from single_window.store.sandboxes import Reset, Sandbox
from tests.databases import ON_BOTH, write_by

pytestmark = ON_BOTH
SEND = ["send_messages"]


@pytest.fixture
def home(engine: Engine) -> str:
    write_by(engine, sandboxes.create, Sandbox("ci", "ci", Options(), Clock()))
    return "ci"


def test_two_who_issue_at_once_give_a_holder_two_keys(engine: Engine, home: str) -> None:
    def attempt(_: int) -> Issued | None:
        own = open_engine(engine.url.render_as_string(hide_password=False))
        try:
            return key_keeping.issue(own, home, ["DXPENT0000000001"], SEND)
        except TooManyKeys:
            return None
        finally:
            own.dispose()

    with ThreadPoolExecutor(8) as threads:
        keys = [key for key in threads.map(attempt, range(8)) if key is not None]
    assert len(keys) == 2
    with reading(engine) as connection:
        assert epochs.seen(connection, epochs.API_KEYS) == 2
        assert len(key_rows.alive(connection, home, "DXPENT0000000001", system_now())) == 2
        assert key_rows.some_alive(connection, system_now())
    with pytest.raises(NoSuchKey):
        key_keeping.revoke(engine, "other", keys[0].key.id)
    with pytest.raises(NoSuchKey):
        key_keeping.revoke(engine, home, "\0" * 12)


def test_a_sandbox_that_goes_takes_its_keys_and_what_they_own_along(engine: Engine, home: str) -> None:
    key, ring = key_keeping.issue(engine, home, ["*"], SEND, owner="x"), Keyring(engine)
    with writing(engine) as connection:
        for name, owner in (("ci-1", key.key.account), ("cix", "cix/x")):
            sandboxes.create(connection, Sandbox(name, name, Options(), Clock(), owner))
        assert key_rows.sandboxes_of(connection, key.key.account) == 1
    assert ring.reaches(ring.verify(key.token), "ci-1") and not ring.reaches(key.key, "cix")
    write_by(engine, sandboxes.end_reset, Reset(home, "", False, True, 0))
    ring.forget()
    with pytest.raises(BadKey, match="unknown"):
        ring.verify(key.token)
    assert not ring.reaches(key.key, "ci-1")
    with reading(engine) as connection:
        assert [key_rows.made_by(connection, name) for name in ("ci-1", "cix")] == ["", "cix/x"]


def test_a_reset_leaves_keys(engine: Engine, home: str) -> None:
    key = key_keeping.issue(engine, home, ["*"], SEND, owner="x")
    write_by(engine, sandboxes.end_reset, Reset(home, "", True, False, 0))
    assert Keyring(engine).verify(key.token).id == key.key.id
