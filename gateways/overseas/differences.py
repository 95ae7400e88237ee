"""Cases of differences: opened when notices contradict each other or the exports, ended when they do so no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from declarations.overseas.ledger import WARNINGS, Replayed
from declarations.reasons import Reason
from gateways.overseas.outcomes import COURSE, DIFFERENCE, apply_step, open_case
from gateways.overseas.repository import Goods, OverseasDesk


def settle_differences(code: str, found: Mapping[Goods, Replayed], desk: OverseasDesk) -> None:
    """Compare the cases of differences of goods with what their ledgers say now."""
    now = {
        f"{goods[1]}|{finding.key}": finding.reason
        for goods, replayed in found.items()
        for finding in replayed.findings
        if finding.reason.rule not in WARNINGS
    }
    settle(code, now, {sku for _, sku in found}, desk)


def settle(code: str, now: Mapping[str, Reason], skus: Collection[str], desk: OverseasDesk, prefix: str = "") -> None:
    """Compare a company's cases of differences of goods with what is found now, by key; `prefix`: of the keys that are
    looked at."""
    cases = [case for case in desk.repository.cases_of(code) if case.kind == DIFFERENCE and case.sku in skus]
    cases = [case for case in cases if case.key.startswith("~") == bool(prefix) and case.key.startswith(prefix)]
    COURSE.settle(
        cases,
        now,
        desk,
        found=lambda key: open_case(DIFFERENCE, key, code, now[key], desk),
        gone=lambda case: apply_step(case, "clear", desk),
    )
