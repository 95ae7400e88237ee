"""What the form of a scenario file does not say: names of trades, documents, faults, outcomes; that it expects
something at its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schemas import catalogue, receipt_texts
from simulators.entry.places import fault_profiles, option_problem, outcomes
from simulators.exports.faults import export_faults
from simulators.exports.shop import MODES as EXPORT_MODES
from simulators.imports.faults import faults
from simulators.imports.shop import MODES as IMPORT_MODES
from simulators.scenarios import kinds, spans
from simulators.scenarios.decisions import CASES
from simulators.scenarios.form import (
    OFF,
    AnyStep,
    Batch,
    Deal,
    Expect,
    Faults,
    Force,
    Officer,
    Options,
    Pay,
    Placed,
    Scenario,
    Send,
    Wait,
)
from simulators.scenarios.wrong import refuse
from simulators.toml_places import nearest

MODES = {"import": IMPORT_MODES, "export": EXPORT_MODES}


def check(whole: Scenario, name: str, text: str) -> None:
    """Raises `WrongScenario` for the first thing that makes no sense."""
    for trade, deal in whole.trades.items():
        _deal(trade, deal, whole, name, text)
    for step in whole.steps:
        if step.file == name:
            _Step(whole, step, name, text).check()
    if wrong := option_problem(whole.window.options):
        refuse(text, name, "window.options", wrong)
    if not whole.steps or not isinstance(whole.steps[-1].step, Expect):
        last = f"step[{whole.steps[-1].number}]" if whole.steps else ""
        refuse(text, name, last, "the scenario ends without an expectation: its last step must say what to expect")


def _deal(trade: str, deal: Deal, whole: Scenario, name: str, text: str) -> None:
    where = f"trade.{trade}"
    if deal.mode and deal.mode not in MODES[deal.flow]:
        refuse(
            text, name, f"{where}.mode", f"no {deal.flow} has mode {deal.mode}{nearest(deal.mode, MODES[deal.flow])}"
        )
    known = [fault.name for fault in (faults() if deal.flow == "import" else export_faults())]
    if deal.fault and deal.fault not in known:
        refuse(
            text,
            name,
            f"{where}.fault",
            f"there is no fault {deal.fault!r} of {deal.flow}s{nearest(deal.fault, known)}",
        )
    if deal.buyer_of and deal.buyer_of not in whole.trades:
        refuse(
            text,
            name,
            f"{where}.buyer_of",
            f"there is no trade {deal.buyer_of!r}{nearest(deal.buyer_of, whole.trades)}",
        )
    documents = kinds.IMPORT_DOCUMENTS if deal.flow == "import" else kinds.EXPORT_DOCUMENTS
    for number, change in enumerate(deal.change):
        if (kind := change.get("document")) not in documents:
            refuse(
                text,
                name,
                f"{where}.change[{number}]",
                f"no {deal.flow} has a document {kind!r}{nearest(str(kind), documents)}",
            )
    if deal.refund and deal.flow == "import":
        refuse(text, name, f"{where}.refund", "only exports are refunded")


class _Step:
    """One step, checked."""

    def __init__(self, whole: Scenario, placed: Placed, name: str, text: str) -> None:
        self._whole, self._one, self._name, self._text = whole, placed, name, text

    def check(self) -> None:
        step = self._one.step
        for trade in named(step):
            self._known(trade, self._whole.trades, "of", "trade")
        if isinstance(step, Send):
            self._send(step)
        elif isinstance(step, Expect):
            self._expect(step)
        elif isinstance(step, Wait):
            self._span("wait", step.wait, spans.WORDS)
        elif isinstance(step, Options) and (wrong := option_problem(step.options)):
            self._refuse("options", wrong)
        elif isinstance(step, Officer):
            self._known(step.about, CASES, "about", "case")
        elif isinstance(step, Force) and not step.do:
            self._known(step.force, outcomes(), "force", "ready-made outcome")
        elif isinstance(step, Faults):
            self._known(step.faults, [*fault_profiles(), OFF], "faults", "profile of faults")

    def _send(self, step: Send) -> None:
        flows = self._flows(step)
        known = {word for flow in flows for word in kinds.SENT[flow]} | set(kinds.TOGETHER) | {kinds.TEXT}
        for word in (step.send,) if isinstance(step.send, str) else step.send:
            self._known(word, known, "send", "document")
        if step.edition:
            self._known(step.edition, catalogue.EDITIONS, "edition", "edition")
        if step.outcome:
            self._known(step.outcome, outcomes(), "outcome", "ready-made outcome")

    def _expect(self, step: Expect) -> None:
        self._known(step.expect, {word for flow in self._flows(step) for word in kinds.HEARD[flow]}, "expect", "paper")
        self._span("within", step.within, (spans.SETTLED,))
        if step.not_before:
            self._span("not_before", step.not_before, ())
        for code in step.codes:
            self._known(code, [*receipt_texts.texts(), "CEB900"], "codes", "code")
        empty = Expect(expect=step.expect, of=step.of, say=step.say, within=step.within, as_they_came=step.as_they_came)
        if step == empty:
            self._refuse("expect", "nothing is expected; say one of: receipts, last, never, codes, words, values, tax")

    def _flows(self, step: AnyStep) -> set[str]:
        return {self._whole.trades[name].flow for name in named(step) or self._whole.trades}

    def _span(self, key: str, text: str, words: Sequence[str]) -> None:
        if text not in words and spans.read(text) is None:
            complaint = f"{text!r} is no time such as '3 days', '72 hours' or '30 seconds'"
            self._refuse(key, complaint + (f", and none of: {', '.join(words)}" if words else ""))

    def _known(self, word: str, known: Iterable[str], key: str, noun: str) -> None:
        if word not in (names := set(known)):
            self._refuse(key, f"there is no {noun} {word!r}{nearest(word, names)}")

    def _refuse(self, key: str, complaint: str) -> None:
        refuse(self._text, self._name, f"step[{self._one.number}].{key}", complaint)


def named(step: AnyStep) -> tuple[str, ...]:
    """The trades that a step names."""
    of = step.of if isinstance(step, Send | Officer | Force | Batch | Pay | Expect) else ()
    return ((of,) if of else ()) if isinstance(of, str) else of
