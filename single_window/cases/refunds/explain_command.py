"""Prints the explanation of a refund claim: documents, conditions, formula, sums, deadlines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from single_window.cases.declarations.story_output_command import label, receipts, timeline, what_next
from single_window.cases.refunds.parts import (
    ClaimDayOut,
    ClaimedExportOut,
    ClaimedPurchaseOut,
    ClaimExchangeOut,
    ClaimHeadOut,
    ExplanationOut,
)
from single_window.frame.commands.call import Call, Columns
from single_window.frame.typed import local
from single_window.language.phrases import Basis, Because, phrase

OUTCOMES = {"satisfied": "good", "pending": "waiting", "failed": "bad"}
ZERO = "0.00"


class Sources:
    """Footnotes of an explanation: numbers its dated values and rate rows in the order of first use."""

    def __init__(self) -> None:
        self.named: dict[str, Basis] = {}

    def of(self, because: Because) -> str:
        """Return the footnote numbers of a reason's dated values, such as [1] [4]."""
        numbers = {identity: number for number, identity in enumerate(self.named, 1)}
        for basis in because.bases:
            self.named.setdefault(basis.id, basis)
            numbers.setdefault(basis.id, len(self.named))
        return " ".join(f"[{numbers[basis.id]}]" for basis in because.bases)

    def show(self, call: Call) -> None:
        """Print the footnotes, each with value, first day, legal source and confidence."""
        call.table(
            label(call, "refund_sources"),
            ("", "value 数值", "", "since 起", "source 依据", "id"),
            [(f"[{number}]", *_footnote(basis, call.language)) for number, basis in enumerate(self.named.values(), 1)],
        )


def _footnote(basis: Basis, language: str) -> tuple[str, ...]:
    source = f"{basis.source} ({basis.confidence})" if basis.source else ""
    return basis.title.text(language), basis.content_words.text(language), basis.since, source, basis.id


def _amounts(call: Call, amounts: Mapping[str, str]) -> Iterator[str]:
    yuan = phrase("value_unit", "CNY").text(call.language)
    for name, text in amounts.items():
        if text != ZERO or name == "refund":
            yield f"{call.pick(phrase('refund_amount', name))} {text} {yuan}"


def head(call: Call, claim: ClaimHeadOut, standing: Iterable[Because], sources: Sources) -> None:
    """Print a claim in a few lines: state, company, amounts, reasons."""
    call.print_line(f"{label(call, 'refund_claim')} {claim.cop_no}: {call.pick(claim.state_words)}")
    facts = [f"{claim.ebc_code} {claim.ebc_name}".strip(), call.pick(claim.kind_words), claim.business, claim.period]
    if claim.firm_class:
        facts.append(f"{label(call, 'refund_class')} {claim.firm_class}")
    call.print_line("  " + " · ".join(text for text in facts if text))
    call.print_line("  " + " · ".join(_amounts(call, claim.amounts)))
    if claim.stage:
        call.print_line(f"  {call.pick(claim.stage_words)}")
    _because(call, standing, label(call, "because"), sources)


def print_explanation(call: Call, explanation: ExplanationOut, brief: bool = False) -> None:
    """Print the explanation; `brief`: with receipts and timeline instead of conditions and formula."""
    sources = Sources()
    head(call, explanation.claim, explanation.standing, sources)
    _documents(call, explanation)
    if not brief:
        _conditions(call, explanation, sources)
        _formula(call, explanation, sources)
    _sums(call, explanation)
    _entries(call, explanation)
    _papers(call, explanation)
    receipts(call, explanation.receipts)
    if brief:
        timeline(call, explanation.timeline)
        what_next(call, explanation.next, ())
    _days(call, explanation.days, explanation.next_day, sources)
    _because(call, explanation.income_tax, label(call, "refund_income_tax"), sources)
    sources.show(call)
    if explanation.next_day is not None:
        call.print_line(
            f"{label(call, 'refund_next_day')}: {explanation.next_day.day} {call.pick(explanation.next_day.words)}"
        )
    if explanation.open_deliveries:
        call.print_line(f"\n{label(call, 'under_way')}: {explanation.open_deliveries}")


def _documents(call: Call, explanation: ExplanationOut) -> None:
    call.records(label(call, "refund_exports"), _exports(call), explanation.exports)
    call.records(label(call, "refund_purchases"), _purchases(call), explanation.purchases)
    call.records(label(call, "refund_exchange"), _exchange(call), explanation.exchange, _tone)


