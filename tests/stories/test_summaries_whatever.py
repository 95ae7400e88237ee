"""Whatever is closed and asked for: a list stands in a summary once, or is counted only, or waits; no line is lost."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest

from declarations.money import scale
from tests.stories.summarising import Summarising, inventory, line

CODES, COUNTRIES = ("6109100010", "6404110000", "4202220000"), ("133", "116")
DAYS = (date(2026, 9, 29), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 2))


def traffic(told: Summarising, dice: Random) -> dict[str, int]:
    """Lists of all kinds, closed on several days; gives the amount of each in total, by number."""
    found = {}
    for number in range(30):
        lines = [
            line(
                gnum,
                gcode=dice.choice(CODES),
                country=dice.choice(COUNTRIES),
                qty=str(dice.randint(1, 5)),
                amount=f"{dice.randint(1, 9_999) / 100:.2f}",
                currency=dice.choice(("502", "142")),
            )
            for gnum in range(1, dice.randint(2, 4))
        ]
        one = inventory(
            number,
            *lines,
            country=dice.choice(COUNTRIES),
            port=dice.choice(("4227", "4220")),
            mode=dice.choice(("9610", "9610", "1210", "9710")),
            flag=dice.choice("BBBA"),
        )
        (invt_no,) = told.closed([one], dice.choice(DAYS))
        found[invt_no] = sum(each.total_price for each in one.lines)
    return found


def asked(told: Summarising, numbers: list[str], dice: Random) -> list[str]:
    """Some requests at once, by period and by name; gives their numbers."""
    bodies, names = [], [f"HZ{number}" for number in range(5)]
    for name in names:
        if dice.random() < 0.5:
            first, last = sorted(dice.sample(DAYS, 2))
            bodies.append(told.request(cop_no=name, startTime=f"{first:%Y%m%d}000000", endTime=f"{last:%Y%m%d}235959"))
        else:
            bodies.append(told.request(dice.sample(numbers, dice.randint(1, 4)), name))
    told.story.say(*bodies)
    return names


@pytest.mark.parametrize("seed", range(8))
def test_every_list_stands_once(tell, seed):
    told, dice = Summarising(tell()), Random(seed)
    amounts = traffic(told, dice)
    names = asked(told, list(amounts), dice)
    standing = {number: told.standing(number) for number in amounts}
    results = told.results()
    lines = Counter((row["invtNo"], row["gnum"]) for one in results for row in one["lists"])
    assert set(lines.values()) <= {1}
    summarised = {number for number, one in standing.items() if one.standing == "summarised"}
    assert {number for number, _ in lines} == summarised
    assert sum(told.one(name).lists for name in names) == len(summarised)
    made = [one for name in names for one in told.made(name)]
    assert sum(of[7] for one in made for of in one.lines) == sum(amounts[number] for number in summarised)
    assert {one.decl_seq_no: one.gross for one in made} == {
        one["declSeqNo"]: scale(one["grossWeight"]) for one in results
    }
    assert {one.standing for number, one in standing.items() if number not in summarised} <= {"waits", "statistics", ""}
