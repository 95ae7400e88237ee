"""Name and password, and the pauses that grow as guesses fail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from single_window.accounts import keeping, passwords, rows, signing_in
from single_window.accounts.signing_in import Locked, NotSignedIn
from single_window.clock import timed_by
from single_window.store.engine import open_engine, reading
from tests.databases import ON_BOTH, write_by
from tests.tables import each

pytestmark = ON_BOTH
PASSWORD, ADDRESS = "correct horse battery", "192.0.2.7"


class Hands:
    """A timepiece that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.at = 1_800_000_000.0

    def now(self) -> int:
        return int(self.at * 1_000)

    def monotonic(self) -> float:
        return self.at


@pytest.fixture
def hands() -> Iterator[Hands]:
    made = Hands()
    with timed_by(made):
        yield made


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    opened = open_engine(address)
    keeping.make(opened, "li", "reviewer", PASSWORD, display="李", office="4240")
    yield opened
    opened.dispose()


def guess(engine: Engine, name: str = "li", address: str = "", times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(NotSignedIn) as refused:
            signing_in.verify(engine, name, "a wrong password", address)
        assert not isinstance(refused.value, Locked)


def pause(engine: Engine, name: str = "li", address: str = "") -> int:
    with pytest.raises(Locked) as locked:
        signing_in.verify(engine, name, PASSWORD, address)
    return locked.value.seconds


def test_the_right_password_gives_the_person(engine: Engine, hands: Hands) -> None:
    account = signing_in.verify(engine, " LI ", PASSWORD, ADDRESS)
    assert account.person == ("li", "reviewer", "李", "customs", "4240")
    assert PASSWORD not in repr(account) + account.password and "scrypt" not in repr(account)


def test_pauses_begin_with_the_fifth_failure_and_double(engine: Engine, hands: Hands) -> None:
    guess(engine, times=5)
    assert pause(engine) == 1
    for seconds in (2, 4, 8):
        hands.at += seconds / 2
        guess(engine)
        assert pause(engine) == seconds
    hands.at += 8
    assert signing_in.verify(engine, "li", PASSWORD).name == "li"
    guess(engine, times=4)
    assert signing_in.verify(engine, "li", PASSWORD), "who signed in begins to count again"


@each(("failures", "seconds"), [(0, 0), (4, 0), (5, 1), (6, 2), (14, 512), (15, 900), (10_000, 900)])
def test_a_pause_is_a_quarter_of_an_hour_at_most(failures: int, seconds: int) -> None:
    assert signing_in.pause(failures) == seconds


def test_a_name_without_an_account_is_locked_like_one_with_it(engine: Engine, hands: Hands) -> None:
    guess(engine, "nobody", times=5)
    assert pause(engine, "nobody") == 1


def test_an_address_that_guesses_name_after_name_is_locked_for_all(engine: Engine, hands: Hands) -> None:
    for number in range(20):
        guess(engine, f"a{number}", ADDRESS)
    assert pause(engine, "li", ADDRESS) == 1
    assert signing_in.verify(engine, "li", PASSWORD, "192.0.2.8")
    assert pause(engine, "li", ADDRESS) == 1, "a sign-in elsewhere does not free the address"


def test_wrong_passwords_of_one_keep_nobody_else_at_his_address_waiting(engine: Engine, hands: Hands) -> None:
    for _ in range(30):
        guess(engine, "wang", ADDRESS)
        hands.at += 1_000
    assert signing_in.verify(engine, "li", PASSWORD, ADDRESS).name == "li"


def test_failures_are_forgotten_after_a_day(engine: Engine, hands: Hands) -> None:
    guess(engine, "nobody", ADDRESS, times=3)
    hands.at += 25 * 3_600
    guess(engine)
    with reading(engine) as connection:
        assert rows.failures(connection, rows.ACCOUNT, "nobody").failures == 0
        assert rows.failures(connection, rows.ADDRESS, ADDRESS).failures == 0
        assert rows.failures(connection, rows.ACCOUNT, "li").failures == 1


def test_unlocking_ends_the_pause(engine: Engine, hands: Hands) -> None:
    guess(engine, times=5)
    assert pause(engine) == 1
    keeping.unlock(engine, "li")
    assert signing_in.verify(engine, "li", PASSWORD)


def test_a_disabled_account_is_as_if_it_were_not_there(engine: Engine, hands: Hands) -> None:
    keeping.set_disabled(engine, "li", True)
    with pytest.raises(NotSignedIn, match="do not fit together"):
        signing_in.verify(engine, "li", PASSWORD)
    keeping.set_disabled(engine, "li", False)
    assert signing_in.verify(engine, "li", PASSWORD)


def test_another_password_ends_sessions_and_replaces_the_first(engine: Engine, hands: Hands) -> None:
    before = signing_in.verify(engine, "li", PASSWORD).session_epoch
    keeping.set_password(engine, "li", "another long password")
    guess(engine)
    with pytest.raises(NotSignedIn):
        signing_in.verify(engine, "li", PASSWORD)
    assert signing_in.verify(engine, "li", "another long password").session_epoch > before


def test_a_password_is_the_same_however_it_was_composed() -> None:
    assert passwords.fits("cafe\u0301-und-kuchen", passwords.hash_password("caf\u00e9-und-kuchen"))
    assert not passwords.fits("", "") and not passwords.fits("x" * 201, passwords.hash_password("x" * 200))


@each(
    ("changes", "message"),
    [
        ({"name": "Li"}, "account's name"),
        ({"name": "operator"}, "none of"),
        ({"name": "l"}, "2 to 40"),
        ({"role": "king"}, "no role 'king'"),
        ({"role": "guest"}, "no role 'guest'"),
        ({"role": "participant"}, "no role"),
        ({"role": "operator"}, "no role"),
        ({"role": "reviewer", "agency": "tax"}, "works for customs"),
        ({"agency": "nowhere"}, "works for"),
        ({"office": "9999x"}, "no customs office"),
        ({"password": "short"}, "12 to 200"),
        ({"password": "x" * 201}, "12 to 200"),
        ({"name": "li"}, "already"),
        ({"display": "LI"}, "called .LI. already"),
        ({"display": "operator"}, "called .operator. already"),
    ],
)
def test_accounts_that_cannot_be_are_not_made(engine: Engine, changes: dict[str, str], message: str) -> None:
    account = {"name": "wang", "role": "supervisor", "password": PASSWORD, **changes}
    with pytest.raises((keeping.BadAccount, passwords.BadPassword), match=message):
        keeping.make(engine, **account)  # type: ignore[arg-type]


@pytest.mark.long
def test_the_demo_has_an_account_for_each_role_with_the_same_password_each_time(engine: Engine) -> None:
    keeping.make(engine, "lei", "reviewer", PASSWORD, display=keeping.DEMO_PEOPLE[0])  # a name that is taken
    first, second = keeping.demo_accounts(engine, "key"), keeping.demo_accounts(engine, "key")
    assert first == second and {login.role for login in first} >= {"reviewer", "auditor", "administrator"}
    assert signing_in.verify(engine, first[0].name, first[0].password).role == first[0].role
    assert {login.password for login in first}.isdisjoint(
        passwords.derive_password("other", login.name) for login in first
    )


def test_ended_sessions_are_counted(engine: Engine) -> None:
    write_by(engine, rows.end_sessions, "li")
    assert keeping.find(engine, "li").session_epoch == 1


def test_every_name_costs_one_hash_so_that_time_tells_none(
    engine: Engine, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeping.make(engine, "was", "reviewer", PASSWORD, display="前任", office="4240")
    keeping.set_disabled(engine, "was", True)
    guess(engine, "someone else")  # the hash that stands for nobody's is made once
    made: list[str] = []
    hash_of = hashlib.scrypt
    monkeypatch.setattr(hashlib, "scrypt", lambda *given, **more: made.append(name) or hash_of(*given, **more))
    for name in ("li", "nobody", "was", ""):
        guess(engine, name)
    assert made == ["li", "nobody", "was", ""]
