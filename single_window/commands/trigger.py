"""`single-window trigger` and `scenarios`: outcomes that a test forces in a sandbox."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import click

from single_window.answers.outcomes import scenario_out
from single_window.frame.commands.call import Call, Columns, Failure
from single_window.frame.commands.local import local_command
from single_window.frame.commands.rows import CommandGroup, Listed
from single_window.language.words import Words
from single_window.outcomes.magic_values import sign_of
from single_window.outcomes.scenarios import outcome_of_receipt
from single_window.outcomes.scenarios import scenarios as ready_made
from single_window.outcomes.triggers import FAULTS, DelayDistribution, Do, TriggerMatch
from single_window_client import SandboxClient

_RECEIPT = re.compile(r"\w+\.-?\d+$")
_FAULTS = list(dict.fromkeys(str(fault) for faults in FAULTS.values() for fault in faults))
_MATCH = tuple(name for name in TriggerMatch.__struct_fields__ if name != "term")


class Triggers(CommandGroup):
    """A group that accepts a receipt as a command: `trigger 622.100 …` is `trigger add --outcome 622.100 …`."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if not _RECEIPT.match(cmd_name):
            return super().get_command(ctx, cmd_name)
        assert add.callback is not None
        return click.Command(
            cmd_name,
            params=[param for param in add.params if param.name != "receipt"],
            callback=partial(add.callback, receipt=cmd_name),
            help=add.help,
        )


trigger = Triggers(
    "trigger",
    "Outcomes that a test forces in the sandbox: rejected, inspected, late, lost, not answered."
    "\n\n\b\n`trigger 622.100 …` is short for `trigger add --outcome 622.100 …`",
)


@trigger.client()
@click.option(
    "--scenario",
    type=click.Choice(list(ready_made())),
    metavar="NAME",
    help="A predefined outcome (see: single-window scenarios).",
)
@click.option("--outcome", "receipt", metavar="RECEIPT.STATUS", help="The outcome with this receipt, such as 622.100.")
@click.option("--do", type=click.Choice([str(do) for do in Do]), help="The action (docs/outcomes.md).")
@click.option("--type", metavar="CODE", help="Only documents of this message type, such as 621.")
@click.option("--receipt", "on", metavar="CODE[.STATUS]", help="Only these receipts, such as 622.800.")
@click.option(
    "--order", metavar="PATTERN", help="Only order numbers (of samples also others) that match; * and ? are wildcards."
)
@click.option("--sender", metavar="PATTERN", help="Only DXP ids that match.")
@click.option("--share", type=float, help="Percentage of the matches [default: 100].")
@click.option("--code", metavar="CODE", help="The code in the receipt: -621001, 1332.")
@click.option("--words", metavar="TEXT", help="Text instead of the official one.")
@click.option("--status", metavar="STATUS", help="receipt: the return status.")
@click.option(
    "--place",
    type=click.Choice(["after", "before", "instead", "partway"]),
    help="receipt: after or instead; drop: before or after the message is kept, or partway; cut: before or after.",
)
@click.option(
    "--spread", type=click.Choice([str(spread) for spread in DelayDistribution]), help="Distribution of random delays."
)
@click.option("--seconds", type=float, help="The delay; the median of a lognormal spread.")
@click.option("--least", type=float, help="The minimum delay of a uniform spread.")
@click.option("--most", type=float, help="The maximum delay of a uniform or lognormal spread.")
@click.option("--sigma", type=float, help="Standard deviation (sigma) of a lognormal spread.")
@click.option("--copies", type=int, help="repeat: total number of copies of the receipt.")
@click.option("--http", type=int, help="http: 429 or 503.")
@click.option("--retry-after", type=int, help="http: value of Retry-After in seconds.")
@click.option("--fault", type=click.Choice(_FAULTS), help="laboratory, register: what it does.")
@click.option("--item", metavar="NAME", help="laboratory: the item that fails [default: the first].")
@click.option("--times", type=int, help="Maximum number of times that it acts [default: unlimited].")
@click.option("--name", default="", metavar="NAME", help="Its name in timelines.")
def add(
    call: Call,
    sandbox: SandboxClient,
    scenario: str | None,
    receipt: str | None,
    on: str | None,
    times: int | None,
    name: str,
    **given: Any,
) -> None:
    """Create a trigger from a predefined scenario, a receipt, or an action. The newest matching trigger acts.

    \b
    Examples:
      single-window trigger add --scenario lost --order 'DD2022*' --times 1
      single-window trigger 622.100 --order 'DD2022*' --code 1332
      single-window trigger add --do delay --spread uniform --least 5 --most 60
      single-window trigger add --do laboratory --fault fails --item 铅 --order 'SP2026112001-*'
    """
    match, action = _parse_trigger(scenario, receipt, on, given)
    body = {"scenario": scenario or "", "name": name, "match": match, "do": action or None, "times": times}
    _print_triggers(call, sandbox.control("POST", "/triggers", json=body)["triggers"])


