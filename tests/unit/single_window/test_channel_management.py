"""Channels made, changed, tried and switched off, by the API and by the command line alike; secrets are shown once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import Result
from flask.testing import FlaskClient

from single_window.api import create_app
from single_window.channels.worker import ChannelsWorker
from single_window.intake.admission_queue import AdmissionQueue
from single_window.messaging.wakeups import LocalWakeups
from single_window.settings import Settings
from single_window.store import channels
from single_window.store.channels import Channel
from single_window.store.engine import writing
from single_window.store.names import AMQP, WEBHOOK
from single_window.wiring import Window, open_window
from tests.chaos.programs import until
from tests.commands import run_command
from tests.databases import kept_open, read_by, window_in, write_by
from tests.described import described_client
from tests.mailboxes import NOON, numbers, put
from tests.receivers import Receiver, receiving, status

PUBLIC = "http://8.8.8.8/receipts"


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Window]:
    yield from kept_open(window_in(tmp_path_factory.mktemp("data"), webhook_private=1))


@pytest.fixture(scope="module")
def client(window: Window) -> FlaskClient:
    return described_client(create_app(window, AdmissionQueue(window)))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as listener:
        yield listener


@pytest.fixture
def box(request: pytest.FixtureRequest) -> str:
    """A mailbox of each test's own."""
    return f"DXP{abs(sum(map(ord, request.node.nodeid))):013d}"


class Answer(NamedTuple):
    """What the API said."""

    status: int
    json: Any

    @property
    def codes(self) -> list[str]:
        return [finding["code"] for finding in self.json["findings"]]


