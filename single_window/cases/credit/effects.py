"""Effects of a credit grade on a day, beside those of another: what each dated rule says of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from declarations.parameters import NoValue, Parameters, Value
from declarations.parameters.tables.clearance import GreenChannel, WaivingGrades
from declarations.parameters.tables.settlement import ClassTests, FirstClass
from declarations.parameters.tables.shape import Shares
from declarations.risk import grade_on, inspection_rate_of
from single_window.cases.credit.answers import EffectOut
from single_window.language.words import Words

_YES, _NO = "✓", "–"


class _Rule(NamedTuple):
    parameter: str
    title: Words
    of: Callable[[str, date, Parameters, Value], str]


def _inspection(grade: str, day: date, law: Parameters, value: Value) -> str:
    share = inspection_rate_of(grade_on(day, grade, law), day, law)
    return f"{(share * 100).normalize():f}%"


def _batch(grade: str, day: date, law: Parameters, value: Value) -> str:
    """In a batch each list of a company worse than ordinary is a sample by its own rate."""
    shares = value.table_as(Shares)
    worse = shares[grade_on(day, grade, law)] > shares["ordinary"]
    return _inspection(grade, day, law, value) if worse else _NO


def _refund(grade: str, day: date, law: Parameters, value: Value) -> str:
    return "4" if grade in value.table_as(ClassTests).customs_refused else _NO


def _first_class(grade: str, day: date, law: Parameters, value: Value) -> str:
    return _YES if grade in value.table_as(FirstClass).customs else _NO


def _waiver(grade: str, day: date, law: Parameters, value: Value) -> str:
    return _YES if grade_on(day, grade, law) in value.table_as(WaivingGrades).grades else _NO


def _green(grade: str, day: date, law: Parameters, value: Value) -> str:
    return _YES if grade in value.table_as(GreenChannel).grades else _NO


_RULES = (
    _Rule("inspection.rates", Words("查验抽中率", "share inspected"), _inspection),
    _Rule("inspection.rates", Words("批次中逐票抽样", "drawn from each batch"), _batch),
    _Rule("refund.classes.tests", Words("退税管理类别", "class of tax refunds"), _refund),
    _Rule("refund.classes.first", Words("可为一类退税企业", "fit for the first refund class"), _first_class),
    _Rule("collection.guarantee_waiver", Words("可免税款担保", "may be freed of the guarantee"), _waiver),
    _Rule("registration.green_channel", Words("备案绿色通道", "green channel of registration"), _green),
)


def effects(now: str, then: str, day: date, law: Parameters) -> Iterator[EffectOut]:
    """Yield what each rule says of two grades on a day; a rule that is not in force then is left out."""
    for rule in _RULES:
        try:
            value = law.on(rule.parameter, day)
            found = [rule.of(grade, day, law, value) for grade in (now, then)]
        except NoValue:
            continue
        yield EffectOut(
            name=rule.parameter,
            title_zh=rule.title.zh,
            title_en=rule.title.en,
            now=found[0],
            then=found[1],
            parameter_id=value.id,
        )
