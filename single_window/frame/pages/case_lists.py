"""The pages that list cases: waiting ones first, then all or those of a state, in the columns of their kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from sqlalchemy import Connection

from declarations.lifecycle import all_lifecycles
from gateways.circumstances import Options
from gateways.topics.topic import always
from single_window.frame.case_rows import CaseReader
from single_window.frame.http.ports import ports
from single_window.frame.kinds import DEFAULT_PAGE_SIZE, CaseKind, Column
from single_window.frame.pages.speech import given_number, requested_sandbox, say, to_the_minute
from single_window.language import codes_in_words, phrases
from single_window.language.amounts import with_separators
from single_window.language.company_names import short_name
from single_window.language.words import Words
from single_window.store.engine import reading
from single_window.store.participants import company_names

_CODE = re.compile(r"[^; ]+")
NAME = "name"
"""The form of the column that names the cases."""
COMPANY = "company"
"""The form of a column of codes of companies."""


@dataclass(frozen=True, slots=True)
class CaseList:
    """The page that lists a kind of cases. `name`: of the page and its title. `address(case)` returns the address of a
    case's page, `waiting(connection, sandbox, limit)` the records that need a decision, `counted(connection, sandbox)`
    the number of cases by state, `further(connection, sandbox)` further values for the template."""

    cases: CaseReader[Any, Any, Any]
    name: str
    address: Callable[[Any], str]
    template: str = "console/cases.html"
    waiting: Callable[[Connection, str, int], Sequence[Any]] | None = None
    counted: Callable[[Connection, str], dict[str, int]] | None = None
    further: Callable[[Connection, str], dict[str, Any]] | None = None
    case_page: str = ""
    """The page of one case, for lists that are in the navigation by themselves."""
    filters: Sequence[str] = ("state",)
    """The kind's filters that the page offers."""
    opted: Callable[[Options], bool] = always
    """Whether the list is in the navigation in a sandbox with these options."""

    @property
    def kind(self) -> CaseKind[Any, Any, Any]:
        """The kind of its cases."""
        return self.cases.kind

    @property
    def columns(self) -> Sequence[Column[Any]]:
        """The columns that pages show."""
        return [column for column in self.kind.columns if column.form != "command"]

    @property
    def shown(self) -> Sequence[Column[Any]]:
        """The columns of the table: the first names the case. A name takes the place of the number, which stands small
        behind it."""
        named = [column for column in self.columns if column.form == NAME]
        return [*named, *(column for column in self.columns[len(named) :] if column.form != NAME)]

    def cell(self, column: Column[Any], case: Any) -> str:
        """Return a cell in the language of the page."""
        value = column.cell(case)
        if isinstance(value, Words):
            return say(value)
        if column.section:
            return _CODE.sub(lambda code: say(phrases.phrase(column.section, code[0])), str(value)).replace(";", "、")
        if column.form == "money":
            amount, _, currency = str(value).rpartition(" ")
            return f"{with_separators(amount)} {say(codes_in_words.currency(currency))}"
        if column.form == "time":
            return to_the_minute(str(value))
        return with_separators(value) if column.form == "number" else str(value)

    def name_in(self, column: Column[Any], case: Any, companies: Mapping[str, str]) -> str:
        """Return the name that stands before the code in a cell; empty for a cell that is no code."""
        code = str(column.cell(case))
        if column.form == COMPANY:
            return short_name(companies.get(code, ""))
        return say(codes_in_words.name_of(column.form, code))

    def _companies(self, cases: Iterable[Any]) -> set[str]:
        columns = [column for column in self.columns if column.form == COMPANY]
        return {str(column.cell(case)) for case in cases for column in columns}

    def page(self, **more: Any) -> str:
        """Render the requested page; `more` are further values for the template."""
        kind = self.kind
        chosen: dict[str, Any] = {name: request.args.get(name, "") for name in self.filters}
        behind: Any = request.args.get("after", "") if kind.following == "after" else given_number(kind.following)
        first = not (any(chosen.values()) or behind)
        with reading(ports().window.engine) as connection:
            sandbox = requested_sandbox(connection)
            page = self.cases.page(connection, sandbox, **chosen, **{kind.following: behind})
            records = self.waiting(connection, sandbox, DEFAULT_PAGE_SIZE) if self.waiting and first else ()
            waiting = [self.cases.out(record) for record in records]
            companies = company_names(connection, sandbox, self._companies([*kind.cases(page), *waiting]))
            more |= self.further(connection, sandbox) if self.further and not behind else {}
            counts = self.counted(connection, sandbox) if self.counted else {}
        return render_template(
            self.template,
            here=self,
            cases=kind.cases(page),
            waiting=waiting,
            companies=companies,
            chosen=chosen,
            state=chosen["state"],
            states=tuple(all_lifecycles()[kind.case_type.LIFECYCLE].states),
            counts=counts,
            next={**_given_filters(chosen), kind.following: page.next} if page.next is not None else {},
            **more,
        )


def _given_filters(chosen: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in chosen.items() if text}
