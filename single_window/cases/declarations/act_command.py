"""`single-window act`: what an officer does by hand."""

from __future__ import annotations

import click
import msgspec

from single_window.cases import declarations as stories
from single_window.cases.declarations import decisions as acts
from single_window.client import SandboxClient
from single_window.frame.commands.actors import AS, person
from single_window.frame.commands.call import Call, command
from single_window.frame.commands.decisions import answered, carried_out, show_refusal
from single_window.frame.commands.remote import over_http
from single_window.store.engine import reading


def _act_there(
    call: Call,
    sandbox: SandboxClient,
    number: str,
    action: str | None,
    reason: str,
    as_declared: bool,
    account: str | None,
) -> None:
    if action is None or account:
        raise click.UsageError("Over HTTP name the ACTION, and your account with --key NAME:PASSWORD.")
    acted = sandbox.decide(number, action, reason, as_declared)
    call.give(msgspec.structs.asdict(acted))
    call.say(f"{acted.label}: {acted.before} → {acted.after} ({acted.status})")


@click.command()
@click.argument("number")
@click.argument("action", required=False)
@click.option(
    "--reason", default="", help="What the declarant is told; reject, suspend, detain and send_back need one."
)
@click.option("--as-declared", is_flag=True, help="An inspection found every line of goods as declared.")
@AS
@command
@over_http(_act_there)
def act(call: Call, number: str, action: str | None, reason: str, as_declared: bool, account: str | None) -> None:
    """Decide about a list, a cancellation or a return. Without ACTION: say what may be done.

    \b
    Examples:
      single-window act 42402026I000000001
      single-window act 42402026I000000001 conclude --as-declared
      single-window act D261120A033D0000000 reject --reason 申报价格异常
    """
    with call.window() as window:
        window.sandbox(call.sandbox)
        if action is None:
            with reading(window.engine) as connection:
                _possible(call, stories.find(connection, call.sandbox, number), number)
            return
        filed = acts.act(window, call.sandbox, number, action, reason, person(window, account), as_declared=as_declared)
        decided = carried_out(call, window, filed.decision, f"single-window show {number}")
        with reading(window.engine) as connection:
            after = [
                match
                for match in stories.find(connection, call.sandbox, number)
                if (match.category, match.id) == (filed.subject.category, filed.subject.id)
            ]
    now = after[0]
    call.give(
        {"subject": now, "action": action, "before": filed.subject.state, "after": now.state, **answered(decided)}
    )
    call.say(f"{now.label}: {filed.subject.state} → {now.state} ({call.pick(now.words)})")
    show_refusal(call, decided, f"single-window show {number}")


def _possible(call: Call, matches: list[stories.Match], number: str) -> None:
    subjects = [match for match in matches if match.category in acts.ACTIONABLE and match.kind in acts.DECIDED]
    if not subjects:
        raise acts.undecidable(matches, number, call.sandbox)
    rows = [(match, step) for match in subjects for step in acts.possible_with(match)]
    call.give(
        [{"subject": match, "allowed": [step for subject, step in rows if subject is match]} for match in subjects]
    )
    for match in subjects:
        call.say(f"{match.label}: {match.state} ({call.pick(match.words)})")
    call.table(
        "",
        ("action 操作", "leads to 之后", "receipt 回执", "needs 条件"),
        [(f"{step.action} {step.zh}", step.to, step.return_status, ", ".join(step.needs)) for _, step in rows],
    )
    if not rows:
        call.say("An officer may do nothing here.")
