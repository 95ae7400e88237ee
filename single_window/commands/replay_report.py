"""The course of a replay as a report: a page, JUnit XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from single_window.client import Audited
from single_window.frame.pages.plots import Plot
from single_window.language.words import Words
from single_window.recordings.file import Recording
from single_window.recordings.playing import Progress
from single_window.recordings.posting import Pace
from single_window.reports.form import WRONG, Chart, Figure, Report, ReportCheck, ReportedFinding, audit_check

OTHERWISE = Words("应答与录制不同", "answered otherwise than recorded")
OUTCOMES, SEQUENCE = Words("结果摘要", "outcome digest"), Words("次序摘要", "sequence digest")
UNDONE = Words("未能完成的处置", "acts that could not be done")


class ExpectedDigest(NamedTuple):
    """A digest held against that of the recording (empty: there is none to come to); `must`: a difference is a
    failure."""

    words: Words
    digest: str
    recorded: str
    must: bool

    @property
    def equal(self) -> bool | None:
        """True if it is that of the recording; None: there is none."""
        return self.digest == self.recorded if self.recorded else None

    @property
    def holds(self) -> bool:
        """True if it is what it must be."""
        return self.equal is not False or not self.must

    @property
    def told(self) -> str:
        """The digest as people read it, and how it stands to that of the recording."""
        line = f"{self.words.en} {self.digest}"
        if self.equal is None:
            return line
        if self.equal:
            return f"{line}, as recorded"
        if self.must:
            return f"{line}\nNOT as recorded: {self.recorded}"
        return f"{line}, not the recorded one: another order or other instants; --strict plays it in that order"


def report(
    recording: Recording,
    sandbox: str,
    ended: Progress,
    digests: Sequence[ExpectedDigest] = (),
    pace: Pace | None = None,
    seconds: Sequence[tuple[int, int]] = (),
    audited: Audited | None = None,
) -> Report:
    """The report of a replay: against the `digests` that were recorded; over HTTP with the `pace` that was kept, and
    the messages that were due and went out in each second; what the ledgers were
    `audited` to."""
    otherwise = ended.messages - ended.alike
    about = [(Words("录制文件", "recording"), f"{recording.path}"), (Words("沙箱", "sandbox"), sandbox)]
    about += [(check.words, check.digest) for check in digests]
    return Report(
        "replay",
        Words("回放报告", "report of a replay"),
        tuple(about),
        (
            Figure("messages", Words("报文", "messages"), f"{ended.messages}"),
            Figure("otherwise", OTHERWISE, f"{otherwise}", otherwise > 0),
            Figure("acts", Words("处置", "acts"), f"{ended.acts}"),
            Figure("undone", UNDONE, f"{ended.undone}", ended.undone > 0),
            *(_paced(pace) if pace else ()),
        ),
        tuple(_checks(otherwise, ended.undone, digests, audited)),
        tuple(ReportedFinding(WRONG, f"audit: {words}") for words in audited.differences)
        if audited is not None
        else (),
        charts=(_sent(seconds),) if seconds else (),
    )


def _checks(
    otherwise: int, undone: int, digests: Sequence[ExpectedDigest], audited: Audited | None
) -> Iterator[ReportCheck]:
    yield ReportCheck("otherwise", OTHERWISE, "0", f"{otherwise}", not otherwise)
    yield ReportCheck("undone", UNDONE, "0", f"{undone}", not undone)
    for check in digests:
        if check.recorded and check.must:
            name = check.words.en.replace(" ", "-")
            yield ReportCheck(name, check.words, check.recorded, check.digest, check.holds)
    if audited is not None:
        yield audit_check(audited)


def _paced(pace: Pace) -> tuple[Figure, ...]:
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


def _sent(seconds: Sequence[tuple[int, int]]) -> Chart:
    words = Words("每秒报文数", "messages in each second")
    every = -(-len(seconds) // 8)
    labels = [f"{place} s" if place % every == 0 else "" for place in range(len(seconds))]
    series = {"应发 due": [due for due, _ in seconds], "发出 sent": [sent for _, sent in seconds]}
    return Chart(words, Plot(f"{words.zh} {words.en}", labels, series))
