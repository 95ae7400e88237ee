"""Every reason that limits, tax and returns give has its words in the table of receipts, in both languages."""

from __future__ import annotations

from datetime import date

from known import cases

from declarations import limits, parameters, returns
from declarations.documents import Refund, RefundLine
from declarations.money import scaled_from_text
from declarations.parameters import NoValue
from declarations.reasons import Reason
from declarations.tax.import_tax import assess, dutiable_value_of
from schemas.receipt_texts import words
from tests.law.imported import goods_by_name as codes
from tests.law.imported import inventory, register
from tests.tables import each

LAW = parameters.load()


def reasons_of_limits():
    for case in (row.values[0] for row in cases("limits")):
        if "lines" not in case or "refused" in case:
            continue
        facts, used = inventory(case), scaled_from_text(case.get("used", "0"))
        used_caps = {group: scaled_from_text(weight) for group, weight in case.get("used_caps", {}).items()}
        yield from limits.check(facts, dutiable_value_of(facts), used, case["day"], LAW, register(), used_caps).reasons


def reasons_of_tax():
    for case in (row.values[0] for row in cases("tax")):
        try:
            yield from assess(inventory(case), case["day"], register(), LAW).needs_review
        except NoValue:
            assert "refused" in case


def reasons_of_returns():
    facts = inventory({"lines": [{"goods": "nappies", "value": "10.00"}]})
    fields: dict[str, object] = dict.fromkeys(Refund.__struct_fields__, "")
    fields["lines"] = tuple(
        RefundLine(gnum, codes()["nappies"].hs10, "", scaled_from_text("2"), "011") for gnum in (1, 2)
    )
    return returns.check(Refund(**fields), facts, {}, date(2026, 3, 2), date(2026, 5, 2), LAW)


REASONS_MADE = {reason.rule: reason for reason in (*reasons_of_limits(), *reasons_of_tax(), *reasons_of_returns())}
PORT = {port: Reason(port, REASONS_MADE[rule].values) for rule, port in limits.PORT_PRE_CHECK.items()}


def test_every_code_occurs_in_a_specification():
    assert set(REASONS_MADE) == {
        "14001",
        "14002",
        "14003",
        "14004",
        "14005",
        "14006",
        "14007",
        "1313",
        "14021",
        "14022",
        "14023",
        "14031",
        "14032",
        "-625209",
    }


@each("language", ["zh", "en"])
@each("reason", [*REASONS_MADE.values(), *PORT.values()], ids=lambda reason: reason.rule)
def test_a_reason_has_words(reason, language):
    text = words(reason.rule, reason.values, language)
    assert text and "{" not in text


def test_the_yearly_limit_reads_as_observed():
    values = {**REASONS_MADE["1313"].values, "total_price": "26114.44", "limit_price": "26000.00"}
    assert words("1313", values).endswith(";totalPrice：26,114.44 > limitPrice: 26,000;")
