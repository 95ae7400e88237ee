"""Shows the explanation of a refund claim to people: documents, conditions, formula, sums, days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from single_window.cases.refunds.parts import Bought, Day, Explanation, Exported, Head, Pooled
from single_window.commands.call import Call, Columns
from single_window.commands.telling import clock, label, receipts, timeline, what_next
from single_window.language.words import Basis, Because, phrase

OUTCOMES = {"satisfied": "good", "pending": "waiting", "failed": "bad", "not_applicable": "plain"}
NONE = "0.00"


class Sources:
    """Numbers the dated values and rate rows that an explanation rests on, in the order in which they come up."""

    def __init__(self) -> None:
        self.named: dict[str, Basis] = {}

    def of(self, one: Because) -> str:
        """The numbers of what a sentence rests on: [1] [4]."""
        places = {identity: place for place, identity in enumerate(self.named, 1)}
        for basis in one.bases:
            self.named.setdefault(basis.id, basis)
            places.setdefault(basis.id, len(self.named))
        return " ".join(f"[{places[basis.id]}]" for basis in one.bases)

    def tell(self, call: Call) -> None:
        """Each with its value, first day, legal source and confidence."""
        call.table(
            label(call, "refund_sources"),
            ("", "value 数值", "", "since 起", "source 依据", "id"),
            [
                (
                    f"[{place}]",
                    basis.title.said(call.language),
                    basis.spoken.said(call.language),
                    basis.since,
                    f"{basis.source} ({basis.confidence})" if basis.source else "",
                    basis.id,
                )
                for place, basis in enumerate(self.named.values(), 1)
            ],
        )


def head(call: Call, one: Head, standing: Iterable[Because], sources: Sources) -> None:
    """A claim in a few lines: state, company, amounts, what stands against it."""
    call.say(f"{label(call, 'refund_claim')} {one.cop_no}: {one.state} — {call.pick(one.state_words)}")
    facts = [f"{one.ebc_code} {one.ebc_name}".strip(), call.pick(one.kind_words), one.business, one.period]
    if one.firm_class:
        facts.append(f"{label(call, 'refund_class')} {one.firm_class}")
    call.say("  " + " · ".join(text for text in facts if text))
    yuan = phrase("value_unit", "CNY").said(call.language)
    amounts = [
        f"{call.pick(phrase('refund_amount', name))} {text} {yuan}"
        for name, text in one.amounts.items()
        if text != NONE or name == "refund"
    ]
    call.say("  " + " · ".join(amounts))
    if one.stage:
        call.say(f"  {call.pick(one.stage_words)}")
    _because(call, standing, label(call, "because"), sources)


def explained(call: Call, told: Explanation, brief: bool = False) -> None:
    """The whole explanation; `brief`: receipts and timeline instead of conditions and formula."""
    sources = Sources()
    head(call, told.claim, told.standing, sources)
    _documents(call, told)
    if not brief:
        _conditions(call, told, sources)
        _formula(call, told, sources)
    _sums(call, told)
    receipts(call, told.receipts)
    if brief:
        timeline(call, told.timeline)
        what_next(call, told.next, ())
    _days(call, told.days, told.next_day, sources)
    _because(call, told.income_tax, label(call, "refund_income_tax"), sources)
    sources.tell(call)
    if told.next_day is not None:
        call.say(f"{label(call, 'refund_next_day')}: {told.next_day.day} {call.pick(told.next_day.words)}")
    if told.open_deliveries:
        call.say(f"\n{label(call, 'under_way')}: {told.open_deliveries}")


def _documents(call: Call, told: Explanation) -> None:
    call.records(label(call, "refund_exports"), _exports(call), told.exports)
    call.records(label(call, "refund_purchases"), _purchases(call), told.purchases)
    call.records(label(call, "refund_exchange"), _exchange(call), told.exchange, _tone)


def _exports(call: Call) -> Columns[Exported]:
    unknown = label(call, "refund_not_known")
    return (
        ("", lambda line: line.number),
        ("link 关联号", lambda line: line.link_no),
        ("item 报关单项", lambda line: line.item_no),
        ("exported 出口日", lambda line: line.exported_on if line.known else unknown),
        ("code 编码", lambda line: line.gcode),
        ("qty 数量", lambda line: f"{line.qty} {line.unit}"),
        ("FOB", lambda line: f"{line.fob} {line.currency}"),
        ("levy/refund 税率", _rate),
        ("base 计税金额", lambda line: line.base),
        ("refund 应退", lambda line: line.refund),
        ("treatment 处理", lambda line: call.pick(line.treatment_words)),
    )


def _rate(line: Exported) -> str:
    return f"{line.rate.levy} / {line.rate.refund} {line.rate.confidence}" if line.rate else ""


def _purchases(call: Call) -> Columns[Bought]:
    unknown = label(call, "refund_not_known")
    return (
        ("", lambda line: line.number),
        ("link 关联号", lambda line: line.link_no),
        ("invoice 发票", lambda line: f"{line.invoice_no} {line.invoice_line} {'' if line.known else unknown}".strip()),
        ("kind 种类", lambda line: call.pick(line.kind_words)),
        ("dated 开票日", lambda line: line.issued_on),
        ("seller 销售方", lambda line: f"{line.seller_name} {line.seller_code}".strip()),
        ("taken 使用", lambda line: f"{line.qty} {line.unit}"),
        ("amount 金额", lambda line: f"{line.amount} × {line.tax_rate} = {line.tax}"),
        ("used/left 已用/剩余", lambda line: f"{line.used} / {line.left}"),
    )


def _exchange(call: Call) -> Columns[Pooled]:
    return (
        ("pool", lambda pool: pool.pool),
        ("currency 币制", lambda pool: pool.currency),
        ("collected 已收", lambda pool: pool.collected),
        ("used 已用", lambda pool: pool.used),
        ("needed 需要", lambda pool: pool.needed),
        ("", lambda pool: label(call, "refund_enough" if pool.enough else "refund_short")),
    )


def _tone(pool: Pooled) -> str:
    return "good" if pool.enough else "bad" if pool.overdue else "waiting"


def _conditions(call: Call, told: Explanation, sources: Sources) -> None:
    for group in told.treatments:
        call.table(
            f"{label(call, 'refund_conditions')}: {call.pick(group.treatment_words)} "
            f"({', '.join(group.items[:3])}{' …' if len(group.items) > 3 else ''})",
            ("", "", "condition 条件", "source 依据"),
            [
                (one.because.rule, call.pick(one.outcome_words), _said(call, one.because), sources.of(one.because))
                for one in group.conditions
            ],
            {number: OUTCOMES[one.outcome] for number, one in enumerate(group.conditions)},
        )


def _formula(call: Call, told: Explanation, sources: Sources) -> None:
    steps = [(work.link_no, step) for work in told.workings for step in work.steps]
    call.table(
        label(call, "refund_working"),
        ("link 关联号", "", "formula 公式", "source 依据"),
        [(link, step.rule, _said(call, step), sources.of(step)) for link, step in steps],
    )


def _sums(call: Call, told: Explanation) -> None:
    call.table(
        label(call, "refund_sums"),
        ("", "amount 金额", "parts 组成", ""),
        [
            (call.pick(one.words), one.amount, one.parts, "=" if one.agrees else label(call, "refund_differs"))
            for one in told.sums
        ],
        {number: "good" if one.agrees else "bad" for number, one in enumerate(told.sums)},
    )
    call.table(
        label(call, "refund_entries"),
        ("time 时间", "entry 分录", "amount 金额", "notice 通知书", "why 理由"),
        [
            (
                clock(one.at),
                call.pick(one.words),
                one.amount,
                one.notice_no,
                "; ".join(_said(call, because) for because in one.because),
            )
            for one in told.entries
        ],
    )
    call.table(
        label(call, "refund_papers"),
        ("kind 种类", "number 编号", "state 状态", "amount 金额", "certificate 证明", ""),
        [
            (
                call.pick(one.words),
                one.key,
                call.pick(one.state_words),
                one.amount,
                one.certificate_no,
                "; ".join(_said(call, because) for because in one.because),
            )
            for one in told.papers
        ],
    )


def _days(call: Call, days: Sequence[Day], following: Day | None, sources: Sources) -> None:
    provisional = phrase("label", "summary_provisional")
    call.table(
        label(call, "refund_days"),
        ("day 日期", "", "", "source 依据"),
        [
            (
                f"{one.day}{f' ({call.pick(provisional)})' if one.provisional else ''}",
                call.pick(one.words),
                _said(call, one.because) if one.because else "",
                sources.of(one.because) if one.because else "",
            )
            for one in days
        ],
        {number: "waiting" for number, one in enumerate(days) if one is following},
    )


def _because(call: Call, because: Iterable[Because], title: str, sources: Sources) -> None:
    for one in because:
        call.say(f"  {title}: {_said(call, one)} {sources.of(one)}".rstrip())


def _said(call: Call, one: Because) -> str:
    return one.words.said(call.language)
