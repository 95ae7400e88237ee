"""A message is answered alike, whether the framework answers its call alone or the listener answers it in a group."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from serving_http import Answer, Client, again, in_json, mailbox, many, sample, wrapped

from gateways.circumstances import Options
from single_window.api import create_app
from single_window.api.http_listener import listening
from single_window.api.message_groups import MessageGroups
from single_window.api.server.groups import GroupAnswerer, RawResponse
from single_window.api.server.listener import bind, url_of
from single_window.frame.http.ports import EXTENSION
from single_window.intake.admission_queue import AdmissionQueue
from single_window.wiring import Window
from tests.api_keys import issued
from tests.databases import window_in
from tests.tables import each

ALONE, GROUPED = "alone", "grouped"
"""The two ways, and the sandbox in which each is tried."""
ORDER = again(sample("311", orderNo="GROUPED-1"))
PLAIN = {"Content-Type": "application/xml"}


class Recorder:
    """Passes requests to another answerer, and notes which of them were answered in a group."""

    def __init__(self, answerer: GroupAnswerer) -> None:
        self._answerer, self.answered = answerer, list[bool]()

    def takes(self, request: Any) -> bool:
        taken = self._answerer.takes(request)
        if not taken and request.command == "POST":
            self.answered.append(False)
        return taken

    def answer(self, requests: Sequence[Any]) -> Sequence[RawResponse | None]:
        answers = self._answerer.answer(requests)
        self.answered += [answer is not None for answer in answers]
        return answers


class Ways(NamedTuple):
    """A client of each way to one window, and the recorder of the listener that answers in groups."""

    window: Window
    clients: Mapping[str, Client]
    recorder: Recorder

    def post(self, body: bytes, headers: Mapping[str, str], query: str = "") -> dict[str, Answer]:
        """Post a message in both ways, each in its own sandbox, with its own key if the headers give one for each."""
        return {
            way: self.clients[way].post(
                body,
                query,
                **{"X_Request_Id": "the-same", "X_Sandbox": way}
                | {name.replace("-", "_"): value.replace("{way}", way) for name, value in headers.items()},
            )
            for way in (ALONE, GROUPED)
        }


def ways_to(window: Window, closing: ExitStack, started: bool = True) -> Ways:
    """Serve a window in both ways; without `started` its admission is closed."""
    for name in (ALONE, GROUPED):
        window.make_sandbox(name, Options(open_desks=True))
    admission = AdmissionQueue(window)
    if started:
        closing.callback(admission.start().stop)
    app = create_app(window, admission)
    recorder = Recorder(MessageGroups(app.extensions[EXTENSION]))
    clients = {}
    for way, in_groups in ((ALONE, None), (GROUPED, recorder)):
        bound = bind("127.0.0.1", 0)
        listener = listening(app, bound, window.settings, in_groups=in_groups)
        clients[way] = Client(url_of(bound), app)
        closing.callback(listener.start().stop)
    return Ways(window, clients, recorder)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    """A window of this machine, which needs no key."""
    window = window_in(tmp_path_factory.mktemp("local"))
    with ExitStack() as closing:
        closing.callback(window.close)
        yield ways_to(window, closing)


@pytest.fixture
def keyed(tmp_path: Path) -> Iterator[Ways]:
    """A window whose callers need a key, and may call five times a minute."""
    window = window_in(tmp_path, require_keys=1, calls_per_minute=5)
    with ExitStack() as closing:
        closing.callback(window.close)
        yield ways_to(window, closing)


def comparable(answer: Answer) -> tuple[int, dict[str, str], str]:
    """An answer without what differs between any two calls: date, numbers, and the name of the sandbox."""
    headers = {name: without_numbers(text) for name, text in answer.headers.items() if name != "Date"}
    return answer.status, headers, without_numbers(answer.body.decode())


def without_numbers(text: str) -> str:
    return re.sub(rf"\d+|{ALONE}|{GROUPED}", "#", text)


def alike(answers: Mapping[str, Answer]) -> Answer:
    """Demand that both ways answered alike; returns an answer."""
    assert comparable(answers[GROUPED]) == comparable(answers[ALONE])
    return answers[GROUPED]


@each(
    "change, headers, status",
    [
        pytest.param(lambda body: body, PLAIN, 202, id="XML"),
        pytest.param(lambda body: body, {}, 202, id="without a type"),
        pytest.param(lambda body: b"\xef\xbb\xbf" + body, PLAIN, 202, id="with a byte order mark"),
        pytest.param(lambda body: wrapped(body, "IN-ENVELOPE", mailbox(body)), PLAIN, 202, id="in a DxpMsg"),
        pytest.param(lambda body: body, PLAIN | {"Connection": "close"}, 202, id="on a connection that closes"),
    ],
)
def test_a_plain_call_is_answered_in_a_group(
    local: Ways, change: Callable[[bytes], bytes], headers: dict[str, str], status: int
) -> None:
    answer = alike(local.post(change(again(ORDER)), headers))
    assert answer.status == status and answer.headers["X-Request-Id"] == "the-same"
    assert answer.headers["X-Open-Desks"] == GROUPED
    assert local.recorder.answered[-1]


def test_a_repeated_message_and_one_that_uses_its_number_again_are_answered_in_a_group(local: Ways) -> None:
    local.post(ORDER, PLAIN)
    repeated = alike(local.post(ORDER, PLAIN))
    assert (repeated.status, repeated.json["repeated"], local.recorder.answered[-1]) == (202, True, True)
    other = alike(local.post(ORDER.replace(b"GROUPED-1", b"GROUPED-2"), PLAIN))
    assert (other.status, other.codes, local.recorder.answered[-1]) == (409, ["transmission-id-reused"], True)


@each(
    "body, headers, query, status",
    [
        pytest.param(b"no XML", PLAIN, "", 400, id="not XML"),
        pytest.param(b"<html/>", PLAIN, "", 422, id="not a message of the port"),
        pytest.param(b"", PLAIN, "", 400, id="empty"),
        pytest.param(in_json(again(ORDER)), {"Content-Type": "application/json"}, "", 202, id="JSON"),
        pytest.param(again(many("311", 40)), PLAIN, "", 202, id="large"),
        pytest.param(again(ORDER), PLAIN, "?edition=2018", 202, id="an edition of its own"),
        pytest.param(again(ORDER), PLAIN | {"X-Sandbox": "nowhere"}, "", 404, id="an unknown sandbox"),
        pytest.param(again(ORDER), PLAIN | {"Host": "evil.example"}, "", 400, id="another host"),
        pytest.param(again(ORDER), PLAIN | {"Origin": "http://evil.example"}, "", 403, id="another site's page"),
        pytest.param(again(ORDER), PLAIN | {"X-Scenario": "no-such"}, "", 400, id="an unknown scenario"),
        pytest.param(again(ORDER), PLAIN | {"Content-Encoding": "gzip"}, "", 415, id="compressed"),
        pytest.param(again(ORDER), PLAIN | {"Authorization": "Basic bm86bm8="}, "", 401, id="an unknown account"),
        pytest.param(again(ORDER), PLAIN | {"Authorization": "nothing"}, "", 401, id="no credentials"),
        pytest.param(again(ORDER), PLAIN | {"X-Forwarded-For": "10.0.0.1"}, "", 401, id="through a proxy"),
    ],
)
def test_every_other_call_is_answered_by_the_framework(
    local: Ways, body: bytes, headers: dict[str, str], query: str, status: int
) -> None:
    assert alike(local.post(body, headers, query)).status == status
    assert not local.recorder.answered[-1]


def test_a_call_in_a_sandbox_that_forces_answers_is_answered_by_the_framework(local: Ways) -> None:
    for way in (ALONE, GROUPED):
        trigger = b'{"do": {"do": "http", "http": 503, "retry_after": 7}, "times": 1}'
        path = f"/api/v1/sandboxes/{way}/triggers"
        assert local.clients[ALONE].call("POST", path, trigger, Content_Type="application/json").status == 201
    forced = alike(local.post(again(ORDER), PLAIN))
    assert (forced.status, forced.codes, local.recorder.answered[-1]) == (503, ["forced-503"], False)
    for way in (ALONE, GROUPED):
        local.clients[ALONE].call("DELETE", f"/api/v1/sandboxes/{way}/triggers")


@each("header, form", [("X-Api-Key", "{}"), ("Authorization", "Bearer {}")])
def test_a_key_that_may_send_is_answered_in_a_group_up_to_its_limit(keyed: Ways, header: str, form: str) -> None:
    keys = {way: issued(keyed.window, way, wanted=["send_messages"]) for way in (ALONE, GROUPED)}
    for number in range(6):
        answers = {
            way: keyed.clients[way].post(
                again(ORDER), X_Request_Id="the-same", **{header.replace("-", "_"): form.format(keys[way].token)}
            )
            for way in (ALONE, GROUPED)
        }
        within = number < 5
        assert alike(answers).status == (202 if within else 429)
        assert keyed.recorder.answered[-1] == within
    assert "ratelimit" in map(str.lower, answers[GROUPED].headers)


def test_a_call_that_is_passed_on_to_be_forced_is_counted_once(keyed: Ways) -> None:
    keys = {way: issued(keyed.window, way, wanted=["send_messages"]) for way in (ALONE, GROUPED)}
    for way in (ALONE, GROUPED):
        tester = issued(keyed.window, way, wanted=["control_tests"], owner="tester")
        trigger = b'{"do": {"do": "http", "http": 503, "retry_after": 7}, "times": 2}'
        path = f"/api/v1/sandboxes/{way}/triggers"
        made = keyed.clients[way].call("POST", path, trigger, Content_Type="application/json", X_Api_Key=tester.token)
        assert made.status == 201
    for status in (503, 503, 202, 202, 202, 429):
        answers = {
            way: keyed.clients[way].post(
                again(ORDER), X_Request_Id="the-same", X_Sandbox=way, X_Api_Key=keys[way].token
            )
            for way in (ALONE, GROUPED)
        }
        assert alike(answers).status == status


@each(
    "terms, code",
    [
        pytest.param({"wanted": ["read_receipts"]}, "key-lacks-right", id="without the right to send"),
        pytest.param({"mailboxes": ["DXPENT0000009999"]}, "other-sender", id="for another mailbox"),
        pytest.param({"sandbox": "main"}, "unknown-sandbox", id="of another sandbox"),
    ],
)
def test_a_key_that_may_not_send_is_refused_by_the_framework(keyed: Ways, terms: dict[str, Any], code: str) -> None:
    keys = {
        way: issued(keyed.window, **{"sandbox": way, "wanted": ["send_messages"], **terms, "owner": way})
        for way in (ALONE, GROUPED)
    }
    answers = {
        way: keyed.clients[way].post(again(ORDER), X_Request_Id="the-same", X_Sandbox=way, X_Api_Key=keys[way].token)
        for way in (ALONE, GROUPED)
    }
    refused = {way: re.sub(r"key [0-9a-f]+|密钥[0-9a-f]+", "key", answers[way].body.decode()) for way in answers}
    assert without_numbers(refused[ALONE])[:200] == without_numbers(refused[GROUPED])[:200]
    assert answers[GROUPED].codes == [code] and not keyed.recorder.answered[-1]


def test_without_a_key_or_with_a_wrong_one_the_framework_refuses(keyed: Ways) -> None:
    for headers in ({}, {"X-Api-Key": "sw_wrong"}, {"X-Api-Key": "a", "Authorization": "Bearer b"}):
        assert alike(keyed.post(again(ORDER), headers)).status in {400, 401}
        assert not keyed.recorder.answered[-1]


def test_while_nothing_is_admitted_both_answer_503(tmp_path: Path) -> None:
    with ExitStack() as closing:
        window = window_in(tmp_path)
        closing.callback(window.close)
        closed = ways_to(window, closing, started=False)
        answer = alike(closed.post(again(ORDER), PLAIN))
    assert (answer.status, answer.codes, answer.headers["Retry-After"]) == (503, ["not-accepting"], "5")
    assert closed.recorder.answered == [True]
