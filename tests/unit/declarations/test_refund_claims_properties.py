"""Whatever a claim holds: parts add up, nothing is used twice, order changes nothing, and no refund exceeds the tax."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from refund_claims import Claim, claims, spoilt_claims, strange_claims

from declarations.money import SCALE
from declarations.refund.lines import InvoiceLineUse, LinkedLines
from declarations.refund.manufacturer import ExportShare, VatReturn, calculate_period
from declarations.refund.matching import match
from declarations.refund.overseas import reconcile
from declarations.refund.repayment import amount_to_repay, uses_to_free
from declarations.refund.trader import calculate_refund
from schemas.receipt_texts import words
from tests.law.refund_claims import rule

SOME = settings(max_examples=40, deadline=None)
FEN = SCALE // 100
amounts = st.integers(0, 10**12).map(lambda fen: fen * FEN)
quantities = st.integers(1, 10**12)


def taken_in(claim: Claim) -> Claim:
    """The claim's ledgers after it was taken in."""
    invoices, items = dict(claim.invoices), dict(claim.items)
    for link in claim.matched().links:
        for taken in link.invoice_uses:
            book(invoices, taken, 1)
        for row in link.item_uses:
            items[row.item_no] = items[row.item_no]._replace(used=items[row.item_no].used + row.qty)
    return claim._replace(invoices=invoices, items=items)


def book(invoices: dict, taken: InvoiceLineUse, sign: int) -> None:
    line = invoices[taken.invoice_no, taken.line]
    invoices[taken.invoice_no, taken.line] = line._replace(
        used=line.used + sign * taken.qty, used_amount=line.used_amount + sign * taken.amount
    )


@SOME
@given(claims())
def test_a_claim_without_faults_matches_and_its_parts_add_up(claim: Claim) -> None:
    matching = claim.matched()
    assert not matching.reasons
    for link in matching.links:
        assert sum(taken.qty for taken in link.invoice_uses) == link.qty == sum(row.qty for row in link.item_uses)
        assert sum(taken.amount for taken in link.invoice_uses) == link.base
        bought = sum(claim.invoices[taken.invoice_no, taken.line].amount for taken in link.invoice_uses)
        assert 0 <= link.base <= bought and link.base % FEN == 0


@SOME
@given(claims(), st.sampled_from(["0.13", "0.09", "0.06", "0"]))
def test_no_refund_exceeds_the_input_tax_of_what_was_bought(claim: Claim, rate: str) -> None:
    for link in claim.matched().links:
        paid = calculate_refund(link.base, link.levy, Decimal(rate))
        tax = link.base * link.levy
        assert paid.refund <= tax + FEN // 2 and abs(paid.refund + paid.cost - tax) <= FEN


@SOME
@given(claims(), st.randoms(use_true_random=False))
def test_the_same_lines_in_any_order_give_the_same(claim: Claim, random: Random) -> None:
    mixed = Claim(*(shuffled(part, random) for part in claim))
    assert mixed.matched() == claim.matched()
    spoilt = claim._replace(
        exports=[export._replace(currency="EUR", hs10=export.hs10[::-1]) for export in claim.exports],
        purchases=[purchase._replace(amount=-purchase.amount, name="裤") for purchase in claim.purchases],
    )
    also = Claim(*(shuffled(part, random) for part in spoilt))
    assert also.matched() == spoilt.matched() and spoilt.matched().reasons


def shuffled(part: list | dict, random: Random) -> list | dict:
    ours = list(part.items()) if isinstance(part, dict) else list(part)
    random.shuffle(ours)
    return dict(ours) if isinstance(part, dict) else ours


@settings(max_examples=150, deadline=None)
@given(strange_claims() | spoilt_claims())
def test_whatever_comes_is_answered_with_reasons_and_takes_nothing_that_is_not_there(claim: Claim) -> None:
    matching = claim.matched()
    for reason in matching.reasons:
        assert words(reason.rule, reason.values) and words(reason.rule, reason.values, "en")
    for link in matching.links:
        assert link.reasons or (0 <= link.levy < 1 and link.base >= 0)
        assert not link.reasons or not (link.base or link.item_uses or link.invoice_uses)
        for taken in link.item_uses:
            item = claim.items[taken.item_no]
            assert 0 < taken.qty <= item.qty - item.used - item.returned
        for taken in link.invoice_uses:
            line = claim.invoices[taken.invoice_no, taken.line]
            assert 0 < taken.qty <= line.qty - line.used


@SOME
@given(claims())
def test_nothing_is_used_twice(claim: Claim) -> None:
    after = taken_in(claim)
    assert all(line.used <= line.qty for line in after.invoices.values())
    assert all(item.used == item.qty for item in after.items.values())
    again = after.matched()
    assert all(not link.item_uses and not link.invoice_uses and not link.base for link in again.links)
    codes = {reason.rule for reason in again.reasons}
    assert "20206" in codes and codes <= {"20206", "20225", "20247"}


