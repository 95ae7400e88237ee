"""Calculates the amounts of a claim: refund, cost and domestic VAT of each link, or of a manufacturer's period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from declarations.documents import RefundClaim
from declarations.exchange import YuanAmount
from declarations.forex.rates import NoExchangeRate
from declarations.money import (
    MAX_AMOUNT,
    SCALE,
    AmountTooLarge,
    Scaled,
    amount_text,
    decimal_of,
    round_to_fen,
    scaled_of,
)
from declarations.parameters import NoValue, Parameters, UnknownParameter
from declarations.reasons import Reason
from declarations.refund import manufacturer, rate_choice, trader
from declarations.refund.consumption import ConsumptionRefund, refund_of_link
from declarations.refund.domestic_sale import calculate_output_vat
from declarations.refund.manufacturer import ExportShare, VatReturn
from declarations.refund.matching import ExportLine, LinkedLines
from declarations.refund.rates import percent_text
from declarations.refund.treatment import DOMESTIC_SALE, REFUND
from declarations.refund.yuan import convert_fob
from declarations.tax.allocation import allocate
from declarations.unanswered import missing_values
from gateways.refund.case import Calculation, ClaimCase, LineShare
from gateways.refund.checking import MANUFACTURER, TRADER
from gateways.refund.eligibility import MIXED
from gateways.refund.evidence import item_facts_of
from gateways.refund.standings import Item

DOMESTIC, NO_CURRENCY, EXEMPT_LINK, TOO_LARGE, DOMESTIC_LESS_BONDED = "20550", "20551", "20554", "20556", "20557"
EXEMPT_BY_LIST = "20558"
_NOTHING = Decimal(0)
SMALL_SCALE = "2"


def calculate(case: ClaimCase) -> Calculation:
    """Return the amounts of a claim that is matched and eligible; `reasons` is not empty if they cannot be
    calculated."""
    calculation = Calculation()
    rates: dict[tuple[str, str], YuanAmount] = {}
    for link in case.eligibility.links:
        for line in link.exports:
            amount = _convert_fob(line, rates, case, calculation)
            calculation.shares[line.number] = LineShare(amount)
            calculation.fob += amount
    if calculation.fob > MAX_AMOUNT * SCALE:
        calculation.reasons.append(Reason(TOO_LARGE, {"amount": amount_text(calculation.fob)}))
    calculation.reasons += manufacturer.faults_of_amounts([("bondedMaterials", case.facts.bonded_materials or 0)])
    if calculation.reasons:
        return calculation
    bonded = _divide_bonded_materials(case, calculation)
    if case.facts.claim_kind == MANUFACTURER:
        _calculate_period(case, calculation)
    for link in case.eligibility.links:
        working = list(_calculate_link(link, case, calculation, bonded))
        if working:
            calculation.working.append((link.link_no, working))
    return calculation


def _convert_fob(
    line: ExportLine, rates: dict[tuple[str, str], YuanAmount], case: ClaimCase, calculation: Calculation
) -> Scaled:
    """The FOB of a line in yuan; `rates` caches the rate of each currency and export date."""
    item = case.items[line.item_no]
    try:
        rate = _rate_of(line.fob, item, rates, case.desk.law)
    except (UnknownParameter, NoValue, NoExchangeRate) as error:
        values = {"line": str(line.number), "currency": item.currency, **missing_values(error)}
        calculation.reasons.append(Reason(NO_CURRENCY, values))
        return 0
    except AmountTooLarge:
        calculation.reasons.append(Reason(TOO_LARGE, {"amount": amount_text(line.fob)}))
        return 0
    return scaled_of(round_to_fen(decimal_of(line.fob) * rate))


def _rate_of(fob: Scaled, item: Item, rates: dict[tuple[str, str], YuanAmount], law: Parameters) -> Decimal:
    key = item.currency, item.exported_on
    if key not in rates:
        rates[key] = convert_fob(fob, item.currency, date.fromisoformat(item.exported_on), law)
    return rates[key].rate


def _calculate_link(
    link: LinkedLines, case: ClaimCase, calculation: Calculation, bonded: Mapping[int, Scaled]
) -> Iterator[Reason]:
    kind = case.eligibility.kind_of(link)
    if kind == DOMESTIC_SALE:
        yield from _tax_as_domestic(link, case, calculation, bonded)
    elif case.facts.claim_kind == TRADER:
        yield from _calculate_trader_refund(link, case, calculation)
    elif kind != REFUND:
        yield Reason(EXEMPT_LINK, {"link": link.link_no})


def _divide_bonded_materials(case: ClaimCase, calculation: Calculation) -> dict[int, Scaled]:
    """The bonded materials in each export line that is taxed, by its number: those of the claim divided by FOB."""
    if case.standing.taxpayer_kind == SMALL_SCALE:
        return {}
    taxed_lines = [
        line
        for link in case.eligibility.links
        if case.eligibility.kind_of(link) == DOMESTIC_SALE
        for line in link.exports
    ]
    weights = [_taxed_fob(line, case, calculation) for line in taxed_lines]
    bonded = min(case.facts.bonded_materials or 0, sum(weights))
    numbers = [line.number for line in taxed_lines]
    return dict(zip(numbers, allocate(bonded, weights), strict=True)) if numbers else {}


def _taxed_fob(line: ExportLine, case: ClaimCase, calculation: Calculation) -> Scaled:
    """The taxed FOB of an export line: in proportion to its lists, where some of them are exempt by their day."""
    fob, part = calculation.shares[line.number].fob_rmb, case.eligibility.taxed_parts.get(line.item_no)
    return fob if part is None else allocate(fob, (part.taxed, part.total - part.taxed))[0]


def _tax_as_domestic(
    link: LinkedLines, case: ClaimCase, calculation: Calculation, bonded: Mapping[int, Scaled]
) -> Iterator[Reason]:
    """Tax each export as a domestic sale, at the VAT rate of its day or the levy rate of small-scale taxpayers."""
    is_small = case.standing.taxpayer_kind == SMALL_SCALE
    for line in link.exports:
        item, fob = case.items[line.item_no], _taxed_fob(line, case, calculation)
        whole = calculation.shares[line.number].fob_rmb
        exported_on = date.fromisoformat(item.exported_on)
        levy, source = (
            _levy_of_small_trader(exported_on, case) if is_small else _levy_of_goods(item.gcode, exported_on, case)
        )
        materials = bonded.get(line.number, 0)
        vat = calculate_output_vat(fob, materials, levy)
        calculation.domestic_vat += vat
        if whole != fob:
            values = {"item": item.item_no, "fob": amount_text(whole), "exempt": amount_text(whole - fob)}
            yield Reason(EXEMPT_BY_LIST, values)
        yield Reason(
            DOMESTIC_LESS_BONDED if materials else DOMESTIC,
            {
                "item": item.item_no,
                "fob": amount_text(fob),
                **({"bonded": amount_text(materials)} if materials else {}),
                "levy": percent_text(levy),
                "vat": amount_text(vat),
            },
            (source,),
        )


def _levy_of_goods(hs10: str, exported_on: date, case: ClaimCase) -> tuple[Decimal, str]:
    row = case.evidence.rates.on(hs10, exported_on)
    return row.levy, row.id


def _levy_of_small_trader(exported_on: date, case: ClaimCase) -> tuple[Decimal, str]:
    value = case.desk.law.on("refund.small_scale_levy", exported_on)
    return value.amount, value.id


def _calculate_trader_refund(link: LinkedLines, case: ClaimCase, calculation: Calculation) -> Iterator[Reason]:
    """Refund and cost of a link, each rounded once (reading 35) and divided among its exports by quantity."""
    is_refunded = case.eligibility.kind_of(link) == REFUND
    days = sorted({case.items[line.item_no].exported_on for line in link.exports})
    chosen = [
        rate_choice.choose_for_trader(link.hs10, date.fromisoformat(day), link.levy, case.evidence.rates, case.desk.law)
        for day in days
    ]
    if is_refunded and len({choice.refund for choice in chosen}) > 1:
        calculation.reasons.append(Reason(MIXED, {"link": link.link_no}))
        return
    amounts = trader.calculate_refund(
        link.base,
        link.levy,
        chosen[0].refund if is_refunded else _NOTHING,
        _consumption_refund_of(link, days[0], case) if is_refunded else None,
        link.link_no,
        chosen[0].parameter_ids,
    )
    calculation.refund += amounts.total
    calculation.cost += amounts.cost
    _share_out(link, amounts.total, amounts.cost, calculation)
    for line in link.exports:
        calculation.shares[line.number].rate = scaled_of(amounts.rate) if is_refunded else 0
    yield from chosen[0].reasons
    yield from amounts.working


def _share_out(link: LinkedLines, refund_total: Scaled, cost_total: Scaled, calculation: Calculation) -> None:
    weights = [line.qty for line in link.exports]
    for line, base, refund, cost in zip(
        link.exports,
        allocate(link.base, weights),
        allocate(refund_total, weights),
        allocate(cost_total, weights),
        strict=True,
    ):
        share = calculation.shares[line.number]
        share.base, share.refund, share.cost = base, refund, cost


def _consumption_refund_of(link: LinkedLines, day: str, case: ClaimCase) -> ConsumptionRefund | None:
    """Refund of consumption tax for goods subject to it, or the reason why there is none; None for other goods."""
    bought_on = date.fromisoformat(day)
    goods = case.desk.goods.find(link.hs10, bought_on)
    if goods is None:
        return None
    items = {line.item_no: item_facts_of(case.items[line.item_no]) for line in link.exports}
    return refund_of_link(link, goods.consumption, items, bought_on, case.desk.law)


def _calculate_period(case: ClaimCase, calculation: Calculation) -> None:
    """Calculate a manufacturer's refunded exports as one period and divide the refund by FOB. Without any, the credit
    is carried on."""
    treatments = case.eligibility.treatments
    lines = [
        line for link in case.eligibility.links for line in link.exports if treatments[line.item_no].kind == REFUND
    ]
    parts, period = _group_exports(lines, case, calculation), _vat_return_of(case.facts)
    calculation.reasons += [
        reason for reason in manufacturer.faults_of(parts, period) if parts or reason.rule != manufacturer.NO_EXPORTS
    ]
    if calculation.reasons:
        return
    amounts = manufacturer.calculate_period(parts, period)
    calculation.refund, calculation.credited, calculation.carry = amounts.refund, amounts.credited, amounts.carry
    calculation.cost = amounts.not_creditable
    weights = [calculation.shares[line.number].fob_rmb for line in lines]
    for line, fob, refund in zip(lines, weights, allocate(amounts.refund, weights) if lines else (), strict=True):
        share = calculation.shares[line.number]
        share.base, share.refund = fob, refund
    calculation.working.append(("", list(amounts.working)))


def _vat_return_of(facts: RefundClaim) -> VatReturn:
    amounts = facts.output_vat, facts.input_vat, facts.credit_forward, facts.free_materials
    return VatReturn(*[amount or 0 for amount in amounts])


def _group_exports(lines: Sequence[ExportLine], case: ClaimCase, calculation: Calculation) -> list[ExportShare]:
    """The exports of a period grouped by goods and day, each with the rates and the total FOB in yuan."""
    groups: dict[tuple[str, str], ExportShare] = {}
    for line in lines:
        item = case.items[line.item_no]
        group_key = item.gcode, item.exported_on
        if group_key not in groups:
            exported_on = date.fromisoformat(item.exported_on)
            rate = rate_choice.choose_for_manufacturer(item.gcode, exported_on, case.evidence.rates, case.desk.law)
            groups[group_key] = ExportShare(0, rate.levy, rate.refund, rate.parameter_ids)
        part = groups[group_key]
        calculation.shares[line.number].rate = scaled_of(part.rate)
        groups[group_key] = part._replace(exports=part.exports + calculation.shares[line.number].fob_rmb)
    return list(groups.values())


def storable_working(working: list[tuple[str, list[Reason]]]) -> list[object]:
    """Return the calculation as stored with the claim: [link number, [[rule, values, parameters], ...]] for each
    link."""
    return [
        [link_no, [[reason.rule, dict(reason.values), list(reason.parameter_ids)] for reason in reasons]]
        for link_no, reasons in working
    ]
