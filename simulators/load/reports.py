"""Reports a load: what was sent, acknowledged, decided, lost, doubled, wrong or late, with plots over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from simulators.bench.percentiles import spread
from simulators.entry.reports import (
    KINDS,
    Chart,
    Figure,
    Plot,
    Report,
    ReportCheck,
    ReportedFinding,
    ReportTable,
    Words,
    audit_check,
)
from simulators.entry.sending import ACCEPTED
from simulators.load.judging import expected_refusal, under_way
from simulators.load.measurement import LISTS, ends
from simulators.load.run import LoadRun
from simulators.load.targets import LIMIT, STAGES, TURNED, LoadFigures, LoadTarget, check_target, duration

PROMISED = ("one", "four")
"""Colours of expected and of unexpected events."""
MAX_BARS = 30
"""The most bars on a time axis."""
EDGES = (10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
"""Milliseconds at which the bars of a histogram end."""
MAX_SERIES = 4
"""The most series in a plot."""
MAX_REASONS = 15
"""The most reasons that are shown."""


def figures_of(ran: LoadRun) -> LoadFigures:
    """Compute the figures to compare with targets."""
    sent = ran.sent
    answered = [track for track in sent if track.status > 0]
    turned = sum(1 for track in sent if track.turned_away)
    limited = sum(1 for track in sent if track.limited)
    refused = sum(1 for track in sent if track.status != ACCEPTED and not expected_refusal(ran, track))
    return LoadFigures(
        {
            "accepted": [track.answered for track in sent if track.status == ACCEPTED and track.answered is not None],
            "receipt": [track.first_receipt for track in sent if track.first_receipt is not None],
            "end": [track.ended for track in sent if track.ended is not None],
        },
        len(answered) / ran.seconds if ran.seconds else 0.0,
        *(100 * count / len(sent) if sent else 0.0 for count in (refused - turned - limited, turned, limited)),
    )


def report_of(
    ran: LoadRun, findings: Sequence[ReportedFinding], targets: Iterable[LoadTarget], about: Sequence[tuple[Words, str]]
) -> Report:
    """Make the report of a load."""
    measured, sent = figures_of(ran), ran.sent
    counts = Counter(finding.kind for finding in findings)
    figures = _figures(ran, counts)
    checks = (
        ReportCheck("sent", Words("有报文发出", "something was sent"), "> 0", f"{len(sent)}", bool(sent)),
        *(ReportCheck(kind, words, "0", f"{counts[kind]}", not counts[kind]) for kind, words in KINDS.items()),
        *([audit_check(ran.audit)] if ran.audit is not None else []),
        *(check_target(target, measured) for target in _with_shares(targets)),
    )
    on = ((Words("故障方案", "faults that were on"), ran.faults.profile),) if ran.faults.profile else ()
    whole = (
        *about,
        *on,
        (Words("历时", "took"), f"{ran.seconds:.1f} s{' (中断 interrupted)' if ran.interrupted else ''}"),
    )
    return Report(
        kind="load",
        title=Words("压力测试报告", "report of a load"),
        about=whole,
        figures=figures,
        checks=checks,
        findings=tuple(findings),
        charts=charts(ran, measured),
        grids=(_latency_grid(measured), _refusal_grid(ran), *(_fault_grids(ran) if ran.faults.parts else ())),
        data={**{figure.name: int(figure.value) for figure in figures}, **_data(ran, measured)},
    )


def _figures(ran: LoadRun, counts: Counter[str]) -> tuple[Figure, ...]:
    sent = ran.sent
    acknowledged = sum(1 for track in sent if track.status == ACCEPTED)
    answered = sum(1 for track in sent if track.first_receipt is not None)
    turned, limited = (sum(1 for track in sent if getattr(track, name)) for name in ("turned_away", "limited"))
    return (
        Figure("planned", Words("计划", "planned"), f"{len(ran.measurement.tracks)}"),
        Figure("sent", Words("已发送", "sent"), f"{len(sent)}"),
        Figure("acknowledged", Words("已接收", "acknowledged"), f"{acknowledged}"),
        Figure("turned_away", Words("被暂拒（503）", "turned away: window busy (503)"), f"{turned}", turned > 0),
        Figure("limited", Words("超出自身限额（429）", "beyond the sender's limit (429)"), f"{limited}", limited > 0),
        Figure("answered", Words("有回执", "answered by a receipt"), f"{answered}"),
        Figure("receipts", Words("回执总数", "receipts"), f"{len(ran.measurement.received)}"),
        *(Figure(kind, words, f"{counts[kind]}", counts[kind] > 0) for kind, words in KINDS.items()),
        Figure("under_way", Words("未结清单", "lists under way"), f"{under_way(ran)}"),
    )


def _data(ran: LoadRun, measured: LoadFigures) -> dict[str, object]:
    return {
        "interrupted": ran.interrupted,
        "audit": ran.audit.plainly if ran.audit is not None else None,
        "seconds": round(ran.seconds, 2),
        "rate": {"requested": ran.rate, "answered": round(measured.rate, 1)},
        "latency": {name: spread(name, spans) for name, spans in measured.spans.items()},
        "refusals": [row._asdict() for row in refusals(ran)],
        "lists": dict(_states(ran)),
        "faults": {"profile": ran.faults.profile, "parts": [part._asdict() for part in ran.faults.parts]},
    }


def _with_shares(targets: Iterable[LoadTarget]) -> list[LoadTarget]:
    """The targets, plus zero messages turned away or over the limit unless a target sets these."""
    wanted = list(targets)
    granted = {target.kind for target in wanted}
    return [*(LoadTarget(f"{kind}=0%", kind, 0.0) for kind in (TURNED, LIMIT) if kind not in granted), *wanted]


def charts(ran: LoadRun, measured: LoadFigures) -> tuple[Chart, ...]:
    """Plot rates, latencies by stage, the progress of messages and lists, refusals and faults."""
    remark = Words(
        "每根柱标其上限；自报文应发时起计，清单结论自该单最后一份应发报文起计。",
        "A bar is named by the longest that it holds. From when the message was due; ends of lists, from when the "
        "latest message of the trade was.",
    )
    return (
        _rates(ran),
        *(Chart(words, _histogram(words, measured.spans[name]), remark) for name, words in STAGES.items()),
        _funnel_chart(ran),
        _refusals_chart(ran),
        _events_chart(ran),
        *(_fault_charts(ran) if ran.faults.axis else ()),
    )


def _axis(ran: LoadRun) -> tuple[int, list[str]]:
    """Seconds per bar on the time axis, and the bars' labels, of which only some are written for lack of room."""
    last = max((track.due for track in ran.sent), default=0.0)
    wide = next(
        width for width in (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_800, 3_600, 10**9) if last < width * MAX_BARS
    )
    count = int(last // wide) + 1
    every = -(-count // 8)
    return wide, [f"{place * wide} s" if place % every == 0 else "" for place in range(count)]


def _over_time(ran: LoadRun, instants: Iterable[float], wide: int, count: int) -> list[int]:
    """Count instants per bar; later ones count in the last bar."""
    counter = Counter(min(count - 1, max(0, int(instant // wide))) for instant in instants)
    return [counter[place] for place in range(count)]


def _rates(ran: LoadRun) -> Chart:
    wide, labels = _axis(ran)
    answered = [track.due + (track.answered or 0) / 1_000 for track in ran.sent if track.status == ACCEPTED]
    answered_at = [track.due + track.first_receipt / 1_000 for track in ran.sent if track.first_receipt is not None]
    series = {
        "应发 due": _over_time(ran, (track.due for track in ran.sent), wide, len(labels)),
        "接收 accepted": _over_time(ran, answered, wide, len(labels)),
        "首个回执 first receipt": _over_time(ran, answered_at, wide, len(labels)),
    }
    caption = f"每 {wide} 秒的报文数 messages in each {wide} s"
    return Chart(Words(f"每 {wide} 秒的报文数", f"messages in each {wide} s"), Plot(caption, labels, series))


def _histogram(words: Words, values: Sequence[float]) -> Plot:
    counts = Counter(next((place for place, edge in enumerate(EDGES) if value <= edge), len(EDGES)) for value in values)
    labels = [_short(edge) for edge in EDGES] + [f"> {_short(EDGES[-1])}"]
    return Plot(f"{words.zh} {words.en}", labels, {"报文 messages": [counts[place] for place in range(len(EDGES) + 1)]})


def _short(milliseconds: int) -> str:
    return f"{milliseconds / 1_000:g} s" if milliseconds >= 100 else f"{milliseconds} ms"


def _states(ran: LoadRun) -> list[tuple[str, int]]:
    """Count the lists by status."""
    seen: dict[str, set[str]] = {}
    for word in ran.measurement.received:
        if word.code in LISTS.values() and word.trade:
            seen.setdefault(word.status, set()).add(word.trade)
    return sorted(
        ((status, len(trades)) for status, trades in seen.items()), key=lambda entry: (ends(entry[0]), -entry[1])
    )


def _funnel_chart(ran: LoadRun) -> Chart:
    sent = ran.sent
    rows = [
        ("已发送 sent", len(sent)),
        ("已接收 acknowledged", sum(1 for track in sent if track.status == ACCEPTED)),
        ("有回执 receipt", sum(1 for track in sent if track.first_receipt is not None)),
        ("清单 lists", sum(1 for track in sent if track.item.code in LISTS)),
        *((f"清单 list {status}", count) for status, count in _states(ran)),
    ]
    words = Words("报文与清单走到哪一步", "how far messages and lists came")
    return Chart(words, bar_chart(words, rows))


def bar_chart(words: Words, rows: Sequence[tuple[str, int]]) -> Plot:
    """A horizontal bar chart with one number for each name."""
    return Plot(
        f"{words.zh} {words.en}", [name for name, _ in rows], {"数量 number": [count for _, count in rows]}, lying=True
    )


class RefusalCount(tuple[str, int, int]):
    """A reason for refusals, how often it occurred, and how often that was expected."""

    @property
    def reason(self) -> str:
        """The reason."""
        return self[0]

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(("reason", "count", "promised"), self, strict=True))


def refusals(ran: LoadRun) -> list[RefusalCount]:
    """Count refusals, on admission and by receipts, by reason, the most frequent first."""
    count, promised = Counter[str](), Counter[str]()
    for track in ran.sent:
        if track.status != ACCEPTED:
            reason = " ".join((f"HTTP {track.status}" if track.status else "no answer", *track.refused_for[:1]))
            count[reason] += 1
            promised[reason] += expected_refusal(ran, track)
    for word in ran.measurement.received:
        if word.code == "900" or word.status == "100" or word.status.startswith("-"):
            promise = ran.made.promises.get(word.trade)
            reason = " ".join((f"{word.code} {word.status}".strip(), *word.codes[:1]))
            count[reason] += 1
            promised[reason] += bool(promise and promise.fault)
    return [RefusalCount((reason, number, promised[reason])) for reason, number in count.most_common()]


def _refusals_chart(ran: LoadRun) -> Chart:
    words = Words("退单与拒收的原因", "refusals by reason")
    rows = refusals(ran)[:MAX_REASONS]
    named = ("有意 promised", "意外 not promised")
    series = dict(
        zip(named, ([refusal[2] for refusal in rows], [refusal[1] - refusal[2] for refusal in rows]), strict=True)
    )
    return Chart(
        words, Plot(f"{words.zh} {words.en}", [refusal.reason for refusal in rows], series, True, True, PROMISED)
    )


def _events_chart(ran: LoadRun) -> Chart:
    """The times at which faulty messages were sent, and at which messages were refused unexpectedly."""
    wide, labels = _axis(ran)
    promises = ran.made.promises
    faulty = (track.due for track in ran.sent if (expectation := promises.get(track.item.trade)) and expectation.fault)
    refused = (track.due for track in ran.sent if track.status != ACCEPTED and not expected_refusal(ran, track))
    series = {
        "有意差错 made faulty": _over_time(ran, faulty, wide, len(labels)),
        "意外拒收 refused unexpectedly": _over_time(ran, refused, wide, len(labels)),
    }
    words = Words("差错发生的时间", "when faults were sent, and refusals came")
    return Chart(words, Plot(f"{words.zh} {words.en}", labels, series, True, inks=PROMISED))


def _fault_charts(ran: LoadRun) -> tuple[Chart, ...]:
    """The parts of a profile of faults on the time axis; the last stands for the others where there are many."""
    wide, labels = _axis(ran)
    series: dict[str, list[int]] = {}
    for part in ran.faults.parts:
        name = part.name if len(series) < MAX_SERIES - 1 or len(ran.faults.parts) == MAX_SERIES else "其他 others"
        seen = series.setdefault(name, [0] * len(labels))
        for place in range(len(labels)):
            seen[place] += part.begins < (place + 1) * wide and part.ends > place * wide
    words = Words("故障生效的时间", "when faults were on")
    return (Chart(words, Plot(f"{words.zh} {words.en}", labels, series, True)),)


def _fault_grids(ran: LoadRun) -> tuple[ReportTable, ...]:
    columns = (
        Words("故障", "fault"),
        Words("动作", "does"),
        Words("自（秒）", "from, s"),
        Words("至（秒）", "to, s"),
        Words("次数", "times"),
    )
    rows = [(part.name, part.does, f"{part.begins:g}", f"{part.ends:g}", part.done) for part in ran.faults.parts]
    return (ReportTable(Words("故障", "faults"), columns, rows),)


def _latency_grid(measured: LoadFigures) -> ReportTable:
    columns = (
        Words("阶段", "stage"),
        Words("数量", "number"),
        Words("中位", "median"),
        Words("99%", "99 %"),
        Words("最大", "most"),
    )
    rows = []
    for name, words in STAGES.items():
        spans = spread("x", measured.spans[name])
        values = [duration(span) if measured.spans[name] else "–" for span in spans.values()]
        rows.append((f"{words.zh} {words.en}", len(measured.spans[name]), *values))
    return ReportTable(Words("时延", "latency"), columns, rows)


def _refusal_grid(ran: LoadRun) -> ReportTable:
    columns = (Words("原因", "reason"), Words("次数", "times"), Words("其中有意", "promised"))
    return ReportTable(Words("退单与拒收", "refusals"), columns, refusals(ran)[:100])
