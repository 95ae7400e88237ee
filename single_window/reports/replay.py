"""The result of a replay as a report: a page, JUnit XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from single_window.frame.pages.plots import Plot
from single_window.language.words import Words
from single_window.recordings.file import Recording
from single_window.recordings.posting import Pace
from single_window.recordings.replayed import ReplayResult
from single_window.reports.form import WRONG, Chart, Figure, Report, ReportCheck, ReportedFinding, audit_check

OTHERWISE = Words("应答与录制不同", "answered otherwise than recorded")
UNDONE = Words("未能完成的处置", "acts that could not be done")


def report(recording: Recording, sandbox: str, result: ReplayResult) -> Report:
    """The report of a replay of a recording in a sandbox."""
    ended, timing = result.ended, result.timing
    about = [(Words("录制文件", "recording"), f"{recording.path}"), (Words("沙箱", "sandbox"), sandbox)]
    about += [(digest.words, digest.digest) for digest in (result.outcome, result.sequence)]
    if result.may_differ:
        about.append((Words("结果可能不同的原因", "outcomes may differ because"), result.may_differ))
    return Report(
        "replay",
        Words("回放报告", "report of a replay"),
        tuple(about),
        (
            Figure("messages", Words("报文", "messages"), f"{ended.messages}"),
            Figure("otherwise", OTHERWISE, f"{result.otherwise}", result.otherwise > 0),
            Figure("acts", Words("处置", "acts"), f"{ended.acts}"),
            Figure("undone", UNDONE, f"{ended.undone}", ended.undone > 0),
            *(_pace_figures(timing.pace) if timing else ()),
        ),
        tuple(_checks(result)),
        tuple(ReportedFinding(WRONG, f"audit: {words}") for words in result.audited.differences),
        charts=(_chart_of_sent(timing.by_second),) if timing and timing.by_second else (),
    )


def _checks(result: ReplayResult) -> Iterator[ReportCheck]:
    if result.alike:
        for name, words, count in (("otherwise", OTHERWISE, result.otherwise), ("undone", UNDONE, result.ended.undone)):
            yield ReportCheck(name, words, "0", f"{count}", not count)
    for digest in (result.outcome, result.sequence):
        if digest.recorded and not digest.may_differ:
            name = digest.words.en.replace(" ", "-")
            yield ReportCheck(name, digest.words, digest.recorded, digest.digest, digest.holds)
    yield audit_check(result.audited)


def _pace_figures(pace: Pace) -> tuple[Figure, ...]:
    return (
        Figure("seconds", Words("历时（秒）", "seconds"), f"{pace.seconds:g}"),
        Figure("asked", Words("要求速率（每秒）", "asked for a second"), f"{pace.wanted:g}"),
        Figure("reached", Words("发送速率（每秒）", "sent a second"), f"{pace.reached:g}"),
        Figure("answered", Words("应答速率（每秒）", "answered a second"), f"{pace.answered:g}"),
        Figure("held", Words("等待同单前序报文", "waited for one of their trade"), f"{pace.held}"),
        Figure("turned_away", Words("被暂拒次数（503）", "times turned away (503)"), f"{pace.turned_away}"),
        Figure("limited", Words("超出自身限额次数（429）", "times beyond the sender's limit (429)"), f"{pace.limited}"),
        Figure("most_late", Words("最晚（毫秒）", "latest sent late, ms"), f"{pace.most_late:g}"),
    )


def _chart_of_sent(seconds: Sequence[tuple[int, int]]) -> Chart:
    words = Words("每秒报文数", "messages in each second")
    every = -(-len(seconds) // 8)
    labels = [f"{place} s" if place % every == 0 else "" for place in range(len(seconds))]
    series = {"应发 due": [due for due, _ in seconds], "发出 sent": [sent for _, sent in seconds]}
    return Chart(words, Plot(f"{words.zh} {words.en}", labels, series))
