"""`single-window proposal`: decisions that a second person must approve."""

from __future__ import annotations

import click

from single_window.cases.proposals.answers import ProposalOut, waiting
from single_window.frame.commands.actors import AS, person
from single_window.frame.commands.by_api import as_is, over_api
from single_window.frame.commands.call import Call, Columns, command
from single_window.frame.commands.decisions import answered, carried_out, show_refusal
from single_window.frame.typed import local
from single_window.language import words
from single_window.work import proposals as proposing

_NUMBER = click.argument("number", type=click.IntRange(1, 2**62))


@click.group()
def proposal() -> None:
    """Decisions that a second person must approve before they are carried out."""


_COLUMNS: Columns[ProposalOut] = (
    ("id 编号", lambda proposal: proposal.id),
    ("when 时间", lambda proposal: local(proposal.at)[:16]),
    ("by 提出人", lambda proposal: f"{proposal.by} ({proposal.role})"),
    ("what 办理", lambda proposal: proposal.action),
    ("about 对象", lambda proposal: f"{proposal.subject} {proposal.subject_id}"),
    ("why 原因", lambda proposal: proposal.reason),
)


@proposal.command("list")
@click.option("--limit", "most", type=click.IntRange(1, 10_000), default=100, show_default=True)
@command
@over_api("GET", "/proposals", query={"most": "limit"})
def list_(call: Call, most: int) -> None:
    """List proposals that wait, oldest first.

    \b
    Examples:
      single-window proposal list
      single-window proposal list --sandbox demo --json
    """
    with call.reading() as (_, connection):
        page = waiting(connection, call.sandbox, limit=most)
    call.give(page)
    call.records("", _COLUMNS, page.proposals)
    waits = f"{len(page.proposals)} wait(s) for approval 待复核。"
    call.say(waits if page.proposals else "Nothing waits for approval. 没有待复核事项。")


@proposal.command()
@_NUMBER
@AS
@command
@over_api("POST", "/proposals/{number}", body=as_is(action="approve"))
def approve(call: Call, number: int, account: str | None) -> None:
    """Approve what another officer proposed. Exit code 1: it was not carried out.

    \b
    Example:
      single-window proposal approve 1042 --as zhao
    """
    with call.window() as window:
        window.sandbox(call.sandbox)
        settled = proposing.approve(window, call.sandbox, number, person(window, account))
        decided = carried_out(call, window, number, "single-window audit log")
    call.give({"proposal": number, "action": settled.action, **answered(decided)})
    call.say(
        f"{settled.action} {settled.subject} {settled.subject_id}: "
        f"{call.pick(words.phrase('decision_outcome', decided.state))}"
    )
    show_refusal(call, decided, f"single-window audit log{call.aside}")


@proposal.command()
@_NUMBER
@click.option("--reason", default="", help="Why; it is kept in the log.")
@AS
@command
@over_api("POST", "/proposals/{number}", body=as_is(action="decline") | {"reason": "reason"})
def decline(call: Call, number: int, reason: str, account: str | None) -> None:
    """Decline a proposal, or withdraw one's own: nothing is done.

    \b
    Example:
      single-window proposal decline 1042 --reason 证据不足 --as zhao
    """
    with call.window() as window:
        window.sandbox(call.sandbox)
        settled = proposing.decline(window, call.sandbox, number, person(window, account), reason)
    call.give({"proposal": number, "action": settled.action, "state": "declined"})
    text = words.phrase("decision_outcome", "declined")
    call.say(f"{settled.action} {settled.subject} {settled.subject_id}: {call.pick(text)}")
