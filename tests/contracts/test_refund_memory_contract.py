"""What the refund desk may rely on in its memory: papers, claims, ledgers and money are found as they were put."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from declarations.documents import pack
from declarations.reasons import Reason
from declarations.refund.filing_papers import IndexedPaper
from gateways.refund.repository import (
    Claim,
    ClaimLine,
    Entry,
    ExchangePool,
    FilingCase,
    Invoice,
    InvoiceLineRow,
    Item,
    RefundAccount,
    RefundPaper,
)
from single_window.store.bulk import insert_rows
from single_window.store.engine import writing
from single_window.store.gateways.refund import StoredRefundRepository
from single_window.store.records import Conflict
from single_window.store.tables import (
    declaration,
    document,
    forex_leg,
    refund_claim,
    summary,
    summary_declaration,
    summary_member,
)
from tests.contracts.storing import Opens, Store
from tests.databases import ON_BOTH, write_by
from tests.stories.summarising import inventory, line

pytestmark = ON_BOTH
M1, M2 = "4101985556", "3301968DEF"
WHY = (Reason("20602", {"invoice": "FP1"}),)


@pytest.fixture
def desk(store: Store, sandbox: str) -> Opens:
    return store.opening(StoredRefundRepository, sandbox, "refund.notice", "refund.certificate")


def invoice(number: int, key: str = f"{M1}|FP1", state: str = "accepted", **changes: Any) -> Invoice:
    code, _, invoice_no = key.partition("|")
    return Invoice(number, key, invoice_no, state, code, "1", "1", "20260901", "S1", "卖方", "HT1", **changes)


def claim(number: int, **changes: Any) -> Claim:
    return Claim(number, f"{M1}|TS{number}", f"TS{number}", "accepted", M1, "T", "", "202611", **changes)


def claim_line(number: int, place: int = 1, **changes: Any) -> ClaimLine:
    split_line = ClaimLine(
        number,
        place,
        "E",
        "L1",
        "4227202600000000010" + f"{place:02d}",
        "6109100010",
        "011",
        200_000,
        200_000,
        "USD",
        2_580_000,
        2_000_000,
        260_000,
        0,
        "refund",
        "",
    )
    return split_line._replace(**changes)


def test_papers_and_their_lines_come_back_as_they_were_put(store, desk):
    new_invoice = invoice(store.row_id(), reasons=WHY, amount=5, mailboxes="D")
    rows = [InvoiceLineRow(new_invoice.id, place, "6109100010", "衫", "011", 10, 100, 13_000, 13) for place in (1, 2)]
    with desk() as memory:
        memory.put_invoice(new_invoice)
        memory.put_invoice_lines(new_invoice.id, rows)
        assert memory.invoices([new_invoice.key]) == {new_invoice.key: new_invoice}
    with desk() as memory:
        assert memory.invoices_on_file(["FP1", "FP2"]) == {"FP1": new_invoice}
        stored_line = memory.invoice_lines([new_invoice.id])[new_invoice.id]
        assert stored_line == rows
        stored_line[1].used, stored_line[1].used_amount = 4, 40
        memory.use_invoice_line(stored_line[1])
    with desk() as memory:
        assert [(row.used, row.used_amount) for row in memory.invoice_lines([new_invoice.id])[new_invoice.id]] == [
            (0, 0),
            (4, 40),
        ]
        memory.put_invoice_lines(new_invoice.id, rows[:1])
    with desk() as memory:
        assert memory.invoice_lines([new_invoice.id])[new_invoice.id] == rows[:1]
        assert memory.invoices_by_id([new_invoice.id, 7]) == {new_invoice.id: new_invoice}


def test_a_number_is_on_file_once(store, desk):
    with desk() as memory:
        memory.put_invoice(invoice(store.row_id()))
        memory.put_invoice(invoice(store.row_id(), f"{M2}|FP1", "rejected"))
    second = invoice(store.row_id(), "X|FP1")
    with pytest.raises(Conflict), desk() as memory:
        memory.put_invoice(second)
    with desk() as memory:
        first = memory.invoices([f"{M1}|FP1"])[f"{M1}|FP1"]
        first.state = "deleted"
        memory.put_invoice(first)
        memory.put_invoice(replace(second, version=0))
    with desk() as memory:
        assert memory.invoices_on_file(["FP1"])["FP1"].key == "X|FP1"


def test_claims_with_lines_and_money_come_back_as_they_were_put(store, desk):
    new_claim = claim(
        store.row_id(),
        exchange="due",
        working=[["L1", [["20300", {"a": "1"}, []]]]],
        reasons=WHY,
        conditions=[[["1"], "refund", [["20001", "satisfied", {}, []]]]],
        fob=9,
        pools={"S1|USD": 5},
    )
    lines = [claim_line(new_claim.id, 2), claim_line(new_claim.id)]
    entry = Entry(store.row_id(), new_claim.id, M1, "paid", 5, "T1", 7, WHY)
    with desk() as memory:
        memory.put_claim(new_claim)
        memory.put_lines(new_claim.id, lines[::-1])
        memory.put_entry(entry)
        assert memory.entries([new_claim.id])[new_claim.id] == [entry]
        assert set(memory.claims_of_items([lines[0].item_no])) == {new_claim.id}
    short = replace(new_claim, working=None, conditions=None)
    with desk() as memory:
        assert memory.claims([new_claim.id, 3]) == {new_claim.id: short}
        assert memory.claims_by_key([new_claim.key]) == {new_claim.key: short}
        assert memory.lines([new_claim.id])[new_claim.id] == sorted(lines)
        assert memory.entries([new_claim.id, 3]) == {new_claim.id: [entry], 3: []}
        assert [row.id for row in memory.claims_waiting([M1], ["S1"])] == [new_claim.id]
        assert list(memory.claims_waiting([M2], ["S1"])) == list(memory.claims_waiting([M1], ["S2"])) == []
        assert set(memory.claims_of_items([lines[0].item_no])) == {new_claim.id}
        memory.repay_lines([lines[1]._replace(repaid_qty=1, repaid=2)])
        assert [line.repaid for line in memory.lines([new_claim.id])[new_claim.id]] == [2, 0]
    with desk() as memory:
        assert [(line.repaid_qty, line.repaid) for line in memory.lines([new_claim.id])[new_claim.id]] == [
            (1, 2),
            (0, 0),
        ]
        assert set(memory.companies([], [new_claim.id])) == {M1}
        memory.put_lines(new_claim.id, [])
    with desk() as memory:
        assert memory.lines([new_claim.id]) == {new_claim.id: []}


def test_how_a_claim_was_reckoned_stays_until_it_is_reckoned_anew(store, desk):
    new_claim = claim(store.row_id(), working=[["L1", []]])
    with desk() as memory:
        memory.put_claim(new_claim)
    for working in (None, [], [["L2", []]]):
        with desk() as memory:
            stored_claim = memory.claims([new_claim.id])[new_claim.id]
            if working is not None:
                stored_claim.working, stored_claim.conditions = working, []
            memory.put_claim(stored_claim)
        with store.engine.connect() as connection:
            kept = connection.execute(select(refund_claim.c.working).where(refund_claim.c.id == new_claim.id)).scalar()
        assert kept == ('[["L1",[]]]' if working is None else '[["L2",[]]]' if working else "")


def test_a_claim_that_somebody_changed_meanwhile_is_a_conflict(store, desk):
    new_claim = claim(store.row_id())
    with desk() as memory:
        memory.put_claim(new_claim)
    with desk() as memory:
        memory.put_claim(replace(new_claim, refund=5))
    with pytest.raises(Conflict), desk() as memory:
        memory.put_claim(replace(new_claim, refund=6))


def test_ledgers_come_back_as_they_were_put(desk):
    item = Item("422720260000000001001", M1, "9610", "2026-10-31", "6109100010", "011", 9, "", 0, "USD", 8, "S1", 3, 1)
    with desk() as memory:
        accounts = memory.accounts([M2, M1])
        assert accounts[M1] == RefundAccount(M1)
        accounts[M1].set_off, accounts[M1].facts = 7, {"fraud": True}
        memory.put_account(accounts[M1])
        memory.put_item(item)
        memory.put_pool(ExchangePool("S1", "USD", M1, 0, 4))
    with desk() as memory:
        assert memory.accounts([M1, M2]) == {M1: RefundAccount(M1, 7, facts={"fraud": True}), M2: RefundAccount(M2)}
        assert memory.items([item.item_no, "422720260000000001002", "x"]) == {item.item_no: item}
        assert memory.pools(["S1", "S2"]) == {("S1", "USD"): ExchangePool("S1", "USD", M1, 0, 4)}


def test_papers_come_back_by_key_and_by_list(store, desk):
    paper = RefundPaper(store.row_id(), "repayment", f"{M1}|BJ1", "accepted", invt_no="L1", lines={"1": 2}, amount=3)
    with desk() as memory:
        memory.put_paper(paper)
        memory.put_paper(replace(paper, id=store.row_id(), kind="export_return"))
        memory.put_paper(replace(paper, id=store.row_id(), key="other", state="rejected"))
    with desk() as memory:
        assert memory.papers("repayment", [paper.key, "none"]) == {paper.key: paper}
        assert memory.papers("reconciliation", [paper.key]) == {}
        assert memory.papers_of_lists(["L1", "L2", ""]) == {"L1": [paper]}


def test_filing_documents_come_back_by_id_and_by_claim(store, desk):
    papers = (IndexedPaper(1, "C", "HT1", "", "I", "A-1"),)
    days = {"claimed_on": "2026-11-20", "due": "2026-12-05", "kept_until": "2036-10-31"}
    head = {"state": "overdue", "claim_no": "TS7", "ebc_code": M1, "mailboxes": "DXP1", "opened_at": 5}
    case = FilingCase(store.row_id(), "BA1", claim_id=7, index_no="X", papers=papers, reasons=WHY, **head, **days)
    with desk() as memory:
        memory.put_filing_case(case)
        assert memory.filing_cases_of([7, 8]) == {7: case}
    with desk() as memory:
        assert memory.filing_cases([case.id, 0]) == {case.id: replace(case, version=1)}
        assert memory.filing_cases_of([7, 8]) == {7: replace(case, version=1)}
        assert memory.companies_of_filing([case.id]) == [M1] and memory.companies_of_filing([]) == []


def test_numbers_are_new_each_time(desk):
    with desk() as memory:
        assert len({memory.notice_no(2026) for _ in range(3)}) == 3
        assert memory.certificate_no(2026).startswith("Z2026")


# what customs and banks know


def file_list(store, sandbox, number, mode="9810", flag="B", summarised=0, state="closed"):
    """A list with its document; gives its id and number."""
    facts, list_id, document_id = (
        inventory(number, line(1), line(2), mode=mode, flag=flag),
        store.row_id(),
        store.row_id(),
    )
    invt_no = f"42272026E{number:09d}"
    with writing(store.engine) as connection:
        insert_rows(
            connection,
            document,
            ("id", "sandbox", "kind", "key", "order_no", "facts"),
            [(document_id, sandbox, "export_inventory", f"{M1}|{number}", facts.order_no, pack(facts))],
        )
        values = {
            "id": list_id,
            "sandbox": sandbox,
            "key": f"{M1}|{number}",
            "order_no": facts.order_no,
            "state": state,
            "document_id": document_id,
            "invt_no": invt_no,
            "ebc_code": M1,
            "trade_mode": mode,
            "closed_at": 1_790_000_000_000,
            "flow": "E",
            "statistics_flag": flag,
        }
        insert_rows(connection, declaration, tuple(values), [tuple(values.values())])
        if summarised:
            insert_rows(
                connection,
                summary_member,
                ("declaration_id", "sandbox", "summary_id", "month"),
                [(list_id, sandbox, summarised, "2026-10-01")],
            )
    return list_id, invt_no


def file_summary(store, sandbox, entry="422720260000000077"):
    """A summary of one declaration with two lines."""
    number = store.row_id()
    lines = [[place, "6109100010", "133", "502", "011", "", 200_000, 2_580_000, 1_290_000, 1, 1] for place in (1, 2)]
    with writing(store.engine) as connection:
        insert_rows(
            connection,
            summary,
            ("id", "sandbox", "key", "state", "ebc_code"),
            [(number, sandbox, str(number), "summarised", M1)],
        )
        insert_rows(
            connection,
            summary_declaration,
            ("summary_id", "number", "sandbox", "month", "head", "lines", "entry_id"),
            [(number, 1, sandbox, "2026-10-01", '{"trade_mode":"9610"}', msgspec.json.encode(lines).decode(), entry)],
        )
    return number


def test_items_are_made_of_what_customs_holds(store, sandbox, desk):
    summarised = file_summary(store, sandbox)
    list_id, invt_no = file_list(store, sandbox, 1)
    with desk() as memory:
        result = memory.items(["422720260000000077002", "422720260000000077003", f"{invt_no}002", f"{invt_no}003"])
    assert set(result) == {"422720260000000077002", f"{invt_no}002"}
    assert result["422720260000000077002"] == Item(
        "422720260000000077002",
        M1,
        "9610",
        "2026-10",
        "6109100010",
        "011",
        200_000,
        "",
        0,
        "USD",
        2_580_000,
        f"S{summarised}",
    )
    assert result[f"{invt_no}002"].pool == f"L{list_id}"


@pytest.mark.parametrize(
    ("facts", "there"),
    [
        ({"mode": "9710"}, True),
        ({"mode": "9610"}, False),
        ({"mode": "9610", "flag": "A"}, True),
        ({"mode": "9610", "flag": "A", "summarised": 5}, False),
        ({"state": "rejected"}, False),
    ],
)
def test_a_list_has_items_where_no_summary_stands_for_it(store, sandbox, desk, facts, there):
    _, invt_no = file_list(store, sandbox, 1, **facts)
    with desk() as memory:
        assert bool(memory.items([f"{invt_no}001"])) == there


def legs(store, sandbox, *rows, ebc_code=M1):
    write_by(
        store.engine,
        insert_rows,
        forex_leg,
        (
            "report_id",
            "number",
            "sandbox",
            "ebc_code",
            "state",
            "direction",
            "leg_kind",
            "order_no",
            "entry_no",
            "currency",
            "amount",
        ),
        [(store.row_id(), 1, sandbox, ebc_code, *row) for row in rows],
    )


def test_exchange_counts_for_the_pool_that_it_names(store, sandbox, desk):
    summarised = file_summary(store, sandbox, "422720260000000088")
    file_list(store, sandbox, 11, "9610", summarised=summarised)
    list_id, invt_no = file_list(store, sandbox, 12)
    legs(
        store,
        sandbox,
        ("booked", "1", "1", "", "422720260000000088", "502", 5),
        ("booked", "1", "1", "SM000000011", "", "USD", 7),
        ("booked", "1", "1", "SM000000012", "", "EUR", 11),
        ("booked", "1", "1", "SM000000012", invt_no, "USD", 13),
        ("refused", "1", "1", "SM000000011", "", "USD", 17),
        ("booked", "2", "1", "SM000000011", "", "USD", 19),
        ("booked", "1", "2", "SM000000011", "", "USD", 23),
    )
    with desk() as memory:
        pools = memory.pools([f"S{summarised}", f"L{list_id}"])
        assert {place: pool.collected for place, pool in pools.items()} == {
            (f"S{summarised}", "USD"): 12,
            (f"L{list_id}", "EUR"): 11,
            (f"L{list_id}", "USD"): 13,
        }
        assert memory.pools_of(["422720260000000088"], ["SM000000012"]) == {f"S{summarised}", f"L{list_id}"}
        assert memory.pools_of([invt_no, ""], []) == {f"L{list_id}"}


def test_exchange_of_another_company_proves_nothing(store, sandbox, desk):
    summarised = file_summary(store, sandbox, "422720260000000088")
    legs(store, sandbox, ("booked", "1", "1", "", "422720260000000088", "USD", 5), ebc_code=M2)
    with desk() as memory:
        assert memory.pools([f"S{summarised}"]) == {}
