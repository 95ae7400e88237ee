"""`single-window parameters`: one dated value with its history."""

from __future__ import annotations

from datetime import date, datetime

import click

from declarations import parameters as law
from declarations.parameters import Parameter
from single_window.commands.call import Call, command
from single_window.language.words import content


@click.command()
@click.argument("name", required=False)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Only the value in force on this day.")
@command
def parameters(call: Call, name: str | None, on: datetime | None) -> None:
    """A dated value, with every change and its legal source. Without NAME: all names.

    \b
    Examples:
      single-window parameters limits.annual
      single-window parameters vat.standard --on 2018-12-31
    """
    if name is None:
        call.give(
            [
                {"name": one.name, "title_zh": one.title, "title_en": one.title_en, "unit": one.unit}
                for one in law.describe()
            ]
        )
        call.table(
            "",
            ("parameter 参数", "title", "unit", "values"),
            [
                (
                    one.name,
                    one.title if call.language == "zh" else f"{one.title_en} {one.title}",
                    one.unit,
                    len(one.values),
                )
                for one in law.describe()
            ],
        )
        return
    one = law.load().parameter(name)
    values = one.values if on is None else (one.on(on.date()),)
    call.give(
        {
            "name": one.name,
            "title_zh": one.title,
            "title_en": one.title_en,
            "unit": one.unit,
            "note": one.note,
            "values": [
                {
                    "id": value.id,
                    "value": content(value.content),
                    "since": value.since,
                    "until": value.until,
                    "issued": value.issued,
                    "source": value.source,
                    "confidence": value.confidence,
                    "note": value.note,
                }
                for value in values
            ],
        }
    )
    _tell(call, one, values)


def _tell(call: Call, one: Parameter, values: tuple[law.Value, ...]) -> None:
    call.say(f"{one.name}: {one.title_en} {one.title} ({one.unit})")
    if one.note:
        call.say(f"  {one.note}")
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
