"""Commands that list the cases of a kind and show one of them, from answers of the API."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import click
import msgspec

from declarations.lifecycle import all_lifecycles
from single_window.frame.commands.call import Call, Columns, Failure, command
from single_window.frame.commands.through_api import Command, through_api
from single_window.frame.kinds import DEFAULT_PAGE_SIZE, MAX_PARTS, CaseKind
from single_window.frame.typed import Answer, HistoryOut, ReasonOut, because, local
from single_window.language import phrases
from single_window.language.words import Words
from single_window_client import CallRefused, SandboxClient
from single_window_client.calls import part

AnswerT = TypeVar("AnswerT", bound=Answer)
Kind: TypeAlias = CaseKind[Any, Any, Any]
ShapeT = TypeVar("ShapeT")
PAGE_SIZE = 500
"""Maximum number of cases listed by one call."""
_FILTERS: dict[str, Callable[[Command], Command]] = {
    "flow": click.option("--flow", type=click.Choice(["I", "E"]), help="Only imports, or exports."),
    "waiting": click.option("--waiting", is_flag=True, help="Only cases that need a decision, oldest first."),
    "merchant": click.option("--merchant", help="Only cases of this merchant (ebcCode)."),
    "batch": click.option("--batch", metavar="NUMBER", help="Only cases of this batch."),
    "bill_no": click.option("--bill-no", metavar="NUMBER", help="Only cases of this master waybill (billNo)."),
    "before": click.option(
        "--before", type=click.IntRange(1), metavar="ID", help="Only cases below this id: the next page."
    ),
    "after": click.option("--after", metavar="CODE", help="Only cases with codes after this one: the next page."),
    "limit": click.option(
        "--most",
        "--limit",
        "limit",
        type=click.IntRange(1, 10_000),
        default=DEFAULT_PAGE_SIZE,
        show_default=True,
        help="Maximum number.",
    ),
}


def list_options(kind: Kind, otherwise: Callable[..., None] | None = None) -> Callable[[Command], Command]:
    """Decorate a function as a command that lists cases of a kind; only its name and docstring are used. If an option
    that is not a filter is given, `otherwise` is called with all options instead."""
    names = (*kind.filters, kind.following, "limit")

    def decorate(function: Command) -> Command:
        @functools.wraps(function)
        def list_cases(call: Call, sandbox: SandboxClient, **given: Any) -> None:
            filters = {name: given.pop(name) or None for name in names}
            if otherwise is not None and any(given.values()):
                otherwise(call, sandbox, **given, **filters)
            else:
                show_answer(call, _pages(sandbox, kind, filters), kind.page_type, _page_of(kind))

        made = command(through_api(list_cases))
        for name in reversed(names):
            made = (_state(kind) if name == "state" else _FILTERS[name])(made)
        return made

    return decorate


def _pages(sandbox: SandboxClient, kind: Kind, filters: Mapping[str, Any]) -> dict[str, Any]:
    """Fetch the requested number of cases with as many calls as needed, and combine them into one page."""
    remaining, following = filters["limit"], filters[kind.following]
    cases: list[Any] = []
    while True:
        query = {**filters, kind.following: following, "limit": min(remaining, PAGE_SIZE)}
        answer: dict[str, Any] = sandbox.call("GET", kind.path, query=query)
        field = kind.page_type.__struct_fields__[0]
        cases, following = [*cases, *answer[field]], answer["next"]
        remaining -= PAGE_SIZE
        if following is None or remaining <= 0:
            return {**answer, field: cases}


def show_options(
    kind: Kind,
    metavar: str,
    otherwise: Callable[[Call, SandboxClient, str], None] | None = None,
    below: str = "",
    shape: type[Answer] | None = None,
) -> Callable[[Callable[[Call, Any], None]], Command]:
    """Decorate a function as a command that shows a case by its number. The function prints the answer for people.

    `otherwise` handles a number that no case has; `below` and `shape`: another answer about the case, by the path below
    that of the case."""

    def decorate(show: Callable[[Call, Any], None]) -> Command:
        @functools.wraps(show)
        def show_one(call: Call, sandbox: SandboxClient, number: str, every: bool = False) -> None:
            try:
                answer = fetch_case(call, sandbox, kind, number, below, parts=MAX_PARTS if every else None)
            except NoSuchCase:
                if otherwise is None:
                    raise
                otherwise(call, sandbox, number)
                return
            show_answer(call, answer, shape or kind.shown_type, show)

        made = command(through_api(show_one))
        if kind.parts and not below:
            made = click.option("--all", "every", is_flag=True, help=f"All {kind.parts}, not only the first.")(made)
        return click.argument("number", metavar=metavar)(made)

    return decorate


class NoSuchCase(Failure):
    """Raised for the number of an unknown case."""


def fetch_case(call: Call, sandbox: SandboxClient, kind: Kind, number: str, below: str = "", **query: Any) -> Any:
    """Fetch the API's answer about a case; `below` is appended to its path. Raises `NoSuchCase`."""
    try:
        return sandbox.call("GET", f"{kind.path}/{part(number)}{below}", query=query)
    except CallRefused as refused:
        if refused.codes != [kind.missing]:
            raise
        raise NoSuchCase(f"{refused}; see: single-window {kind.command} list{call.scope_options}") from None