@SOME
@given(claims(), st.integers(1, 10**12))
def test_an_invoice_used_in_parts_gives_at_most_what_it_cost(claim: Claim, cut: int) -> None:
    """One link after another takes a part of the same invoice lines; the amounts given never exceed the amount."""
    link = claim.matched().links[0]
    first = 1 + cut % link.qty
    lines = {key: line for key, line in claim.invoices.items() if key[0] == "F0"}
    bases = 0
    for qty in (first, link.qty - first):
        if qty:
            part, lines = part_of(claim, link, qty, lines)
            assert not part.reasons, part.reasons
            bases += part.base
    assert bases <= sum(line.amount for line in lines.values())
    assert bases == sum(line.used_amount for line in lines.values())


def part_of(claim: Claim, link: LinkedLines, qty: int, lines: dict) -> tuple[LinkedLines, dict]:
    """A link of its own for a quantity, bought from the lines in turn at the average of those it cites."""
    sold = claim.exports[0]._replace(qty=qty, fob=qty)
    item = claim.items[sold.item_no]._replace(qty=qty, fob=qty)
    parts, rest = [], qty
    for line in lines.values():
        if (used := min(rest, line.qty - line.used)) > 0:
            rest -= used
            parts.append((line, used))
    amount, whole = (
        sum(entry)
        for entry in zip(*((line.amount - line.used_amount, line.qty - line.used) for line, _ in parts), strict=True)
    )
    bought = [
        link.purchases[0]._replace(
            number=place + 2, invoice_line=line.line, qty=used, amount=max(1, amount * used // whole)
        )
        for place, (line, used) in enumerate(parts)
    ]
    matched = match(
        [sold], bought, lines, {sold.item_no: item}, lines[parts[0][0].invoice_no, parts[0][0].line].buyer, rule()
    ).links[0]
    after = dict(lines)
    for taken in matched.invoice_uses:
        book(after, taken, 1)
    return matched, after


@SOME
@given(claims(), st.lists(st.integers(0, 10**12), max_size=4))
def test_when_everything_came_back_the_ledgers_are_at_zero(claim: Claim, cuts: list[int]) -> None:
    after = taken_in(claim)
    invoices = dict(after.invoices)
    for link in claim.matched().links:
        paid = calculate_refund(link.base, link.levy, Decimal("0.13")).refund
        marks = sorted(cut % (link.qty + 1) for cut in cuts)
        repaid = 0
        for since, until in zip([0, *marks], [*marks, link.qty], strict=True):
            repaid += amount_to_repay(paid, link.qty, until - since, since)
            for freed in uses_to_free(link.invoice_uses, until - since, since):
                assert freed.qty >= 0
                book(invoices, freed, -1)
        assert repaid == paid
    assert invoices == claim.invoices


@SOME
@given(amounts, quantities, st.lists(st.integers(0, 10**12), max_size=6))
def test_repayments_of_parts_add_up_to_the_whole_and_none_is_negative(paid: int, qty: int, cuts: list[int]) -> None:
    marks = sorted(cut % (qty + 1) for cut in cuts)
    parts = [
        amount_to_repay(paid, qty, until - since, since)
        for since, until in zip([0, *marks], [*marks, qty], strict=True)
    ]
    assert sum(parts) == paid and min(parts) >= 0 and all(part % FEN == 0 for part in parts)


rates = st.sampled_from([Decimal(text) for text in ("0.17", "0.16", "0.13", "0.09", "0.03", "0")])
exported = st.lists(st.builds(ExportShare, amounts, rates, rates), min_size=1, max_size=6)


@SOME
@given(exported, st.builds(VatReturn, amounts, amounts, amounts, amounts), st.randoms(use_true_random=False))
def test_manufacturers_get_the_same_in_any_order_and_never_more_than_is_left(
    parts: list[ExportShare], period: VatReturn, random: Random
) -> None:
    result = calculate_period(parts, period)
    random.shuffle(parts)
    assert calculate_period(parts, period) == result
    assert result.refund + result.credited == result.ceiling
    assert result.refund + result.carry == max(0, -result.payable) <= period.input_vat + period.credit_forward
    assert min(result.not_creditable, result.refund, result.credited, result.carry) >= 0
    assert not (result.credited and result.carry)


@SOME
@given(exported, st.builds(VatReturn, amounts, amounts, amounts, amounts), st.integers(0, 10**17))
def test_a_line_cut_in_two_changes_nothing(parts: list[ExportShare], period: VatReturn, cut: int) -> None:
    first = parts[0]
    some = cut % (first.exports + 1)
    halves = [first._replace(exports=some), first._replace(exports=first.exports - some)]
    assert calculate_period([*halves, *parts[1:]], period) == calculate_period(parts, period)


@SOME
@given(amounts, amounts, quantities, st.integers(0, 10**12))
def test_a_reconciliation_balances(pre_refund: int, correct: int, qty: int, cut: int) -> None:
    reconciliation = reconcile(pre_refund, correct, cut % (qty + 1), qty)
    assert reconciliation.reverse == reconciliation.declare + reconciliation.repay + reconciliation.offset
    assert reconciliation.repay >= 0 and reconciliation.unsold == qty - cut % (qty + 1)
    kept = pre_refund - reconciliation.reverse + reconciliation.declare
    assert kept == (correct if cut % (qty + 1) else 0)
