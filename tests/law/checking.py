"""Every table of known answers with its runner."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

from tests.law import (
    of_batches,
    of_credit,
    of_days,
    of_documents,
    of_exports,
    of_forex,
    of_import_taxes,
    of_imports,
    of_open_data,
    of_questions,
    of_refund_amounts,
    of_refunds,
    of_registration,
    of_stories,
    of_sweeps,
)
from tests.law.comparing import Comparison, Comparisons
from tests.law.rows import Facts, KnownRow, answers, cases
from tests.law.wholes import WHOLE, digest_of, known

Runner: TypeAlias = Callable[[Facts], Comparisons]


class KnownTable(NamedTuple):
    """The files of a table, its runner, and the key that tells its rows from others in these files."""

    files: str
    run: Runner
    key: str = ""

    def rows(self) -> Sequence[KnownRow]:
        """Return the rows of the table."""
        read = answers if self.files.endswith(".csv") else cases
        return [row for row in read(self.files) if not self.key or self.key in row.facts]


class WrongAnswer(NamedTuple):
    """An answer that came out differently: in which row, what was asked, the known answer, and what came."""

    row: str
    asked: str
    known: Any
    came: Any


TABLES: dict[str, KnownTable] = {
    "questions": KnownTable("questions/*.csv", of_questions.question),
    "dated values": KnownTable("parameters/*.toml", of_days.law_of_a_day),
    "working days": KnownTable("working_days/*.toml", of_days.working_days),
    "import tax": KnownTable("tax/*.toml", of_import_taxes.import_tax),
    "parcel tax": KnownTable("parcel/*.toml", of_import_taxes.parcel_tax),
    "both taxes": KnownTable("comparison/*.toml", of_import_taxes.both_taxes),
    "price queries": KnownTable("price_query/*.toml", of_import_taxes.price_query),
    "days of bills": KnownTable("collection/*.toml", of_import_taxes.bill_windows, "released"),
    "surcharges": KnownTable("collection/*.toml", of_import_taxes.surcharge, "unpaid"),
    "limits": KnownTable("limits/*.toml", of_imports.admission, "lines"),
    "buyers' years": KnownTable("limits/*.toml", of_imports.buyers_year, "steps"),
    "tax after returns": KnownTable("returns/*.toml", of_imports.tax_of_what_stays, "returned"),
    "requests to return": KnownTable("returns/*.toml", of_imports.return_request, "applied"),
    "return centres": KnownTable("returns/centre.toml", of_imports.return_centre_request, "centre"),
    "regional clearance": KnownTable("clearance/*.toml", of_imports.channel),
    "account books": KnownTable("account_book/*.toml", of_imports.drawing),
    "inspection rates": KnownTable("risk/*.toml", of_imports.inspection_rate),
    "port checks": KnownTable("rules/*.toml", of_documents.port_checks),
    "matching": KnownTable("matching/*.toml", of_documents.matching),
    "identity": KnownTable("identity/*.toml", of_documents.identity),
    "requests": KnownTable("requests/*.toml", of_documents.request),
    "known keys": KnownTable("submission/*.toml", of_documents.submission),
    "steps of lifecycles": KnownTable("lifecycle/*.toml", of_documents.steps, "allowed"),
    "acts of officers": KnownTable("lifecycle/*.toml", of_documents.actors, "officer"),
    "lives": KnownTable("lifecycle/*.toml", of_documents.walk, "actions"),
    "batch samples": KnownTable("batches/*.toml", of_batches.plans, "plans"),
    "batch verdicts": KnownTable("batches/*.toml", of_batches.verdicts, "verdict"),
    "joining batches": KnownTable("batches/*.toml", of_batches.joining, "reasons"),
    "summary days": KnownTable("summary/*.toml", of_days.summary_days, "due"),
    "lists in summaries": KnownTable("summary/*.toml", of_batches.eligibility, "reasons"),
    "merging": KnownTable("summary/*.toml", of_batches.merging, "lists"),
    "export modes": KnownTable("export/modes.toml", of_exports.mode),
    "export documents": KnownTable("export/comparing.toml", of_exports.documents),
    "clearance by list": KnownTable("export/list_clearance.toml", of_exports.clearance),
    "export requirements": KnownTable("export/requirements.toml", of_exports.requirement),
    "transport notes": KnownTable("export/transport.toml", of_exports.notes, "kind"),
    "returned exports": KnownTable("export/returns.toml", of_exports.coming_back, "accepted"),
    "taxes of returned exports": KnownTable("export/returned_taxes.toml", of_exports.returned_tax),
    "tallies": KnownTable("export/returns.toml", of_exports.tally, "tally"),
    "exchange reports": KnownTable("forex/*.toml", of_forex.reports, "legs"),
    "fixing days": KnownTable("forex/*.toml", of_days.fixing_days, "fixing"),
    "refund deadlines": KnownTable("refund/deadlines.toml", of_days.claim_days),
    "refund rates": KnownTable("refund/rates.toml", of_refunds.rate),
    "classes of exporters": KnownTable("refund/classes.toml", of_refunds.exporters_class),
    "treatments": KnownTable("refund/treatments.toml", of_refunds.treatment),
    "claims": KnownTable("refund/matching.toml", of_refunds.claim),
    "output VAT": KnownTable("refund/taxed.toml", of_refunds.output_vat, "fob"),
    "deemed income tax": KnownTable("refund/taxed.toml", of_refunds.deemed_tax, "revenue"),
    "traders": KnownTable("refund/traders.toml", of_refund_amounts.trader, "base"),
    "consumption tax of links": KnownTable("refund/traders.toml", of_refund_amounts.bottles, "bottles"),
    "manufacturers": KnownTable("refund/manufacturers.toml", of_refund_amounts.manufacturer, "parts"),
    "FOB in yuan": KnownTable("refund/manufacturers.toml", of_refund_amounts.fob, "fx"),
    "overseas stock": KnownTable("refund/overseas.toml", of_refund_amounts.stock),
    "reconciliations": KnownTable("refund/overseas.toml", of_refund_amounts.reconciliation, "reconcile"),
    "impossible sales": KnownTable("refund/overseas.toml", of_refund_amounts.impossible_sales, "refused"),
    "repayments": KnownTable("refund/repayments.toml", of_refund_amounts.repaid, "refunded"),
    "freed invoices": KnownTable("refund/repayments.toml", of_refund_amounts.freed, "released"),
    "certificates": KnownTable("refund/repayments.toml", of_refund_amounts.certificates, "certificates"),
    "applications": KnownTable("registration/applications.toml", of_registration.applications),
    "decisions at once": KnownTable("registration/green_channel.toml", of_registration.decided_at_once),
    "grades": KnownTable("registration/grades.toml", of_registration.grades),
    "credit conditions": KnownTable("credit/conditions.toml", of_credit.credit_conditions),
    "credit events": KnownTable("credit/events.toml", of_credit.credit_events),
    "credit repair": KnownTable("credit/repair.toml", of_credit.credit_repair),
    "publication of dishonesty": KnownTable("credit/publication.toml", of_credit.credit_publication),
    "ends of dishonesty": KnownTable("credit/ends.toml", of_credit.credit_ends),
    "cells of open data": KnownTable("open_data/cells.toml", of_open_data.open_data_cells),
    "defence": KnownTable("credit/defence.toml", of_credit.credit_defence, "noticed"),
    "answers to companies": KnownTable("credit/defence.toml", of_credit.credit_answers, "objected"),
    "filings of goods": KnownTable("registration/goods.toml", of_registration.goods),
    "sweeps": KnownTable("sweeps/*.toml", of_sweeps.sweep, "check"),
    "drawn stories": KnownTable("stories/*.toml", of_stories.stories),
    "told sweeps": KnownTable("sweeps/*.toml", of_sweeps.told_sweep, "told"),
}


def compared(name: str, row: KnownRow) -> Iterator[Comparison]:
    """Return the comparisons of a row; a rule that breaks down is one, too. Whole answers that are not known of it are
    left out."""
    wholes = known(name)
    try:
        for asked, expected, came in TABLES[name].run(row.facts):
            if expected is not WHOLE:
                yield asked, expected, came
            elif (text := wholes.get((row.name, digest_of(row.facts), asked))) is not None:
                yield asked, text, came
    except Exception as error:
        yield "answer", "an answer", f"{type(error).__name__}: {error}"


def mistakes(name: str, row: KnownRow) -> list[WrongAnswer]:
    """Return the answers of a row that come out differently."""
    found = compared(name, row)
    return [WrongAnswer(row.name, asked, expected, came) for asked, expected, came in found if expected != came]
