"""Refund classes 1–4 of exporters and their consequences (rules 3.5; STA 2015-2, 2016-46, 2018-31, 2022-9).

Class 4 on any of its grounds; else class 3 for new firms, firms with tax credit C, M or none, and firms that fail a
test of classes 1 and 2; else class 1 on its further tests, else class 2. The rule book names the tests that classes
1 and 2 share; what divides the two is taken from STA 2016-46.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from declarations.calendar import months_after
from declarations.money import Scaled, amount_text, decimal_of
from declarations.parameters import Parameters, Value
from declarations.parameters.tables.settlement import ClassTests, ExchangeEvidence, FirstClass
from declarations.parameters.tables.shape import Shares
from declarations.refund.conditions import Condition, ConditionOutcome, failed_conditions
from declarations.refund.rates import percent_text
from declarations.risk import grade_values

CREDIT_NOT_REFUSED = "20120"
NO_FRAUD = "20121"
FOREX_NOT_REFUSED = "20122"
CUSTOMS_NOT_REFUSED = "20123"
NOT_NEW = "20124"
CREDIT_GOOD = "20125"
CAPACITY = "20126"
NET_ASSETS = "20127"
INTERNAL_CONTROL = "20128"
YEARS = "20129"
FOREX_FIRST = "20130"
CUSTOMS_FIRST = "20131"
FIRST, SECOND, THIRD, FOURTH = 1, 2, 3, 4


class RatedCompany(NamedTuple):
    """The inputs of a rating: tax credit (A B M C D, "" unrated), exchange class (A B C, "" none), customs credit
    grade (as of `inspection.grades`), fraud found, capacity that fits the refunds, net assets and last year's refund
    in yuan, internal control, whole years since the first claim, and whether it is a foreign-trade service platform.
    """

    tax_credit: str
    forex_class: str
    customs_grade: str
    fraud: bool
    capacity: bool
    net_assets: Scaled
    last_refund: Scaled
    internal_control: bool
    years: int
    service_platform: bool = False


class RefundClass(NamedTuple):
    """The class, the conditions with their outcomes, and whether claims require evidence of the exchange."""

    number: int
    conditions: tuple[Condition, ...]
    exchange_evidence: bool = False

    @property
    def parameter_ids(self) -> tuple[str, ...]:
        """The ids of the dated values applied."""
        return tuple(dict.fromkeys(name for condition in self.conditions for name in condition.parameter_ids))


class ReviewDays(NamedTuple):
    """The working days for the review of a claim, and the dated value that decides them."""

    days: int
    parameter_ids: tuple[str, ...]


def classify(firm: RatedCompany, day: date, parameters: Parameters) -> RefundClass:
    """Return the class of a firm on a day; raises `NoValue` before there were classes."""
    tests, first = parameters.on("refund.classes.tests", day), parameters.on("refund.classes.first", day)
    groups = (
        (FOURTH, tuple(_grounds_of_fourth(firm, tests))),
        (THIRD, tuple(_shared_tests(firm, tests))),
        (SECOND, tuple(_tests_of_first(firm, first))),
    )
    number, conditions = FIRST, list[Condition]()
    for candidate, group in groups:
        if number != FIRST:
            conditions += [condition._replace(outcome=ConditionOutcome.NOT_APPLICABLE) for condition in group]
            continue
        conditions += group
        number = candidate if failed_conditions(group) else FIRST
    return RefundClass(number, tuple(conditions), must_prove_exchange(number, day, parameters))


def review_days_of(number: int, day: date, parameters: Parameters) -> ReviewDays:
    """Return the working days of review for a class; raises `KeyError` for an unknown class."""
    value = parameters.on("refund.review_days", day)
    return ReviewDays(int(value.table_as(Shares)[str(number)]), (value.id,))


def must_prove_exchange(number: int, day: date, parameters: Parameters) -> bool:
    """True if claims of a class require evidence that the foreign exchange was collected."""
    return number in parameters.on("refund.classes.exchange_evidence", day).table_as(ExchangeEvidence).classes


def end_of_lock(rated_on: date, parameters: Parameters) -> date:
    """Return the last day on which a firm rated class 4 on a day must remain there."""
    return months_after(rated_on, int(parameters.on("refund.classes.lock_months", rated_on).amount))


def _grounds_of_fourth(firm: RatedCompany, tests: Value) -> Iterator[Condition]:
    table = tests.table_as(ClassTests)
    yield _check_condition(
        CREDIT_NOT_REFUSED, firm.tax_credit not in table.credit_refused, tests, credit=firm.tax_credit
    )
    yield _check_condition(NO_FRAUD, not firm.fraud, tests)
    yield _check_condition(
        FOREX_NOT_REFUSED, firm.forex_class not in table.forex_refused, tests, forex=firm.forex_class
    )
    yield _check_condition(
        CUSTOMS_NOT_REFUSED, firm.customs_grade not in table.customs_refused, tests, **grade_values(firm.customs_grade)
    )


def _shared_tests(firm: RatedCompany, tests: Value) -> Iterator[Condition]:
    table = tests.table_as(ClassTests)
    yield _check_condition(NOT_NEW, firm.years >= table.years, tests, years=str(firm.years), least=str(table.years))
    yield _check_condition(CREDIT_GOOD, firm.tax_credit in table.credit, tests, credit=firm.tax_credit)
    yield _check_condition(CAPACITY, firm.capacity, tests)
    share = table.net_assets_of_platform if firm.service_platform else table.net_assets
    values = {
        "net_assets": amount_text(firm.net_assets),
        "last_refund": amount_text(firm.last_refund),
        "share": percent_text(share),
    }
    has_enough_assets = decimal_of(firm.net_assets) >= share * decimal_of(firm.last_refund)
    yield Condition(NET_ASSETS, _outcome_of(has_enough_assets), values, (tests.id,))
    yield _check_condition(INTERNAL_CONTROL, firm.internal_control, tests)


def _tests_of_first(firm: RatedCompany, first: Value) -> Iterator[Condition]:
    table = first.table_as(FirstClass)
    yield _check_condition(YEARS, firm.years >= table.years, first, years=str(firm.years), least=str(table.years))
    yield _check_condition(FOREX_FIRST, firm.forex_class in table.forex, first, forex=firm.forex_class)
    yield _check_condition(
        CUSTOMS_FIRST, firm.customs_grade in table.customs, first, **grade_values(firm.customs_grade)
    )


def _check_condition(rule: str, holds: bool, value: Value, **values: str) -> Condition:
    return Condition(rule, _outcome_of(holds), values, (value.id,))


def _outcome_of(holds: bool) -> ConditionOutcome:
    return ConditionOutcome.SATISFIED if holds else ConditionOutcome.FAILED
