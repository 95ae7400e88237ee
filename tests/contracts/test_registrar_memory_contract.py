"""What the registrar's memory must do, on every database: rows come back, each in its sandbox; participants keep what
is not the registrar's; nobody is overtaken; customs learns of what was written."""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from declarations.reasons import Reason
from gateways.registration.repository import CreditGrade, Enterprise, FiledGoods, GoodsPaper, Participant
from single_window.store import epochs
from single_window.store.bulk import on_sqlite
from single_window.store.engine import reading, writing
from single_window.store.gateways.refund.exporters import Exporters
from single_window.store.gateways.registration import StoredRegistrarRepository, upsert_participants
from single_window.store.records import Conflict
from single_window.store.tables import filed_goods, participant
from tests.contracts.storing import Opens, Store
from tests.databases import ON_BOTH, fetch
from tests.patience import PATIENCE

pytestmark = ON_BOTH
ONE, OTHER, NOON = "3702961234", "3702965678", 1_795_147_200_000
CREDIT = "91370202MA3C00011L"
NAMES = ("code", "credit_code", "name", "kinds", "dxp_id", "credit_grade", "edition", "tolerances")


@pytest.fixture
def opens(store: Store, sandbox: str) -> Opens:
    return store.opening(StoredRegistrarRepository, sandbox)


def lodged(store: Store, sandbox: str, **changes: str) -> None:
    """A company of master data."""
    row = {
        "code": ONE,
        "credit_code": CREDIT,
        "name": "青岛海燕",
        "kinds": "merchant",
        "dxp_id": "DXP1",
        "credit_grade": "advanced",
        "edition": "2018",
        "tolerances": "replay",
        **changes,
    }
    with writing(store.engine) as connection:
        upsert_participants(connection, sandbox, NAMES, [[row[name] for name in NAMES]])


def stored(store: Store, sandbox: str) -> dict[str, Any]:
    return dict(fetch(store.engine, select(participant).where(participant.c.sandbox == sandbox)).one()._mapping)


def test_what_is_put_comes_back(opens: Opens) -> None:
    enterprise = Enterprise(
        ONE,
        ONE,
        "in_review",
        credit_code=CREDIT,
        kinds="merchant;agent",
        net_assets=2**60,
        facts={"agent_code": OTHER},
        reasons=(Reason("21354", {"agent_code": OTHER}, ("p@1",)),),
        filed_at=NOON,
    )
    paper = GoodsPaper(7, f"{ONE}|SP1", "accepted", ONE, "SP1", "DXP1", 7, 2, reasons=(Reason("21360", {"gnum": "1"}),))
    with opens() as memory:
        assert memory.enterprises([ONE]) == memory.participants([ONE]) == memory.filings([7]) == {}
        memory.put_enterprise(enterprise)
        memory.put_filing(paper)
        memory.put_participant(Participant(ONE, CREDIT, "青岛海燕", "merchant", "DXP1", "ordinary", "filed", NOON))
        for since, grade in (("2026-12-01", "dishonest"), ("2026-04-01", "certified")):
            memory.put_grade(CreditGrade(ONE, since, grade, "registration", "甲", NOON))
    with opens() as memory:
        assert memory.enterprises([ONE, OTHER]) == {ONE: enterprise} and enterprise.version == 1
        assert memory.filings([7, 8]) == {7: paper}
        assert memory.participants([ONE])[ONE].suspended_at == NOON
        assert [row.grade for row in memory.grades([ONE, OTHER])[ONE]] == ["certified", "dishonest"]
        memory.put_grade(CreditGrade(ONE, "2026-12-01", "ordinary", "registration", "乙", NOON))
        assert [row.grade for row in memory.grades([ONE])[ONE]] == ["certified", "ordinary"]
    with opens() as memory:
        assert [row.who for row in memory.grades([ONE])[ONE]] == ["甲", "乙"]


def test_a_participant_keeps_what_is_not_the_registrars_and_its_suspension(
    store: Store, opens: Opens, sandbox: str
) -> None:
    lodged(store, sandbox)
    with opens() as memory:
        company = memory.participants([ONE])[ONE]
        company.name, company.suspended_at = "青岛海鸥", NOON
        memory.put_participant(company)
    row = stored(store, sandbox)
    assert (row["name"], row["edition"], row["tolerances"], row["credit_grade"]) == (
        "青岛海鸥",
        "2018",
        "replay",
        "advanced",
    )
    lodged(store, sandbox, name="青岛海燕", edition="2022-05")
    row = stored(store, sandbox)
    assert (row["name"], row["edition"], row["suspended_at"]) == ("青岛海燕", "2022-05", NOON)


