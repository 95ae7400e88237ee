"""Whatever is closed and asked for: a list stands in a summary once, or is counted only, or waits; no line is lost."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest

from declarations.money import scaled_from_text
from tests.stories.summarising import Summarising, inventory, line

CODES, COUNTRIES = ("6109100010", "6404110000", "4202220000"), ("133", "116")
DAYS = (date(2026, 9, 29), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 2))


def traffic(driver: Summarising, dice: Random) -> dict[str, int]:
    """Lists of all kinds, closed on several days; gives the amount of each in total, by number."""
    results = {}
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
        new_inventory = inventory(
            number,
            *lines,
            country=dice.choice(COUNTRIES),
            port=dice.choice(("4227", "4220")),
            mode=dice.choice(("9610", "9610", "1210", "9710")),
            flag=dice.choice("BBBA"),
        )
        (invt_no,) = driver.closed([new_inventory], dice.choice(DAYS))
        results[invt_no] = sum(goods_line.total_price for goods_line in new_inventory.lines)
    return results


def requested(driver: Summarising, numbers: list[str], dice: Random) -> list[str]:
    """Some requests at once, by period and by name; gives their numbers."""
    bodies, names = [], [f"HZ{number}" for number in range(5)]
    for name in names:
        if dice.random() < 0.5:
            first, last = sorted(dice.sample(DAYS, 2))
            bodies.append(
                driver.request(cop_no=name, startTime=f"{first:%Y%m%d}000000", endTime=f"{last:%Y%m%d}235959")
            )
        else:
            bodies.append(driver.request(dice.sample(numbers, dice.randint(1, 4)), name))
    driver.story.submit(*bodies)
    return names


@pytest.mark.parametrize("seed", range(8))
def test_every_list_stands_once(start_story, seed):
    driver, dice = Summarising(start_story()), Random(seed)
    amounts = traffic(driver, dice)
    names = requested(driver, list(amounts), dice)
    standing = {number: driver.standing(number) for number in amounts}
    results = driver.results()
    lines = Counter((row["invtNo"], row["gnum"]) for result in results for row in result["lists"])
    assert set(lines.values()) <= {1}
    summarised = {number for number, state in standing.items() if state.standing == "summarised"}
    assert {number for number, _ in lines} == summarised
    assert sum(driver.summary(name).lists for name in names) == len(summarised)
    made = [declaration for name in names for declaration in driver.made(name)]
    assert sum(of[7] for declaration in made for of in declaration.lines) == sum(
        amounts[number] for number in summarised
    )
    assert {declaration.decl_seq_no: declaration.gross for declaration in made} == {
        result["declSeqNo"]: scaled_from_text(result["grossWeight"]) for result in results
    }
    assert {state.standing for number, state in standing.items() if number not in summarised} <= {
        "waits",
        "statistics",
        "",
    }
