"""Questions about dated values and tables that grow: parameters, goods, rates, lifecycles, draws. Texts in and out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

from declarations import goods, profiles, quality, risk
from declarations.automatic_officer import choose
from declarations.commitments import commitment_of
from declarations.confidence import Confidence
from declarations.export import list_clearance
from declarations.forex.rate_table import ExchangeRate, law_with
from declarations.forex.rates import NoExchangeRate, customs_code_of, letters_of, rate_of
from declarations.lifecycle import all_lifecycles
from declarations.money import scaled_from_text
from declarations.parameters import NoValue
from declarations.parameters.changing import SANDBOX_ONLY
from declarations.parameters.tables.risk import RiskProfile
from declarations.parameters.tables.shape import in_shape
from declarations.parameters.values import Parameter, Value
from declarations.profile_rules import make_rule, read_text
from declarations.profiles import RiskFacts, RiskLine, meets
from declarations.quality import ClosedCase, QualityPlan
from declarations.refund import rates
from declarations.refund.rates import NoRefundRate
from declarations.registration.goods_filing import negative_groups_of
from declarations.registration.grading import grades_on
from declarations.registration.standing import CompanyStanding, barred_companies
from declarations.rules import codes_in_force
from declarations.summary.units import measure_of
from tests.law.clean_documents import document
from tests.law.comparing import codes, or_none
from tests.law.imported import law, register
from tests.law.rows import day

RATE_CODES = frozenset({list_clearance.NO_RATE, list_clearance.NO_RATE_OF_MONTH})
_LONGEST = 160


def _short(content: object) -> str:
    """A value in one line; of a long one the beginning and a digest of all."""
    text = _line(content)
    return text if len(text) <= _LONGEST else f"{text[:60]}… {sha256(text.encode()).hexdigest()[:12]}"


def _line(content: object) -> str:
    if isinstance(content, Mapping):
        return "; ".join(f"{name}: {_line(held)}" for name, held in content.items())
    if isinstance(content, list | tuple):
        return " ".join(map(_line, content))
    return str(content)


def value_of_day(parameter: str, on: str) -> str:
    """Return the value of a parameter on a day, with the day since when it holds."""

    def found() -> str:
        value = law().on(parameter, day(on))
        return f"{value.since} {_short(value.content)}"

    return or_none(NoValue, found)


def goods_of_day(code: str, on: str) -> str:
    """Return what the register knows of a code on a day."""
    found = goods.load().find(code, day(on))
    return "" if found is None else _short([found.unit1, found.unit2, found.vat, found.consumption, _rest(found)])


def _rest(found: goods.Goods) -> list[Any]:
    return [found.duty_rate, found.duty_specific, found.content, found.remark, found.remark_value]


def refund_rate(code: str, on: str) -> str:
    """Return levy, refund and flag of goods on the day of export."""

    def found() -> str:
        row = rates.load_rates().on(code, day(on))
        return f"{row.levy} {row.refund} {row.flag}".strip()

    return or_none(NoRefundRate, found)


def exchange_rate(currency: str, on: str) -> str:
    """Return the rate of a currency on a day, with both of its codes."""
    rate = or_none((NoValue, NoExchangeRate), lambda: rate_of(letters_of(currency), day(on), law())[0])
    return f"{rate} {letters_of(currency)} {customs_code_of(currency)}"


def step(lifecycle: str, state: str, action: str) -> str:
    """Return where an action leads, who does it, and what its receipts show."""
    for taken in all_lifecycles()[lifecycle].transitions:
        if taken.action == action and state in taken.sources:
            receipts = taken.return_status, taken.export_status, taken.words, taken.flow
            return " ".join(filter(None, (taken.to, "by", *taken.by, *receipts)))
    return "none"


def ends(lifecycle: str, state: str) -> str:
    """Return whether a state is ended, and whether it is final."""
    known = all_lifecycles()[lifecycle].states[state]
    return " ".join(filter(None, ("ended" if known.ended else "", "final" if known.final else ""))) or "open"


def draw(seed: str, purpose: str, key: str) -> str:
    """Return the number that a draw gives."""
    return str(risk.draw_number(seed, purpose, key))


def inspected(seed: str, company: str, order: str, rate: str) -> str:
    """Return whether a list is drawn for inspection, and whether it fails the check of quality."""
    drawn = risk.is_drawn_for_inspection(seed, company, order, Decimal(rate))
    return f"{drawn} {risk.fails_quality_check(seed, company, order, Decimal(rate))}"


def profile_met(rule: str, facts: str) -> str:
    """Return whether a list meets a risk profile. Facts: company, grade, value, office, mode, flow, then goods and
    origin of each line, "3304/110"."""
    parsed = in_shape(make_rule(read_text(f"title=T; lane=inspect; share=1; {rule}")), RiskProfile)
    company, shown, value, office, mode, flow, *lines = facts.split()
    goods_lines = [RiskLine(*line.split("/")) for line in lines]
    given = RiskFacts(
        "E|N",
        company,
        grade=shown,
        value=scaled_from_text(value),
        office=office,
        mode=mode,
        flow=flow,
        lines=goods_lines,
    )
    return "yes" if meets(parsed, given) else "no"


def profile_drawn(share: str, key: str) -> str:
    """Return whether a risk profile draws a list."""
    rule = RiskProfile(title="T", lane="inspect", share=Decimal(share))
    return "yes" if profiles.is_drawn("spring", "P1", rule, key) else "no"


def profiles_of_day(since: str, until: str, on: str) -> str:
    """Return the profiles in force on a day, of one that inspects and one that reviews."""
    made = []
    for code, lane in (("P1", "review"), ("P2", "inspect")):
        name, table = f"{SANDBOX_ONLY}{code}", {"title": "T", "lane": lane, "share": Decimal(1), "until": until}
        value = Value(name, day(since), None, table, "", Confidence.OWN)
        made.append(Parameter(name, name, name, "", (value,)))
    return " ".join(profile.code for profile in profiles.profiles_on(law().with_parameters(made), day(on)))


def checked_again(share: str, number: str) -> str:
    """Return whether a closed case is drawn for a check of quality at a share."""
    return (
        "yes"
        if quality.is_drawn(QualityPlan("spring", Decimal(share), 10), ClosedCase("claim", number, 1, "refund"))
        else "no"
    )


def checks_of_desk(share: str, cap: str, before: str, closed: str) -> str:
    """Return which of the cases N0, N1, … that were closed at a desk, so many, are checked, if so many were before."""
    cases = [ClosedCase("claim", f"N{number}", 1, "refund") for number in range(int(closed))]
    drawn = Counter({"refund": int(before)})
    chosen = quality.draw_checks(QualityPlan("spring", Decimal(share), int(cap)), cases, drawn)
    return " ".join([*(case.number for case, taken in zip(cases, chosen, strict=True) if taken), str(drawn["refund"])])


def month_without_rate(mode: str, flag: str) -> str:
    """Return the reasons, `refused` and `review`, about the rate of an export list in dollars on a day of June, when
    rates were imported up to May."""
    may = ExchangeRate("USD", day("2026-05-01"), Decimal("7.1"), day("2026-04-15"), "海关公布", Confidence.CONFIRMED)
    listed = document("export_inventory", {"trade_mode": mode, "statistics_flag": flag}, [{"currency": "502"}])
    on, imported = day("2026-06-01"), law_with([may], law())
    verdict = list_clearance.check(listed, on, imported, register(), warehouse_filed=True)
    refused, review = (
        [code for code in codes(reasons) if code in RATE_CODES] for reasons in (verdict.reasons, verdict.review)
    )
    return f"refused {' '.join(refused) or '-'} review {' '.join(review) or '-'}"


def commitment(secret: str) -> str:
    """Return the commitment to a secret."""
    return commitment_of(secret)


def barred(suspended_at: str, now: str) -> str:
    """Return the reasons against a company that is suspended from an instant on."""
    company = CompanyStanding("3702961234", "青岛海燕", int(suspended_at))
    return " ".join(codes(barred_companies([company, company], int(now))))


def grade(given: str, on: str) -> str:
    """Return the grade that counts on a day, its share of inspections, and all grades of the day."""

    def found() -> str:
        counted = risk.grade_on(day(on), given, law())
        share = risk.inspection_rate_of(counted, day(on), law())
        return f"{counted} {share} of {' '.join(grades_on(day(on), law()))}"

    return or_none(NoValue, found)


def automatic_officer(lifecycle: str, state: str, key: str) -> str:
    """Return the choice of the automatic officer: act, minutes and reason."""
    choice = choose("spring", key, state, day("2026-06-01"), law(), lifecycle)
    if choice is None:
        return "none"
    return f"{choice.action} {choice.minutes} {choice.reason.rule if choice.reason else ''}".strip()


def not_for_retail(code: str, country: str, on: str) -> str:
    """Return the groups of the negative list that goods are in."""

    def found() -> str:
        groups = negative_groups_of(code, country, law().on("registration.negative_list", day(on)))
        return " ".join(group.name for group in groups)

    return or_none(NoValue, found)


def codes_of_day(on: str) -> str:
    """Return a digest of the code lists that hold on a day."""
    return _short([f"{name} {_line(sorted(held))}" for name, held in codes_in_force(day(on))._asdict().items()])


def unit(code: str) -> str:
    """Return family and factor of a unit of measure."""
    known = measure_of(code)
    return f"{known.family} {known.factor}"
