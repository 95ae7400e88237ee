"""`single-window act`: an officer's decision about any kind of case."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from declarations.reasons import clean_typed_text
from single_window.cases import folders
from single_window.frame.commands.call import FAILED, Call
from single_window.frame.commands.rows import client_command
from single_window.frame.decision_answers import DecidableOut, DecidedOut
from single_window.language.words import Words
from single_window_client import SandboxClient
from single_window_client.calls import CallRefused, part

LISTS = "declaration"
"""The kind of case that a number is taken for unless another one is named."""


@client_command(
    examples=(
        "42402026I000000001",
        "42402026I000000001 conclude --as-declared",
        "42402026I000000001 send_back --finding 1=differs,6,多出四件 --reason 数量不符",
        "D261120A033D0000000 reject --reason 申报价格异常",
        "D261120A033D0000000 ask --question 请提供发票 --due 2026-12-04",
        "D261120A033D0000000 revalue --method similar --price 1=120.00 --reason 同类商品成交价",
        "TS202612001 reduce --about refund_claim --amount 3000.00 --reason 单价偏高",
        "3702961003 grade --about registration --grade certified --since 2026-12-01",
        "1042 approve --about proposal --as zhao",
        "SP2026112001-6C8B83136F take --about spot_check --quantity 2 --seal F2611 --kept 1 --as zhi",
        "SP2026112001-6C8B83136F destroy --about spot_check --reason 铅超标 --as zhi",
        "inspection.rates change --about parameter --value ordinary=0.05 --since 2026-11-23 --reason 演练",
        "3702960A01 change --about guarantee --amount 1500000 --reason 追加担保 --as gao",
        "gift-boxes put_in_force --about risk_profile --since 2026-11-23 --reason 多次查获 --as zhao",
    )
)
@click.argument("number")
@click.argument("action", required=False)
@click.option(
    "--about",
    type=click.Choice(folders.subjects_of_decisions()),
    default=LISTS,
    show_default=True,
    help="The kind of case; requests about a declaration are found under declaration too.",
)
@click.option("--reason", default="", help="The reason for the declarant; many acts require one.")
@click.option(
    "--seen", type=click.IntRange(0), default=0, help="Decide only if this is still the version [default: any]."
)
@click.option(
    "--amount", default="", metavar="NUMBER", help="Yuan of a reduction or a guarantee; or the value of a parameter."
)
@click.option("--grade", default="", help="The credit grade.")
@click.option("--since", default="", metavar="DAY", help="First day, such as 2026-04-01.")
@click.option("--until", default="", metavar="DAY", help="Last day.")
@click.option(
    "--value",
    "values",
    multiple=True,
    metavar="KEY=NUMBER",
    help="A number of a parameter that is a table; repeatable.",
)
@click.option("--profile", default="", metavar="RULE", help="The rule of a risk profile.")
@click.option("--choice", default="", metavar="ACT", help="Of a quality check: what you would have done.")
@click.option("--list", "lists", multiple=True, metavar="NUMBER", help="A list of a batch; repeatable.")
@click.option("--question", "questions", multiple=True, metavar="WORDS", help="What to ask the declarant; repeatable.")
@click.option("--due", default="", metavar="DAY", help="The day by which the declarant is to answer.")
@click.option("--returns", default="", metavar="WHAT", help="What should come back: explanation, files, message.")
@click.option("--silence", default="", metavar="WHAT", help="What happens without an answer: decide, refuse.")
@click.option("--method", default="", help="The method of a re-determined value, such as similar.")
@click.option(
    "--price",
    "prices",
    multiple=True,
    metavar="LINE=YUAN",
    help="A re-determined price of a declared unit, by line of the list; repeatable.",
)
@click.option(
    "--cosmetic",
    "cosmetics",
    multiple=True,
    metavar="LINE=WHAT",
    help="Of cosmetics without a readable net content, by line: high_end or other; repeatable.",
)
@click.option(
    "--finding",
    "findings",
    multiple=True,
    metavar="LINE=RESULT[,FOUND[,REMARK]]",
    help="Of an inspection, for each line: as_declared, differs or missing, the quantity found, a remark; repeatable.",
)
@click.option("--quantity", default="", metavar="NUMBER", help="Of a sample: what was taken, in the declared unit.")
@click.option("--seal", default="", metavar="NUMBER", help="Of a sample: its seal.")
@click.option("--kept", default="", metavar="NUMBER", help="Of a sample: the part that is kept in reserve.")
@click.option("--storage", default="", metavar="PLACE", help="Of a sample: where that part is kept.")
@click.option("--photo", default="", metavar="SHA256", help="Of a sample: a picture among the files of its case.")
@click.option("--as-declared", is_flag=True, help="The inspection found every line of goods as declared.")
def act(call: Call, sandbox: SandboxClient, number: str, action: str | None, about: str, **given: Any) -> None:
    """Decide about a declaration or another case. Without ACTION: show the possible acts. Exit code 1: not carried
    out."""
    path = f"/cases/{about}/{part(number)}/decisions"
    if action is None:
        _show(call, msgspec.convert(_asked(sandbox, "GET", path, about), DecidableOut))
        return
    given["reason"] = clean_typed_text(given["reason"])
    body = {"action": action, **{name: value for name, value in _fields(given).items() if value}}
    decided = call.answered(msgspec.convert(_asked(sandbox, "POST", path, about, json=body), DecidedOut))
    call.print_line(f"{decided.label}: {decided.before} → {decided.after} ({decided.status})")
    if decided.status == "proposed":
        call.print_line(
            f"It waits for a second person: single-window act {decided.decision} approve --about proposal --as …"
            f"{call.scope_options}"
        )
    elif decided.status == "waiting":
        call.print_line(
            f"The decision is stored but not carried out yet; see: single-window audit log{call.scope_options}"
        )
        raise click.exceptions.Exit(FAILED)


def _asked(sandbox: SandboxClient, method: str, path: str, about: str, **more: Any) -> Any:
    """Call the window; whoever names no list is told how to name another kind of case."""
    try:
        return sandbox.call(method, path, **more)
    except CallRefused as refused:
        if about == LISTS and refused.status in {403, 404}:
            others = ", ".join(kind for kind in folders.subjects_of_decisions() if kind != LISTS)
            click.echo(f"For a case that is no list add --about and one of: {others}", err=True)
        raise


def _fields(given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a decision from the options."""
    tables = {
        name: [text.partition("=") for texts in given.pop(option) for text in texts.replace(",", " ").split()]
        for name, option in (("value", "values"), ("prices", "prices"), ("cosmetics", "cosmetics"))
    }
    pairs = {name: {key: number for key, _, number in found} for name, found in tables.items()}
    listed = {name: list(given[name]) for name in ("lists", "questions")}
    return {**given, **listed, **pairs, "findings": [_finding(text) for text in given["findings"]]}


def _finding(text: str) -> list[Any]:
    """Return what an inspection found of a line of goods, as the API has it: line, result, remark, quantity."""
    line, _, found = text.partition("=")
    result, quantity, remark, *_ = (*found.split(",", 2), "", "")
    if not line.strip().isdecimal():
        raise click.UsageError(f"--finding {text}: begin with the number of a line, as in 2=differs,6")
    return [int(line), result.strip(), remark.strip(), quantity.strip()]


def _show(call: Call, subject: DecidableOut) -> None:
    """Print the state of a subject and the possible acts."""
    call.print_json(subject)
    state = call.pick(Words(subject.state_zh, subject.state_en))
    call.print_line(f"{subject.label}: {subject.state} ({state}), version {subject.version}")
    call.records(
        "",
        (
            ("action 操作", lambda act: f"{act.action} {act.zh}"),
            ("leads to 之后", lambda act: act.to),
            ("receipt 回执", lambda act: act.return_status),
            ("needs 条件", lambda act: ", ".join(act.needs)),
        ),
        subject.acts,
    )
    if not subject.acts:
        call.print_line("No act is possible.")
