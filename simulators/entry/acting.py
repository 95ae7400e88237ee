"""Officers who decide in a sandbox of this process: single acts by persons of our choice, and what became of each."""

from __future__ import annotations

from single_window.accounts.people import Person
from single_window.accounts.rights import Lacking
from single_window.cases.subjects import KINDS
from single_window.frame.deciding import decide
from single_window.frame.decision_kinds import Requested
from single_window.frame.not_found import NotFound
from single_window.language.refusal import Refusal
from single_window.store import decision_log
from single_window.store.engine import reading
from single_window.wiring import Window
from single_window.work import decisions as deciding
from single_window.work import proposals

TAX_OFFICER = Person("模拟税务人员", "tax_officer", agency="tax")
BANKER = Person("模拟银行审核人员", "exchange_officer", agency="forex")
REGISTRAR = Person("模拟备案人员", "registrar", agency="registration")


class Acting:
    """A sandbox of a window, as its officers act in it; `settle` sees done what they file."""

    window: Window
    sandbox: str
    persons = True

    def decide_refund(self, number: str, action: str, reason: str = "请补正（模拟）") -> bool:
        """File what a tax officer does with the claim of a number; `settle` sees it done. Whether it could be done."""
        return bool(self._decided("refund_claim", number, Requested(action, reason), TAX_OFFICER))

    def decide_exchange(self, number: str, action: str, reason: str) -> bool:
        """File what an officer of a bank does with a report of exchange; `settle` sees it done. Whether it could be
        done."""
        return bool(self._decided("forex_report", number, Requested(action, reason), BANKER))

    def decide_company(self, code: str, action: str, reason: str = "") -> bool:
        """File what a registrar does with a company; `settle` sees it done. Whether it could be done."""
        return bool(self._decided("registration", code, Requested(action, reason), REGISTRAR))

    def decide_list(self, number: str, action: str, reason: str, role: str, officer: str, office: str) -> int:
        """File what an officer, of an office or of all (""), does with the list of a number; `settle` sees it done.
        Gives the number of the decision, 0 where it may not even be filed."""
        requested = Requested(action, reason, values={"as_declared": True})
        return self._decided("declaration", number, requested, Person(officer, role, office=office))

    def _decided(self, about: str, number: str, requested: Requested, who: Person) -> int:
        try:
            return decide(self.window, self.sandbox, KINDS[about], number, requested, who).decision
        except (Refusal, Lacking, NotFound):
            return 0

    def approve(self, decision: int, role: str, officer: str) -> bool:
        """Approve what another officer has proposed; `settle` sees it done. Whether it could be done."""
        try:
            proposals.approve(self.window, self.sandbox, decision, Person(officer, role))
        except (Refusal, Lacking):
            return False
        return True

    def state_of(self, decision: int) -> str:
        """What became of a decision: done, refused, proposed, filed."""
        return str(deciding.outcome(self.window, self.sandbox, decision).state)

    def logged(self) -> list[tuple[int, str, str, str, str]]:
        """The log of decisions: the number of each, who decided, in which role, why, and what became of it."""
        with reading(self.window.engine) as connection:
            rows = list(decision_log.entries(connection, self.sandbox))
        return [(row.decision_id, row.by, row.role, row.reason, row.outcome) for row in rows]
