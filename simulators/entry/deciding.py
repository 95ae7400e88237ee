"""Officers' decisions in scenes, by API calls in this process or over HTTP."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, NamedTuple

from single_window_client import CallRefused, SandboxClient


class OfficerName(NamedTuple):
    """An officer: name and role, the agency that he works for, and his customs office (empty: all)."""

    name: str
    role: str
    agency: str = ""
    office: str = ""


TAX_OFFICER = OfficerName("模拟税务人员", "tax_officer", "tax")
BANKER = OfficerName("模拟银行审核人员", "exchange_officer", "forex")
REGISTRAR = OfficerName("模拟备案人员", "registrar", "registration")
AUDITOR = OfficerName("模拟审计人员", "auditor")
LOG_PAGE = 1_000


class Decisions(ABC):
    """Files officers' decisions in a sandbox; they are carried out at the latest when the sandbox is settled."""

    persons: ClassVar[bool] = True
    """True if the sandbox distinguishes officers."""

    @abstractmethod
    def client_of(self, officer: OfficerName) -> SandboxClient:
        """The sandbox as an officer calls it."""

    def decide_refund(self, number: str, action: str) -> bool:
        """File a tax officer's decision about a claim; returns whether it was carried out."""
        return bool(self._file("refund_claim", number, action, "请补正（模拟）", TAX_OFFICER))

    def decide_exchange(self, number: str, action: str, reason: str) -> bool:
        """File a bank officer's decision about an exchange report; returns whether it was carried out."""
        return bool(self._file("forex_report", number, action, reason, BANKER))

    def decide_company(self, code: str, action: str, reason: str = "") -> bool:
        """File a registrar's decision about a company; returns whether it was carried out."""
        return bool(self._file("registration", code, action, reason, REGISTRAR))

    def decide_list(
        self, number: str, action: str, reason: str, role: str, officer: str, office: str, **values: Any
    ) -> int:
        """File an officer's decision about a list; `office`: his customs office ("": all); `values`: what else his act
        says. Returns the decision's id, 0 if it was refused at once."""
        return self._file("declaration", number, action, reason, OfficerName(officer, role, office=office), **values)

    def approve(self, decision: int, role: str, officer: str) -> bool:
        """Approve another officer's proposal; returns whether it was possible."""
        return bool(self._file("proposal", str(decision), "approve", "", OfficerName(officer, role)))

    def state_of(self, number: str, decision: int) -> str:
        """The state of a decision about the list of a number: done, refused, proposed, filed."""
        decisions = self.client_of(AUDITOR).decidable(number)["made"]
        return next(str(entry["state"]) for entry in decisions if entry["decision"] == decision)

    def logged(self) -> list[tuple[int, str, str, str, str]]:
        """Rows of the decision log: (id, officer, role, reason, outcome)."""
        rows, after = list[tuple[int, str, str, str, str]](), 0
        while True:
            query = {"after": after, "limit": LOG_PAGE}
            page = self.client_of(AUDITOR).call("GET", "/decisions/log", query=query)
            rows += [
                (row["decision_id"], row["by"], row["role"], row["reason"], row["outcome"]) for row in page["decisions"]
            ]
            if page["next"] is None:
                return rows
            after = page["next"]

    def _file(self, about: str, number: str, action: str, reason: str, officer: OfficerName, **values: Any) -> int:
        try:
            return self.client_of(officer).decide(number, action, reason, about, **values).decision
        except CallRefused:
            return 0
