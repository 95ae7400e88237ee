"""Questions about amounts: taxes of goods round each limit, rounding, shares, ledgers, samples. Texts in and out."""

from __future__ import annotations

from decimal import Decimal

from declarations import limits
from declarations.account_book import quantities_to_return
from declarations.allowance import Allowance
from declarations.batches.draw import BatchList, draw_samples
from declarations.batches.sampling import acceptance_number_of, plan_sampling
from declarations.collection import calculate_surcharge
from declarations.export.list_clearance import joins_monthly_summary
from declarations.forex.limits import check_import_payment, check_transaction, is_small
from declarations.forex.rates import convert_to_dollars, round_minor_rate, scaled_dollars
from declarations.intervals import wilson
from declarations.money import AmountTooLarge, amount_text, round_to_fen, scaled_from_text
from declarations.parameters import NoValue
from declarations.refund import income_tax
from declarations.refund.consumption import calculate_consumption_refund
from declarations.refund.rate_choice import choose_for_manufacturer, choose_for_trader
from declarations.refund.rates import NoRefundRate, load_rates
from declarations.refund.yuan import convert_fob
from declarations.summary.cutting import unit_price
from declarations.tax.allocation import FEN, allocate
from declarations.tax.content import read_content
from declarations.tax.import_tax import assess, dutiable_value_of
from declarations.tax.parcel_tax import ParcelItem, assess_parcel
from tests.law.clean_documents import document
from tests.law.comparing import codes, or_none
from tests.law.imported import inventory, law, register
from tests.law.rows import day


def tax_of_goods(name: str, value: str, policy: str, on: str) -> str:
    """Return duty, consumption tax, VAT and reasons to ask an officer of one line of goods."""

    def found() -> str:
        line = {"goods": name, "value": value, "model": "30ml"}
        taxed = assess(inventory({"lines": [line]}), day(on), register(), law(), policy)
        amounts = map(amount_text, (taxed.duty, taxed.consumption, taxed.vat))
        return " ".join((*amounts, *codes(taxed.needs_review)))

    return or_none(NoValue, found)


def limit(name: str, value: str, quantity: str, used: str, on: str) -> str:
    """Return whether a list keeps to its limits, and whether it is taxed in full."""

    def found() -> str:
        listed = inventory({"lines": [{"goods": name, "value": value, "quantity": quantity}]})
        spent = scaled_from_text(used)
        verdict = limits.check(listed, dutiable_value_of(listed), spent, day(on), law(), register())
        return " ".join(("full" if verdict.full_tax else "reduced", *codes(verdict.reasons)))

    return or_none(NoValue, found)


def tax_of_parcel(band: str, price: str, origin: str, on: str) -> str:
    """Return computed and due tax of a parcel, and how it is treated."""

    def found() -> str:
        taxed = assess_parcel([ParcelItem("物品", int(band), scaled_from_text(price))], day(on), law(), origin=origin)
        return f"{amount_text(taxed.computed)} {amount_text(taxed.tax)} {taxed.treatment}"

    return or_none(NoValue, found)


def surcharge_of(unpaid: str, due: str, paid: str) -> str:
    """Return days and amount of a surcharge, computed and charged."""

    def found() -> str:
        charged = calculate_surcharge(scaled_from_text(unpaid), day(due), day(paid), law())
        return f"{charged.days} {amount_text(charged.computed)} {amount_text(charged.amount)}"

    return or_none(NoValue, found)


