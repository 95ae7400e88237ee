"""The import taxes of exports that come back without relief (rules 3.7): those of an ordinary import, to the fen.

The value is what was declared at export, in the share that comes back, at the rate of the day on which the return is
accepted; the way back is taken to cost what the way out cost, since no message tells it (reading 56). A tax of the
consignment that is not above `import_tax.small_amount` is not levied; the bases of the other taxes keep it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from msgspec import Struct

from declarations.documents import ExportInventory, ExportRefund, ExportRefundLine, InventoryLine
from declarations.forex.rates import convert_at_rate_of_day
from declarations.goods import GoodsRegister
from declarations.money import SCALE, Scaled, amount_text, scaled_of
from declarations.parameters import Parameters
from declarations.reasons import Reason
from declarations.tax.allocation import allocate, share_by_quantity
from declarations.tax.assessment import Assessment
from declarations.tax.import_tax import assess_in_full
from declarations.tax.rates import rates_on
from declarations.tax.value import LineValue, round_to_whole_fen

NOT_LEVIED = {"duty": "17428.duty", "consumption": "17428.consumption", "vat": "17428.vat"}
"""Tax → the code that says that it is too small to be levied."""
RATE, UNIT_PRICE = "1", "2"
"""Flags of a charge: percent of the goods; price of a tonne. Otherwise it is the whole."""
_MOST: Scaled = 10**12 * SCALE
_KILOGRAMS = 1_000


class ReturnedTax(Struct, frozen=True, array_like=True):
    """The taxes of the lines that are not free, as computed, and which of them are too small to be levied."""

    assessment: Assessment
    waived: tuple[Reason, ...] = ()

    def due(self, tax: str) -> Scaled:
        """Return what is levied of "duty", "consumption" or "vat"."""
        levied: Scaled = getattr(self.assessment, tax)
        return 0 if NOT_LEVIED[tax] in {reason.rule for reason in self.waived} else levied

    @property
    def total(self) -> Scaled:
        """All that is levied."""
        return sum([self.due(tax) for tax in NOT_LEVIED])


class _Listed(NamedTuple):
    """A line of the export list in yuan, whole."""

    value: LineValue
    quantity: Scaled


def assess_returned(
    refund: ExportRefund,
    inventory: ExportInventory,
    taxed: Collection[int],
    day: date,
    goods: GoodsRegister,
    parameters: Parameters,
) -> ReturnedTax:
    """Return the taxes of the lines `taxed` (numbers of lines of the list) of a return that is accepted on a day.

    Raises `NoValue` if the law or the exchange rate of the day is not known, `OverflowError` for a value that cannot be
    taxed.
    """
    used: dict[str, None] = {}
    listed = _in_yuan(inventory, day, parameters, used)
    back = [line for line in refund.lines if line.gnum in taxed]
    values = [_share(line, listed[line.gnum]) for line in back]
    if sum([value.total for value in values]) > _MOST:
        raise OverflowError(f"the value of {refund.co_el_no} is above {amount_text(_MOST)} yuan")
    assessed = assess_in_full([_imported(line) for line in back], values, rates_on(day, goods, parameters), tuple(used))
    return ReturnedTax(assessed, _waived(assessed, day, parameters))


def _in_yuan(
    inventory: ExportInventory, day: date, parameters: Parameters, used: dict[str, None]
) -> Mapping[int, _Listed]:
    """The lines of a list in yuan, with their shares of freight and insurance, by number."""
    lines = sorted(inventory.lines, key=lambda line: line.gnum)
    goods = [_convert(line.total_price, line.currency, day, parameters, used) for line in lines]
    freight = _freight(inventory, sum(goods), day, parameters, used)
    insurance = _insurance(inventory, sum(goods), freight, day, parameters, used)
    quantities = [line.qty for line in lines]
    shares = zip(goods, allocate(freight, goods, quantities), allocate(insurance, goods, quantities), strict=True)
    return {line.gnum: _Listed(LineValue(*parts), line.qty) for line, parts in zip(lines, shares, strict=True)}


def _convert(amount: Scaled, currency: str, day: date, parameters: Parameters, used: dict[str, None]) -> Scaled:
    converted = convert_at_rate_of_day(amount, currency, day, parameters)
    used.update(dict.fromkeys(converted.parameter_ids))
    return converted.amount


def _freight(
    inventory: ExportInventory, goods: Scaled, day: date, parameters: Parameters, used: dict[str, None]
) -> Scaled:
    return _charge((inventory.freight, inventory.f_flag, inventory.f_currency), inventory, goods, day, parameters, used)


def _insurance(
    inventory: ExportInventory,
    goods: Scaled,
    freight: Scaled,
    day: date,
    parameters: Parameters,
    used: dict[str, None],
) -> Scaled:
    """Return the insurance that the list states, or the statutory share of goods and freight."""
    if inventory.insured_fee:
        told = inventory.insured_fee, inventory.i_flag, inventory.i_currency
        return _charge(told, inventory, goods, day, parameters, used)
    share = parameters.on("import_tax.insurance_share", day)
    used[share.id] = None
    return round_to_whole_fen(int((goods + freight) * share.amount))


def _charge(
    told: tuple[Scaled, str, str],
    inventory: ExportInventory,
    goods: Scaled,
    day: date,
    parameters: Parameters,
    used: dict[str, None],
) -> Scaled:
    """A charge of a list (amount, flag, currency) in yuan, in whole fen."""
    amount, flag, currency = told
    if flag == RATE:
        return share_by_quantity(goods, amount, 100 * SCALE)
    if flag == UNIT_PRICE:
        amount = amount * inventory.gross_weight // (_KILOGRAMS * SCALE)
    return _convert(amount, currency, day, parameters, used) if amount else 0


def _share(line: ExportRefundLine, listed: _Listed) -> LineValue:
    if line.qty == listed.quantity:
        return listed.value
    return LineValue(*[share_by_quantity(part, line.qty, listed.quantity) for part in listed.value])


def _imported(line: ExportRefundLine) -> InventoryLine:
    """A line that comes back as one of an import, whose value is given apart."""
    return InventoryLine(
        gnum=line.gnum,
        item_record_no="",
        item_no="",
        gcode=line.gcode,
        gname=line.gname,
        gmodel=line.gmodel,
        country="",
        qty=line.qty,
        unit=line.unit,
        qty1=line.qty1,
        unit1=line.unit1,
        qty2=line.qty2,
        unit2=line.unit2,
        price=0,
        total_price=0,
    )


def _waived(assessed: Assessment, day: date, parameters: Parameters) -> tuple[Reason, ...]:
    limit = parameters.on("import_tax.small_amount", day)
    amounts = {tax: getattr(assessed, tax) for tax in NOT_LEVIED}
    return tuple(
        [
            Reason(
                NOT_LEVIED[tax],
                {"computed": amount_text(amount), "limit": amount_text(scaled_of(limit.amount))},
                (limit.id,),
            )
            for tax, amount in amounts.items()
            if 0 < amount <= scaled_of(limit.amount)
        ]
    )
