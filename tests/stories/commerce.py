"""Tells of commerce: what the register records and answers, what companies send, months of a zone, what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from gateways.commerce.repository import CommerceCase
from single_window.cases.commerce.queries import COMMERCE_ROWS, month_out
from single_window.master_data.importing import Imported, import_csv
from single_window.outcomes import making
from single_window.receipts.rows import Receipt, of_orders
from single_window.store.tables import hold
from tests.officers import act
from tests.stories.exporting import Row, Sale, note, statuses
from tests.stories.registering import NEWCOMER, answers_about, application
from tests.stories.story import WORLD, StoryRunner, message_of

COMPANY, OTHER = WORLD.merchants[0], WORLD.merchants[1]
ZONE, MONTH = "青岛", "202611"


@dataclass
class Commerce:
    """Market supervision and commerce of a story, whose clock stands at noon of 20 November 2026."""

    story: StoryRunner
    number: int = field(default=0)

    def record(self, *rows: str, company: Any = NEWCOMER) -> Imported:
        """Record licences, each as "since,revision,state[,column=text …]"."""
        columns = "credit_code,since,revision,state,name,legal_person,abnormal,severe,free_trade_zone"
        lines = []
        for row in rows:
            since, revision, state, *more = row.split(",")
            given = {
                "name": company.name,
                "legal_person": "王某某",
                "abnormal": "0",
                "severe": "0",
                "free_trade_zone": "0",
            }
            given |= dict(one.split("=") for one in more)
            lines.append(",".join((company.credit_code, since, revision, state, *given.values())))
        return self.bring("licences", columns, *lines)

    def bring(self, kind: str, *lines: str) -> Imported:
        """Import master data."""
        done = import_csv(self.story.window, self.story.sandbox, kind, "\n".join(lines) + "\n")
        self.story.window.settle()
        return done

    def name_reporter(self, company: Any = COMPANY, since: str = "2026-01-01") -> None:
        """A company reports for Qingdao's zone."""
        self.bring("zone_companies", "zone,since,company", f"{ZONE},{since},{company.code}")

    def apply(self, clock: int = 0, **changes: str) -> list[tuple[str, str]]:
        """The newcomer applies; gives what it was answered at once."""
        self.story.submit(application(NEWCOMER, clock, **changes))
        return self.answered()

    def answered(self) -> list[tuple[str, str]]:
        """What the newcomer was answered."""
        return answers_about(self.story, NEWCOMER.code)

    def force(self, scenario: str, times: int = 0) -> None:
        """Let the register be at fault."""
        window = self.story.window
        making.make(window.engine, window.numbering, self.story.sandbox, scenario_name=scenario, times=times)

    def send(
        self, code: str, kind: str, number: str, sender: Any = COMPANY, lines: Sequence[Row] = (), **head: str
    ) -> Any:
        """Send a message of ours; gives the last answer as (status, code)."""
        self.number += 1
        whole = {"appType": "1", "appTime": f"20261120{self.number:06d}", **head}
        self.story.submit(message_of(sender, code, whole, lines))
        answers = statuses(self.story, number, kind)
        return answers[-1] if answers else ()

    def ask(self, about: Any, sender: Any = COMPANY, day: str = "20261120", auth_no: str = "") -> str:
        """A company asks for a licence; gives the number of the query."""
        number = f"Q{self.number + 1}"
        head = {"companyCode": sender.code, "copNo": number, "creditCode": about.credit_code, "asOf": day}
        head |= {"purpose": "核对", **({"authNo": auth_no} if auth_no else {})}
        self.send("LicenceQuery", "licence_query", number, sender, **head)
        return number

    def report(
        self, *rows: str, rev: int = 1, firms: int = 1, parcels: int = 0, sender: Any = COMPANY, **head: str
    ) -> Any:
        """A month is told, a row as "mode direction partner chapter lists value"; gives (status, code)."""
        names = ("tradeMode", "direction", "partner", "hs2", "lists", "value")
        lines = [
            {"gnum": str(place), **dict(zip(names, row.split(), strict=True))} for place, row in enumerate(rows, 1)
        ]
        number = f"YB{self.number + 1}"
        whole = {"companyCode": sender.code, "copNo": number, "zone": ZONE, "month": MONTH, "rev": str(rev)}
        whole |= {"firms": str(firms), "parcels": str(parcels), "newRegistrations": "0", "warehouses": "0", **head}
        return self.send("ZoneMonthlyReport", "zone_monthly_report", number, sender, lines, **whole)

    def close(self, *sales: Sale, bill: str = "NGB1") -> None:
        """Let export lists be declared, arrive, leave and be closed."""
        for sale in sales:
            self.story.file(*sale.messages())
        self.story.window.settle()
        for kind, letter in (("consolidation", "Z"), ("arrival_note", "Y"), ("departure_note", "L")):
            self.story.submit(note(kind, sales, f"{letter}D{bill}", billNo=bill))

    def month(self) -> Any:
        """November of the zone, told beside counted."""
        return self.story.read(month_out, ZONE, MONTH)

    def decide(self, case_no: str, action: str, reason: str = "测试", **values: object) -> None:
        """Let an officer decide about a case."""
        act(self.story.window, self.story.sandbox, case_no, action, reason, about="commerce_case", **values)
        self.story.window.settle()

    def cases(self, kind: str = "") -> list[CommerceCase]:
        """The cases, oldest first."""
        found = self.story.read(COMMERCE_ROWS.newest)
        return [case for case in reversed(found) if kind in ("", case.kind)]

    def states(self) -> list[tuple[str, str]]:
        """Kind and state of each case, oldest first."""
        return [(case.kind, case.state) for case in self.cases()]

    def holds(self) -> list[tuple[str, str]]:
        """The companies that are held, and by whom."""
        chosen = select(hold.c.key, hold.c.by).where(hold.c.kind == "company")
        return [(row.key, row.by) for row in self.story.rows(chosen)]

    def told(self, number: str, code: str = "") -> list[Receipt]:
        """The receipts and notices under a number, oldest first."""
        return [one for _, one in self.story.read(of_orders, [number]) if code in ("", one.code)]