@trigger.client(examples=("all --sandbox ci",))
@click.argument("which", metavar="ID|NAME|all")
def remove(call: Call, sandbox: SandboxClient, which: str) -> None:
    """Remove a trigger by its id or name, or all. Receipts that it delayed are still delivered."""
    suffix = "" if which == "all" else f"/{_id_of(which, call, sandbox)}"
    removed = call.answered(sandbox.control("DELETE", f"/triggers{suffix}"))
    call.print_line(f"Removed: {removed['removed']} ({call.sandbox})")


def _parse_trigger(
    scenario: str | None, receipt: str | None, on: str | None, given: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the match and the action of a trigger as JSON objects."""
    if sum(map(bool, (scenario, receipt, given["do"]))) != 1:
        raise click.UsageError("Give exactly one of --scenario, --outcome and --do.")
    match, action = outcome_of_receipt(receipt) if receipt else ({}, {})
    chosen = {**given, "receipt": on}
    match |= {field: chosen[field] for field in _MATCH if chosen[field] is not None}
    action |= {field: value for field, value in given.items() if field not in _MATCH and value is not None}
    if scenario and action:
        raise click.UsageError(f"--scenario cannot be combined with --{next(iter(action))}.")
    return match, action


def _id_of(which: str, call: Call, sandbox: SandboxClient) -> int:
    triggers = sandbox.control("GET", "/triggers")["triggers"]
    for entry in triggers:
        if which in {str(entry["id"]), entry["name"]}:
            number: int = entry["id"]
            return number
    raise Failure(f"There is no trigger {which!r} in sandbox {call.sandbox!r}; see: single-window trigger list")


def _print_triggers(call: Call, triggers: Sequence[Mapping[str, Any]]) -> None:
    call.print_json(triggers)
    call.records("", _COLUMNS, triggers)


def _fields(fields: dict[str, Any], *left_out: str) -> str:
    return " ".join(f"{name}={value}" for name, value in fields.items() if name not in left_out)


_COLUMNS: Columns[Mapping[str, Any]] = (
    ("id 编号", lambda entry: entry["id"]),
    ("name 名称", lambda entry: entry["name"]),
    ("do 动作", lambda entry: entry["do"]["do"]),
    ("match 条件", lambda entry: _fields(entry["match"])),
    ("how 方式", lambda entry: _fields(entry["do"], "do")),
    ("left 剩余", lambda entry: entry["left"] if entry["times"] else "∞"),
)
trigger.row(
    "list",
    "GET /sandboxes/{sandbox}/triggers",
    "List the triggers of the sandbox, newest first; the newest acts first.",
    Listed(list, _COLUMNS, "No triggers: nothing is forced. See: single-window scenarios"),
    examples=("--sandbox ci",),
    within="triggers",
)


@local_command(examples=("",))
def scenarios(call: Call) -> None:
    """List predefined outcomes, for `trigger add --scenario` and the header X-Scenario of one call."""
    known = list(ready_made().values())
    call.print_json([scenario_out(scenario) for scenario in known])
    call.records(
        "",
        (
            ("scenario 场景", lambda scenario: f"{scenario.name} {sign_of(scenario)}".rstrip()),
            ("outcome 结果", lambda scenario: Words(scenario.zh, scenario.en).text(call.language)),
            ("visible effect 可见", lambda scenario: Words(scenario.seen_zh, scenario.seen_en).text(call.language)),
        ),
        known,
    )