def send(client: FlaskClient, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.open(f"/api/v1/channels{path}", method=method, json=body, headers=sent)
    return Answer(answer.status_code, answer.get_json())


def stored(window: Window, box: str, kind: str = WEBHOOK) -> Channel:
    channel = read_by(window.engine, channels.find, "main", box, kind)
    assert channel is not None
    return channel


# the API


def test_a_webhook_is_made_with_a_secret_that_is_shown_once(client: FlaskClient, window: Window, box: str) -> None:
    put(window, box, ["312", "312"])
    made = send(client, "PUT", f"/{box}/webhook", {"url": PUBLIC})
    assert made.status == 201 and len(made.json["secret"]) >= 40
    assert made.json["secret"] == stored(window, box).secret
    assert (made.json["mailbox"], made.json["kind"], made.json["state"], made.json["position"]) == (
        box,
        "webhook",
        "active",
        2,
    ), "it begins with what comes next"
    again = send(client, "PUT", f"/{box}/webhook", {"url": PUBLIC + "/2"})
    assert again.status == 200 and "secret" not in again.json and again.json["address"] == PUBLIC + "/2"
    (listed,) = [channel for channel in send(client, "GET", "").json["channels"] if channel["mailbox"] == box]
    assert "secret" not in listed and listed["behind"] == 0
    new = send(client, "PUT", f"/{box}/webhook", {"url": PUBLIC, "new_secret": True}).json["secret"]
    assert new != made.json["secret"] and new == stored(window, box).secret


def test_it_may_begin_with_an_earlier_receipt_and_goes_on_where_it_was(
    client: FlaskClient, window: Window, box: str
) -> None:
    put(window, box, ["312", "312"])
    assert send(client, "PUT", f"/{box}/webhook", {"url": PUBLIC, "from": 1}).json["position"] == 0
    put(window, box, ["312"])
    assert send(client, "PUT", f"/{box}/webhook", {"url": PUBLIC}).json["position"] == 0
    assert send(client, "DELETE", f"/{box}/webhook").json["state"] == "off"
    back = send(client, "PUT", f"/{box}/webhook", {"url": PUBLIC}).json
    assert (back["state"], back["position"]) == ("active", 0)
    (listed,) = [channel for channel in send(client, "GET", "").json["channels"] if channel["mailbox"] == box]
    assert listed["behind"] == 3


@pytest.mark.parametrize(
    ("method", "path", "body", "code", "status"),
    [
        ("PUT", "/{box}/webhook", {"url": "ftp://example.org"}, "webhook-url", 400),
        ("PUT", "/{box}/webhook", {"url": "http://no-such-host.invalid/"}, "webhook-unknown-host", 422),
        ("PUT", "/{box}/webhook", {"url": PUBLIC, "from": 2}, "channel-first", 400),
        ("PUT", "/a;b/webhook", {"url": PUBLIC}, "channel-mailbox", 400),
        ("PUT", "/{box}/webhook", {}, "wrong-parameter", 400),
        ("PUT", "/{box}/webhook", {"url": PUBLIC, "from": 0}, "wrong-parameter", 400),
        ("PUT", "/{box}/amqp", {}, "channel-no-broker", 409),
        ("PUT", "/{box}/broker", {"url": "kafka://h/"}, "broker-url", 400),
        ("PUT", "/{box}/broker", {"url": "filesystem:///etc"}, "broker-url", 400),
        ("DELETE", "/{box}/webhook", None, "no-such-channel", 404),
        ("POST", "/{box}/webhook/redeliver", {}, "no-such-channel", 404),
        ("POST", "/{box}/webhook/test", None, "no-such-channel", 404),
        ("POST", "/{box}/fax/redeliver", {}, "no-such-page", 404),
    ],
)
def test_what_cannot_be_is_refused_in_both_languages(
    client: FlaskClient, box: str, method: str, path: str, body: Any, code: str, status: int
) -> None:
    answer = send(client, method, path.format(box=box), body)
    (finding,) = answer.json["findings"]
    assert (answer.status, finding["code"]) == (status, code)
    assert finding["zh"] and finding["en"] and finding["remedy_zh"] and finding["remedy_en"]


def test_redelivery_goes_back_to_a_receipt_and_never_leaves_one_out(
    client: FlaskClient, window: Window, box: str, receiver: Receiver
) -> None:
    put(window, box, ["312", "412", "312"])
    send(client, "PUT", f"/{box}/webhook", {"url": receiver.url, "from": 1})
    worker = ChannelsWorker(window, AdmissionQueue(window)).start()
    try:
        _until(window, box, 3)
        refused = send(client, "POST", f"/{box}/webhook/redeliver", {"from": 5})
        assert refused.codes == ["channel-redeliver"]
        assert send(client, "POST", f"/{box}/webhook/redeliver", {"from": 2}).json["position"] == 1
        _until(window, box, 3, lambda: len(receiver.posted) == 5)
    finally:
        worker.stop()
    assert [number for row in receiver.posted for number in numbers(row.body)] == [1, 2, 3, 2, 3]
    send(client, "DELETE", f"/{box}/webhook")
    assert send(client, "POST", f"/{box}/webhook/redeliver", {"from": 1}).codes == ["channel-off"]


def test_a_trial_shows_what_came_of_it_and_lets_a_waiting_channel_go_on(
    client: FlaskClient, window: Window, box: str, receiver: Receiver
) -> None:
    receiver.answers = [status(503, b"later"), status(200)]
    send(client, "PUT", f"/{box}/webhook", {"url": receiver.url})
    _fail(window, box)
    bad = send(client, "POST", f"/{box}/webhook/test").json
    assert (bad["status"], bad["error"]) == (503, "HTTP 503 later") and stored(window, box).next_at
    good = send(client, "POST", f"/{box}/webhook/test").json
    assert (good["status"], good["error"]) == (200, "") and stored(window, box).next_at == 0


def test_a_window_whose_operator_does_not_allow_it_never_leads_inside(tmp_path: Path) -> None:
    opened = window_in(tmp_path)
    try:
        client = described_client(create_app(opened, AdmissionQueue(opened)))
        for url in ("http://127.0.0.1/", "http://localhost/", "http://2130706433/", "http://[::1]/"):
            answer = send(client, "PUT", "/DXP1/webhook", {"url": url})
            assert (answer.status, answer.codes) == (422, ["webhook-inside"])
    finally:
        opened.close()


# the command line


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SINGLE_WINDOW_WEBHOOK_PRIVATE", "1")
    monkeypatch.setenv("LANG", "C")
    window_in(tmp_path).close()
    return tmp_path


def call(data: Path, *arguments: object) -> Result:
    return run_command("channel", *arguments, "--data", data)


def answer(data: Path, *arguments: object) -> Any:
    result = call(data, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_command_makes_lists_tries_and_switches_off(data: Path, receiver: Receiver) -> None:
    assert "No channels" in call(data, "list").output
    made = answer(data, "webhook", "DXP1", receiver.url)
    assert len(made["secret"]) >= 40 and made["state"] == "active"
    assert made["secret"] not in call(data, "list").output
    assert answer(data, "list")[0]["address"] == receiver.url
    assert "answered 204" in call(data, "test", "DXP1").output
    receiver.answers = [status(500)]
    bad = call(data, "test", "DXP1")
    assert bad.exit_code == 1 and "HTTP 500" in bad.output
    assert answer(data, "off", "DXP1")["state"] == "off"
    gone = call(data, "test", "DXP1")
    assert gone.exit_code == 1 and "switched off" in gone.output


def test_the_secret_is_shown_to_people_once(data: Path, receiver: Receiver) -> None:
    first = call(data, "webhook", "DXP1", receiver.url).output
    assert "Secret (shown this once): " in first
    assert "Secret" not in call(data, "webhook", "DXP1", receiver.url).output
    assert "Secret" in call(data, "webhook", "DXP1", receiver.url, "--new-secret").output


def test_a_blocked_channel_shows_in_the_status(data: Path, receiver: Receiver) -> None:
    call(data, "webhook", "DXP1", receiver.url)
    window = window_in(data)
    put(window, "DXP1", ["312", "312"])
    _fail(window, "DXP1")
    window.close()
    result = run_command("status", "--data", data).output
    (line,) = [name for name in result.splitlines() if name.startswith("blocked")]
    assert "webhook of DXP1 in main" in line and "2 receipts wait" in line and "out of order" in line
    shown = json.loads(run_command("status", "--json", "--data", data).stdout)
    assert [row["mailbox"] for row in shown["sandboxes"][0]["blocked"]] == ["DXP1"]


def test_a_participant_gets_queues_where_the_window_runs_on_rabbitmq(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, broker="amqp://guest:guest@127.0.0.1:1/", readers=0, synchronous="NORMAL")
    opened = open_window(settings, wakeups=LocalWakeups())
    try:
        client = described_client(create_app(opened, AdmissionQueue(opened)))
        made = send(client, "PUT", "/DXPENT0000000001/amqp", {})
        assert (made.status, made.json["state"]) == (201, "opening"), "its queues do not exist yet"
        assert (made.json["inbox"], made.json["outbox"]) == ("DXPENT0000000001", "DXPENT0000000001_HZ")
        assert "secret" not in made.json and send(client, "PUT", "/DXPENT0000000001/amqp", {}).status == 200
        for name in ("lower", "WITH.STOP", "WITH_HZ", "A" * 17):
            assert send(client, "PUT", f"/{name}/amqp", {}).codes == ["channel-mailbox"]
    finally:
        opened.close()


def test_an_amqp_channel_is_listed_with_its_queues(window: Window, client: FlaskClient, box: str) -> None:
    write_by(window.engine, channels.put, Channel("main", box, AMQP))
    (listed,) = [channel for channel in send(client, "GET", "").json["channels"] if channel["mailbox"] == box]
    assert (listed["inbox"], listed["outbox"]) == (box, f"{box}_HZ") and "address" not in listed


def _fail(window: Window, box: str) -> None:
    """Let a channel be blocked."""
    with writing(window.engine) as connection:
        channel = channels.find(connection, "main", box, WEBHOOK)
        assert channel is not None
        held = channels.take(connection, channel, "test", tried=channel.tried, until=2, system=1)
        assert held is not None
        channels.fail(
            connection, held, state="blocked", failures=3, next_at=NOON * 2, blocked_at=NOON, error="<b>out of order"
        )


def _until(window: Window, box: str, position: int, also: Any = lambda: True) -> None:
    until(lambda: stored(window, box).position == position and also(), 120, f"receipt {position}")


@pytest.mark.parametrize(("language", "words"), [("zh", "推送受阻"), ("en", "blocked")])
def test_the_page_shows_who_is_blocked_and_no_secret(
    client: FlaskClient, window: Window, box: str, language: str, words: str
) -> None:
    put(window, box, ["312"])
    send(client, "PUT", f"/{box}/webhook", {"url": PUBLIC, "from": 1})
    _fail(window, box)
    page = client.get(f"/channels?lang={language}").get_data(as_text=True)
    (row,) = [part for part in page.split("<tr>") if box in part and "webhook" in part]
    assert words in row and "&lt;b&gt;out of order" in row
    assert stored(window, box).secret not in page
