"""Drawn stories of taxes, credit and spot checks: lists, events and universes, and all that follows from them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from declarations.credit import conditions, events, periods
from declarations.credit.case_numbers import case_no_of
from declarations.credit.conditions import AssessedCompany
from declarations.credit.events import CreditEvent
from declarations.documents import Inventory
from declarations.forex.checking import check as check_exchange
from declarations.parameters import NoValue
from declarations.spot_checks import drawing
from declarations.tax.explanation import explain
from declarations.tax.import_tax import assess
from declarations.tax.revaluation import Redetermined, at_prices, explained, raised_by
from declarations.tax.steps import steps
from tests.law import of_forex
from tests.law.drawing_stories import Chances
from tests.law.imported import goods_by_name, inventory, law, register

STEP = 100_000
DAYS = tuple(date(2020, 1, 1) + timedelta(137 * number) for number in range(18))


def taxed_list(chances: Chances) -> Any:
    """The tax of a list, explained, in steps, and at other prices."""
    on, names = chances.one_of(DAYS), sorted(goods_by_name())
    lines = [
        {
            "goods": chances.one_of(names),
            "value": f"{1 + chances.number(3000)}.{chances.number(100):02}",
            "quantity": str(1 + chances.number(4)),
            "legal": chances.one_of(("0.5", "1", "3")),
            "model": chances.one_of(("", "500ml/瓶", "100g")),
        }
        for _ in range(1 + chances.number(3))
    ]
    case = {"lines": lines, "freight": f"{chances.number(40)}.50", "insurance": chances.one_of(("0", "1.01"))}
    listed = inventory({**case, "mode": chances.one_of(("9610", "1210"))})
    try:
        return _assessed(listed, on, chances)
    except NoValue as missing:
        return str(missing)


def _assessed(listed: Inventory, on: date, chances: Chances) -> Any:
    assessment = assess(listed, on, register(), law(), chances.one_of(("", "P2")))
    prices = {1: (1 + chances.number(900)) * STEP}
    higher = assess(at_prices(listed, prices), on, register(), law())
    told = explained(higher, listed, Redetermined("undiscounted", prices), on, law())
    texts = [
        explain(each, language, day=on, goods=register()) for each in (assessment, told) for language in ("zh", "en")
    ]
    return [assessment, raised_by(listed, prices), [steps(each) for each in (assessment, told)], texts]


def company_with_events(chances: Chances) -> Any:
    """Return what events of a company come to on a day, and when that changes."""
    on = chances.one_of(DAYS[8:])
    kinds = sorted({*events.kinds_on(on, law()).curable, "F10", "F20", "ADM", "CRM", "VDI"})
    happened = [_credit_event(chances, number, kinds, on) for number in range(1 + chances.number(5))]
    company = AssessedCompany(
        *("3702961234", chances.one_of(("ordinary", "certified", "dishonest")), chances.yes(1, 2)),
        *(chances.one_of((None, 0, 40, 1000)), chances.yes(1, 5), chances.one_of((None, Decimal(3)))),
    )
    since = on - timedelta(30 * chances.number(30))
    return [
        conditions.assess(company, happened, on, law()),
        conditions.next_day(happened, on, law()),
        [[events.state_on(one, on, law()), events.lapses_on(one, law()), events.is_open(one, on)] for one in happened],
        [one.number for one in events.counted_on(happened, on, law())],
        [
            periods.repairable(since, periods.degree_of(happened), happened, on, law()),
            periods.ends_on(company.grade, since, happened, on, law(), lambda day: company),
        ],
        [periods.degree_of(happened), case_no_of(company.code, on, len(happened))],
    ]


def _credit_event(chances: Chances, number: int, kinds: list[str], on: date) -> CreditEvent:
    decided = on - timedelta(chances.number(900))
    final = chances.one_of((None, decided, decided + timedelta(60)))
    return CreditEvent(
        *(f"customs|{number}", chances.one_of(kinds), chances.one_of("GSN"), "customs", decided - timedelta(40)),
        *(decided, final, chances.number(2_000_000) * STEP, chances.number(9), chances.one_of(("", "D1"))),
        cured=chances.one_of((None, None, decided + timedelta(chances.number(200)))),
        withdrawn=chances.one_of((None, None, None, decided + timedelta(chances.number(400)))),
    )


def universe(chances: Chances) -> Any:
    """Return what plans draw of a universe, after samples of strata failed."""
    units = [
        drawing.SampledUnit(
            drawing.lot_key("T4258W000001", f"{number:06}"),
            chances.one_of(("9503006000", "3304990039", "2106909090")),
            chances.one_of(("", "410", "392")),
            chances.one_of(("", "ordinary", "certified")),
        )
        for number in range(14)
    ]
    failed = [chances.one_of(units).stratum for _ in range(chances.number(4))]
    raised = drawing.raised_strata(failed, chances.one_of((Decimal("1.5"), Decimal(2))))
    scope = drawing.PlanScope(chances.one_of(((), ("95",), ("33", "21"))), chances.one_of(("", "410")))
    rate = chances.one_of((Decimal("0.1"), Decimal("0.5"), Decimal("0.9")))
    flow = [unit.key for unit in drawing.draw_flow("spring", "SP1", units, rate, scope, raised)]
    sizes = drawing.raised_sizes(1 + chances.number(3), raised)
    closed = [unit.key for unit in drawing.draw_universe("spring", "SP1", units, sizes)]
    text = drawing.write_raised(raised)
    rates = [drawing.raised_rate(rate, unit, raised) for unit in units]
    return [flow, closed, sizes, text, drawing.read_raised(text), rates, drawing.first_difference(flow, closed)]


def exchange_report(chances: Chances) -> Any:
    """The findings about a report of foreign exchange, beside what the directory knows."""
    legs = [
        {
            "amount": str(chances.one_of((50, 4_000, 60_000, 2_000_000))),
            "kind": chances.one_of(("1", "1", "2", "9")),
            "entry": chances.one_of(("", "E1", "E2")),
            "country": chances.one_of(("USA", "CHN")),
            "currency": chances.one_of(("502", "502", "300")),
        }
        for _ in range(1 + chances.number(4))
    ]
    case: dict[str, Any] = {
        "legs": legs,
        "class": chances.one_of(("A", "B", "C", "")),
        "direction": chances.one_of("12"),
        "settlement": chances.one_of("12"),
        "quota": chances.one_of(("100", "90000")),
        "totals": {"1": chances.one_of(("0", "90000"))},
        "moved": {"O1": chances.one_of(("0", "50"))},
    }
    report = of_forex.report(case)
    if chances.yes(1, 3):
        case["orders"] = {"O1": "50.00 502"}
    known = of_forex.facts(case, report)
    known = known._replace(other_numbers={1: "E9"} if chances.yes(1, 3) else {})
    return [case, check_exchange(report, known, of_forex.stamped("20261120230000"), law())]
