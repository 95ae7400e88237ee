"""`single-window payment-request` and `platform-data`: original payment data of platforms (announcement 2018-179)."""

from __future__ import annotations

from typing import Any

import click

from single_window.cases.payment_requests import queries as cases
from single_window.cases.payment_requests.answers import AddressOut, request_out, whole_out
from single_window.channels import payment_addresses
from single_window.frame.commands.by_api import over_api
from single_window.frame.commands.call import Call, Failure, command
from single_window.frame.commands.findings import show_findings
from single_window.intake.payment_uploads import findings_of
from single_window.language.plainly import moment
from single_window.store import payment_requests as rows
from single_window.store.payment_requests import PaymentRequest, Verdict

OPERATOR = "operator"
VERDICTS = {
    Verdict.NONE: "open 待上传",
    Verdict.RIGHT: "right 通过",
    Verdict.WRONG: "wrong 不通过",
    Verdict.LATE: "late 逾期上传",
    Verdict.SILENT: "silent 逾期未上传",
}
_TONES = {Verdict.RIGHT: "good", Verdict.WRONG: "bad", Verdict.SILENT: "bad", Verdict.NONE: "waiting"}


@click.group("payment-request")
def payment_request() -> None:
    """Requests to platforms for original payment data, and what came of each."""


@payment_request.command("list")
@click.option("--order", "order_no", default="", metavar="NUMBER", help="Only of this order.")
@click.option("--platform", default="", metavar="CODE", help="Only to this platform (ebpCode).")
@click.option("--limit", "most", type=click.IntRange(1, 10_000), default=50, show_default=True)
@command
@over_api("GET", "/payment-requests", query={"order_no": "order_no", "platform": "platform", "most": "limit"})
def list_(call: Call, order_no: str, platform: str, most: int) -> None:
    """List requests, newest first.

    \b
    Example:
      single-window payment-request list --platform 3702960A1B
    """
    with call.reading() as (window, connection):
        requests, now = rows.page(connection, call.sandbox, 0, most, order_no, platform), window.now(call.sandbox)
    call.give([request_out(request, now) for request in requests])
    call.table(
        "",
        ("session", "order 订单", "platform 平台", "asked 调取", "asking", "verdict 结论", "code", "uploads"),
        [
            (
                request.session_id,
                request.order_no,
                request.platform,
                moment(request.asked_at),
                request.asking,
                VERDICTS[request.verdict_at(now)],
                request.code,
                request.uploads,
            )
            for request in requests
        ],
        {place: _TONES.get(request.verdict_at(now), "") for place, request in enumerate(requests)},
    )
    if not requests:
        call.say("No requests. 没有调取记录。 Begin with: single-window sandbox options require_179=true")


@payment_request.command()
@click.argument("session_id", metavar="SESSION")
@command
@over_api("GET", "/payment-requests/{session_id}")
def show(call: Call, session_id: str) -> None:
    """Show a request, its answer, what is wrong with it, and the text that was to be signed.

    \b
    Example:
      single-window payment-request show 6C1A3B52-0C0B-5C36-9B7A-0D6D3E1D2F10
    """
    with call.reading() as (window, connection):
        try:
            request, now = cases.find(connection, call.sandbox, session_id), window.now(call.sandbox)
        except cases.NoSuchRequest as unknown:
            raise Failure(str(unknown)) from None
    call.give(whole_out(request, now))
    call.table("", ("what 项目", "value 内容"), _rows(request, now))
    show_findings(call, findings_of(request))
    if request.expected:
        call.say(f"to sign 应加签: {request.expected}")
        call.say(
            f"digest 摘要: {request.digest or '–'}   signed 实际摘要: {request.signed_digest or '–'}   "
            f"text that was signed 实际加签的写法: {request.matches or 'unknown 未知'}"
        )


@payment_request.command()
@click.argument("order_no", metavar="ORDER")
@command
@over_api("POST", "/payment-requests", body={"order_no": "order_no"})
def ask(call: Call, order_no: str) -> None:
    """Ask the platform of an order for its payment data, now. Its list is not touched by the answer.

    A window must be running: it asks, and takes the answer.

    \b
    Example:
      single-window payment-request ask ORDER20260601001
    """
    with call.window() as window:
        try:
            made = cases.file(window, call.sandbox, order_no, OPERATOR)
        except cases.NoSuchOrder as unknown:
            raise Failure(str(unknown)) from None
    call.give(whole_out(made, made.asked_at))
    call.say(
        f"Asked 已调取 {made.platform}, session {made.session_id}, until {moment(made.due)}. "
        f"See: single-window payment-request show {made.session_id}{call.aside}"
    )


@click.group("platform-data")
def platform_data() -> None:
    """Platforms that are asked for original payment data."""


@platform_data.group()
def address() -> None:
    """Where platforms are asked: the address to which openReq is posted."""


@address.command("set")
@click.argument("company", metavar="CODE")
@click.argument("target", metavar="URL")
@command
@over_api("PUT", "/platform-data/{company}/address", body={"target": "url"})
def set_(call: Call, company: str, target: str) -> None:
    """Say that the platform CODE (ebpCode) is asked at URL.

    \b
    Example:
      single-window platform-data address set 3702960A1B https://shop.example.org/platDataOpen
    """
    with call.window() as window:
        made = payment_addresses.put(window, call.sandbox, company, target)
    call.give(AddressOut.of(made))
    call.say(f"{company} is asked at {target}.")


@address.command("list")
@command
@over_api("GET", "/platform-data/addresses")
def addresses(call: Call) -> None:
    """List where platforms are asked.

    \b
    Example:
      single-window platform-data address list
    """
    with call.reading() as (window, _):
        listed = payment_addresses.listed(window, call.sandbox)
    call.give([AddressOut.of(entry) for entry in listed])
    call.table(
        "",
        ("platform 平台", "address 地址", "since 登记"),
        [(entry.company, entry.url, moment(entry.set_at)) for entry in listed],
    )
    if not listed:
        call.say("No addresses. 没有登记地址。 Say one with: single-window platform-data address set CODE URL")


@address.command()
@click.argument("company", metavar="CODE")
@command
@over_api("DELETE", "/platform-data/{company}/address")
def remove(call: Call, company: str) -> None:
    """Ask the platform CODE no more.

    \b
    Example:
      single-window platform-data address remove 3702960A1B
    """
    with call.window() as window:
        payment_addresses.remove(window, call.sandbox, company)
    call.give({"company": company})
    call.say(f"{company} is asked no more 已删除.")


def _rows(request: PaymentRequest, now: int) -> list[tuple[str, Any]]:
    return [
        ("order 订单", request.order_no),
        ("platform 平台", request.platform),
        ("by 调取人", request.by),
        ("asked 调取时间", moment(request.asked_at)),
        ("due 时限", moment(request.due)),
        ("asking 调取情况", f"{request.asking} ({request.attempts}) {request.error}".strip()),
        ("reply 应答", request.reply),
        ("verdict 结论", VERDICTS[request.verdict_at(now)]),
        ("uploads 上传次数", request.uploads),
        ("answered 上传时间", moment(request.answered_at) if request.answered_at else "–"),
        ("answer 返回", f"{request.code} {request.message}".strip()),
    ]
