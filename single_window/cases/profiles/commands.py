"""`single-window profile`: risk profiles, and what a draft would have drawn of past lists."""

from __future__ import annotations

import click

from single_window.cases.profiles.answers import PreviewOut, RiskProfileOut, RiskProfilesOut, SideOut
from single_window.frame.commands.call import Call, Columns
from single_window.frame.commands.cases import show_answer
from single_window.frame.commands.options import option
from single_window.frame.commands.rows import CommandGroup
from single_window_client import SandboxClient
from single_window_client.calls import part

_PROFILES: Columns[RiskProfileOut] = (
    ("code 编号", lambda profile: profile.code),
    ("state 状态", lambda profile: profile.state),
    ("in force since 起", lambda profile: profile.in_force_since),
    ("rule 规则", lambda profile: profile.rule),
)


def _list_all(call: Call, known: RiskProfilesOut) -> None:
    call.records("", _PROFILES, known.profiles)
    call.print_line(f"Drawn at random beside them, at least: {known.random_floor}")
    if known.next:
        call.print_line(f"More: --after {known.next}")


def _print(call: Call, known: RiskProfileOut) -> None:
    since = f"in force since {known.in_force_since}" if known.in_force_since else "not in force"
    call.print_line(f"{known.code}: {known.state}, version {known.version}, by {known.by}; {since}")
    call.print_line(f"  {known.rule}")
    call.records(
        "",
        (
            ("version", lambda version: version.number),
            ("since 起", lambda version: version.since),
            ("by", lambda version: version.by),
            ("approved by 复核", lambda version: version.approved_by),
            ("rule 规则", lambda version: version.rule),
        ),
        known.versions,
    )


def _print_preview(call: Call, played: PreviewOut) -> None:
    call.print_line(
        f"{played.lists} lists since {played.since}, {played.known_hits} known hits; "
        f"the lot draws {played.lot_a_day:g} a day"
    )
    sides = [("draft 草案", played.draft)] + ([("in force 现行", played.in_force)] if played.in_force else [])
    call.records(
        "",
        (
            ("", lambda side: side[0]),
            ("matched 符合", lambda side: side[1].matched),
            ("drawn 抽中", lambda side: side[1].drawn),
            ("added 新增", lambda side: side[1].added),
            ("a day 每日", lambda side: f"{side[1].a_day:g}"),
            ("companies 企业", lambda side: side[1].companies),
            ("hits 查获", lambda side: _hits(side[1])),
            ("found 已查看", lambda side: f"{side[1].found.hits} of {side[1].found.looked_at}"),
        ),
        sides,
    )
    for title, numbers, counted in (
        ("Only the draft draws", played.gained, played.gained_count),
        ("Only the version in force draws", played.lost, played.lost_count),
    ):
        if counted:
            more = f" … {counted - len(numbers)} more" if counted > len(numbers) else ""
            call.print_line(f"{title} {counted}: {' '.join(numbers)}{more}")


def _hits(side: SideOut) -> str:
    hits = side.hits
    if hits.low is None or hits.high is None:
        return f"{hits.drawn} of {hits.known}"
    return f"{hits.drawn} of {hits.known}, {100 * hits.low:.2f}–{100 * hits.high:.2f} %"


profile = CommandGroup(
    "profile",
    """Risk profiles: rules that draw a share of the lists that meet them for inspection or review.

    \b
    Draft, preview, propose and approve one:
      single-window create risk_profile draft code=gifts profile="title=礼盒; lane=inspect; share=0.4"
      single-window profile preview gifts
      single-window act gifts put_in_force --about risk_profile --since 2026-11-23 --reason 多次查获 --as zhao
      single-window act 1042 approve --about proposal --as qian
    """,
)
profile.row(
    "list",
    "GET /profiles",
    "All risk profiles by code.",
    _list_all,
    options=(
        click.option("--after", default="", metavar="CODE", help="Only profiles behind this code: the next page."),
    ),
)
profile.row(
    "show",
    "GET /profiles/{code}",
    "A profile: its draft, and the versions that were put in force.",
    _print,
)


@profile.client(examples=("gift-boxes --days 30 --sandbox desks",))
def preview(
    call: Call,
    sandbox: SandboxClient,
    code: str,
    days: int = option("So many days until today.", type=click.IntRange(1, 92), default=30),
) -> None:
    """Play the draft: what it would have drawn of the lists of the last days, beside the version in force."""
    show_answer(call, _played(call, sandbox, code, days), PreviewOut, _print_preview)


def _played(call: Call, sandbox: SandboxClient, code: str, days: int) -> object:
    """Call again until all lists are counted, with a progress bar; returns the last answer."""
    path = f"/profiles/{part(code)}/preview"
    played = sandbox.call("GET", path, query={"days": days, "again": True})
    with call.progress(f"preview {code}", played["total"]) as show_number:
        while not played["done"]:
            show_number(played["read"])
            played = sandbox.call("GET", path, query={"days": days})
    return played
