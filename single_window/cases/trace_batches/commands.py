"""`single-window trace-batch`: trace batches and their codes."""

from __future__ import annotations

import click

from single_window.cases.trace_batches.answers import TRACE_BATCH_KIND, TraceBatchOut, TraceCodeOut, TraceCodesOut
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.cases import show_facts
from single_window.frame.commands.rows import CommandGroup, Listed
from single_window.frame.typed import local

trace_batch = CommandGroup("trace-batch")
trace_batch.cases(TRACE_BATCH_KIND, "List trace batches, newest first.", ("--merchant 3702961003",))
_show_facts = show_facts(TRACE_BATCH_KIND)


def _show(call: Call, batch: TraceBatchOut) -> None:
    """Print a batch, with what is odd about its codes."""
    _show_facts(call, batch)
    if batch.copied:
        codes = f"single-window trace-batch codes {batch.batch_no} --copied{call.scope_options}"
        call.print_line(f"codes that were copied 疑似复制的追溯码: {batch.copied} ({codes})")
    if batch.also_registered:
        call.print_line(f"other companies with this GTIN and lot 登记同一批次的其他企业: {batch.also_registered}")


trace_batch.case(
    TRACE_BATCH_KIND,
    help="Show a trace batch by the code of its lot, or its id.",
    show=_show,
    examples=("QD26BA3T9KF0ZC",),
)


_CODE: Columns[TraceCodeOut] = (
    ("serial 序号", lambda code: str(code.serial)),
    ("code 追溯码", lambda code: code.code),
    ("looked up 查询次数", lambda code: str(code.looked_up)),
    ("first 首次查询", lambda code: local(code.first_looked_up)),
    ("last 最近查询", lambda code: local(code.last_looked_up)),
    ("copied 疑似复制", lambda code: "⚠" if code.copied else ""),
)
trace_batch.row(
    "codes",
    "GET /trace-batches/{trace_code}/codes",
    "List the codes of a batch: that of the lot, then those of its items.",
    Listed(TraceCodesOut, _CODE, following="after"),
    options=(
        click.option("--after", type=int, default=-1, help="Serials above it; -1: from the beginning."),
        click.option("--copied", is_flag=True, help="Only codes of items that were copied."),
        click.option("--limit", type=click.IntRange(1, 10_001), default=1_000, show_default=True),
    ),
    examples=("QD26BA3T9KF0ZC",),
)
