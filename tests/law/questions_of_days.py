"""Questions about days and places: calendars, deadlines, where a mode or zone is open. Texts go in, an answer comes."""

from __future__ import annotations

from datetime import timedelta

from declarations import retail_modes
from declarations.batches.opening import opening_key
from declarations.calendar import day_of, instant_of, months_after, span_of, stamp17
from declarations.collection import guarantee_failure_of, windows_of_bill
from declarations.export import modes, zones
from declarations.export.relief import ReliefStatements, decide_relief, find_food
from declarations.forex.retention import retention_of
from declarations.parameters import NoValue
from declarations.refund.classes import end_of_lock, review_days_of
from declarations.refund.deadlines import index_due_day, retention_end, timeliness_of
from declarations.refund.export_date import export_date_of_month
from declarations.summary.deadline import days_of, due_day_of, month_of
from declarations.working_days import is_working_day
from gateways.refund.exchange import is_exchange_overdue
from tests.law.comparing import codes, or_none
from tests.law.imported import law
from tests.law.of_batches import LIST
from tests.law.of_days import day_shown
from tests.law.rows import day


def days_off(since: str, until: str) -> str:
    """Return the days from one to another on which nobody works, each with month and day."""
    first, last = day(since), day(until)
    between = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return " ".join(f"{on:%m%d}" for on in between if not is_working_day(on))


def months_later(of: str, months: str) -> str:
    """Return the same day of a later month."""
    return str(months_after(day(of), int(months)))


def day_of_instant(instant: str) -> str:
    """Return day and stamp of an instant, and whether it begins its day."""
    on = day_of(int(instant))
    return f"{on} {stamp17(int(instant))} {'begins' if instant_of(on) == int(instant) else 'within'}"


def span(text: str) -> str:
    """Return the milliseconds of a span."""
    return str(span_of(text))


def days_of_bill(released: str) -> str:
    """Return the four days of a tax bill."""
    return or_none(NoValue, lambda: " ".join(map(str, windows_of_bill(day(released), law())[:4])))


def guarantee(standing: str, until: str, on: str) -> str:
    """Return why a guarantee does not hold on a day."""
    return guarantee_failure_of(standing, until, day(on))


def summary_of_day(on: str) -> str:
    """Return the month to which a list that is closed on a day counts, its days, and the day by which it is due."""

    def told() -> str:
        month = month_of(day(on), law())
        first, last = days_of(month, law())
        return f"{month:%Y-%m} {first} {last} {day_shown(due_day_of(day(on), law()))}"

    return or_none(NoValue, told)


def verdict_of_claim(exported: str, claimed: str, complete: str, exempt_papers: str) -> str:
    """Return the verdict about the time of a claim, with its codes."""

    def told() -> str:
        found = timeliness_of(day(exported), day(claimed), complete == "yes", exempt_papers == "yes", law())
        return f"{found.verdict} {' '.join(codes(found.reasons))}"

    return or_none(NoValue, told)


def records_kept(of: str) -> str:
    """Return until when documents of a refund and of foreign exchange are kept."""
    refund = or_none(NoValue, lambda: retention_end(day(of), law()))
    return f"{refund} {or_none(NoValue, lambda: retention_of(day(of), law()).until)}"


def index_due(claimed: str) -> str:
    """Return the day on which the index of filing documents is due."""
    return or_none(NoValue, lambda: index_due_day(day(claimed), law()))


def export_date(month: str) -> str:
    """Return the day of its month that is the export date of a summary declaration."""
    return or_none(NoValue, lambda: export_date_of_month(month, law()))


def review(number: str, on: str) -> str:
    """Return the days of a review for a class of exporters, and the end of a lock that begins on the day."""
    return or_none(NoValue, lambda: f"{review_days_of(int(number), day(on), law()).days} {end_of_lock(day(on), law())}")


def exchange_overdue(exchange: str, due: str, on: str) -> str:
    """Return whether the exchange of a claim is overdue."""
    return _yes(is_exchange_overdue(exchange, due, day(on)))


def relief(mode: str, exported: str, accepted: str, original: str, settled: str) -> str:
    """Return the last day of relief for a return, with the reasons against it."""
    stated = ReliefStatements(original == "yes", settled == "yes")
    found = decide_relief(mode, day(exported), day(accepted), law(), stated)
    return " ".join(map(str, (found.last_day, *codes(found.reasons))))


def food(gcode: str, exported: str) -> str:
    """Return whether goods are food, to which the relief does not apply."""
    return or_none(NoValue, lambda: _yes(find_food(1, gcode, day(exported), law()) is not None))


def retail_mode(mode: str, office: str, on: str) -> str:
    """Return whether a mode of retail import is open."""
    return or_none(NoValue, lambda: _opening(*retail_modes.find_opening(mode, office, day(on), law())))


def export_mode(mode: str, office: str, on: str) -> str:
    """Return whether a mode of export is open."""
    return or_none(NoValue, lambda: _opening(*modes.find_opening(mode, office, day(on), law())))


def _opening(is_open: bool, used: tuple[str, ...]) -> str:
    return " ".join((_yes(is_open), *used))


def zone_of_office(office: str, on: str) -> str:
    """Return the zone in which an office lies."""
    return or_none(NoValue, lambda: zones.find_zone_of_office(office, day(on), law()).city)


def registered_zone(name: str, on: str) -> str:
    """Return the zone that a company registered."""
    return zones.find_registered_zone(name, day(on), law()).city


def key_of_batch(way: str, mode: str, bill: str, arrival: str, book: str, on: str, label: str) -> str:
    """Return the key under which a list opens a batch."""
    listed = LIST._replace(trade_mode=mode, bill_no=bill, arrival_no=arrival, ems_no=book)
    return opening_key(way, listed, day(on), label)


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"