def test_companies_are_found_by_either_code_with_what_the_batch_has_changed(
    store: Store, opens: Opens, sandbox: str
) -> None:
    lodged(store, sandbox)
    with opens() as memory:
        assert [row.code for row in memory.companies([CREDIT])[CREDIT]] == [ONE]
        memory.put_participant(Participant(OTHER, CREDIT, "新", "agent", "", "ordinary", "filed"))
        assert [row.code for row in memory.companies([CREDIT, ""])[CREDIT]] == [ONE, OTHER]
        assert memory.companies(["3702960000"]) == {}


def test_a_company_of_another_sandbox_is_another(store: Store, opens: Opens, sandbox: str) -> None:
    for name in (sandbox, f"{sandbox}-beside"):
        with writing(store.engine) as connection:
            memory = StoredRegistrarRepository(connection, name, store.numbering)
            memory.put_enterprise(Enterprise(ONE, ONE, "registered"))
            memory.save(connection)
    with opens() as memory:
        result = memory.enterprises([ONE])[ONE]
        result.state = "suspended"
        memory.put_enterprise(result)
    with reading(store.engine) as connection:
        beside = StoredRegistrarRepository(connection, f"{sandbox}-beside", store.numbering)
        assert beside.enterprises([ONE])[ONE].state == "registered"


@pytest.mark.parametrize(
    ("state", "channel", "facts", "registered"),
    [
        ("registered", "green", {}, True),
        ("suspended", "officer", {}, True),
        ("rejected", "", {}, False),
        ("in_review", "green", {"standing": "registered"}, True),
        ("in_review", "", {"standing": ""}, False),
        ("deleted", "green", {}, False),
        ("suspended", "imported", {}, None),
    ],
)
def test_refunds_go_by_the_registration_and_by_the_grade_that_counts_now(
    store: Store, opens: Opens, sandbox: str, state: str, channel: str, facts: dict[str, str], registered: bool | None
) -> None:
    lodged(store, sandbox)
    with opens() as memory:
        memory.put_enterprise(Enterprise(ONE, ONE, state, channel=channel, facts=facts))
        memory.put_grade(CreditGrade(ONE, "2099-01-01", "dishonest", "registration", "甲", NOON))
    with reading(store.engine) as connection:
        standing = Exporters(connection, sandbox).standings([ONE])[ONE]
    assert (standing.registered, standing.customs_grade) == (registered, "advanced")


def test_goods_replace_those_of_the_same_item(store: Store, opens: Opens, sandbox: str) -> None:
    for gcode in ("0402210000", "0402290000"):
        with opens() as memory:
            memory.put_goods(FiledGoods(ONE, "A-1", gcode, "奶粉", "035", "CHN", "filed", 7, NOON))
    assert fetch(store.engine, select(filed_goods.c.gcode).where(filed_goods.c.sandbox == sandbox)).scalars().all() == [
        "0402290000"
    ]


def test_who_decides_on_what_somebody_has_changed_is_informed(opens: Opens) -> None:
    with opens() as memory:
        memory.put_enterprise(Enterprise(ONE, ONE, "in_review"))
    with opens() as memory:
        stale = Enterprise(
            **{name: getattr(memory.enterprises([ONE])[ONE], name) for name in Enterprise.__dataclass_fields__}
        )
    with opens() as memory:
        current = memory.enterprises([ONE])[ONE]
        current.state = "registered"
        memory.put_enterprise(current)
    with pytest.raises(Conflict), opens() as memory:
        stale.state = "rejected"
        memory.put_enterprise(stale)
    with pytest.raises((Conflict, IntegrityError)), opens() as memory:
        memory.put_enterprise(Enterprise(ONE, ONE, "declared"))
    with opens() as memory:
        assert memory.enterprises([ONE])[ONE].state == "registered"


def test_a_company_is_held_until_its_registrar_has_decided(store: Store, opens: Opens, sandbox: str) -> None:
    lodged(store, sandbox)
    has, seen = Event(), []

    def second() -> None:
        has.wait(PATIENCE)
        with opens() as memory:
            seen.append(memory.participants([ONE])[ONE].suspended_at)

    with opens() as memory:
        company = memory.participants([ONE])[ONE]
        other = Thread(target=second)
        other.start()
        has.set()
        company.suspended_at = NOON
        memory.put_participant(company)
    other.join(PATIENCE)
    assert seen == [NOON]


def test_customs_learns_that_companies_changed(store: Store, opens: Opens, sandbox: str) -> None:
    def counts() -> tuple[int, int]:
        with reading(store.engine) as connection:
            alone = on_sqlite(connection)
            return (epochs.seen(connection, "customs") if alone else 0, epochs.seen(connection, "registration"))

    before = counts()
    lodged(store, sandbox)
    after = counts()
    assert [count > other for count, other in zip(after, before, strict=True)] == [after[0] > 0] * 2
    with opens() as memory:
        company = memory.participants([ONE])[ONE]
        memory.put_participant(company)
    assert (counts()[0] > after[0]) is (after[0] > 0)
    settled = counts()
    with opens() as memory:
        memory.participants([ONE])
    assert counts() == settled
