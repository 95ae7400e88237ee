"""`single-window proposal`: decisions that a second person must approve."""

from __future__ import annotations

import click

from declarations.calendar import utc_text
from single_window.commands.acting import AS, person
from single_window.commands.by_api import as_is, over_api
from single_window.commands.call import Call, Failure, command
from single_window.commands.decisions import answered, tell_refusal
from single_window.language import words
from single_window.language.plainly import moment
from single_window.store import proposals
from single_window.work import decisions
from single_window.work import proposals as proposing

_NUMBER = click.argument("number", type=click.IntRange(1, 2**62))


@click.group()
def proposal() -> None:
    """Decisions that a second person must approve before they are carried out."""


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
        found = proposals.waiting(connection, call.sandbox, most=most)
    call.give([{**one._asdict(), "at": utc_text(one.at)} for one in found])
    call.table(
        "",
        ("id 编号", "when 时间", "by 提出人", "what 办理", "about 对象", "why 原因"),
        [
            (
                one.id,
                moment(one.at)[:16],
                f"{one.by} ({one.role})",
                one.action,
                f"{one.subject} {one.subject_id}",
                one.reason,
            )
            for one in found
        ],
    )
    call.say(f"{len(found)} wait(s) for approval 待复核。" if found else "Nothing waits for approval. 没有待复核事项。")


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
        found = proposing.approve(window, call.sandbox, number, person(window, account))
        if not call.work(window):
            raise Failure("It is approved, but the running window has not done it yet; see: single-window audit log")
        decided = decisions.outcome(window, call.sandbox, number)
    call.give({"proposal": number, "action": found.action, **answered(decided)})
    call.say(
        f"{found.action} {found.subject} {found.subject_id}: "
        f"{call.pick(words.phrase('decision_outcome', decided.state))}"
    )
    tell_refusal(call, decided, f"single-window audit log{call.aside}")


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
        found = proposing.decline(window, call.sandbox, number, person(window, account), reason)
    call.give({"proposal": number, "action": found.action, "state": "declined"})
    said = words.phrase("decision_outcome", "declined")
    call.say(f"{found.action} {found.subject} {found.subject_id}: {call.pick(said)}")
