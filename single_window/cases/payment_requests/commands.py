"""`single-window payment-request` and `platform-data`: original payment data of platforms (公告2018年第179号)."""

from __future__ import annotations

import click

from single_window.cases.payment_requests.answers import AddressesOut, RequestOut, RequestsOut, WholeOut
from single_window.client import SandboxClient
from single_window.client.calls import part
from single_window.frame.commands.call import Call, Columns, command
from single_window.frame.commands.cases import convert_answer, show_answer
from single_window.frame.commands.findings import show_findings
from single_window.frame.commands.through_api import through_api
from single_window.frame.typed import local
from single_window.store.names import UploadVerdict

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


@click.group("payment-request")
def payment_request() -> None:
    """Requests to platforms for original payment data, with their outcomes."""


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


@payment_request.command("list")
@click.option("--order", "order_no", default="", metavar="NUMBER", help="Only requests for this order.")
@click.option("--platform", default="", metavar="CODE", help="Only requests to this platform (ebpCode).")
@click.option("--limit", type=click.IntRange(1, 1_000), default=50, show_default=True)
@command
@through_api
def list_(call: Call, sandbox: SandboxClient, order_no: str, platform: str, limit: int) -> None:
    """List requests, newest first.

    \b
    Example:
      single-window payment-request list --platform 3702960A1B
    """
    query = {"order_no": order_no, "platform": platform, "limit": limit}
    requests = convert_answer(
        call.answered(sandbox.call("GET", "/payment-requests", query=query)), RequestsOut
    ).requests
    call.records("", _COLUMNS, requests, lambda request: _TONES.get(UploadVerdict(request.verdict), ""))
    if not requests:
        call.print_line("No requests. 没有调取记录。 Begin with: single-window sandbox options require_179=true")


@payment_request.command()
@click.argument("session_id", metavar="SESSION")
@command
@through_api
def show(call: Call, sandbox: SandboxClient, session_id: str) -> None:
    """Show a request, its answer with the findings, and the text to sign.

    \b
    Example:
      single-window payment-request show 6C1A3B52-0C0B-5C36-9B7A-0D6D3E1D2F10
    """
    show_answer(call, sandbox.call("GET", f"/payment-requests/{part(session_id)}"), WholeOut, _show)


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


@payment_request.command()
@click.argument("order_no", metavar="ORDER")
@command
@through_api
def ask(call: Call, sandbox: SandboxClient, order_no: str) -> None:
    """Request the payment data of an order from its platform now. The answer does not change the order's list.

    A window must be running: it sends the request and receives the answer.

    \b
    Example:
      single-window payment-request ask ORDER20260601001
    """
    made = convert_answer(
        call.answered(sandbox.call("POST", "/payment-requests", json={"order_no": order_no})), WholeOut
    )
    call.print_line(
        f"Asked 已调取 {made.platform}, session {made.session_id}, until {local(made.due)}. "
        f"See: single-window payment-request show {made.session_id}{call.scope_options}"
    )


@click.group("platform-data")
def platform_data() -> None:
    """Addresses of platforms for requests for original payment data."""


@platform_data.group()
def address() -> None:
    """Show and change the addresses of platforms, to which openReq is posted."""


@address.command("set")
@click.argument("company", metavar="CODE")
@click.argument("target", metavar="URL")
@command
@through_api
def set_(call: Call, sandbox: SandboxClient, company: str, target: str) -> None:
    """Set the address of the platform CODE (ebpCode) to URL.

    \b
    Example:
      single-window platform-data address set 3702960A1B https://shop.example.org/platDataOpen
    """
    call.print_json(sandbox.call("PUT", f"/platform-data/{part(company)}/address", json={"url": target}))
    call.print_line(f"Requests to {company} are sent to {target}.")


@address.command("list")
@command
@through_api
def addresses(call: Call, sandbox: SandboxClient) -> None:
    """List the addresses of platforms.

    \b
    Example:
      single-window platform-data address list
    """
    listed = convert_answer(call.answered(sandbox.call("GET", "/platform-data/addresses")), AddressesOut).addresses
    rows = [(entry.company, entry.url, local(entry.set_at)) for entry in listed]
    call.table("", ("platform 平台", "address 地址", "since 登记"), rows)
    if not listed:
        call.print_line("No addresses. 没有登记地址。 Set one with: single-window platform-data address set CODE URL")


@address.command()
@click.argument("company", metavar="CODE")
@command
@through_api
def remove(call: Call, sandbox: SandboxClient, company: str) -> None:
    """Delete the address of the platform CODE: it gets no more requests.

    \b
    Example:
      single-window platform-data address remove 3702960A1B
    """
    sandbox.call("DELETE", f"/platform-data/{part(company)}/address")
    call.print_json({"company": company})
    call.print_line(f"The address of {company} is deleted 已删除.")
