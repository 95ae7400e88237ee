"""Fills a sandbox without automatic decisions with cases for officers at every desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from simulators.companies import AGENT, GUARANTOR, make_company
from simulators.entry import SHANGHAI, SandboxSession, evening_of
from simulators.entry.deciding import BANKER, REGISTRAR, TAX_OFFICER, OfficerName
from simulators.exports.course import ExportDay
from simulators.exports.shop import ExportShop
from simulators.exports.traffic import faulty_export
from simulators.imports.day import ImportDay
from simulators.imports.shop import Shop
from simulators.imports.traffic import faulty_trade, trades
from simulators.known_faults import known_fault
from simulators.played_day import ProgressDisplay
from simulators.receipt_log import ReceiptLog
from simulators.refunds import exporting
from simulators.refunds.acts import messages_of_step, registrations
from simulators.refunds.cases import RefundCase
from simulators.refunds.course import Course
from simulators.refunds.firms import RefundExporter
from simulators.refunds.scenarios import RETURN, USUAL_DAYS, RefundStep
from simulators.world import AMPLE, World

SANDBOX = "desks"
IMPORT_FAULT_COUNTS = {
    "guarantee_short": 10,
    "price_zero": 20,
    "price_low": 8,
    "content_missing": 6,
    "cancelled": 4,
    "returned": 4,
    "returned_partly": 2,
}
"""Fault of imports that an officer must decide → number of trades."""
FOLLOWED = ("cancelled", "returned", "returned_partly")
"""Of these, those whose declarant tells more in the nights that follow; of the others half are of the last day."""
EXPORT_FAULT_COUNTS = {"code_short": 6}
EXPORTS_PER_BATCH = 12
"""Exports on a master waybill, which go as a batch."""
BATCH_COUNT = 12
"""Number of such batches: two thirds of them draw no sample, and the officer needs one with a sample."""
SOUND_TRADES = 500
"""Number of trades without a fault, of which one in fifty is drawn for inspection."""
FINED_COUNT = 2
"""Merchants whose fines are told to credit."""
FINE_FIELDS = "company,agency,event_no,kind,degree,occurred,decided,final,amount"
NIGHTS = (1, 2, 3, 4)
"""Nights in which released goods are delivered or returned."""
QUOTA_CLASS = "B"
"""Class of enterprises with an exchange quota; their reports are reviewed if they have none on file."""
RETURN_PERIOD = timedelta(days=3)
"""Time until returned goods are admitted."""
REVIEW_PERIOD = timedelta(days=35)
"""Time, including holidays, until a claim was reviewed or passed to an officer."""
LATE_GUARANTOR = 140
"""Number of the company under whose guarantee a bill stays unpaid; no other list names it."""

DECIDED = "模拟决定"
"""The reason of the officers who close the cases of which the quality is checked."""


class ExampleCase(NamedTuple):
    """A case that an officer closes, so that a second one checks its quality: where such cases are read and which of
    them, with the name of their list and of their number there, and who decides what about one."""

    subject: str
    address: str
    listed: str
    number: str
    wanted: Mapping[str, str]
    officer: OfficerName
    action: str


WAITS = {"state": "in_review"}
EXAMPLE_CASES = (
    ExampleCase(
        "declaration",
        "/declarations",
        "declarations",
        "order_no",
        WAITS,
        OfficerName("模拟审单", "reviewer"),
        "reject",
    ),
    ExampleCase(
        "declaration",
        "/declarations",
        "declarations",
        "order_no",
        {"state": "under_inspection", "flow": "E"},
        OfficerName("模拟查验", "inspector"),
        "conclude",
    ),
    ExampleCase("refund_claim", "/refunds", "refunds", "cop_no", WAITS, TAX_OFFICER, "refuse"),
    ExampleCase("forex_report", "/forex/reports", "reports", "cop_no", WAITS, BANKER, "approve"),
    ExampleCase("registration", "/registrations", "registrations", "code", WAITS, REGISTRAR, "approve"),
)


def leave_work(
    session: SandboxSession, world: World, seed: int, per_message: int, show: ProgressDisplay
) -> SandboxSession | None:
    """Play a month for officers in a sandbox next to `session`; returns its name, or None if it was played before.

    Claims come first, because they take longest; imports and exports come on the last days.
    """
    day = datetime.fromtimestamp(session.now / 1000, SHANGHAI).date().replace(day=1)
    sandbox = session.another_sandbox(
        SANDBOX, world, {"open": False, "automatic_officer": True, "inspection": False}, day
    )
    if sandbox.played_before:
        return None
    receipt_log = ReceiptLog(())
    _leave_bill_unpaid(sandbox, world, seed, per_message, show, receipt_log)
    _play_claims(sandbox, world, seed, per_message, show, receipt_log)
    sandbox.set_options(automatic_officer=False, inspection=True, guarantee_short="review")
    _play_trades(sandbox, world, seed, per_message, show, receipt_log)
    _file_applications(sandbox, world)
    _fine_merchants(sandbox, world)
    _check_quality(sandbox)
    return sandbox


def _today(sandbox: SandboxSession) -> date:
    return datetime.fromtimestamp(sandbox.now / 1000, SHANGHAI).date()


def _leave_bill_unpaid(
    sandbox: SandboxSession, world: World, seed: int, per_message: int, show: ProgressDisplay, receipt_log: ReceiptLog
) -> None:
    """Import goods under a guarantee that fails before the tax is collected: weeks later the bill is overdue."""
    guarantor = make_company(world.seed, LATE_GUARANTOR, (AGENT, GUARANTOR))
    row = guarantor._asdict() | {"kinds": ";".join(guarantor.kinds)}
    sandbox.client.import_master_data("participants", [row])
    lodged = {"assure_code": guarantor.code, "amount": AMPLE}
    sandbox.client.import_master_data("guarantees", [lodged])
    trade = Shop(world, seed + 11, _today(sandbox), {"9610": 100}).trade(0)
    assert trade.inventory is not None
    trade.inventory.head["assureCode"] = guarantor.code
    receipt_log.expect([trade])
    ImportDay(sandbox, world, [trade], per_message, show, nights=()).play(receipt_log)
    sandbox.client.import_master_data("guarantees", [lodged | {"standing": "withdrawn"}])


def _play_claims(
    sandbox: SandboxSession, world: World, seed: int, per_message: int, show: ProgressDisplay, receipt_log: ReceiptLog
) -> None:
    """Play claims and exchange reports, many of enterprises whose cases are reviewed."""
    cases = exporting.demo_cases(world, seed + 7, _today(sandbox))
    reviewed = [case.firm.company.code for case in cases if case.scenario.path.startswith("120")]
    rows = [f"{code},{QUOTA_CLASS},{_today(sandbox)}," for code in reviewed]
    sandbox.client.import_master_data("forex_enterprises", "\n".join(["code,class,registered,quota", *rows]))
    Course(
        sandbox, world, world.payment_providers[0], cases, show, per_message, receipt_log=receipt_log, undecided=True
    ).play()
    sandbox.set_options(automatic_officer=True)
    _return_goods(sandbox, world, cases)
    sandbox.set_options(automatic_officer=False)
    sandbox.wait(evening_of(_today(sandbox) + REVIEW_PERIOD))


def _return_goods(sandbox: SandboxSession, world: World, cases: Sequence[RefundCase]) -> None:
    """Return exported goods while their claims wait for review: of a claim with several items only the first."""
    when = f"{datetime.fromtimestamp(sandbox.now / 1000, SHANGHAI):%Y%m%d%H%M%S}"
    bodies = [
        message.body
        for case in cases
        for step in [RefundStep(RETURN, 0, USUAL_DAYS[RETURN], {"only": 1} if len(case.items) > 1 else {})]
        for message in messages_of_step(case, step, world, world.payment_providers[0], when)
    ]
    for _ in sandbox.send(bodies):
        pass
    sandbox.wait(evening_of(_today(sandbox) + RETURN_PERIOD))


def _play_trades(
    sandbox: SandboxSession, world: World, seed: int, per_message: int, show: ProgressDisplay, receipt_log: ReceiptLog
) -> None:
    """Play trades whose cases wait for officers after some nights, then a day with goods drawn for inspection."""
    day = _today(sandbox)
    shop, export_shop = Shop(world, seed + 8, day), ExportShop(world, seed + 8, day)
    faulty_imports = [
        faulty_trade(shop, number, known_fault("import", name))
        for number, name in enumerate(_repeated_names(IMPORT_FAULT_COUNTS))
    ]
    faulty_exports = [
        faulty_export(export_shop, number, known_fault("export", name), sandbox.sandbox)
        for number, name in enumerate(_repeated_names(EXPORT_FAULT_COUNTS))
    ]
    receipt_log.expect([*faulty_imports, *faulty_exports])
    due = [trade for place, trade in enumerate(faulty_imports) if place % 2 and trade.fault not in FOLLOWED]
    late = [trade for trade in faulty_imports if trade not in due]
    ExportDay(sandbox, world, faulty_exports, per_message, show, nights=()).play(receipt_log)
    ImportDay(sandbox, world, late, per_message, show, nights=NIGHTS).play(receipt_log)
    _play_batches(sandbox, world, seed, per_message, show)
    sound = list(trades(world, SOUND_TRADES, seed=seed + 9, day=_today(sandbox), only=()))
    receipt_log.expect(sound)
    ImportDay(sandbox, world, [*due, *sound], per_message, show, nights=()).play(receipt_log)


def _play_batches(sandbox: SandboxSession, world: World, seed: int, per_message: int, show: ProgressDisplay) -> None:
    """Play batches of exports; an officer orders inspection of all lists of the first one with inspected samples."""
    day = _today(sandbox)
    shop = ExportShop(world, seed + 10, day, {"9610": 100}, aboard=EXPORTS_PER_BATCH, together=True)
    exports = [replace(shop.trade(number), story="in_batch") for number in range(BATCH_COUNT * EXPORTS_PER_BATCH)]
    sandbox.set_options(batches="master_waybill")
    ExportDay(sandbox, world, exports, per_message, show, nights=(2,)).play(ReceiptLog(exports))
    sandbox.set_options(batches="")
    sandbox.review_batches("情报线索", 1)


def _repeated_names(counts: dict[str, int]) -> list[str]:
    return [name for name, count in counts.items() for _ in range(count)]


def _file_applications(sandbox: SandboxSession, world: World) -> None:
    """File late applications of companies that an officer must register: guarantors and warehouses."""
    warehouse_companies = [warehouse.company for warehouse in (*world.warehouses, world.export_warehouse)]
    companies = (*world.agents, world.small_guarantor, world.site, *warehouse_companies)
    firms = [RefundExporter(number, company, "T", "B") for number, company in enumerate(companies)]
    when = f"{datetime.fromtimestamp(sandbox.now / 1000, SHANGHAI):%Y%m%d%H%M%S}"
    for _ in sandbox.send([message.body for message in registrations(firms, when)]):
        pass


def _fine_merchants(sandbox: SandboxSession, world: World) -> None:
    """Tell credit that customs fined two merchants: an officer decides whether their grade falls."""
    day = _today(sandbox).isoformat()
    rows = [
        f"{merchant.code},customs,FINE{place},103,G,{day},{day},{day},2000000"
        for place, merchant in enumerate(world.merchants[:FINED_COUNT])
    ]
    sandbox.client.import_master_data("credit_events", "\n".join((FINE_FIELDS, *rows)) + "\n")
    sandbox.settle()


def _check_quality(sandbox: SandboxSession) -> None:
    """Close a case at each desk, and mix it in to be decided a second time."""
    for closed in EXAMPLE_CASES:
        found = sandbox.client.call("GET", closed.address, query={**closed.wanted, "limit": 1})[closed.listed]
        number = found[0][closed.number]
        sandbox.client_of(closed.officer).decide(number, closed.action, DECIDED, closed.subject)
        sandbox.settle()
        checked = {"subject": closed.subject, "number": number, "choice": closed.action}
        body = {"action": "mix_in", "reason": "模拟复查", "values": checked}
        sandbox.client.call("POST", "/cases/quality_check/decisions", json=body)
    sandbox.settle()
