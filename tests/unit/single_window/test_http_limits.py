"""Which clients take too long, and which connection goes when there are too many."""

from __future__ import annotations

from dataclasses import dataclass

from single_window.api.server.limits import Limits, Wait, one_too_many, overdue
from tests.tables import each

LIMITS = Limits(header=10, body=20, rate=1_000, answer=30, connections=5, per_address=3)


@dataclass(eq=False)
class Fake:
    """A connection."""

    wait: Wait | None
    address: str = "a"
    closing: bool = False


def gone(newcomer: Fake, *others: Fake, limits: Limits = LIMITS) -> list[tuple[Fake, str]]:
    return list(one_too_many(newcomer, [*others, newcomer], limits))  # type: ignore[arg-type]


@each(
    ("wait", "longest"),
    [
        (Wait("open", 0), 10),
        (Wait("next", 0), 120),
        (Wait("header", 0), 10),
        (Wait("body", 0), 20),
        (Wait("body", 0, 7_000), 27),
        (Wait("answer", 0), 30),
    ],
)
def test_each_part_of_a_request_has_its_time(wait: Wait, longest: float) -> None:
    assert not overdue(wait, longest, LIMITS) and overdue(wait, longest + 0.1, LIMITS)


def test_of_an_address_with_too_many_the_one_that_is_idle_longest_goes() -> None:
    mine = [Fake(Wait("header", 5)), Fake(Wait("next", 3)), Fake(None)]
    assert gone(Fake(Wait("open", 9)), *mine, Fake(Wait("next", 1), "b")) == [(mine[1], "address")]


def test_of_too_many_in_all_the_one_that_is_idle_longest_goes() -> None:
    others = [Fake(Wait("header", 9 - number), str(number)) for number in range(5)]
    assert gone(Fake(Wait("open", 9), "new"), *others) == [(others[4], "total")]


def test_who_sends_a_body_goes_after_those_who_send_nothing() -> None:
    body, header = Fake(Wait("body", 1)), Fake(Wait("header", 8))
    assert gone(Fake(Wait("open", 9)), body, header, Fake(None)) == [(header, "address")]


def test_a_connection_with_a_pending_request_stays_and_the_new_one_is_closed() -> None:
    new = Fake(Wait("open", 9))
    assert gone(new, Fake(None), Fake(None), Fake(Wait("answer", 1))) == [(new, "address")]


def test_below_the_limits_all_stay_and_what_is_closing_does_not_count() -> None:
    others = [Fake(Wait("header", 1)), Fake(Wait("header", 2)), Fake(Wait("header", 3), closing=True)]
    assert gone(Fake(Wait("open", 9)), *others) == []


def test_behind_a_proxy_an_address_may_have_any_number() -> None:
    limits = Limits(connections=5, per_address=0)
    assert gone(Fake(Wait("open", 9)), *[Fake(Wait("next", 1)) for _ in range(4)], limits=limits) == []
