"""`single-window rules check`: works out the known answers of the law, and names those that come out differently."""

from __future__ import annotations

import click

from single_window.frame.commands.call import FAILED, Call
from single_window.frame.commands.local import local_command
from single_window.frame.commands.options import option
from single_window.known_answers.results import AnswersChecked
from single_window.language.words import Words

_MOST = 50
"""Wrong answers of which lines tell; --json tells all."""


@local_command()
def check(
    call: Call, names: tuple[str, ...] = option("Only this table; may be repeated.", "--table", metavar="NAME")
) -> None:
    """Work out the known answers of the law: taxes, limits, deadlines, refunds, batches, lifecycles and more.

    No window or data folder is needed. Each answer that comes out differently is named, with table, row, the known
    answer and the one that came. Exit code 1 if there is one.

    \b
    Examples:
      single-window rules check
      single-window rules check --table "import tax" --table questions --json
    """
    # imported late: the other commands about rules need neither tables nor runners
    from single_window.known_answers import checking

    if unknown := sorted(set(names) - set(checking.TABLES)):
        raise click.BadParameter(f"{unknown[0]!r} is none of: {', '.join(checking.TABLES)}", param_hint="--table")
    chosen = names or tuple(checking.TABLES)
    with call.progress(call.pick(Words("规则校验", "Known answers")), len(chosen)) as progress:
        checked = checking.check(chosen, progress)
    call.print_json({"ok": not checked.wrong, **checked._asdict()})
    _show(call, checked)
    click.get_current_context().exit(FAILED if checked.wrong else 0)


def _show(call: Call, checked: AnswersChecked) -> None:
    for one in checked.wrong[:_MOST]:
        call.print_line(f"wrong: {one.table}, {one.row}, {one.asked}: known {one.known!r}, came {one.came!r}")
    if (more := len(checked.wrong) - _MOST) > 0:
        call.print_line(call.pick(Words(f"另有 {more} 个。", f"And {more} more.")))
    sums = f"{checked.rows} rows, {checked.compared} answers"
    if checked.wrong:
        call.print_line(f"FAILED {len(checked.wrong)} of the known answers came out differently 不符 ({sums})")
    else:
        call.print_line(f"Every answer came out as known 全部相符 ({sums}).")
