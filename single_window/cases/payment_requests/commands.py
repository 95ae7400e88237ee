"""`single-window payment-request` and `platform-data`: original payment data of platforms (公告2018年第179号)."""

from __future__ import annotations

import click

from single_window.cases.payment_requests.answers import AddressesOut, AddressOut, RequestOut, RequestsOut, WholeOut
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.findings import show_findings
from single_window.frame.commands.options import argument
from single_window.frame.commands.rows import CommandGroup, Listed, limit
from single_window.frame.typed import local
from single_window.store.names import UploadVerdict
from single_window_client import SandboxClient
from single_window_client.calls import part

VERDICTS = {
    UploadVerdict.NONE: "open 待上传",
    UploadVerdict.RIGHT: "right 通过",
    UploadVerdict.WRONG: "wrong 不通过",
    UploadVerdict.LATE: "late 逾期上传",
    UploadVerdict.SILENT: "silent 逾期未上传",
}
_TONES = {
    UploadVerdict.RIGHT: "good",
    UploadVerdict.WRONG: "bad",
    UploadVerdict.SILENT: "bad",
    UploadVerdict.NONE: "waiting",
}


payment_request = CommandGroup("payment-request")


_COLUMNS: Columns[RequestOut] = (
    ("session", lambda request: request.session_id),
    ("order 订单", lambda request: request.order_no),
    ("platform 平台", lambda request: request.platform),
    ("asked 调取", lambda request: local(request.asked_at)),
    ("asking", lambda request: request.asking),
    ("verdict 结论", lambda request: VERDICTS[UploadVerdict(request.verdict)]),
    ("code", lambda request: request.code),
    ("uploads", lambda request: request.uploads),
)


def _show(call: Call, request: WholeOut) -> None:
    facts = (
        ("order 订单", request.order_no),
        ("platform 平台", request.platform),
        ("by 调取人", request.by),
        ("asked 调取时间", local(request.asked_at)),
        ("due 时限", local(request.due)),
        ("asking 调取情况", f"{request.asking} ({request.attempts}) {request.error}".strip()),
        ("reply 应答", request.reply),
        ("verdict 结论", VERDICTS[UploadVerdict(request.verdict)]),
        ("uploads 上传次数", request.uploads),
        ("answered 上传时间", local(request.answered_at) or "–"),
        ("answer 返回", f"{request.code} {request.message}".strip()),
    )
    call.table("", ("what 项目", "value 内容"), facts)
    show_findings(call, request.findings)
    signing = request.signing
    if signing.expected:
        call.print_line(f"to sign 应加签: {signing.expected}")
        call.print_line(
            f"digest 摘要: {signing.digest or '–'}   signed 实际摘要: {signing.signed_digest or '–'}   "
            f"text that was signed 实际加签的写法: {signing.matches or 'unknown 未知'}"
        )


def _show_asked(call: Call, made: WholeOut) -> None:
    call.print_line(
        f"Asked 已调取 {made.platform}, session {made.session_id}, until {local(made.due)}. "
        f"See: single-window payment-request show {made.session_id}{call.scope_options}"
    )


payment_request.row(
    "list",
    "GET /payment-requests",
    "List requests, newest first.",
    Listed(
        RequestsOut,
        _COLUMNS,
        "No requests. 没有调取记录。 Begin with: single-window sandbox options require_179=true",
        lambda request: _TONES.get(UploadVerdict(request.verdict), ""),
    ),
    options=(
        click.option("--order", "order_no", default="", metavar="NUMBER", help="Only requests for this order."),
        click.option("--platform", default="", metavar="CODE", help="Only requests to this platform (ebpCode)."),
        limit(1_000),
    ),
    examples=("--platform 3702960A1B",),
)
payment_request.row(
    "show",
    "GET /payment-requests/{session}",
    "Show a request, its answer with the findings, and the text to sign.",
    _show,
    examples=("6C1A3B52-0C0B-5C36-9B7A-0D6D3E1D2F10",),
)
payment_request.row(
    "ask",
    "POST /payment-requests",
    "Request the payment data of an order from its platform now. The answer does not change the order's list."
    "\n\nA window must be running: it sends the request and receives the answer.",
    _show_asked,
    options=(click.argument("order_no", metavar="ORDER"),),
    examples=("ORDER20260601001",),
)


platform_data = CommandGroup("platform-data")
address = platform_data.below("address", "Show and change the addresses of platforms, to which openReq is posted.")
_ADDRESS: Columns[AddressOut] = (
    ("platform 平台", lambda entry: entry.company),
    ("address 地址", lambda entry: entry.url),
    ("since 登记", lambda entry: local(entry.set_at)),
)
address.row(
    "set",
    "PUT /platform-data/{code}/address",
    "Set the address of the platform CODE (ebpCode) to URL.",
    "Requests to {code} are sent to {target}.",
    options=(click.argument("target", metavar="URL"),),
    examples=("3702960A1B https://shop.example.org/platDataOpen",),
)
address.row(
    "list",
    "GET /platform-data/addresses",
    "List the addresses of platforms.",
    Listed(
        AddressesOut,
        _ADDRESS,
        "No addresses. 没有登记地址。 Set one with: single-window platform-data address set CODE URL",
    ),
    examples=("",),
)


@address.client(examples=("3702960A1B",))
def remove(call: Call, sandbox: SandboxClient, company: str = argument("CODE")) -> None:
    """Delete the address of the platform CODE: it gets no more requests."""
    sandbox.call("DELETE", f"/platform-data/{part(company)}/address")
    call.print_json({"company": company})
    call.print_line(f"The address of {company} is deleted 已删除.")