def _exports(call: Call) -> Columns[ClaimedExportOut]:
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


def _rate(line: ClaimedExportOut) -> str:
    return f"{line.rate.levy} / {line.rate.refund} {line.rate.confidence}" if line.rate else ""


def _purchases(call: Call) -> Columns[ClaimedPurchaseOut]:
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


def _exchange(call: Call) -> Columns[ClaimExchangeOut]:
    return (
        ("pool", lambda pool: pool.pool),
        ("currency 币制", lambda pool: pool.currency),
        ("collected 已收", lambda pool: pool.collected),
        ("used 已用", lambda pool: pool.used),
        ("needed 需要", lambda pool: pool.needed),
        ("", lambda pool: label(call, "refund_enough" if pool.enough else "refund_short")),
    )


def _tone(pool: ClaimExchangeOut) -> str:
    return "good" if pool.enough else "bad" if pool.overdue else "waiting"


def _conditions(call: Call, explanation: ExplanationOut, sources: Sources) -> None:
    for group in explanation.treatments:
        call.records(
            f"{label(call, 'refund_conditions')}: {call.pick(group.treatment_words)} "
            f"({', '.join(group.items[:3])}{' …' if len(group.items) > 3 else ''})",
            (
                ("", lambda condition: condition.because.rule),
                ("", lambda condition: condition.outcome_words),
                ("condition 条件", lambda condition: _text(call, condition.because)),
                ("source 依据", lambda condition: sources.of(condition.because)),
            ),
            group.conditions,
            lambda condition: OUTCOMES.get(condition.outcome, "plain"),
        )


def _formula(call: Call, explanation: ExplanationOut, sources: Sources) -> None:
    steps = [(work.link_no, step) for work in explanation.workings for step in work.steps]
    call.table(
        label(call, "refund_working"),
        ("link 关联号", "", "formula 公式", "source 依据"),
        [(link, step.rule, _text(call, step), sources.of(step)) for link, step in steps],
    )


def _sums(call: Call, explanation: ExplanationOut) -> None:
    call.records(
        label(call, "refund_sums"),
        (
            ("", lambda amount: amount.words),
            ("amount 金额", lambda amount: amount.amount),
            ("parts 组成", lambda amount: amount.parts),
            ("", lambda amount: "=" if amount.agrees else label(call, "refund_differs")),
        ),
        explanation.sums,
        lambda amount: "good" if amount.agrees else "bad",
    )


def _entries(call: Call, explanation: ExplanationOut) -> None:
    call.records(
        label(call, "refund_entries"),
        (
            ("time 时间", lambda entry: local(entry.at)),
            ("entry 分录", lambda entry: entry.words),
            ("amount 金额", lambda entry: entry.amount),
            ("notice 通知书", lambda entry: entry.notice_no),
            ("why 理由", lambda entry: "; ".join(_text(call, because) for because in entry.because)),
        ),
        explanation.entries,
    )


def _papers(call: Call, explanation: ExplanationOut) -> None:
    call.records(
        label(call, "refund_papers"),
        (
            ("kind 种类", lambda paper: paper.words),
            ("number 编号", lambda paper: paper.key),
            ("state 状态", lambda paper: paper.state_words),
            ("amount 金额", lambda paper: paper.amount),
            ("certificate 证明", lambda paper: paper.certificate_no),
            ("", lambda paper: "; ".join(_text(call, because) for because in paper.because)),
        ),
        explanation.papers,
    )


def _days(call: Call, days: Sequence[ClaimDayOut], following: ClaimDayOut | None, sources: Sources) -> None:
    provisional = phrase("label", "summary_provisional")
    call.records(
        label(call, "refund_days"),
        (
            ("day 日期", lambda day: f"{day.day}{f' ({call.pick(provisional)})' if day.provisional else ''}"),
            ("", lambda day: day.words),
            ("", lambda day: _text(call, day.because) if day.because else ""),
            ("source 依据", lambda day: sources.of(day.because) if day.because else ""),
        ),
        days,
        lambda day: "waiting" if day is following else "",
    )


def _because(call: Call, because: Iterable[Because], title: str, sources: Sources) -> None:
    for reason in because:
        call.print_line(f"  {title}: {_text(call, reason)} {sources.of(reason)}".rstrip())


def _text(call: Call, because: Because) -> str:
    return because.words.text(call.language)
