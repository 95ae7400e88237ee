"""An officer's re-determined value of a list in price query: what he may fill in, what is kept of it, and the tax
before and after. Nothing is decided here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from declarations import goods
from declarations.calendar import day_of
from declarations.documents import DOCUMENTS, Inventory, InventoryLine, unpack
from declarations.money import SCALE, Scaled, amount_text, scaled_from_text, scaled_of
from declarations.parameters import NoValue, Parameters
from declarations.tax import revaluation
from declarations.tax.assessment import Assessment
from declarations.tax.consumption import HIGH_END
from declarations.tax.price_query import query_price
from declarations.tax.rates import Rates, rates_on
from declarations.tax.revaluation import Redetermined
from gateways.customs.held import Reservations
from single_window.frame.decision_kinds import Requested
from single_window.language import codes_in_words, phrases
from single_window.language.refusal import Refusal
from single_window.language.words import LANGUAGES, Words
from single_window.store import goods_rows, sandboxes
from single_window.store.law_books import law_of
from single_window.store.records import decoder
from single_window.store.tables import declaration, document
from single_window.work.filing import RAISED

REVALUE, METHOD, PRICES, COSMETICS = "revalue", "method", "prices", "cosmetics"
"""The act, and its values: method, new prices of declared units by line number, and what of cosmetics is high-end."""
_held = decoder(Reservations, Reservations)
_PRICE = re.compile(r"\d{1,9}(\.\d{1,5})?")
AMOUNTS = ("value", "duty", "consumption", "vat", "total")


class ListedGoods(NamedTuple):
    """A list as it was declared, with the day and the law of its acceptance, the rounding of its sandbox, its value
    as it stands, and what officers determined since: of the value, and of cosmetics by line."""

    facts: Inventory
    day: date
    full_tax: bool | None
    law: Parameters
    rates: Rates
    register: goods.GoodsRegister
    rounding: str
    value: Scaled
    redetermined: Redetermined | None
    cosmetics: Mapping[int, bool]

    def assess(self) -> Assessment:
        """Its tax as officers determined it. Raises `NoValue`."""
        law = self.day, self.register, self.law, self.rounding
        return revaluation.assess_as_determined(
            self.facts, *law, full_tax=self.full_tax, cosmetics=self.cosmetics, redetermined=self.redetermined
        )

    def as_declared(self) -> ListedGoods:
        """The same before any officer determined anything; of a lower value this list alone tells what it pays."""
        full = None if self.redetermined else self.full_tax
        return self._replace(redetermined=None, cosmetics={}, full_tax=full)


class PriceLine(NamedTuple):
    """A line of goods in the form: its declared price of a unit, which is filled in at first, the usual one (empty:
    none is known), and whether its price is queried. The usual one is none that a method gives."""

    gnum: int
    name: str
    unit: Words
    quantity: str
    declared: str
    usual: str
    queried: bool


class TaxRow(NamedTuple):
    """An amount before and after, and the difference."""

    words: Words
    before: str
    after: str
    difference: str


class Worked(NamedTuple):
    """The outcome of the filled-in prices, without amounts that are none before and after. `reads`: the reason as
    the declarant reads it, with its meaning; `second`: a second officer has to agree, because the value rises by more
    than `above`."""

    rows: Sequence[TaxRow]
    reads: Words
    second: bool
    above: str


class RevaluingForm(NamedTuple):
    """The form of a re-determined value; `worked` is None until prices were filled in, and `at_usual` has until then
    the tax at the usual prices of the lines in question (empty: none is known)."""

    lines: Sequence[PriceLine]
    methods: Sequence[tuple[str, Words]]
    above: str
    worked: Worked | None = None
    at_usual: Sequence[TaxRow] = ()


def form_of(connection: Connection, sandbox: str, declaration_id: int, requested: Requested | None) -> RevaluingForm:
    """The form for a list, with the tax before and after if prices are requested; raises `Refusal` for wrong ones."""
    listed = listed_goods(connection, sandbox, declaration_id)
    methods = [(name, _method_words(name)) for name in revaluation.methods_on(listed.day, listed.law)]
    above = amount_text(_above(listed))
    lines = [_line(line, listed) for line in listed.facts.lines]
    if requested is None:
        return RevaluingForm(lines, methods, above, at_usual=_at_usual(listed, lines))
    return RevaluingForm(lines, methods, above, _worked(listed, requested, above))


def values_of(connection: Connection, sandbox: str, declaration_id: int, requested: Requested) -> Mapping[str, Any]:
    """The values that are kept of a decision: method, prices, and by how much they raise the value. Raises
    `Refusal` for an unknown method or line, a price that is none or below the declared one, and if no price is
    changed."""
    listed = listed_goods(connection, sandbox, declaration_id)
    found = _redetermined(listed, requested)
    return {
        METHOD: found.method,
        PRICES: {str(gnum): amount_text(price) for gnum, price in found.prices.items()},
        RAISED: amount_text(revaluation.raised_by(listed.facts, found.prices)),
    }


def reason_of(requested: Requested) -> str:
    """The reason as the declarant reads it: with the method and each determined price; in Chinese, as receipts are."""
    return _reads(requested).zh


def _reads(requested: Requested) -> Words:
    """The reason with method and prices, in Chinese and in the language of an officer."""
    prices = (requested.values.get(PRICES) or {}).items()
    told = [
        phrases.phrase("label", "price_of_line").filled(line=gnum, price=_told(str(text)))
        for gnum, text in sorted(prices, key=lambda item: (len(item[0]), item[0]))
    ]
    method, reason = _method_words(str(requested.values.get(METHOD, ""))), requested.reason
    zh = f"{method.zh}：{'，'.join(each.zh for each in told)}" if told else method.zh
    en = f"{method.en}: {', '.join(each.en for each in told)}" if told else method.en
    return Words("；".join(filter(None, (reason, zh))), "; ".join(filter(None, (reason, en))))


def _told(price: str) -> str:
    """A price as it is kept, however it was typed; what is no price, as it was typed."""
    return amount_text(scaled_from_text(price.strip())) if _PRICE.fullmatch(price.strip()) else price


def listed_goods(connection: Connection, sandbox: str, declaration_id: int) -> ListedGoods:
    """Return an import list as it was declared; raises `Refusal` where there is none to value."""
    names = ("accepted_at", "full_tax", "held", "value")
    columns = [*(declaration.c[name] for name in names), document.c.kind, document.c.facts]
    row = connection.execute(
        select(*columns)
        .join(document, document.c.id == declaration.c.document_id)
        .where(declaration.c.sandbox == sandbox, declaration.c.id == declaration_id)
    ).first()
    facts = unpack(DOCUMENTS[row.kind], row.facts) if row is not None else None
    if not isinstance(facts, Inventory) or row is None:
        raise Refusal("nothing_to_value")
    law, day = law_of(connection, sandbox), day_of(row.accepted_at)
    register = goods_rows.register(connection, sandbox, goods.load())
    held, rounding = _held(row.held), sandboxes.find(connection, sandbox).options.rounding
    value = held.redetermined
    redetermined = Redetermined(value.method, _by_number(value.prices)) if value else None
    rates = rates_on(day, register, law)
    decided = row.value, redetermined, _by_number(held.cosmetics)
    return ListedGoods(facts, day, bool(row.full_tax), law, rates, register, rounding, *decided)


def _by_number(by_line: Mapping[str, Any]) -> dict[int, Any]:
    return {int(gnum): value for gnum, value in by_line.items()}


def _line(line: InventoryLine, listed: ListedGoods) -> PriceLine:
    usual = listed.rates.usual_prices.get(line.gcode) if line.qty else None
    price = amount_text(usual * line.qty1 // line.qty) if usual and line.qty else ""
    return PriceLine(
        line.gnum,
        line.gname,
        unit=codes_in_words.unit(line.unit),
        quantity=amount_text(line.qty),
        declared=_declared(line),
        usual=price,
        queried=any(query_price(line, listed.rates)),
    )


def _declared(line: InventoryLine) -> str:
    return amount_text(line.total_price * SCALE // line.qty) if line.qty else amount_text(line.price)


def _method_words(name: str) -> Words:
    return phrases.phrase("valuation_method", name)


def _above(listed: ListedGoods) -> int:
    return scaled_of(listed.law.on(revaluation.ABOVE, listed.day).amount)


def _redetermined(listed: ListedGoods, requested: Requested) -> Redetermined:
    """The method and the prices of a request; raises `Refusal`."""
    method, given = str(requested.values.get(METHOD, "")), requested.values.get(PRICES)
    known = revaluation.methods_on(listed.day, listed.law)
    if not method:
        raise Refusal("method_needed")
    if method not in known:
        listed_words = Words(
            *(", ".join(f"{name} ({_method_words(name).text(tongue)})" for name in known) for tongue in LANGUAGES)
        )
        raise Refusal("method_unknown", method=method[:40], known=listed_words)
    lines = {str(line.gnum): line for line in listed.facts.lines}
    prices = {}
    for gnum, text in (given if isinstance(given, Mapping) else {}).items():
        if str(gnum) not in lines:
            raise Refusal("line_unknown", gnum=str(gnum)[:10], known=", ".join(lines))
        prices[int(gnum)] = _price(lines[str(gnum)], str(text).strip())
    if not revaluation.raised_by(listed.facts, prices):
        raise Refusal("no_price_changed")
    return Redetermined(method, dict(sorted(prices.items())))


def _price(line: InventoryLine, text: str) -> int:
    """The price of a line: customs determines the value of what is declared too low (rules 1.2), never a lower one."""
    price, gnum = scaled_from_text(text) if _PRICE.fullmatch(text) else 0, str(line.gnum)
    if price <= 0:
        raise Refusal("price_wrong", gnum=gnum, text=text[:40] or "-")
    if price < scaled_from_text(_declared(line)):
        raise Refusal("price_lowered", gnum=gnum, price=amount_text(price), declared=_declared(line))
    return price


def _worked(listed: ListedGoods, requested: Requested, above: str) -> Worked:
    found = _redetermined(listed, requested)
    kept = {str(gnum): amount_text(price) for gnum, price in found.prices.items()}
    chosen = {int(gnum): name == HIGH_END for gnum, name in (requested.values.get(COSMETICS) or {}).items()}
    anew = listed._replace(redetermined=found, cosmetics={**listed.cosmetics, **chosen})
    try:
        before, after = listed.as_declared().assess(), anew.assess()
    except NoValue:
        raise Refusal("nothing_to_value") from None
    return Worked(
        _rows(before, after),
        _reads(requested._replace(values={METHOD: found.method, PRICES: kept})),
        after.value - before.value > scaled_from_text(above),
        above,
    )


def _at_usual(listed: ListedGoods, lines: Sequence[PriceLine]) -> Sequence[TaxRow]:
    prices = {line.gnum: scaled_from_text(line.usual) for line in lines if line.queried and line.usual}
    if not prices:
        return ()
    try:
        before = listed.as_declared().assess()
        return _rows(before, listed._replace(redetermined=Redetermined("", prices)).assess())
    except NoValue:
        return ()


def _rows(before: Assessment, after: Assessment) -> Sequence[TaxRow]:
    return [_row(name, before, after) for name in AMOUNTS if getattr(before, name) or getattr(after, name)]


def _row(name: str, before: Assessment, after: Assessment) -> TaxRow:
    old, new = getattr(before, name), getattr(after, name)
    return TaxRow(phrases.phrase("label", name), amount_text(old), amount_text(new), amount_text(new - old))
