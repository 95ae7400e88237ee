"""What officers and merchants do about spot checks and credit in some seeds: plans are opened, samples are refused,
contradicted or decided about, companies are fined, told, graded and cleared again.

What is done about a sample or a case follows from its number and state, so it is the same however it came about.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from declarations.calendar import stamp14
from simulators.draws import Draws
from single_window.cases.spot_checks.decisions import OPENING
from single_window.frame.creating import create
from single_window.frame.decision_kinds import Requested
from single_window.master_data.importing import import_csv
from single_window.wiring import Window
from tests.officers import TESTER, act, change_parameter
from tests.simulation import agencies
from tests.simulation.site import SANDBOX, WORLD
from tests.simulation.storylines import Sending, Task, Transmission
from tests.stories.story import TODAY, message_of

PLANS = (
    "title=流; rate={rate}; days=20",
    "title=布控; basis=T; goods={goods}; rate={rate}; days=20",
    "title=库存; universe=stock; size=1; days=20",
    "title=可疑库存; universe=stock; basis=C; size=1; days=20",
)
GOODS = ",".join(sorted({good.hs10[:2] for good in WORLD.goods})[:20])
ROUNDS = (40, 90, 90, 90, 90, 200, 200, 900, 300)
"""Hours after each round of what officers and merchants do."""
FAILING = "0.5"
"""The share of samples that fail."""
FIELDS = "company,agency,event_no,kind,degree,occurred,decided,final,amount,withdrawn"
FINE = "{company},customs,{number},103,G,2026-11-02,2026-11-02,2026-11-02,1000000.01,{withdrawn}"
MERCHANTS = tuple(merchant.code for merchant in WORLD.merchants if merchant.credit_grade == "ordinary")
SITE = WORLD.warehouse("1210").company
QUESTIONS = (
    ("spot_check", "SELECT sample_no, state, ebc_code, report_no, measure FROM spot_check_sample ORDER BY 1"),
    ("credit_case", "SELECT case_no, state, ebc_code, json_extract(events, '$[0]'), '' FROM credit_case ORDER BY 1"),
)


@dataclass(frozen=True, slots=True)
class Oversight:
    """The plans of a seed, and the merchants that are fined."""

    plans: tuple[str, ...] = ()
    fined: tuple[str, ...] = ()

    def begins(self) -> Iterator[list[Sending]]:
        """What happens before anybody trades: plans are opened one after the other, and merchants are fined."""
        if self.plans:
            yield [Task("half of all samples fail", _let_fail)]
        yield from ([Task(f"opens {terms}", _opens(terms))] for terms in self.plans)
        if self.fined:
            yield [Task(f"{company} is fined", _fines(company, "1")) for company in self.fined]

    def rounds(self) -> Sequence[int]:
        """The hours after each round in which what waits is dealt with."""
        return ROUNDS if self.plans or self.fined else ()


NONE = Oversight()
"""Nobody looks."""


def drawn(dice: Draws) -> Oversight:
    """The oversight of a seed: none in two of three."""
    if dice.below(3):
        return NONE
    plans = [
        terms.format(rate=dice.one_of(("0.5", "1")), goods=GOODS) for terms in (dice.one_of(PLANS), dice.one_of(PLANS))
    ]
    fined = [dice.one_of(MERCHANTS)] if dice.below(3) else []
    return Oversight(tuple(dict.fromkeys(plans)), tuple(fined))


def dealt_with(database: sqlite3.Connection, now: int) -> list[Sending]:
    """What officers and merchants do about all samples and cases as they are, at the sandbox's instant `now`."""
    steps: list[Sending] = []
    for about, question in QUESTIONS:
        for number, state, *known in database.execute(question).fetchall():
            steps += _steps(about, number, state, known, now)
    for about, question in agencies.QUESTIONS:
        for number, state, *known in database.execute(question).fetchall():
            steps += agencies.steps(about, number, state, known, now)
    return steps


def _steps(about: str, number: str, state: str, known: Sequence[Any], now: int) -> Iterator[Sending]:
    company, first, measure = known
    way = sum(map(ord, number)) % 4
    action = {
        "sampling_refused": ("excuse", "insist", "excuse", "insist")[way],
        "unqualified": ("warn", "", "rectify", "delist")[way],
        "confirmed": ("send_back_goods", "destroy")[sum(map(ord, number)) // 4 % 2],
        "overdue": "close_check",
        "proposed": "notify",
        "unopposed": "uphold",
    }.get(state, "")
    if action:
        yield Task(f"{action} {number}", _decides(about, number, action))
    elif not company:  # a lot whose warehouse nobody knows
        return
    elif state == "notified" and way == 0:
        refused = {"takenQty": "0", "refused": "Y", "reason": "不在计划范围", "takenTime": stamp14(now)}
        yield _sent("SampleRecord", company, now, sampleNo=number, **refused)
    elif state == "unqualified":
        yield _sent("RetestApplication", company, now, sampleNo=number, reportNo=first, reason="保存不当")
    elif state == "measure_ordered" and way != 3:
        found = {"asOf": stamp14(now), "found": "1", "done": "1", "way": measure, "closed": "Y"}
        if measure not in "BX":
            found.pop("way")
        yield _sent("MeasureReport", company, now, measureNo=f"M{number}", copNo=f"CZ{number}"[:20], **found)
    elif state == "in_force" and way < 2 and first.startswith("customs|"):
        yield Task(f"an appeal about {first} wins", _fines(company, first.partition("|")[2], "2026-11-20"))


def _sent(code: str, company: str, now: int, **head: str) -> Transmission:
    given = {"appType": "1", "appTime": stamp14(now), "ebcCode": company, **head}
    return Transmission(message_of(SITE, code, given), f"{code} {' '.join(head.values())[:40]}")


def _let_fail(window: Window) -> None:
    change_parameter(window, SANDBOX, "spot_checks.failure", {"": FAILING}, TODAY.isoformat(), by=TESTER, reason="模拟")


def _opens(terms: str) -> Callable[[Window], object]:
    wanted = Requested(OPENING.action, values={"plan": terms})
    return lambda window: create(window, SANDBOX, "spot_check", OPENING, wanted, TESTER, key=f"plan{hash_of(terms)}")


def hash_of(text: str) -> int:
    """A number for a text, the same in every process."""
    return sum(place * ord(letter) for place, letter in enumerate(text, 1))


def _fines(company: str, number: str, withdrawn: str = "") -> Callable[[Window], object]:
    row = FINE.format(company=company, number=number, withdrawn=withdrawn)
    return lambda window: import_csv(window, SANDBOX, "credit_events", f"{FIELDS}\n{row}\n")


def _decides(about: str, number: str, action: str) -> Callable[[Window], object]:
    return lambda window: act(window, SANDBOX, number, action, "模拟", TESTER, about=about, as_declared=False)
