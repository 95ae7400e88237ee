"""Commands that list cases of a kind and show one of them: what the API answers, read from the data folder or called
for at a window."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

import click
import msgspec

from declarations.lifecycle import lifecycles
from single_window.frame.commands.by_api import Filled, over_api
from single_window.frame.commands.call import Call, Failure, command
from single_window.frame.commands.remote import Command
from single_window.frame.kinds import ALL, MOST, CaseKind
from single_window.frame.typed import Answer, HistoryOut, because, local
from single_window.language import phrases
from single_window.language.words import Words

AnswerT = TypeVar("AnswerT", bound=Answer)
Kind: TypeAlias = CaseKind[Any, Any, Any]
_FILTERS: dict[str, Callable[[Command], Command]] = {
    "flow": click.option("--flow", type=click.Choice(["I", "E"]), help="Only imports, or exports."),
    "waiting": click.option("--waiting", is_flag=True, help="Only those that need a decision, the oldest first."),
    "merchant": click.option("--merchant", help="Only those of this merchant (ebcCode)."),
    "batch": click.option("--batch", metavar="NUMBER", help="Only those of this batch."),
    "bill_no": click.option("--bill-no", metavar="NUMBER", help="Only those of this master waybill (billNo)."),
    "before": click.option("--before", type=click.IntRange(1), metavar="ID", help="Those behind a page that ended so."),
    "after": click.option("--after", metavar="CODE", help="From the one behind this one on."),
    "limit": click.option(
        "--most", "--limit", "limit", type=click.IntRange(1, 10_000), default=MOST, show_default=True, help="At most."
    ),
}


def list_options(kind: Kind) -> Callable[[Command], Command]:
    """Makes a function a command that lists cases of a kind: it gets the call and the filters that were given. With
    `--url` the API lists them."""
    names = (*kind.filters, kind.following, "limit")
    query: dict[str, Filled] = {name: (name, _given) for name in names}

    def decorate(function: Command) -> Command:
        made = command(over_api("GET", kind.path, query=query, show=called(kind.page_type, _page_of(kind)))(function))
        for name in reversed(names):
            made = (_state(kind) if name == "state" else _FILTERS[name])(made)
        return made

    return decorate


def list_cases(call: Call, kind: Kind, **filters: Any) -> None:
    """Answer a page of cases of a kind; filters that were not given are left out."""
    with call.reading() as (_, connection):
        page = kind.page(connection, call.sandbox, **{name: given for name, given in filters.items() if given})
    _answer(call, page, _page_of(kind))


def show_options(
    kind: Kind, metavar: str, otherwise: Callable[[Call, str], None] | None = None
) -> Callable[[Callable[[Call, Any], None]], Command]:
    """Makes a function a command that shows a case of a kind by its number: it gets the call and the answer, for people
    only. `otherwise` handles a number that no case has. With `--url` the API is called."""

    def decorate(show: Callable[[Call, Any], None]) -> Command:
        @functools.wraps(show)
        def here(call: Call, number: str, every: bool = False) -> None:
            with call.reading() as (_, connection):
                shown = kind.show(connection, call.sandbox, number, **({"parts": ALL} if every else {}))
            if shown is not None:
                _answer(call, shown, show)
            elif otherwise is not None:
                otherwise(call, number)
            else:
                raise no_such(call, kind, number)

        made = command(over_api("GET", f"{kind.path}/{{number}}", show=called(kind.shown_type, show))(here))
        if kind.parts:
            made = click.option("--all", "every", is_flag=True, help=f"All {kind.parts}, not only the first.")(made)
        return click.argument("number", metavar=metavar)(made)

    return decorate


def called(shape: type[AnswerT], show: Callable[[Call, AnswerT], None]) -> Callable[[Call, Any], None]:
    """How an answer of the API is printed: as JSON as it came, for people as an answer of this shape."""

    def answered(call: Call, answer: Any) -> None:
        call.give(answer)
        if not call.as_json:
            try:
                typed = msgspec.convert(answer, shape)
            except msgspec.ValidationError as other:
                raise Failure(f"The window answers in another shape ({other}); --json shows what it answers.") from None
            show(call, typed)

    return answered


def no_such(call: Call, kind: Kind, number: str) -> Failure:
    """The failure of a number that no case has."""
    return Failure(
        f"There is no {kind.noun} {number!r} in sandbox {call.sandbox!r}. "
        f"See: single-window {kind.command} list{call.aside}"
    )


def show_history(call: Call, lines: Sequence[HistoryOut], lifecycle: str, *, events_of: str = "") -> None:
    """What has happened to a case, as a table; states are worded by `lifecycle`, events as those of the kind
    `events_of` (empty: of any)."""
    call.table(
        "",
        ("time 时间", "who", "what", "state 状态", "because 原因"),
        [
            (
                local(line.at),
                line.actor,
                phrases.event(line.event, events_of),
                phrases.state(line.state, lifecycle),
                because(line.reasons),
            )
            for line in lines
        ],
    )


def _answer(call: Call, answer: Answer, show: Callable[[Call, Any], None]) -> None:
    call.give(answer)
    if not call.as_json:
        show(call, answer)


def _page_of(kind: Kind) -> Callable[[Call, Any], None]:
    return functools.partial(_show_page, kind)


def _show_page(kind: Kind, call: Call, page: Any) -> None:
    cases = kind.cases(page)
    columns = [(_heading(column.heading), column.cell) for column in kind.columns]
    call.records("", columns, cases, lambda case: phrases.tone(case.state))
    if not cases:
        call.say(f"There is no such {kind.noun}.")
    elif page.next is not None:
        call.say(f"There are more: give --{kind.following} {page.next}")


def _heading(heading: Words) -> str:
    return heading.en if heading.en == heading.zh else f"{heading.en} {heading.zh}"


def _state(kind: Kind) -> Callable[[Command], Command]:
    states = list(lifecycles()[kind.case_type.LIFECYCLE].states)
    return click.option("--state", type=click.Choice(states), help="Only those in this state.")


def _given(value: Any) -> Any:
    return value or None