def show_answer(call: Call, answer: Any, shape: type[AnswerT], show: Callable[[Call, AnswerT], None]) -> None:
    """Print an answer of the API: unchanged with --json, else by `show`, converted to the type `shape`."""
    call.print_json(answer)
    if not call.as_json:
        show(call, convert_answer(answer, shape))


def convert_answer(answer: Any, shape: type[ShapeT]) -> ShapeT:
    """Convert an answer of the API to the type `shape`; raises `Failure` if it does not fit."""
    try:
        return msgspec.convert(answer, shape)
    except msgspec.ValidationError as other:
        raise Failure(
            f"The window's answer has an unexpected structure ({other}); --json shows it unchanged."
        ) from None


def show_history(call: Call, lines: Sequence[HistoryOut], lifecycle: str, *, events_of: str = "") -> None:
    """Print the history of a case as a table. `lifecycle` selects the names of states, the kind `events_of` those of
    events (empty: any kind)."""
    call.records(
        "",
        (
            ("time 时间", lambda line: local(line.at)),
            ("who", lambda line: line.actor),
            ("what", lambda line: phrases.event(line.event, events_of)),
            ("state 状态", lambda line: phrases.state(line.state, lifecycle)),
            ("because 原因", lambda line: because(line.reasons)),
        ),
        lines,
    )


def show_reasons(call: Call, reasons: Sequence[ReasonOut]) -> None:
    """Print the texts of reasons below the line about a case, one on each line."""
    for reason in reasons:
        call.print_line(f"  {call.pick(because([reason]))}")


def show_evidence(
    kind: Kind, head: Callable[[Any], str], *parts: tuple[str, Columns[Any] | Callable[[Call, Any], None]]
) -> Callable[[Call, Any], None]:
    """Return the function that prints a case of a kind: its number (the first column of its list), state, what `head`
    says of it, its reasons, evidence and history. `parts`: fields of the answer, each with its columns, or with what
    prints it if there is any."""

    def show(call: Call, case: Any) -> None:
        call.print_line(f"{kind.columns[0].cell(case)}  {call.pick(case.state_words)}  {head(case)}")
        show_reasons(call, case.reasons)
        for field, form in parts:
            found = getattr(case, field) or ()
            if not callable(form):
                call.records("", form, found)
            elif found:
                form(call, found)
        show_history(call, case.history or (), kind.case_type.LIFECYCLE)

    return show


def _page_of(kind: Kind) -> Callable[[Call, Any], None]:
    return functools.partial(_show_page, kind)


def _show_page(kind: Kind, call: Call, page: Any) -> None:
    cases = kind.cases(page)
    columns = [(_heading(column.heading), column.cell) for column in kind.columns]
    call.records("", columns, cases, lambda case: phrases.tone(case.state))
    if not cases:
        call.print_line(f"There are no {kind.plural}.")
    elif page.next is not None:
        call.print_line(f"For the next page, add --{kind.following} {page.next}")


def show_facts(kind: Kind) -> Callable[[Call, Any], None]:
    """Return the function that prints a case of a kind: the columns of its list one below the other, and its history if
    the answer has it."""

    def show(call: Call, case: Any) -> None:
        facts = [(_heading(column.heading), column.cell(case)) for column in kind.columns]
        call.table("", ("what 项目", "value 内容"), facts)
        show_history(call, getattr(case, "history", None) or (), kind.case_type.LIFECYCLE)

    return show


def _heading(heading: Words) -> str:
    return heading.en if heading.en == heading.zh else f"{heading.en} {heading.zh}"


def _state(kind: Kind) -> Callable[[Command], Command]:
    states = list(all_lifecycles()[kind.case_type.LIFECYCLE].states)
    return click.option("--state", type=click.Choice(states), help="Only cases in this state.")
