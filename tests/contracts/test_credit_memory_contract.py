"""What the credit memory must do, on every database: keep events and cases, files that are locked, who is who."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from declarations.credit.conditions import Checked, Measure
from declarations.reasons import Reason
from gateways.credit.repository import CreditCase, CreditFile, KnownCompany, RecordedEvent
from single_window.store.bulk import insert_rows
from single_window.store.gateways.credit import StoredCreditRepository
from single_window.store.gateways.registration import upsert_participants
from single_window.store.records import Conflict
from single_window.store.tables import declaration
from tests.contracts.storing import Opens, Store
from tests.databases import ON_BOTH, write_by

pytestmark = ON_BOTH
C1, C2, CREDIT, DAY = "3702961003", "3702961234", "91350100M000100Y43", 1_795_000_000_000
NAMES = ("code", "credit_code", "name", "kinds", "dxp_id", "credit_grade")


@pytest.fixture
def credit(store: Store, sandbox: str) -> Opens:
    return store.opening(StoredCreditRepository, sandbox)


def an_event(number: int, **changes: Any) -> RecordedEvent:
    event = RecordedEvent(
        id=number,
        key=f"customs|{number}",
        ebc_code=C1,
        kind="103",
        degree="G",
        agency="customs",
        occurred="2026-11-02",
        decided="2026-11-02",
        final="",
        amount=100_000_001_000,
        documents=1,
        doc_no="罚〔2026〕1号",
        evidence="A1",
        cured="",
        withdrawn="",
        recorded_at=DAY,
    )
    return replace(event, **changes)


def a_case(number: int, **changes: Any) -> CreditCase:
    measures = (Measure("amount", "1000000.01", "1000000.00", True),)
    case = CreditCase(
        id=number,
        case_no=f"XY{number}",
        state="proposed",
        ebc_code=C1,
        credit_code=CREDIT,
        name="O'Neill; 甲",
        grade_before="ordinary",
        grade="dishonest",
        order_zh="第282号令",
        order_en="Order 282",
        provisional=True,
        events=("customs|1", "customs|2"),
        grounds=(Checked("fines", "dishonest", True, measures, ("customs|1",), "credit.conditions.fines@1", "I"),),
        opened_at=DAY,
        reasons=(Reason("25120", {"grade": "dishonest"}),),
    )
    return replace(case, **changes)


def test_events_come_back_as_they_were_put_by_their_company(credit: Opens) -> None:
    with credit() as repository:
        repository.put_event(an_event(2))
        repository.put_event(an_event(1))
        repository.put_event(an_event(3, ebc_code=C2))
        assert [event.id for event in repository.events([C1])[C1]] == [1, 2], "put and not stored yet"
    with credit() as repository:
        assert repository.events([C1, "X"]) == {C1: [an_event(1), an_event(2)], "X": []}
        repository.put_event(an_event(1, final="2026-12-02", cured="2026-12-03"))
    with credit() as repository:
        assert [event.facts.cured is not None for event in repository.events([C1])[C1]] == [True, False]


def test_cases_come_back_with_their_grounds(credit: Opens) -> None:
    with credit() as repository:
        repository.put_case(a_case(5))
        repository.put_case(a_case(4, state="dropped"))
        assert [case.id for case in repository.cases_of(C1)] == [4, 5]
    with credit() as repository:
        assert repository.companies_of([5, 99]) == {C1}
        assert repository.case_ids(["XY5", "XY9"]) == {"XY5": 5} and repository.case_ids([]) == {}
        assert repository.documents([]) == repository.documents([99]) == {}
        stored = repository.cases([5])[5]
        assert replace(stored, version=0) == a_case(5) and stored.version == 1
        assert [case.id for case in repository.cases_of(C1)] == [4, 5] and repository.cases_of(C2) == []
        assert repository.cases_of(C1)[1] is stored


def test_a_case_that_somebody_else_changed_is_not_written(credit: Opens) -> None:
    with credit() as repository:
        repository.put_case(a_case(7))
    with credit() as repository:
        repository.put_case(replace(repository.cases([7])[7], state="noticed"))
    with pytest.raises(Conflict), credit() as repository:
        repository.put_case(a_case(7, version=1, state="dropped"))


def test_a_company_has_one_file(credit: Opens) -> None:
    with credit() as repository:
        assert repository.files([C1]) == {C1: CreditFile(C1)}
        repository.put_file(CreditFile(C1, DAY))
    with credit() as repository:
        assert repository.files([C1, C2]) == {C1: CreditFile(C1, DAY), C2: CreditFile(C2)}


def test_companies_are_known_by_either_code(credit: Opens, store: Store, sandbox: str) -> None:
    rows = [(C1, CREDIT, "甲", "merchant", "DXP1", "advanced"), (C2, "", "乙", "", "", "ordinary")]
    write_by(store.engine, upsert_participants, sandbox, NAMES, rows)
    known = KnownCompany(C1, CREDIT, "甲", "merchant", "advanced", 0, "DXP1")
    with credit() as repository:
        assert repository.companies([C1, CREDIT, C2]) == {C1: known, CREDIT: known}, "who left is not known"
        assert repository.companies([]) == {}


def test_documents_are_the_lists_that_were_accepted_in_between(credit: Opens, store: Store, sandbox: str) -> None:
    names = ("id", "sandbox", "key", "order_no", "state", "ebc_code", "accepted_at", "document_id")
    rows = [
        (number, sandbox, f"{code}|O{number}", f"O{number}", "closed", code, at, number)
        for number, code, at in ((1, C1, DAY), (2, C1, DAY + 5), (3, C1, DAY - 1), (4, C2, DAY), (5, C1, 0))
    ]
    write_by(store.engine, insert_rows, declaration, names, rows)
    with credit() as repository:
        assert repository.documents_of(C1, DAY, DAY + 5) == 1
        assert repository.documents_of(C1, DAY, DAY + 6) == 2
