"""`single-window act`: what an officer does by hand."""

from __future__ import annotations

import click
import msgspec

from single_window.cases import acts, stories
from single_window.client import SandboxClient
from single_window.commands.acting import AS, person
from single_window.commands.call import Call, Failure, command
from single_window.commands.decisions import answered, tell_refusal
from single_window.commands.remote import over_http
from single_window.store.engine import reading
from single_window.work import decisions


def _act_there(
    call: Call, sandbox: SandboxClient, number: str, action: str | None, reason: str, account: str | None
) -> None:
    if action is None or account:
        raise click.UsageError("Over HTTP name the ACTION, and your account with --key NAME:PASSWORD.")
    acted = sandbox.decide(number, action, reason)
    call.give(msgspec.structs.asdict(acted))
    call.say(f"{acted.label}: {acted.before} → {acted.after} ({acted.status})")


@click.command()
@click.argument("number")
@click.argument("action", required=False)
@click.option(
    "--reason", default="", help="What the declarant is told; reject, suspend, detain and send_back need one."
)
@AS
@command
@over_http(_act_there)
def act(call: Call, number: str, action: str | None, reason: str, account: str | None) -> None:
    """Decide about a list, a cancellation or a return. Without ACTION: say what may be done.

    \b
    Examples:
      single-window act 42402026I000000001
      single-window act 42402026I000000001 conclude
      single-window act D261120A033D0000000 reject --reason 申报价格异常
    """
    with call.window() as window:
        window.sandbox(call.sandbox)
        if action is None:
            with reading(window.engine) as connection:
                _possible(call, stories.find(connection, call.sandbox, number), number)
            return
        filed = acts.act(window, call.sandbox, number, action, reason, person(window, account))
        if not call.work(window):
            raise Failure(
                "The act is filed, but the running window has not done it yet; see: single-window show " + number
            )
        with reading(window.engine) as connection:
            after = [
                one
                for one in stories.find(connection, call.sandbox, number)
                if (one.what, one.id) == (filed.subject.what, filed.subject.id)
            ]
        decided = decisions.outcome(window, call.sandbox, filed.decision)
    now = after[0]
    call.give(
        {"subject": now, "action": action, "before": filed.subject.state, "after": now.state, **answered(decided)}
    )
    call.say(f"{now.label}: {filed.subject.state} → {now.state} ({call.pick(now.words)})")
    tell_refusal(call, decided, f"single-window show {number}")


def _possible(call: Call, found: list[stories.Match], number: str) -> None:
    subjects = [one for one in found if one.what in acts.ACTIONABLE and one.kind in acts.DECIDED]
    if not subjects:
        raise acts.undecidable(found, number, call.sandbox)
    rows = [(one, step) for one in subjects for step in acts.possible_with(one)]
    call.give([{"subject": one, "allowed": [step for subject, step in rows if subject is one]} for one in subjects])
    for one in subjects:
        call.say(f"{one.label}: {one.state} ({call.pick(one.words)})")
    call.table(
        "",
        ("action 操作", "leads to 之后", "receipt 回执", "needs 条件"),
        [(f"{step.action} {step.zh}", step.to, step.return_status, ", ".join(step.needs)) for _, step in rows],
    )
    if not rows:
        call.say("An officer may do nothing here.")
