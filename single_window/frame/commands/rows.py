"""Commands as rows: a group of commands, each declared by the call of the API that it makes, or a function.

A row names the call and what people read of its answer; arguments come from the call's path, the fields of
its query or body from the row's options, and everything else (`--json`, `--url`, examples, refusals) from here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from inspect import signature
from types import MappingProxyType
from typing import Any, Generic, TypeAlias, TypeVar, get_type_hints

import click

from single_window.frame.commands.call import FAILED, Call, Columns, command
from single_window.frame.commands.cases import Kind, convert_answer, list_options, show_facts, show_options
from single_window.frame.commands.local import LocalGroup, made_command, with_examples
from single_window.frame.commands.options import from_signature
from single_window.frame.commands.through_api import Command, through_api, with_or_without_data
from single_window_client import SandboxClient
from single_window_client.calls import part

RowT = TypeVar("RowT")
Show: TypeAlias = str | Callable[[Call, Any], None]
"""What people read of an answer: a function that prints it, of the type that its second parameter has, or a sentence
with {answer[…]}, the names of options, and {scope}, the options that select the same sandbox in another command."""
_PLACES = re.compile(r"\{(\w+)\}")
_WITHOUT_BODY = ("GET", "DELETE")
_FIELDS = {"participant": "by", "target": "url", "officer": "account"}
"""Option or argument -> the field of a call that has another name, because every command has options of that name."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[RowT]):
    """Prints the records of an answer's first field (or an answer that is a list) as a table; `empty`: what is said if
    there are none, with {scope}; `tone` as in `Call.records`. `answer`: the type of the answer; `following`: the
    option to which its `next` is given for the next page."""

    answer: type[Any]
    columns: Columns[RowT]
    empty: str = ""
    tone: Callable[[RowT], str] | None = None
    following: str = ""

    def __call__(self, call: Call, answer: Any) -> None:
        """Print an answer."""
        records = answer if isinstance(answer, list) else getattr(answer, answer.__struct_fields__[0])
        call.records("", self.columns, records, self.tone)
        if not records and self.empty:
            call.print_line(self.empty.format(scope=call.scope_options))
        if self.following and answer.next is not None:
            call.print_line(f"More: --{self.following} {answer.next}")


@dataclass(frozen=True, slots=True)
class Single(Generic[RowT]):
    """Prints an answer that is one record as a table of one row."""

    answer: type[RowT]
    columns: Columns[RowT]

    def __call__(self, call: Call, answer: RowT) -> None:
        """Print an answer."""
        call.records("", self.columns, [answer])


class CommandGroup(LocalGroup):
    """A group of commands, declared as rows or made of functions."""

    def row(
        self,
        name: str,
        request: str,
        help: str,
        show: Show,
        options: Sequence[Callable[[Command], Command]] = (),
        examples: Sequence[str] = (),
        body: Mapping[str, Any] = MappingProxyType({}),
        within: str = "",
        holds: Callable[[Any], bool] | None = None,
    ) -> None:
        """Add the command of a call: `request` is its method and path, whose {places} are arguments; `options` are
        decorators, named as the fields of the query or body. `examples`: the words after the command's name. `body`:
        further fields. `within`: the field of the answer that is shown. `holds`: says of an answer whether the exit
        code is 0. The place {sandbox} is that of the call."""
        places = [place for place in _PLACES.findall(request) if place != "sandbox"]
        made = command(through_api(_Request(request, places, show, body, within, holds).run))
        declared: list[click.Parameter] = made.__click_params__  # type: ignore[attr-defined]
        for option in reversed(options):
            made = option(made)
        known = [param.name for param in declared]
        if taken := {taken for taken in known if known.count(taken) > 1}:
            raise ValueError(f"{self.path} {name}: every command has an option {', '.join(map(str, taken))} already")
        declared += [click.Argument([place]) for place in places if place not in known]
        # click reads the list from its end: the arguments of the path come first, in its order
        declared.sort(key=lambda param: len(places) - places.index(param.name) if param.name in places else 0)
        self._add(name, help, examples, made)

    def cases(
        self,
        kind: Kind,
        help: str = "",
        examples: Sequence[str] = (),
        *options: Callable[[Command], Command],
        otherwise: Callable[..., None] | None = None,
    ) -> None:
        """Add the command that lists the cases of a kind; with further `options`, `otherwise` as in `list_options`."""
        help = help or f"List {kind.plural or f'{kind.noun}s'}. {kind.listing}".rstrip()
        made = list_options(kind, otherwise)(_nothing)
        for option in reversed(options):
            made = option(made)
        self._add("list", help, examples or ("",), made)

    def case(
        self,
        kind: Kind,
        metavar: str = "NUMBER",
        help: str = "",
        show: Callable[[Call, Any], None] | None = None,
        examples: Sequence[str] = (),
        name: str = "show",
        **how: Any,
    ) -> None:
        """Add the command that shows a case of a kind; without `show`, the columns of its list and its history. `how`:
        further arguments of `show_options`."""
        help = help or f"Show one {kind.noun}{f' by {kind.numbers.en}' if kind.numbers else ''}."
        made = show_options(kind, metavar, **how)(show or show_facts(kind))
        self._add(name, help, examples, made)

    def client(
        self, name: str | None = None, examples: Sequence[str] = (), without_data: bool = False
    ) -> Callable[[Command], click.Command]:
        """Decorate a function as a command that gets its `Call` and a client of the sandbox; its options and arguments
        are its parameters, its docstring is the help, to which `examples` are added. `without_data`: it also runs where
        there is no database."""

        def decorate(function: Command) -> click.Command:
            made = client_command(name, examples, without_data, self.path)(function)
            self.add_command(made)
            return made

        return decorate

    def _add(self, name: str, help: str, examples: Sequence[str], made: Command) -> None:
        self.add_command(click.command(name, help=with_examples(help, f"{self.path} {name}", examples))(made))


