"""Every call has a budget: bytes of its body, calls at a time; what computes does so in proportion, and elsewhere."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from threading import Barrier, Event, Thread
from types import FrameType
from typing import Any

import msgspec
import pytest
from flask import Flask
from serving_http import Client, again, many, sample

from single_window.answers.validation import MAX_ANSWER_BYTES, validations_out
from single_window.api.app import create_app
from single_window.api.server.listener import THREADS
from single_window.api.trying import calling
from single_window.api.trying.computing import Trial, try_messages
from single_window.frame.http import budgets
from single_window.frame.http.budgets import COMPUTED_BYTES, FILES_BYTES, REQUEST_BYTES
from single_window.frame.http.problems import Problem
from single_window.intake.limited_process import LimitedProcess
from single_window.intake.validation import validate_all
from single_window.process.serving import Server
from single_window.wiring import Window
from tests.patience import PATIENCE
from tests.tables import each

LINE = re.compile(rb"<ceb:InventoryList>.*?</ceb:InventoryList>", re.DOTALL)
PAGES = ("console.",)


def with_lines(count: int) -> bytes:
    """A list with so many lines, each with a wrong number, price, currency and unit."""
    body = sample("621")
    match = LINE.search(body)
    assert match
    line = re.sub(rb"(unit1>|currency>)[^<]*", rb"\g<1>999", match[0])
    line = re.sub(rb"(totalPrice>)[^<]*", rb"\g<1>7.77", line)
    lines = (re.sub(rb"(gnum>)[^<]*", b"\\g<1>%d" % number, line) for number in range(1, count + 1))
    return again(body[: match.start()] + b"".join(lines) + body[match.end() :])


@pytest.fixture
def application(window: Window) -> Iterator[Flask]:
    made = create_app(window)
    yield made


def routes_of(application: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in application.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def calls_of(application: Flask) -> set[tuple[str, str]]:
    pages = {rule.rule for rule in application.url_map.iter_rules() if rule.endpoint.startswith(PAGES)}
    return {(method, path) for method, path in routes_of(application) if path not in pages}


def test_a_row_is_about_a_call_and_says_something_else_than_its_method(application: Flask) -> None:
    assert set(budgets.all_budgets()) <= routes_of(application)
    limits = {call: budget[2:6] for call, budget in budgets.all_budgets().items()}
    assert [call for call, limit in limits.items() if limit == budgets.ordinary(*call)[2:6]] == []


def test_a_suite_of_tests_may_make_its_sandboxes_at_once() -> None:
    """A caller that is refused waits for seconds, and making a sandbox takes milliseconds."""
    assert budgets.budget_of("POST", "/api/v1/sandboxes").at_once >= THREADS


def test_no_call_takes_a_larger_body_than_its_budget(application: Flask) -> None:
    client, answered, large = application.test_client(), {}, b" " * (REQUEST_BYTES + 1)
    larger = b" " * (FILES_BYTES + 1)
    for (method, path), budget in [(call, budgets.budget_of(*call)) for call in calls_of(application)]:
        if budget.body in {"nothing", "request", "files"}:
            place = re.sub(r"<any\((\w+).*?>", r"\1", re.sub(r"<int.*?>", "1", path))
            answer = client.open(
                re.sub(r"<.*?>", "x", place), method=method, data=larger if budget.body == "files" else large
            )
            answered[method, path] = answer.status_code
    assert {call: status for call, status in answered.items() if status != 413} == {}


def test_a_call_is_refused_while_as_many_as_its_budget_allows_are_in_hand() -> None:
    budget = budgets.all_budgets()["PUT", "/api/v1/master-data/<kind>"]
    application, inside, go_on = Flask("calls"), Barrier(budget.at_once + 1), Event()
    budgets.install(application, THREADS)
    application.register_error_handler(Problem, lambda problem: (problem.findings[0].code, problem.status))

    @application.put(budget.path)
    def _work(kind: str) -> str:
        if kind == "slow":
            inside.wait(PATIENCE)
            go_on.wait(PATIENCE)
        return kind

    statuses: list[int] = []

    def put(kind: str) -> Any:
        answer = application.test_client().put(budget.path.replace("<kind>", kind))
        statuses.append(answer.status_code)
        return answer

    threads = [Thread(target=put, args=["slow"]) for _ in range(budget.at_once)]
    for thread in threads:
        thread.start()
    inside.wait(PATIENCE)
    assert (put("more").text, statuses) == ("too-many-at-once", [503])
    go_on.set()
    for thread in threads:
        thread.join()
    assert put("more").status_code == 200 and statuses == [503, *[200] * budget.at_once, 200]


def steps(work: Callable[[], object]) -> int:
    """How many lines of Python run: unlike seconds, they are the same on every machine."""
    count = 0

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def with_unknown_elements(count: int) -> bytes:
    """A message with so many elements below its root that no schema knows."""
    unknown = "".join(f"<ceb:u{number}/>" for number in range(count))
    return again(sample("311").replace(b"<ceb:BaseTransfer>", f"{unknown}<ceb:BaseTransfer>".encode()))


@pytest.mark.parametrize("made", [with_lines, with_unknown_elements])
def test_the_cost_of_a_validation_grows_with_its_size_and_no_faster(
    window: Window, made: Callable[[int], bytes]
) -> None:
    small, large = (made(count) for count in (50, 200))
    validate_all(window, "main", [small])  # what is read once is read
    once, four_times = (steps(lambda body=body: validate_all(window, "main", [body])) for body in (small, large))
    assert four_times < 5 * once


def test_the_answer_to_an_upload_with_faults_is_bounded_and_says_so(window: Window) -> None:
    validations = validate_all(window, "main", [with_lines(2_000), again(sample("311"))])
    answers = validations_out(validations)
    assert sum(len(msgspec.json.encode(answer)) for answer in answers) <= MAX_ANSWER_BYTES
    assert not answers[0].valid and answers[1].valid
    assert answers[0].findings[-1].code == "too-many-findings"
    assert not answers[0].findings[0].warning, "what refuses it comes first"


@pytest.mark.long
def test_what_is_tried_in_a_process_is_answered_as_here(client: Client, served_window: Window) -> None:
    body = again(many("621", 12))
    assert len(body) > COMPUTED_BYTES
    for path, trial in (
        ("validate", Trial(call="validate", sandbox="main")),
        ("signatures/verify", Trial(call="verify", sandbox="main")),
    ):
        here = msgspec.json.decode(try_messages(served_window, trial, [body]).answers[0])
        assert client.call("POST", f"/api/v1/{path}", body).json == here


def program(change: str) -> tuple[str, ...]:
    """The trying program, with something changed before it serves."""
    return (sys.executable, "-c", f"from single_window.api.trying import program; {change}; program.main()")


@pytest.mark.long
@each(
    ("change", "code"),
    [
        ("program.CPU_SECONDS = 0.000001", "too-much-to-try"),
        ("program.answer = lambda about, body: 1 / 0", "not-accepting"),
        ("program.answer = lambda about, body: (b'{', False)", "not-accepting"),
    ],
)
def test_a_process_that_gives_up_or_fails_is_answered_for(window: Window, change: str, code: str) -> None:
    application, process = create_app(window), LimitedProcess(program(change), 30.0)
    with application.test_request_context(), pytest.raises(Problem) as raised:
        calling.answers(Trial(call="validate", sandbox="main"), [with_lines(200)], process)
    process.close()
    assert [finding.code for finding in raised.value.findings] == [code]


def test_a_client_that_leaves_ends_the_process_that_works_for_him(window: Window) -> None:
    process = LimitedProcess((sys.executable, "-c", "import threading; threading.Event().wait()"), 60.0)
    gone = {"waitress.client_disconnected": lambda: process.running}
    with create_app(window).test_request_context(environ_overrides=gone), pytest.raises(Problem) as raised:
        calling.answers(Trial(call="validate", sandbox="main"), [with_lines(200)], process)
    assert [finding.code for finding in raised.value.findings] == ["nobody-waits"]
    assert not process.running


def test_large_trials_of_clients_that_left_keep_nobody_waiting(client: Client, server: Server) -> None:
    """They wait in threads of their own, none of which reads messages."""
    body = with_lines(500)
    head = f"POST /api/v1/validate HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    for _ in range(8):
        leaving = client.connect()
        leaving.sendall(head + body)
        leaving.close()
    assert client.post(again(sample("311"))).status == 202
