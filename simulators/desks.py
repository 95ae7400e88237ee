"""Fills a sandbox without automatic decisions with cases for officers at every desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from simulators.entry import SHANGHAI, SandboxSession, evening
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
from simulators.refunds.acts import acted, registrations
from simulators.refunds.cases import RefundCase
from simulators.refunds.course import Course
from simulators.refunds.firms import RefundExporter
from simulators.refunds.scenarios import DAYS, RETURN, RefundStep
from simulators.world import World

SANDBOX = "desks"
IMPORTS = {
    "guarantee_short": 10,
    "price_zero": 8,
    "price_low": 8,
    "content_missing": 6,
    "cancelled": 4,
    "returned": 4,
    "returned_partly": 2,
}
"""Fault of imports that an officer must decide → number of trades."""
EXPORTS = {"code_short": 6}
TOGETHER = 12
"""Exports on a master waybill, which go as a batch."""
BATCHES = 12
"""Number of such batches: two thirds of them draw no sample, and the officer needs one with a sample."""
SOUND = 500
"""Number of trades without a fault, of which one in fifty is drawn for inspection."""
NIGHTS = (1, 2, 3, 4)
"""Nights in which released goods are delivered or returned."""
LIMITED = "B"
"""Class of enterprises with an exchange quota; their reports are reviewed if they have none on file."""
BACK_WITHIN = timedelta(days=3)
"""Time until returned goods are admitted."""
REVIEWED = timedelta(days=35)
"""Time, including holidays, until a claim was reviewed or passed to an officer."""


def leave_work(
    session: SandboxSession, world: World, seed: int, per_message: int, show: ProgressDisplay
) -> SandboxSession | None:
    """Play a month for officers in a sandbox next to `session`; returns its name, or None if it was played before.

    Claims come first, because they take longest; imports and exports come on the last days.
    """
    day = datetime.fromtimestamp(session.now / 1000, SHANGHAI).date().replace(day=1)
    place = session.another_sandbox(
        SANDBOX, world, {"open": False, "automatic_officer": True, "inspection": False}, day
    )
    if place.again:
        return None
    receipt_log = ReceiptLog(())
    _claims(place, world, seed, per_message, show, receipt_log)
    place.choose(automatic_officer=False, inspection=True, guarantee_short="review")
    _trade(place, world, seed, per_message, show, receipt_log)
    _register(place, world)
    return place


def _today(place: SandboxSession) -> date:
    return datetime.fromtimestamp(place.now / 1000, SHANGHAI).date()


def _claims(
    place: SandboxSession, world: World, seed: int, per_message: int, show: ProgressDisplay, receipt_log: ReceiptLog
) -> None:
    """Play claims and exchange reports, many of enterprises whose cases are reviewed."""
    cases = exporting.short(world, seed + 7, _today(place))
    rows = [
        f"{case.firm.company.code},{LIMITED},{_today(place)}," for case in cases if case.scenario.path.startswith("120")
    ]
    place.client.import_master_data("forex_enterprises", "\n".join(["code,class,registered,quota", *rows]))
    Course(
        place, world, world.payment_providers[0], cases, show, per_message, receipt_log=receipt_log, undecided=True
    ).play()
    place.choose(automatic_officer=True)
    _bring_back(place, world, cases)
    place.choose(automatic_officer=False)
    place.wait(evening(_today(place) + REVIEWED))


def _bring_back(place: SandboxSession, world: World, cases: Sequence[RefundCase]) -> None:
    """Return exported goods while their claims wait for review."""
    when = f"{datetime.fromtimestamp(place.now / 1000, SHANGHAI):%Y%m%d%H%M%S}"
    step = RefundStep(RETURN, 0, DAYS[RETURN], {})
    sent = [message.body for case in cases for message in acted(case, step, world, world.payment_providers[0], when)]
    for _ in place.send(sent):
        pass
    place.wait(evening(_today(place) + BACK_WITHIN))


def _trade(
    place: SandboxSession, world: World, seed: int, per_message: int, show: ProgressDisplay, receipt_log: ReceiptLog
) -> None:
    """Play trades whose cases wait for officers after some nights, then a day with goods drawn for inspection."""
    day = _today(place)
    shop, exports = Shop(world, seed + 8, day), ExportShop(world, seed + 8, day)
    faulty = [faulty_trade(shop, number, known_fault("import", name)) for number, name in enumerate(_named(IMPORTS))]
    abroad = [
        faulty_export(exports, number, known_fault("export", name), place.sandbox)
        for number, name in enumerate(_named(EXPORTS))
    ]
    receipt_log.expect([*faulty, *abroad])
    ExportDay(place, world, abroad, per_message, show, nights=()).play(receipt_log)
    ImportDay(place, world, faulty, per_message, show, nights=NIGHTS).play(receipt_log)
    _together(place, world, seed, per_message, show)
    sound = list(trades(world, SOUND, seed=seed + 9, day=_today(place), only=()))
    receipt_log.expect(sound)
    ImportDay(place, world, sound, per_message, show, nights=()).play(receipt_log)


def _together(place: SandboxSession, world: World, seed: int, per_message: int, show: ProgressDisplay) -> None:
    """Play batches of exports; an officer orders inspection of all lists of the first one with inspected samples."""
    day = _today(place)
    shop = ExportShop(world, seed + 10, day, {"9610": 100}, aboard=TOGETHER, together=True)
    made = [replace(shop.trade(number), story="in_batch") for number in range(BATCHES * TOGETHER)]
    place.choose(batches="master_waybill")
    ExportDay(place, world, made, per_message, show, nights=(2,)).play(ReceiptLog(made))
    place.choose(batches="")
    place.review_batches("情报", 1)


def _named(counts: dict[str, int]) -> list[str]:
    return [name for name, count in counts.items() for _ in range(count)]


def _register(place: SandboxSession, world: World) -> None:
    """File late applications of companies that an officer must register: guarantors and warehouses."""
    keepers = [warehouse.company for warehouse in (*world.warehouses, world.export_warehouse)]
    companies = (*world.agents, world.small_guarantor, world.site, *keepers)
    firms = [RefundExporter(number, company, "T", "B") for number, company in enumerate(companies)]
    when = f"{datetime.fromtimestamp(place.now / 1000, SHANGHAI):%Y%m%d%H%M%S}"
    for _ in place.send([message.body for message in registrations(firms, when)]):
        pass