@dataclass(frozen=True, slots=True)
class _Request:
    """The call of a row; its fields are those of `CommandGroup.row`. `places`: the places of the path."""

    request: str
    places: Sequence[str]
    show: Show
    body: Mapping[str, Any]
    within: str
    holds: Callable[[Any], bool] | None

    def run(self, call: Call, sandbox: SandboxClient, **given: Any) -> None:
        """Make the call and print the answer."""
        method, _, path = self.request.partition(" ")
        named = {place: part(str(given[place])) for place in self.places}
        fields = {**_fields({name: value for name, value in given.items() if name not in named}), **self.body}
        how: dict[str, Any] = {"query" if method in _WITHOUT_BODY else "json": fields} if fields else {}
        caller = sandbox.caller if path.startswith("/sandboxes") else sandbox
        got = caller.call(method, path.format(sandbox=part(sandbox.name), **named), **how)
        got = got[self.within] if self.within else got
        call.print_json(got)
        if call.as_json and self.holds is None:
            return
        answer = convert_answer(got, _answer_of(self.show))
        _show(call, answer, self.show, given)
        if self.holds is not None and not self.holds(answer):
            raise click.exceptions.Exit(FAILED)


def client_command(
    name: str | None = None, examples: Sequence[str] = (), without_data: bool = False, above: str = "single-window"
) -> Callable[[Command], click.Command]:
    """Decorate a function as `CommandGroup.client` does, for a command in no group; `above`: the words before its
    name."""

    def called(function: Command) -> Command:
        made = through_api(function)
        return with_or_without_data(made) if without_data else made

    return lambda function: made_command(called, from_signature(function, 2), name, examples, above)


def case_commands(kind: Kind, help: str) -> CommandGroup:
    """Return the commands of a kind of case that has none of its own: its list, and a case with its history."""
    group = CommandGroup(kind.command, help)
    group.cases(kind)
    group.case(kind)
    return group


def limit(most: int, default: int = 50, help: str | None = None, *names: str) -> Callable[[Command], Command]:
    """Return the option for the maximum number of records that a call lists."""
    given = click.IntRange(1, most)
    return click.option(*(names or ("--limit",)), "limit", type=given, default=default, show_default=True, help=help)


def newest_first(most: int) -> tuple[Callable[[Command], Command], ...]:
    """Return the options of a list that begins with its newest record: the page to show, and its size."""
    told = "The page after this one [default: the newest]."
    return click.option("--before", type=click.IntRange(0), default=0, help=told), limit(most)


def _nothing() -> None:
    """A command that is all options."""


def _fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a command as the call takes them: days as text; what was not given is left out."""
    texts = {name: f"{value:%Y-%m-%d}" if isinstance(value, datetime) else value for name, value in given.items()}
    return {_FIELDS.get(name, name): value for name, value in texts.items() if value is not None}


def _answer_of(show: Show) -> Any:
    """Return the type of the answer that is shown."""
    if isinstance(show, (Listed, Single)):
        return show.answer
    return dict if isinstance(show, str) else get_type_hints(show).get(list(signature(show).parameters)[1], dict)


def _show(call: Call, answer: Any, show: Show, given: Mapping[str, Any]) -> None:
    if isinstance(show, str):
        call.print_line(show.format(**given, answer=answer, scope=call.scope_options, sandbox=call.sandbox))
    else:
        show(call, answer)
