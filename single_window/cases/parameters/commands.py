"""`single-window parameters`: dated values with their history."""

from __future__ import annotations

from datetime import date, datetime

import click

from single_window.cases.parameters.answers import DatedValueOut, ParameterOut, ParametersOut
from single_window.frame.commands.call import Call, Columns, command
from single_window.frame.commands.cases import show_answer
from single_window.frame.commands.through_api import through_api, with_or_without_data
from single_window_client import SandboxClient
from single_window_client.calls import part


class Named(click.Group):
    """A group that accepts the name of a parameter as its first argument, as short for `show NAME`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `show` unless the first argument is a command of the group."""
        is_command = args and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if is_command else ["show", *args])


@click.group(cls=Named)
def parameters() -> None:
    """Dated values: limits, rates and windows with their legal sources, and values of the sandbox.

    \b
    `show` may be omitted:
      single-window parameters
      single-window parameters limits.annual
      single-window parameters vat.standard --on 2018-12-31
    """


@parameters.command()
@click.argument("name", required=False)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Only the value in force on this day.")
@command
@with_or_without_data
@through_api
def show(call: Call, sandbox: SandboxClient, name: str | None, on: datetime | None) -> None:
    """A dated value, with every change and its legal source. Without NAME: all names.

    If there is a database, values changed for the sandbox are included, with who changed them.

    \b
    Examples:
      single-window parameters show limits.annual
      single-window parameters show inspection.rates --sandbox demo
    """
    if name is None:
        show_answer(call, sandbox.call("GET", "/parameters"), ParametersOut, _list_all)
        return
    query = {"on": f"{on:%Y-%m-%d}" if on else None}
    show_answer(call, sandbox.call("GET", f"/parameters/{part(name)}", query=query), ParameterOut, _print)


def _list_all(call: Call, known: ParametersOut) -> None:
    call.records("", _columns(call), known.parameters)


def _columns(call: Call) -> Columns[ParameterOut]:
    def title(parameter: ParameterOut) -> str:
        chinese = call.language == "zh"
        return parameter.title_zh if chinese else f"{parameter.title_en} {parameter.title_zh}"

    return (
        ("parameter 参数", lambda parameter: parameter.name),
        ("title", title),
        ("unit", lambda parameter: parameter.unit),
        ("values", lambda parameter: parameter.count),
    )


def _print(call: Call, parameter: ParameterOut) -> None:
    call.print_line(f"{parameter.name}: {parameter.title_en} {parameter.title_zh} ({parameter.unit})")
    if parameter.note:
        call.print_line(f"  {parameter.note} {parameter.note_en}")
    call.records("", _VALUE, parameter.values or ())


_VALUE: Columns[DatedValueOut] = (
    ("since 起", lambda value: "always" if value.since == date.min.isoformat() else value.since),
    ("until 止", lambda value: value.until or ""),
    ("value 值", lambda value: value.value),
    ("source 依据", lambda value: value.source),
    ("confidence", lambda value: value.confidence),
    ("note 说明", lambda value: f"{value.note} {value.note_en}".strip()),
)
