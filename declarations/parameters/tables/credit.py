"""Shapes of the tables of credit: conditions, kinds of events, procedure, publication and repair."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from declarations.parameters.tables.shape import TableShape


class CreditCondition(TableShape, frozen=True, kw_only=True):
    """A condition: it leads to `grade` if all its limits are passed.

    `kinds`, `degrees` (none: any): the events that count, `months`: those decided within so many months. `times`: at
    least so many of them (with `each_above`: of more yuan than that). `above_share`: more of them than this share of
    last year's documents; where these are unknown, the amount decides alone unless the share is needed. `above_amount`:
    more yuan together. `open_months`, `open_days`: those uncured for longer than that. `error_times`, `suspended`:
    facts of the company. `of`: the companies concerned, `holding`: those that have one of these grades.
    """

    grade: str
    kinds: tuple[str, ...] = ()
    degrees: tuple[str, ...] = ()
    of: Literal["all", "broker", "other"] = "all"
    holding: tuple[str, ...] = ()
    months: int | None = None
    times: int = 1
    each_above: Decimal | None = None
    above_share: Decimal | None = None
    share_needed: bool = False
    above_amount: Decimal | None = None
    open_months: int | None = None
    open_days: int | None = None
    error_times: Decimal | None = None
    suspended: bool = False


class CreditKinds(TableShape, frozen=True, kw_only=True):
    """Kinds of events: those that last until they are cured, disclosures, and the kinds that a disclosure lessens."""

    curable: tuple[str, ...]
    disclosure: tuple[str, ...]
    disclosable: tuple[str, ...]


class CreditProcedure(TableShape, frozen=True, kw_only=True):
    """Working days of the defence, and days within which a defence is verified and a repair decided; `provisional` if
    articles of the regime are not known to us."""

    defence_days: int
    verify_days: int
    repair_days: int
    provisional: bool = False


class CreditShown(TableShape, frozen=True, kw_only=True):
    """Degree → the least and the most months of publication; `usual`: the degrees that are published as a rule;
    `repair_waits`: a repair may be applied for only when the least months are over."""

    least_months: dict[str, int]
    most_months: dict[str, int]
    usual: tuple[str, ...]
    repair_waits: bool = False


class CreditRepair(TableShape, frozen=True, kw_only=True):
    """Kind of event → months before a repair, `otherwise` of other kinds; `excluded`: kinds, or kinds with degree
    (as 101S), that are not repaired."""

    months: dict[str, int]
    otherwise: int
    excluded: tuple[str, ...]
