"""Officers sign in to the pages: sessions, tokens of forms, and what those without an account may see."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from single_window.accounts import keeping, key_keeping
from single_window.accounts.folder_secrets import SESSION_KEY, folder_secret
from single_window.api import create_app
from single_window.clock import timed_by
from single_window.process.callers import check_callers, check_callers_of
from single_window.settings import WrongSetting, check_names
from single_window.wiring import Window
from tests.api_keys import issued
from tests.databases import window_in
from tests.officers import PASSWORD, Browser, account, signed_in
from tests.tables import each

NAMED = {"headers": {"Host": "customs.example.org"}}
HTTPS = "https://customs.example.org"


class Hands:
    """A timepiece that is set by hand, in minutes."""

    def __init__(self) -> None:
        self.at = 30_000_000.0

    def now(self) -> int:
        return int(self.at * 60_000)

    def monotonic(self) -> float:
        return self.at * 60


@pytest.fixture
def hands() -> Iterator[Hands]:
    made = Hands()
    with timed_by(made):
        yield made


@pytest.fixture
def app(window: Window) -> Flask:
    made: Flask = create_app(window)
    return made


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


def cookie(client: FlaskClient) -> Any:
    """The session's cookie."""
    name = client.application.config["SESSION_COOKIE_NAME"]
    return client.get_cookie(name) or client.get_cookie(name, domain="customs.example.org")


def test_an_officer_signs_in_is_named_on_every_page_and_signs_out(window: Window, browser: Browser) -> None:
    account(window, "li", "reviewer", display="李关员", office="4240")
    answer = browser.sign_in("li", next="/review?lang=zh")
    assert (answer.status_code, answer.location) == (303, "/review?lang=zh")
    page = browser.get("/review?lang=zh")
    assert "李关员" in page.text and "审单关员 · 4240" in page.text and page.headers["Cache-Control"] == "no-store"
    assert browser.post("/sign-out").location == "/sign-in"
    assert "李关员" not in browser.get("/review").text


@each(
    ("name", "password"),
    [
        ("li", "not the password"),
        ("nobody", PASSWORD),
        ("", ""),
        ("li", ""),
        ("li\x7f", PASSWORD),
    ],
)
def test_a_refused_sign_in_does_not_say_why(window: Window, browser: Browser, name: str, password: str) -> None:
    account(window, "li")
    answer = browser.sign_in(name, password)
    assert answer.status_code == 403 and "do not fit together" in answer.text
    assert "Sign out" not in browser.get("/").text and PASSWORD not in answer.text


def test_without_a_requested_page_sign_in_leads_home_in_the_sandbox(window: Window, browser: Browser) -> None:
    account(window, "li")
    form = {"csrf_token": browser.token(), "name": "li", "password": PASSWORD}
    answer = browser.client.post("/sign-in?sandbox=main&lang=zh", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/home?sandbox=main&lang=zh")


def test_guesses_are_answered_with_a_pause(window: Window, browser: Browser, hands: Hands) -> None:
    account(window, "li")
    for _ in range(5):
        assert browser.sign_in("li", "a wrong password").status_code == 403
    locked = browser.sign_in("li")
    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "1") and "try again in 1" in locked.text
    hands.at += 1
    assert browser.sign_in("li").status_code == 303


def test_a_form_without_its_token_does_nothing(window: Window, browser: Browser, app: Flask) -> None:
    account(window, "li")
    bare = app.test_client().post("/sign-in", data={"name": "li", "password": PASSWORD})
    assert bare.status_code == 400 and bare.get_json()["findings"][0]["code"] == "csrf"
    officer = signed_in(app.test_client(), window, "li")
    foreign = {"csrf_token": Browser(app.test_client()).token(), "office": "4240", "mode": "I 9610"}
    assert officer.client.post("/batches", data=foreign).status_code == 400, "the token of another session"
    assert officer.client.post("/sign-out").status_code == 400 and "Sign out" in officer.get("/").text


def test_a_session_is_new_when_somebody_signs_in(window: Window, browser: Browser) -> None:
    account(window, "li")
    with browser.client.session_transaction() as planted:
        planted["planted"] = "by somebody else"
    before = browser.token()
    assert browser.sign_in("li").status_code == 303
    with browser.client.session_transaction() as session:
        assert "planted" not in session and session.get("csrf_token") is None
    assert browser.client.post("/sign-out", data={"csrf_token": before}).status_code == 400


def test_a_cookie_is_for_this_site_and_not_for_scripts(window: Window, browser: Browser, tmp_path: Path) -> None:
    browser.token()
    assert cookie(browser.client).http_only and cookie(browser.client).same_site == "Lax"
    with_another_key = create_app(other := window_in(tmp_path / "other"))
    assert with_another_key.config["SESSION_COOKIE_NAME"] != browser.application.config["SESSION_COOKIE_NAME"]
    other.close()


