"""What the summary desk may rely on in its memory: claims, outcomes and months are found as they were put."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from declarations.documents import pack
from declarations.reasons import Reason
from gateways.customs.repository import Declaration, Request
from gateways.customs.summaries.repository import (
    MadeDeclaration,
    MergeTotals,
    MonthToSummarise,
    Sheet,
    Summary,
    SummaryPart,
    SummaryPartLine,
)
from single_window.store.bulk import insert_rows
from single_window.store.gateways.customs import StoredCustomsRepository
from single_window.store.tables import document
from tests.contracts.storing import Opens, Store
from tests.databases import ON_BOTH, write_by
from tests.stories.summarising import inventory

pytestmark = ON_BOTH
M1, M2, WHEN = "4101985556", "3301968DEF", 1_795_000_000_000


@pytest.fixture
def customs(store: Store, sandbox: str) -> Opens:
    return store.opening(StoredCustomsRepository, sandbox, "summary", "entry")


def a_list(store: Store, sandbox: str, customs: Opens, number: int, **changes: Any) -> int:
    """A closed list with its document; gives its id."""
    first, document_id = inventory(number), store.row_id()
    fields: dict[str, Any] = {
        "id": store.row_id(),
        "key": f"{M1}|{first.order_no}",
        "order_no": first.order_no,
        "state": "closed",
        "document_id": document_id,
        "document_version": 1,
        "mailboxes": "D",
        "cop_no": "",
        "pre_no": "",
        "customs_code": "4227",
        "ebp_code": "",
        "ebc_code": M1,
        "agent_code": "",
        "assure_code": "",
        "logistics_key": "L|W",
        "trade_mode": "9610",
        "buyer": "",
        "invt_no": f"42272026E{number:09d}",
        "closed_at": WHEN,
        "flow": "E",
        "statistics_flag": "B",
        **changes,
    }
    write_by(
        store.engine,
        insert_rows,
        document,
        ("id", "sandbox", "kind", "key", "order_no", "facts"),
        [(document_id, sandbox, "export_inventory", fields["key"], first.order_no, pack(first))],
    )
    with customs() as memory:
        memory.put_declaration(Declaration(**fields))
    return int(fields["id"])


def a_summary(store: Store, **changes: Any) -> Summary:
    number = store.row_id()
    fields: dict[str, Any] = {
        "id": number,
        "key": f"A|{number}",
        "place": str(number),
        "customs_code": "4227",
        "agent_code": "A",
        "ebc_code": M1,
        "cop_no": str(number),
        "state": "checking",
        "mailboxes": "D",
        "papers": [Sheet(1, 2), Sheet(3, 4)],
        "head": {"ebcName": "甲公司"},
        "wishes": {"summary_flag": "1"},
        "left_out": {"18003": 2},
        "months": {"2026-11-01": 3},
        "reasons": (Reason("18001", {"invt_no": "X"}, ()),),
        "phase": "claim",
    }
    return Summary(**{**fields, **changes})


def test_a_request_comes_back_as_it_was_put(store: Store, customs: Opens) -> None:
    summary = a_summary(store)
    with customs() as memory:
        memory.put_summary(summary)
    with customs() as memory:
        assert memory.summaries([summary.id]) == {summary.id: summary}
        assert memory.summaries_by_key([summary.key]) == {summary.key: summary}
        assert memory.summaries_at(M1, {"claim"}) == [summary]
        summary = memory.summaries([summary.id])[summary.id]
        summary.phase = "merge"
        assert memory.summaries_at(M1, {"claim"}) == [] == memory.summaries_at(M2, {"merge"})
        assert memory.summaries_at(M1, {"merge"}) == [summary]


def test_closed_lists_are_returned_page_by_page_with_the_reasons_to_refuse_them(
    store: Store, sandbox: str, customs: Opens
) -> None:
    lists = [a_list(store, sandbox, customs, number, closed_at=WHEN + number // 2) for number in range(6)]
    a_list(store, sandbox, customs, 7, ebc_code=M2)
    a_list(store, sandbox, customs, 8, closed_at=0, state="released")
    a_list(store, sandbox, customs, 9, flow="I")
    summary = a_summary(store)
    with customs() as memory:
        memory.put_summary(summary)
        memory.claim(summary.id, [(lists[0], "2026-11-01")])
        memory.put_request(
            Request(
                id=store.row_id(),
                kind="export_refund",
                key="A|T1",
                declaration_id=lists[1],
                state="accepted",
                document_id=1,
                document_version=1,
                mailboxes="D",
                fields={},
            )
        )
    with customs() as memory:
        results, since, after = [], 0, 0
        while page := memory.closed_lists(M1, since, WHEN + 3, after, 2):
            results += page
            since, after = page[-1].closed_at, page[-1].id
        assert [result.id for result in results] == lists
        assert [result.claimed for result in results] == [summary.id, 0, 0, 0, 0, 0]
        assert [result.candidate.returned for result in results] == [False, True, False, False, False, False]
        assert results[0].candidate.sum_no == summary.cop_no
        assert memory.closed_lists(M1, WHEN + 1, WHEN + 2, 0, 9) == results[2:4]
        assert memory.waiting(M1, ["9610"], ["A"], WHEN, WHEN + 3) == 4
        assert set(memory.named_lists(["42272026E000000003", "42272026E000000009", "X", ""])) == {"42272026E000000003"}
        memory.claim(summary.id, [(lists[3], "2026-11-01")])
        assert memory.named_lists(["42272026E000000003"])["42272026E000000003"].claimed == summary.id


def test_a_list_is_claimed_once_and_free_again(store: Store, sandbox: str, customs: Opens) -> None:
    lists, summary = [a_list(store, sandbox, customs, number) for number in range(4)], a_summary(store)
    with customs() as memory:
        memory.put_summary(summary)
        memory.claim(summary.id, [(number, "2026-11-01") for number in lists[::-1]])
    with pytest.raises(IntegrityError), customs() as memory:
        memory.claim(summary.id + 1, [(lists[2], "2026-11-01")])
    with customs() as memory:
        assert memory.claimed(summary.id, lists[0], 2) == lists[1:3]
        assert [fact.id for fact in memory.facts_of(summary.id, "2026-11-01")] == lists
        assert list(memory.facts_of(summary.id, "2026-10-01")) == []
        memory.free(lists[1:3])
    with customs() as memory:
        assert memory.claimed(summary.id, 0, 9) == [lists[0], lists[3]]
        memory.claim(summary.id + 1, [(lists[2], "2026-11-01")])


def test_what_came_out_is_reported_part_by_part(store: Store, customs: Opens) -> None:
    summary = a_summary(store)
    made = MadeDeclaration(
        summary.id, 1, "2026-11-01", {"destination": "133"}, [[1, "6109100010"]], 36_000, 36_000, 3, 5
    )
    shares = [
        SummaryPart(summary.id, place, 1, place + 1, [SummaryPartLine(f"N{place}", "W", 1, 1)]) for place in range(3)
    ]
    with customs() as memory:
        memory.put_summary(summary)
        memory.put_made(made)
        assert memory.put_result_parts(iter(shares)) == 3
        memory.put_places(summary.id, "2026-11-01", [(7, [(1, 1, 1)])])
    with customs() as memory:
        assert memory.shares(summary.id, 1, 5) == shares[1:]
        assert memory.made(summary.id, {1}) == {1: made}
        memory.delete_result_part(shares[1])
    with customs() as memory:
        assert [share.position for share in memory.shares(summary.id, 0, 5)] == [0, 2]


def test_a_merge_is_put_again_when_its_batch_is_taken_again_and_not_for_another(store: Store, customs: Opens) -> None:
    summary, outcome = a_summary(store), MergeTotals(1, 1, 1, ("summary.merging@2019-01-01",))
    made = MadeDeclaration(summary.id, 1, "2026-11-01", {}, [], 1, 1, 1, 1)
    share = SummaryPart(summary.id, 0, 1, 1, [SummaryPartLine("N", "W", 1, 1)])
    with pytest.raises(RuntimeError), customs() as memory:
        memory.put_made(made)
        memory.put_result_parts([share])
        memory.remember(summary, outcome)
        raise RuntimeError
    with customs() as memory:
        assert memory.recall(a_summary(store)) is None
        assert memory.recall(replace(summary, version=summary.version + 1)) is None
        assert memory.recall(summary) == outcome
    with customs() as memory:
        assert memory.made(summary.id, {1}) == {1: made}
        assert memory.shares(summary.id, 0, 9) == [share]
        assert memory.recall(summary) is None


def test_months_are_kept_for_each_merchant(customs: Opens) -> None:
    month = MonthToSummarise(M1, "2026-11-01", "2026-12-15", 5, provisional=True)
    with customs() as memory:
        assert memory.months([(M1, "2026-11-01")]) == {}
        memory.put_month(month)
    with customs() as memory:
        months = memory.months([(M1, "2026-11-01"), (M1, "2026-12-01"), (M2, "2026-11-01")])
        assert months == {(M1, "2026-11-01"): month}
        assert months[M1, "2026-11-01"].provisional is True
        months[M1, "2026-11-01"].overdue_at = 9
        memory.put_month(months[M1, "2026-11-01"])
    with customs() as memory:
        assert memory.months([(M1, "2026-11-01")])[M1, "2026-11-01"].overdue_at == 9


def test_numbers_are_distinguished(customs: Opens) -> None:
    with customs() as memory:
        numbers = [memory.sum_no("4227", 2026), *memory.entry_nos("4227", 2026), *memory.entry_nos("4227", 2026)]
    assert len(set(numbers)) == 5
    assert {len(number) for number in numbers} == {18}
