"""Requests that wait together are answered together, each exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event
from types import SimpleNamespace
from typing import Any

from single_window.api.server.groups import RawResponse, RequestGroups
from single_window.message_limits import REQUESTS_PER_GROUP
from tests.patience import PATIENCE


class Connection:
    """A connection with one request, whose name says what becomes of it."""

    def __init__(self, name: str, in_time: bool = True) -> None:
        self.requests = [SimpleNamespace(name=name, error=None)]
        self.in_time, self.over, self.queued_at = in_time, Event(), 0.0
        self.answers: list[str] = []

    def taken(self) -> bool:
        if not self.in_time:
            self.finish("late")
        return self.in_time

    def give(self, answer: RawResponse) -> None:
        self.finish(answer.body.decode())

    def finish(self, answer: str) -> None:
        self.answers.append(answer)
        self.over.set()


class Answerer:
    """Answers with the request's name, except those called "other"; the first group waits for the gate."""

    def __init__(self) -> None:
        self.gate, self.begun = Event(), Event()
        self.groups: list[list[str]] = []

    def takes(self, request: Any) -> bool:
        return bool(request.name != "never")

    def answer(self, requests: Sequence[Any]) -> Sequence[RawResponse | None]:
        self.groups.append([request.name for request in requests])
        self.begun.set()
        self.gate.wait(PATIENCE)
        if any(request.name == "fault" for request in requests):
            raise ValueError("an error of one request")
        return [
            None if request.name == "other" else RawResponse("200 OK", [], request.name.encode())
            for request in requests
        ]


def pass_on(channel: Any) -> None:
    channel.finish("passed on")


def answered(names: Sequence[str], late: Sequence[str] = ()) -> tuple[Answerer, list[list[str]]]:
    """Submit a first request, and those named while it is answered; returns the answerer and the answers to each."""
    answerer = Answerer()
    groups = RequestGroups(answerer, pass_on).start()
    channels = [Connection("first"), *(Connection(name, name not in late) for name in names)]
    groups.submit(channels[0])
    assert answerer.begun.wait(PATIENCE)
    for channel in channels[1:]:
        groups.submit(channel)
    answerer.gate.set()
    groups.close()
    return answerer, [channel.answers for channel in channels]


def test_requests_that_arrive_while_a_group_is_answered_are_the_next_group() -> None:
    answerer, answers = answered(["a", "b", "c"])
    assert answerer.groups == [["first"], ["a", "b", "c"]]
    assert answers == [["first"], ["a"], ["b"], ["c"]]


def test_a_group_has_a_largest_size() -> None:
    answerer, answers = answered(["a"] * (REQUESTS_PER_GROUP + 1))
    assert [len(group) for group in answerer.groups] == [1, REQUESTS_PER_GROUP, 1]
    assert all(len(of_one) == 1 for of_one in answers)


def test_what_is_not_answered_in_a_group_is_passed_on() -> None:
    _, answers = answered(["a", "other", "b"])
    assert answers == [["first"], ["a"], ["passed on"], ["b"]]


def test_after_an_error_each_request_of_the_group_is_passed_on() -> None:
    _, answers = answered(["a", "fault"])
    assert answers == [["first"], ["passed on"], ["passed on"]]


def test_a_request_that_waited_too_long_is_no_part_of_the_group() -> None:
    answerer, answers = answered(["a", "slow", "b"], late=["slow"])
    assert answerer.groups[1] == ["a", "b"] and answers[2] == ["late"]


def test_nothing_is_taken_before_the_start_after_the_end_or_with_an_error() -> None:
    groups = RequestGroups(Answerer(), pass_on)
    assert not groups.takes(Connection("a"))
    groups.start()
    assert groups.takes(Connection("a")) and not groups.takes(Connection("never"))
    broken = Connection("a")
    broken.requests[0].error = "no HTTP"
    assert not groups.takes(broken)
    groups.close()
    assert not groups.takes(Connection("a"))
