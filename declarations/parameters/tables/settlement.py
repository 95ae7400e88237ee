"""Shapes of the tables of foreign exchange and of refunds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from declarations.parameters.tables.shape import TableShape


class ConsumptionTaxRefund(TableShape, frozen=True, kw_only=True):
    """The method of refunding consumption tax of exported goods, with its numbers."""

    method: str
    rate: Decimal = Decimal(0)
    per_litre: Decimal | None = None
    per_litre_lower: Decimal = Decimal(0)
    per_tonne: Decimal = Decimal(0)
    litres_per_tonne: Decimal = Decimal(0)


class BackgroundCheck(TableShape, frozen=True, kw_only=True):
    """The amount by which an order may be exceeded, and the hours within which equal legs are duplicates."""

    tolerance: Decimal
    duplicate_hours: int


class Deferral(TableShape, frozen=True, kw_only=True):
    """The classes of companies that must register a collection later than `days` after the export."""

    classes: tuple[str, ...]
    days: int


class RateFixing(TableShape, frozen=True, kw_only=True):
    """The day that fixes the rates of the next month: `weekday` 1 to 7, its `ordinal` in the month, `otherwise` its
    ordinal if that is a holiday; and the decimals of a rate."""

    weekday: int
    ordinal: int
    otherwise: int
    decimals: int


class NettingReport(TableShape, frozen=True, kw_only=True):
    """Codes of records of netted exchange (net amount, zero), the country, first digits of codes of goods and of costs,
    and the limit in dollars for merging."""

    net: str
    zero: str
    country: str
    goods: str
    costs: str
    exempt_below: Decimal


class SpecialRefund(TableShape, frozen=True, kw_only=True):
    """A refund later than `days`, or to another payee, is special; for this class the bank decides up to `most`
    dollars."""

    forex_class: str
    most: Decimal
    days: int


class TransactionLimit(TableShape, frozen=True, kw_only=True):
    """The limit in dollars of one transaction, for goods and for services."""

    goods: Decimal
    services: Decimal


class ExchangeEvidence(TableShape, frozen=True, kw_only=True):
    """The classes of exporters whose claims require evidence that exchange was collected."""

    classes: tuple[int, ...]


class FirstClass(TableShape, frozen=True, kw_only=True):
    """Conditions of the first class of exporters."""

    years: Decimal
    forex: tuple[str, ...]
    customs: tuple[str, ...]


class ClassTests(TableShape, frozen=True, kw_only=True):
    """Conditions of the second class of exporters, and the grounds of the fourth."""

    credit: tuple[str, ...]
    credit_refused: tuple[str, ...]
    forex_refused: tuple[str, ...]
    customs_refused: tuple[str, ...]
    net_assets: Decimal
    net_assets_of_platform: Decimal
    years: Decimal


class DomesticSale(TableShape, frozen=True, kw_only=True):
    """The causes for which an export is taxed as a domestic sale."""

    causes: tuple[str, ...]


class Counted(TableShape, frozen=True, kw_only=True):
    """Modes of exports that are only counted, so that no declaration can follow."""

    counted: tuple[str, ...]


class RateDay(TableShape, frozen=True, kw_only=True):
    """The method of choosing the day of an exchange rate, and the months for which the choice is fixed.

    The months only inform: the method is one for all firms, so that none of them could change its choice too early."""

    informative = frozenset({"fixed_months"})
    method: str
    fixed_months: int


class Matching(TableShape, frozen=True, kw_only=True):
    """The tolerances of matching (FOB, amount, quantity), and the kinds of vouchers of each tax."""

    fob: Decimal
    amount: Decimal
    rest: Decimal
    vat_kinds: tuple[str, ...]
    consumption_kinds: tuple[str, ...]


class Overseas(TableShape, frozen=True, kw_only=True):
    """Refund of goods in overseas warehouses: on departure or after the sale; the period of reconciliation, if there is
    one.

    `mixed_item` only informs: a reconciliation gives the sold quantity of each line, so that every item comes split."""

    informative = frozenset({"mixed_item"})
    method: str
    trade_modes: tuple[str, ...]
    business: str = ""
    months_before_period: int = 0
    years_after: int = 0
    period_end_month: int = 0
    period_end_day: int = 0
    mixed_item: str = ""
    blocked_while_overdue: bool = False


class SmallFirm(TableShape, frozen=True, kw_only=True):
    """The effective rate of income tax of small firms, and the limits for small firms, in yuan and people."""

    rate: Decimal
    taxable: Decimal
    staff: int
    assets: Decimal


class Tiers(TableShape, frozen=True, kw_only=True):
    """The refund rates of a period."""

    rates: tuple[Decimal, ...]


class RateTransition(TableShape, frozen=True, kw_only=True):
    """The day whose refund rates continue to apply in a transition."""

    rates_of: date


class FilingPapers(TableShape, frozen=True, kw_only=True):
    """The kinds of papers that an export needs, those that one from a warehouse abroad needs besides, for such a one
    the kinds that may stand in for another, and the media."""

    required: tuple[str, ...]
    abroad: tuple[str, ...]
    media: tuple[str, ...]
    instead_abroad: dict[str, tuple[str, ...]]


class ClaimWindow(TableShape, frozen=True, kw_only=True):
    """The months until claims open, and the day of the next year on which normal claims end."""

    opens_after_months: int
    until_month: int
    until_day: int