def shares(total: str, weights: str, fallback: str) -> str:
    """Return the shares in fen of a total in fen."""
    parts = allocate(int(total) * FEN, list(map(int, weights.split())), list(map(int, fallback.split())))
    return " ".join(str(part // FEN) for part in parts)


def fen(amount: str) -> str:
    """Return an amount rounded to fen."""
    return str(round_to_fen(Decimal(amount)))


def scaled(amount: str) -> str:
    """Return an amount as it is stored, and as text again."""
    return or_none(AmountTooLarge, lambda: f"{scaled_from_text(amount)} {amount_text(scaled_from_text(amount))}")


def price_of_unit(amount: str, quantity: str) -> str:
    """Return the price of a unit in a summary."""
    return amount_text(unit_price(scaled_from_text(amount), scaled_from_text(quantity)))


def content(text: str) -> str:
    """Return the content that a model states."""
    return str(read_content(text) and tuple(read_content(text) or ()))


def back_to_book(drawn: str, returned: str) -> str:
    """Return the quantities that go back to an account book, by line: `1:500 2:300`."""
    back = quantities_to_return(_by_line(drawn), _by_line(returned))
    return " ".join(f"{line}:{qty}" for line, qty in sorted(back.items()))


def _by_line(text: str) -> dict[int, int]:
    return {int(line): int(qty) for line, _, qty in (each.partition(":") for each in text.split())}


def batch_drawn(lot: str, members: str, on: str) -> str:
    """Return the samples of a batch, and whether it is spot-checked. Members: a number of lists, or each as
    key, lane, grade and goods, "C|1/inspection/ordinary/3304990010"."""

    def found() -> str:
        given = [BatchList(f"C|{number}") for number in range(int(members))] if members.isdigit() else _members(members)
        drawn = draw_samples("spring", lot, given, day(on), law())
        sampled = (f"{sample.key}:{sample.why}:{sample.number}" for sample in drawn.samples)
        return " ".join(("spot" if drawn.is_spot_checked else "ordinary", *sampled))

    return or_none(NoValue, found)


def _members(text: str) -> list[BatchList]:
    rows = (row.split("/") for row in text.split())
    return [BatchList(key, lane, grade, (code,) if code else ()) for key, lane, grade, code in rows]


def refund_choice(code: str, exported: str, levy: str) -> str:
    """Return levy and refund rate of a trader's and of a manufacturer's goods, with the codes of their reasons."""

    def found() -> str:
        bought = choose_for_trader(code, day(exported), Decimal(levy), load_rates(), law())
        made = choose_for_manufacturer(code, day(exported), load_rates(), law())
        return " ".join(f"{one.levy} {one.refund} {' '.join(codes(one.reasons))}" for one in (bought, made))

    return or_none(NoRefundRate, found)


def samples(size: str, on: str) -> str:
    """Return samples, least samples, share of spot checks and acceptance number of a batch."""

    def found() -> str:
        plan = plan_sampling(int(size), day(on), law())
        accepted = acceptance_number_of(plan.sample, day(on), law()) if plan.sample else "-"
        return f"{plan.sample} {plan.at_least} {plan.spot_check} {accepted}"

    return or_none(NoValue, found)


def yuan_of_fob(fob: str, currency: str, on: str) -> str:
    """Return an FOB in yuan, and an amount in dollars of the day."""
    asked = scaled_from_text(fob), currency, day(on), law()
    yuan = or_none(NoValue, lambda: amount_text(convert_fob(*asked).amount))
    return f"{yuan} {or_none(NoValue, lambda: amount_text(scaled_dollars(convert_to_dollars(*asked))))}"


def minor_rate(rate: str) -> str:
    """Return the rate of a minor currency, rounded."""
    return str(round_minor_rate(Decimal(rate), day("2026-11-20"), law()))


def exchange_limit(dollars: str, sort: str, on: str) -> str:
    """Return the findings about a leg of so many dollars, whether it is small, and whether its payment needs proof."""
    amount = Decimal(dollars)

    def found() -> str:
        transaction = check_transaction(1, amount, sort, day(on), law())
        payment = check_import_payment(1, amount, False, day(on), law())
        rules = [finding.reason.rule for finding in (*transaction, *payment)]
        return " ".join(("small" if is_small(amount, day(on), law()) else "large", *rules))

    return or_none(NoValue, found)


def small_firm(taxable: str, staff: str, assets: str, on: str) -> str:
    """Return whether a firm is small."""
    given = scaled_from_text(taxable), int(staff), scaled_from_text(assets)
    return or_none(NoValue, lambda: "yes" if income_tax.is_small(*given, day(on), law()) else "no")


def consumption_refund(kind: str, base: str, litres: str, on: str) -> str:
    """Return the refund of consumption tax."""
    litre = scaled_from_text(litres) if litres else None
    given = kind, scaled_from_text(base), litre, day(on), law()
    return or_none((NoValue, ValueError), lambda: amount_text(calculate_consumption_refund(*given).amount))


def ledger(steps: str) -> str:
    """Return what is reserved and used of an allowance after steps such as `reserve 500, use 500`."""
    held = Allowance("11010519491231002X", 2026)
    try:
        for taken in steps.split(", "):
            verb, amount = taken.rsplit(" ", 1)
            held = getattr(held, verb.replace(" ", "_"))(int(amount))
    except ValueError:
        return "refused"
    return f"{held.reserved} {held.used} {held.taken}"


def interval(found: str, of: str) -> str:
    """Return a share with its interval."""
    share = wilson(int(found), int(of))
    return "none" if share is None else " ".join(f"{end:.6f}" for end in share)


def joins_summary(mode: str, flag: str) -> str:
    """Return whether a list joins a summary declaration."""
    listed = document("export_inventory", {"trade_mode": mode, "statistics_flag": flag})
    return "yes" if joins_monthly_summary(listed) else "no"
