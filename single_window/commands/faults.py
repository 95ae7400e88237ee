"""`single-window faults`: fault profiles, switched on in a sandbox for a limited time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from single_window.answers.outcomes import profile_out
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.rows import CommandGroup
from single_window.language.words import Words
from single_window.outcomes.profiles import profiles

faults = CommandGroup("faults")


@faults.local("list", examples=("",))
def list_(call: Call) -> None:
    """List the fault profiles."""
    known = list(profiles().values())
    call.print_json([profile_out(profile) for profile in known])
    call.records(
        "",
        (
            ("profile 名称", lambda profile: profile.name),
            ("faults 内容", lambda profile: Words(profile.zh, profile.en).text(call.language)),
            ("where 位置", lambda profile: " ".join(profile.groups)),
            ("duration 时长", lambda profile: _span(profile.lasts // 1_000)),
        ),
        known,
    )


def _show_off(call: Call, status: Mapping[str, Any]) -> None:
    if not status["profile"]:
        call.print_line(f"No fault profile in {call.sandbox}.")
        return
    call.print_line(f"{call.sandbox}: {status['profile']} is off; it acted {status['done']} time(s)")


def _print(call: Call, status: Mapping[str, Any]) -> None:
    if not status["profile"]:
        call.print_line(f"No fault profile in {call.sandbox}. See: single-window faults list")
        return
    state = "is on until" if status["on"] else "ended at"
    call.print_line(
        f"{call.sandbox}: {status['profile']} {state} {status['ends']}; it acted {status['done']} time(s) so far"
    )
    call.records("", _FAULT, status["faults"])


_FAULT: Columns[Mapping[str, Any]] = (
    ("fault 故障", lambda fault: fault["name"]),
    ("do 动作", lambda fault: fault["do"]["do"]),
    ("share 比例", lambda fault: f"{fault['share']:g}%"),
    ("from 开始", lambda fault: fault["begins"]),
    ("to 结束", lambda fault: fault["ends"]),
    ("done 次数", lambda fault: fault["done"]),
)


def _span(seconds: int) -> str:
    return f"{seconds // 3_600} h" if seconds % 3_600 == 0 else f"{seconds // 60} min"


faults.row(
    "on",
    "PUT /sandboxes/{sandbox}/faults",
    "Switch a profile on, one at a time. It ends after its duration by the sandbox's clock.",
    _print,
    options=(
        click.argument("profile"),
        click.option(
            "--for",
            "lasts",
            default="",
            metavar="SPAN",
            help="Duration: 30s, 90m, 2h, 7d [default: that of the profile].",
        ),
        click.option("--seed", default="", metavar="SEED", help="Changes the random choice of what is affected."),
    ),
    examples=("a-normal-tuesday --sandbox ci --for 2h --seed 7",),
)
faults.row(
    "off",
    "DELETE /sandboxes/{sandbox}/faults",
    "Switch the profile off. Receipts that it delayed are still delivered.",
    _show_off,
    examples=("--sandbox ci",),
)
faults.row(
    "show",
    "GET /sandboxes/{sandbox}/faults",
    "Show the profile, until when it is on, and its effects so far.",
    _print,
    examples=("--sandbox ci",),
)
