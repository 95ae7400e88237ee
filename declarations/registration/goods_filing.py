"""Checks the goods that a company files for cross-border e-commerce, also against the day's negative list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from declarations.goods.tariff import has_ten_digits, is_in_tariff
from declarations.parameters import NoValue, Parameters, Value
from declarations.parameters.tables.clearance import NegativeGroup, NegativeList
from declarations.reasons import Reason
from declarations.unanswered import missing_value_reason

ON_NEGATIVE_LIST = "21360"
BAD_GOODS_CODE = "21361"
TWICE = "21362"
NO_NAME = "21363"
NO_SUCH_GOODS = "21367"


class FilingLine(NamedTuple):
    """A line of a goods filing: the company's own number of the goods, code (10 digits), name, country of origin."""

    number: int
    item_no: str
    gcode: str
    gname: str
    country: str


class LineDecision(NamedTuple):
    """The decision about one line: `reasons` to refuse it (empty: filed)."""

    number: int
    reasons: tuple[Reason, ...]

    @property
    def filed(self) -> bool:
        """True if the goods are filed."""
        return not self.reasons


def decide_lines(lines: Sequence[FilingLine], day: date, parameters: Parameters) -> tuple[LineDecision, ...]:
    """Return the decision about each line of a filing, with all reasons, in the order of lines.

    If the law of the day has no filing or no negative list, all lines are refused with the missing value.
    """
    try:
        parameters.on("registration.goods_filing", day)
        value = parameters.on("registration.negative_list", day)
    except NoValue as error:
        return tuple(LineDecision(line.number, (missing_value_reason(error),)) for line in lines)
    times = Counter(line.item_no for line in lines)
    return tuple(
        LineDecision(line.number, (*_check_line(line, times[line.item_no], day), *_check_negative_list(line, value)))
        for line in lines
    )


def negative_groups_of(gcode: str, country: str, value: Value) -> tuple[NegativeGroup, ...]:
    """Return the groups of a negative list to which goods belong, by code and, if the group names any, origin."""
    return tuple(
        group
        for group in value.table_as(NegativeList).group
        if gcode.startswith(group.codes) and (group.countries is None or country in group.countries)
    )


def _check_line(line: FilingLine, times: int, day: date) -> list[Reason]:
    number, reasons = str(line.number), []
    if not has_ten_digits(line.gcode):
        reasons.append(Reason(BAD_GOODS_CODE, {"gnum": number, "gcode": line.gcode[:40]}))
    elif not is_in_tariff(line.gcode, day):
        reasons.append(Reason(NO_SUCH_GOODS, {"gnum": number, "gcode": line.gcode}))
    if not line.item_no.strip() or not line.gname.strip():
        reasons.append(Reason(NO_NAME, {"gnum": number}))
    if times > 1:
        reasons.append(Reason(TWICE, {"gnum": number, "item_no": line.item_no[:60]}))
    return reasons


def _check_negative_list(line: FilingLine, value: Value) -> list[Reason]:
    """负面清单内的商品不予备案。"""
    return [
        Reason(
            ON_NEGATIVE_LIST,
            {"gnum": str(line.number), "gcode": line.gcode, "goods_zh": group.zh, "goods_en": group.en},
            (value.id,),
        )
        for group in negative_groups_of(line.gcode, line.country, value)
    ]
