"""`single-window parameters`: dated values with their history, and changing one for a sandbox."""

from __future__ import annotations

from datetime import date, datetime

import click

from declarations import parameters as law
from declarations.parameters import Parameter, Parameters
from single_window.frame.commands.call import Call, NoData, command
from single_window.language.phrases import content
from single_window.store.law_books import law_of


class Named(click.Group):
    """A group whose first word may be the name of a parameter as well: it is shown."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `show` before what is no command of the group."""
        named = args and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named else ["show", *args])


@click.group(cls=Named)
def parameters() -> None:
    """Dated values: limits, rates and windows with their legal sources, and what a sandbox has of its own.

    \b
    A name stands for showing it:
      single-window parameters
      single-window parameters limits.annual
      single-window parameters vat.standard --on 2018-12-31
    """


@parameters.command()
@click.argument("name", required=False)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Only the value in force on this day.")
@command
def show(call: Call, name: str | None, on: datetime | None) -> None:
    """A dated value, with every change and its legal source. Without NAME: all names.

    Where there are data, a value of the sandbox's own stands among those of the law, with who changed it.

    \b
    Examples:
      single-window parameters show limits.annual
      single-window parameters show inspection.rates --sandbox demo
    """
    if name is None:
        _list_all(call)
        return
    parameter = _law(call).parameter(name)
    values = parameter.values if on is None else (parameter.on(on.date()),)
    call.give({**_named(parameter), "note": parameter.note, "values": [_as_json(value) for value in values]})
    _print(call, parameter, values)


def _list_all(call: Call) -> None:
    call.give([_named(parameter) for parameter in law.describe()])
    call.table(
        "",
        ("parameter 参数", "title", "unit", "values"),
        [
            (
                parameter.name,
                parameter.title if call.language == "zh" else f"{parameter.title_en} {parameter.title}",
                parameter.unit,
                len(parameter.values),
            )
            for parameter in law.describe()
        ],
    )


def _named(parameter: Parameter) -> dict[str, str]:
    return {
        "name": parameter.name,
        "title_zh": parameter.title,
        "title_en": parameter.title_en,
        "unit": parameter.unit,
    }


def _as_json(value: law.Value) -> dict[str, object]:
    return {
        "id": value.id,
        "value": content(value.content),
        "since": value.since,
        "until": value.until,
        "issued": value.issued,
        "source": value.source,
        "confidence": value.confidence,
        "note": value.note,
    }


def _law(call: Call) -> Parameters:
    """The law of the sandbox; that of the package where there are no data."""
    try:
        with call.reading() as (_, connection):
            return law_of(connection, call.sandbox)
    except NoData:
        return law.load()


def _print(call: Call, parameter: Parameter, values: tuple[law.Value, ...]) -> None:
    call.say(f"{parameter.name}: {parameter.title_en} {parameter.title} ({parameter.unit})")
    if parameter.note:
        call.say(f"  {parameter.note}")
    call.table(
        "",
        ("since 起", "until 止", "value 值", "source 依据", "confidence", "note 说明"),
        [
            (
                "always" if value.since == date.min else value.since,
                value.until or "",
                content(value.content),
                value.source,
                value.confidence,
                value.note,
            )
            for value in values
        ],
    )
