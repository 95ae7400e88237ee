"""`single-window faults`: what goes wrong in a sandbox, as one profile that is switched on and ends by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from single_window.answers.outcomes import profile_out
from single_window.client import SandboxClient
from single_window.frame.commands.call import Call, command
from single_window.frame.commands.through_api import through_api
from single_window.language.words import Words
from single_window.outcomes.profiles import profiles


@click.group()
def faults() -> None:
    """Faults of the world around the window, as profiles: slow, lost and doubled receipts, outages, bad lines."""


@faults.command("list")
@command
def list_(call: Call) -> None:
    """List the profiles of faults that there are.

    \b
    Example:
      single-window faults list
    """
    known = profiles().values()
    call.print_json([profile_out(profile) for profile in known])
    call.table(
        "",
        ("profile 名称", "what goes wrong 内容", "where 位置", "lasts 时长"),
        [
            (
                profile.name,
                Words(profile.zh, profile.en).text(call.language),
                " ".join(profile.groups),
                _span(profile.lasts // 1_000),
            )
            for profile in known
        ],
    )


@faults.command()
@click.argument("profile", metavar="PROFILE")
@click.option("--for", "lasts", default="", metavar="SPAN", help="How long: 30s, 90m, 2h, 7d [default: as it says].")
@click.option("--seed", default="", metavar="SEED", help="Another draw of what is touched.")
@command
@through_api
def on(call: Call, sandbox: SandboxClient, profile: str, lasts: str, seed: str) -> None:
    """Switch a profile on. It ends by itself, by the sandbox's clock; one profile is on at a time.

    \b
    Example:
      single-window faults on a-normal-tuesday --sandbox ci --for 2h --seed 7
    """
    _print(call, sandbox.control("PUT", "/faults", json={"profile": profile, "lasts": lasts, "seed": seed}))


@faults.command()
@command
@through_api
def off(call: Call, sandbox: SandboxClient) -> None:
    """Switch off what is on. Receipts that are held back come all the same.

    \b
    Example:
      single-window faults off --sandbox ci
    """
    standing = sandbox.control("DELETE", "/faults")
    call.print_json(standing)
    if not standing["profile"]:
        call.print_line(f"No profile of faults in {call.sandbox}.")
        return
    call.print_line(f"{call.sandbox}: {standing['profile']} is off; it acted {standing['done']} time(s)")


@faults.command()
@command
@through_api
def show(call: Call, sandbox: SandboxClient) -> None:
    """Show what is on, until when, and what it did so far.

    \b
    Example:
      single-window faults show --sandbox ci
    """
    _print(call, sandbox.control("GET", "/faults"))


def _print(call: Call, standing: Mapping[str, Any]) -> None:
    call.print_json(standing)
    if not standing["profile"]:
        call.print_line(f"No profile of faults in {call.sandbox}. See: single-window faults list")
        return
    state = "is on until" if standing["on"] else "ended at"
    call.print_line(
        f"{call.sandbox}: {standing['profile']} {state} {standing['ends']}; it acted {standing['done']} time(s) so far"
    )
    call.table(
        "",
        ("fault 故障", "do 动作", "share 比例", "from 开始", "to 结束", "done 次数"),
        [
            (fault["name"], fault["do"]["do"], f"{fault['share']:g}%", fault["begins"], fault["ends"], fault["done"])
            for fault in standing["faults"]
        ],
    )


def _span(seconds: int) -> str:
    return f"{seconds // 3_600} h" if seconds % 3_600 == 0 else f"{seconds // 60} min"