def test_a_forged_cookie_is_nobodys(window: Window, app: Flask, tmp_path: Path) -> None:
    officer = signed_in(app.test_client(), window, "li")
    client, kept = app.test_client(), cookie(officer.client)
    client.set_cookie(kept.key, kept.value[:-2] + "xx")
    assert "Sign out" not in client.get("/").text
    client.set_cookie(kept.key, kept.value)
    assert "Sign out" in client.get("/").text


def test_a_session_ends_when_nobody_uses_it_and_after_a_day_of_work(window: Window, app: Flask, hands: Hands) -> None:
    idle, busy = (signed_in(app.test_client(), window, "li") for _ in range(2))
    for minutes in range(0, 11 * 60, 20):
        hands.at += 20
        assert "Sign out" in busy.get("/").text, minutes
        if minutes == 20:
            assert "Sign out" not in idle.get("/").text
    for _ in range(3):
        hands.at += 20
        page = busy.get("/").text
    assert "Sign out" not in page, "twelve hours"


def test_what_a_page_asks_by_itself_keeps_no_session_alive(window: Window, app: Flask, hands: Hands) -> None:
    browser = signed_in(app.test_client(), window, "li")
    for _ in range(3):
        hands.at += 15
        browser.get("/review/changes")
    assert "Sign out" not in browser.get("/").text


@each("ends", ["password", "disabled", "signed-out"])
def test_every_session_of_an_account_ends(window: Window, app: Flask, ends: str) -> None:
    here, there = [signed_in(app.test_client(), window, f"li.{ends}") for _ in range(2)]
    stolen = cookie(here.client)
    if ends == "password":
        keeping.set_password(window.engine, f"li.{ends}", "another long password")
    elif ends == "disabled":
        keeping.set_disabled(window.engine, f"li.{ends}", True)
    else:
        there.post("/sign-out")
    client = app.test_client()
    client.set_cookie(stolen.key, stolen.value)
    assert "Sign out" not in here.get("/").text + client.get("/").text


HOME = "/home"


@each(
    ("target", "leads"),
    [
        ("/review", "/review"),
        ("/declarations?number=1&lang=zh", "/declarations?number=1&lang=zh"),
        ("https://evil.example/", HOME),
        ("//evil.example/", HOME),
        ("/\\evil.example/", HOME),
        ("\\\\evil.example", HOME),
        ("/review\\@evil.example", HOME),
        ("javascript:alert(1)", HOME),
        ("/api/v1/state", HOME),
        ("/nowhere", HOME),
        ("/\tevil", HOME),
        ("/review\r\nX-Evil: 1", HOME),
        ("/console/static/desk.css", HOME),
        ("", HOME),
        ("review", HOME),
        (" //evil.example", HOME),
        ("/%2f/evil.example", HOME),
        ("/sign-out", HOME),
    ],
)
def test_signing_in_leads_to_pages_of_ours_only(window: Window, browser: Browser, target: str, leads: str) -> None:
    account(window, "li")
    answer = browser.sign_in("li", next=target)
    assert (answer.status_code, answer.location) == (303, leads)


def test_a_guest_at_this_machine_reads_and_decides_nothing(browser: Browser) -> None:
    for path in ("/", "/review", "/batches", "/parked", "/channels", "/refunds", "/exchange", "/summaries"):
        assert browser.get(path).status_code == 200, path
    assert '<form action="/batches' not in browser.get("/batches").text
    refused = browser.post("/batches", data={"office": "4240", "mode": "I 9610"}, headers={"Accept": "text/html"})
    assert refused.status_code == 403 and "keep batches" in refused.text and "reviewer or supervisor" in refused.text


