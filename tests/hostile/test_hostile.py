"""The short form of `make fuzz`: hostile requests beside trades; and that a run which went wrong says so."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest

from simulators.played_day import NoDisplay
from tests.audit.auditing import Audit
from tests.chaos.engines import folder
from tests.chaos.site import Scenario
from tests.chaos.wanting import or_skip
from tests.hostile.attackers import Thrown
from tests.hostile.calls import Request, requests
from tests.hostile.running import HostileRun
from tests.tables import each

SEED, PATHS = 7, ("/api/v1/state", "/api/v1/messages/{}")


@pytest.mark.long
@pytest.mark.parametrize(("alone", "trades", "count"), [(True, 60, 1_500), (False, 60, 800)])
def test_trades_come_through_beside_hostile_requests(alone: bool, trades: int, count: int) -> None:
    database = "sqlite" if alone else "postgresql"
    scenario = Scenario(SEED, trades, 0, database, alone=alone, processes=2 if alone else 1, nights=(2, 8, 40))
    with or_skip(), folder("single-window-hostile-") as place:
        result = HostileRun(scenario, place, NoDisplay(), lambda text: None, count).attack()
    assert [str(finding) for finding in result.audit.findings] == []
    assert result.thrown.count == count
    assert result.audit.receipts > 10 * trades
    assert {202, 400, 404, 405, 422} <= set(result.thrown.statuses), "both what is taken and what is refused was tried"


def test_the_same_seed_makes_the_same_requests_of_every_kind() -> None:
    first, second = (list(requests(SEED, 300, PATHS)) for _ in range(2))
    assert first == second
    assert {"query", "json", "form", "method", "header", "many headers", "raw"} < {request.kind for request in first}
    assert len({request.kind for request in first if request.kind.startswith("body: ")}) > 15
    assert list(islice(requests(SEED + 1, 300, PATHS), 300)) != first


@each(
    ("status", "retry", "whole", "wrong"),
    [
        (500, False, True, True),
        (502, True, True, True),
        (503, False, True, True),
        (0, False, True, True),
        (503, True, True, False),
        (422, False, True, False),
        (0, False, False, False),
        (501, False, True, True),
    ],
)
def test_a_server_error_or_no_answer_is_wrong_but_an_honest_503_is_not(
    status: int, retry: bool, whole: bool, wrong: bool
) -> None:
    thrown = Thrown()
    thrown.note(Request("query", b"GET / HTTP/1.1\r\n\r\n", whole), status, retry, 0.1)
    assert bool(thrown.wrong) is wrong
    assert thrown.statuses == Counter([status])


@pytest.mark.parametrize(
    ("count", "wrong", "before", "after", "words"),
    [
        (9, [], 80, 90, "only 9 of 10 hostile requests were thrown"),
        (10, ["query: 500 to b'GET /'"], 80, 90, "hostile request query: 500"),
        (10, [], 80, 181, "181 MB are held after the attack, 80 MB before it"),
    ],
)
def test_a_run_that_went_wrong_says_what(
    count: int, wrong: list[str], before: int, after: int, words: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    run = HostileRun(
        Scenario(SEED, 40, 0, "sqlite", alone=True),
        tmp_path_factory.mktemp("run"),
        NoDisplay(),
        lambda text: None,
        count=10,
    )
    run.thrown, run.before, run.after = Thrown(count, wrong=wrong), before, after
    findings = run.complaints()
    assert [str(finding) for finding in findings if words in str(finding)], findings
    assert Audit(1, 1, 40, 500, tuple(findings)).clean is False
