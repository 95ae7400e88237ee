"""Papers of synthetic refunds: every message is valid, one seed gives the same bytes, all is marked as invented."""

from datetime import date
from decimal import Decimal

import pytest

from simulators.exports.goods import export_goods
from simulators.refunds import acts
from simulators.refunds.cases import CORRUPTIONS, corrupt_claim
from simulators.refunds.exporting import everyday_exports, year_cases
from simulators.refunds.firms import Market
from simulators.refunds.items import LETTERS, ExportedItem
from simulators.refunds.scenarios import CLAIM, EXCHANGE, EXPORT, INVOICE, OFFICER, RETURN, refund_scenarios
from tests.tables import each

FIRST, WHEN = date(2026, 1, 2), "20270110101500"


def market(seed=1):
    return Market(seed, len(refund_scenarios()) + 4)


def played(seed=1, trades=96):
    """All cases of a year, each item as if its list had been its declaration."""
    world = market(seed)
    made_cases = year_cases(world, seed, FIRST, trades)
    for case in made_cases:
        case.trades += everyday_exports(world, seed, case)
        case.items = [_item(trade, case) for trade in case.trades]
    return made_cases


def _item(trade, case):
    line = trade.inventory.lines[0]
    number = f"4227{case.number:014d}001"
    return ExportedItem(
        number,
        line["gcode"],
        line["gname"],
        line["unit1"],
        Decimal(line["qty1"]),
        LETTERS[line["currency"]],
        Decimal(line["totalPrice"]),
        case.first,
        trade.mode,
        (trade.id,),
        number[:18],
    )


def messages_of(year, world):
    """Every message of all cases, step by step."""
    firms = list({row.firm.code: row.firm for row in year}.values())
    yield from acts.registrations(firms, WHEN)
    for case in year:
        for step in case.scenario.steps:
            if step.do not in {OFFICER, RETURN, EXPORT}:
                yield from acts.messages_of_step(case, step, world, world.bank, WHEN)


@pytest.fixture(scope="module")
def messages():
    return list(messages_of(played(), market()))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(messages):
    assert [row.body for row in messages_of(played(), market())] == [message.body for message in messages]
    assert {row.body for row in messages_of(played(2), market(2))}.isdisjoint({message.body for message in messages})


def test_every_name_is_marked_as_invented(messages):
    for message in messages:
        text = message.body.decode()
        for tag in ("ebcName", "sellerName", "reporterName", "counterparty", "copName"):
            for piece in text.split(f"<ceb:{tag}>")[1:]:
                assert piece.partition("<")[0].endswith("（模拟）"), (tag, piece[:40])


def test_numbers_fit_their_fields_and_belong_to_one_case():
    result = played()
    numbers = [number for row in result for number in (*row.numbers, row.second_claim_no)]
    assert len(set(numbers)) == len(numbers)
    assert max(map(len, numbers)) <= 20


@each("how", CORRUPTIONS)
def test_what_is_wrong_with_a_claim_is_in_its_first_link_only(how):
    case = next(row for row in played() if row.scenario.name == "several_rates")
    sound = case.claim("202607")
    other = corrupt_claim(sound, how)
    assert other.links[0] != sound.links[0] and other.links[1:] == sound.links[1:]


def test_plots_have_words_and_steps_that_are_known():
    names = [scenario.name for scenario in refund_scenarios()]
    assert len(set(names)) == len(names) >= 20
    for scenario in refund_scenarios():
        assert scenario.zh and scenario.en and scenario.path
        assert {step.do for step in scenario.steps} <= {*acts.STEP_WRITERS, OFFICER} and any(
            s.do == CLAIM for s in scenario.steps
        )
        assert [step.do for step in scenario.steps].count(INVOICE) == (1 if scenario.paper else 0)
        assert {goods.kind for goods in scenario.goods} <= {good.kind for good in export_goods()}
        steps = [step.on(FIRST) for step in scenario.steps]
        assert steps == sorted(steps) or EXCHANGE in {step.do for step in scenario.steps}