@each("role", ["auditor", "administrator", "tax_officer", "inspector"])
def test_who_lacks_a_right_is_informed_which_and_who_has_it(window: Window, app: Flask, role: str) -> None:
    officer = signed_in(app.test_client(), window, "li", role)
    form = {"office": "4240", "mode": "I 9610"}
    answer = officer.post("/batches?lang=zh", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 403 and "办理批次" in answer.text and "主管" in answer.text


def test_a_page_needs_its_right_too(window: Window, app: Flask) -> None:
    officer = signed_in(app.test_client(), window, "li", "tax_officer")
    assert officer.get("/refunds").status_code == 200
    assert [officer.get(path).status_code for path in ("/parked", "/channels")] == [403, 403]


def test_another_office_is_not_his(window: Window, app: Flask) -> None:
    officer = signed_in(app.test_client(), window, "li", "reviewer", office="4240")
    other = officer.post("/batches", data={"office": "4227", "mode": "I 9610"})
    assert other.status_code == 403 and "4227" in other.get_json()["findings"][0]["remedy_en"]
    assert officer.post("/batches", data={"office": "4240", "mode": "I 9610"}).status_code == 303


def test_who_decides_is_the_account_whatever_the_form_says(window: Window, app: Flask) -> None:
    officer = signed_in(app.test_client(), window, "li")
    officer.post("/batches", data={"office": "4240", "mode": "I 9610", "who": "somebody else", "by": "else"})
    window.settle()
    (batch,) = officer.get("/api/v1/batches").get_json()["batches"]
    assert batch["opened_by"] == "li"


def test_a_window_that_is_open_shows_strangers_the_sign_in_page_only(exposed: Window) -> None:
    client = create_app(exposed).test_client()
    for path in ("/", "/review?flow=I", "/parked", "/declarations/1"):
        answer = client.get(path, **NAMED)
        assert answer.status_code == 303 and answer.location.startswith("/sign-in?next="), path
    page = client.get("/sign-in?lang=zh", **NAMED)
    assert page.status_code == 200 and "审单关员" in page.text and "待审" not in page.text.partition("<main")[2]
    assert client.get("/console/static/desk.css", **NAMED).status_code == 200
    assert client.get("/healthz", headers={"Host": "10.1.2.3:8642"}).status_code == 200
    asked = client.post("/batches", **NAMED)
    assert asked.status_code == 403 and 'class="sign-in"' in asked.text


def test_a_window_that_is_open_gives_its_cookie_to_https_only(exposed: Window) -> None:
    account(exposed, "li")
    client = create_app(exposed).test_client()
    client.get("/sign-in", base_url=HTTPS)
    assert cookie(client).secure


@each(
    ("host", "status"),
    [
        ("customs.example.org", 200),
        ("CUSTOMS.example.org:443", 200),
        ("evil.example", 400),
        ("127.0.0.1", 400),
        ("customs.example.org.evil.example", 400),
        ("10.0.0.5", 400),
    ],
)
def test_a_window_that_is_open_answers_to_its_names_only(exposed: Window, host: str, status: int) -> None:
    answer = create_app(exposed).test_client().get("/sign-in", headers={"Host": host})
    assert answer.status_code == status


def test_a_window_behind_a_proxy_is_open_though_it_listens_on_this_machine(tmp_path: Path) -> None:
    window = window_in(tmp_path, allowed_hosts="customs.example.org")
    client = create_app(window).test_client()
    assert client.get("/", **NAMED).status_code == client.get("/").status_code == 303
    window.close()


def test_whoever_comes_through_a_proxy_is_no_guest(browser: Browser) -> None:
    assert browser.get("/", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 303


@each(
    ("host", "names", "fits"),
    [
        ("127.0.0.1", "", True),
        ("::1", "", True),
        ("localhost", "", True),
        ("0.0.0.0", "", False),
        ("::", " , ", False),
        ("10.0.0.5", "customs.example.org", True),
    ],
)
def test_a_network_is_not_served_without_names(window: Window, host: str, names: str, fits: bool) -> None:
    chosen = replace(window.settings, host=host, allowed_hosts=names)
    if fits:
        check_names(chosen)
    else:
        with pytest.raises(WrongSetting, match="SINGLE_WINDOW_ALLOWED_HOSTS"):
            check_names(chosen)


def test_a_network_is_not_served_while_nobody_could_call(tmp_path: Path) -> None:
    window = window_in(tmp_path, host="10.0.0.5", allowed_hosts="customs.example.org")
    with pytest.raises(ValueError, match=r"key issue .* account add .* --host 127.0.0.1"):
        check_callers(window.settings, window.engine)
    check_callers(replace(window.settings, host="127.0.0.1"), window.engine)
    key = issued(window)
    check_callers_of(window.settings)
    key_keeping.revoke(window.engine, "main", key.key.id)
    account(window, "li")
    check_callers(window.settings, window.engine)
    keeping.set_disabled(window.engine, "li", True)
    with pytest.raises(ValueError):
        check_callers_of(window.settings)
    window.close()


def test_the_key_of_sessions_is_made_once_for_the_windows_own_user(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    assert (
        folder_secret(folder, SESSION_KEY)
        == folder_secret(folder, SESSION_KEY)
        != folder_secret(tmp_path / "other", SESSION_KEY)
    )
    assert len(folder_secret(folder, SESSION_KEY)) > 40 and stat.S_IMODE((folder / SESSION_KEY).stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [SESSION_KEY]


def test_an_address_without_a_page_keeps_the_officers_own_rail(browser: Browser, window: Window) -> None:
    signed_in(browser.client, window)
    answer = browser.get("/no-such-page", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "wang" in answer.text and 'href="/home' in answer.text
    stranger = browser.application.test_client().get("/no-such-page", headers={"Accept": "text/html"})
    assert "wang" not in stranger.text
