"""Checks what the form of a scenario file does not say: names of trades, documents, faults, outcomes; that it expects
something at its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schemas import catalogue, receipt_texts
from simulators.entry.places import fault_profiles, option_problem, outcomes
from simulators.exports.shop import MODES as EXPORT_MODES
from simulators.imports.shop import MODES as IMPORT_MODES
from simulators.known_faults import known_faults
from simulators.scenarios import kinds, spans
from simulators.scenarios.decisions import CASES
from simulators.scenarios.form import (
    OFF,
    AnyStep,
    BatchStep,
    Deal,
    ExpectStep,
    FaultsStep,
    ForceStep,
    OfficerStep,
    OptionsStep,
    PayStep,
    PlacedStep,
    ScenarioFile,
    SendStep,
    WaitStep,
)
from simulators.toml_files import TomlFile, nearest

MODES = {"import": IMPORT_MODES, "export": EXPORT_MODES}


def check(whole: ScenarioFile, file: TomlFile) -> None:
    """Raises `SimulatorError` for the first error found."""
    for trade, deal in whole.trades.items():
        _deal(f"trade.{trade}", deal, whole, file)
    for step in whole.steps:
        if step.file == file.name:
            _Step(whole, step, file).check()
    if wrong := option_problem(whole.window.options):
        file.refuse("window.options", wrong)
    if not whole.steps or not isinstance(whole.steps[-1].step, ExpectStep):
        last = f"step[{whole.steps[-1].number}]" if whole.steps else ""
        file.refuse(last, "the scenario ends without an expectation: its last step must say what to expect")


def _deal(path: str, deal: Deal, whole: ScenarioFile, file: TomlFile) -> None:
    flow = deal.flow
    if deal.mode and deal.mode not in MODES[flow]:
        file.refuse(f"{path}.mode", f"no {flow} has mode {deal.mode}{nearest(deal.mode, MODES[flow])}")
    if deal.fault:
        faults_of = known_faults("import") if flow == "import" else known_faults("export")
        file.known(deal.fault, [fault.name for fault in faults_of], f"{path}.fault", "fault", f" of {flow}s")
    if deal.buyer_of:
        file.known(deal.buyer_of, whole.trades, f"{path}.buyer_of", "trade")
    documents = kinds.IMPORT_DOCUMENTS if flow == "import" else kinds.EXPORT_DOCUMENTS
    for number, change in enumerate(deal.change):
        if (kind := change.get("document")) not in documents:
            near = nearest(str(kind), documents)
            file.refuse(f"{path}.change[{number}]", f"no {flow} has a document {kind!r}{near}")
    if deal.refund and flow == "import":
        file.refuse(f"{path}.refund", "only exports are refunded")


class _Step:
    """Checks one step."""

    def __init__(self, whole: ScenarioFile, placed: PlacedStep, file: TomlFile) -> None:
        self._whole, self._placed, self._file = whole, placed, file

    def check(self) -> None:
        step = self._placed.step
        for trade in named(step):
            self._known(trade, self._whole.trades, "of", "trade")
        if isinstance(step, SendStep):
            self._send(step)
        elif isinstance(step, ExpectStep):
            self._expect(step)
        elif isinstance(step, WaitStep):
            self._span("wait", step.wait, spans.WORDS)
        elif isinstance(step, OptionsStep) and (wrong := option_problem(step.options)):
            self._refuse("options", wrong)
        elif isinstance(step, OfficerStep):
            self._known(step.about, CASES, "about", "case")
        elif isinstance(step, ForceStep) and not step.do:
            self._known(step.force, outcomes(), "force", "ready-made outcome")
        elif isinstance(step, FaultsStep):
            self._known(step.faults, [*fault_profiles(), OFF], "faults", "profile of faults")

    def _send(self, step: SendStep) -> None:
        flows = self._flows(step)
        known = {word for flow in flows for word in kinds.SENT[flow]} | set(kinds.TOGETHER) | {kinds.TEXT}
        for word in (step.send,) if isinstance(step.send, str) else step.send:
            self._known(word, known, "send", "document")
        if step.edition:
            self._known(step.edition, catalogue.EDITIONS, "edition", "edition")
        if step.outcome:
            self._known(step.outcome, outcomes(), "outcome", "ready-made outcome")

    def _expect(self, step: ExpectStep) -> None:
        self._known(step.expect, {word for flow in self._flows(step) for word in kinds.HEARD[flow]}, "expect", "paper")
        self._span("within", step.within, (spans.SETTLED,))
        if step.not_before:
            self._span("not_before", step.not_before, ())
        for code in step.codes:
            self._known(code, [*receipt_texts.texts(), "CEB900"], "codes", "code")
        empty = ExpectStep(
            expect=step.expect, of=step.of, say=step.say, within=step.within, as_they_came=step.as_they_came
        )
        if step == empty:
            self._refuse("expect", "nothing is expected; say one of: receipts, last, never, codes, words, values, tax")

    def _flows(self, step: AnyStep) -> set[str]:
        return {self._whole.trades[name].flow for name in named(step) or self._whole.trades}

    def _span(self, key: str, text: str, words: Sequence[str]) -> None:
        if text not in words and spans.read(text) is None:
            complaint = f"{text!r} is no time such as '3 days', '72 hours' or '30 seconds'"
            self._refuse(key, complaint + (f", and none of: {', '.join(words)}" if words else ""))

    def _known(self, word: str, known: Iterable[str], key: str, noun: str) -> None:
        self._file.known(word, known, f"step[{self._placed.number}].{key}", noun)

    def _refuse(self, key: str, complaint: str) -> None:
        self._file.refuse(f"step[{self._placed.number}].{key}", complaint)


def named(step: AnyStep) -> tuple[str, ...]:
    """The trades that a step names."""
    of = step.of if isinstance(step, SendStep | OfficerStep | ForceStep | BatchStep | PayStep | ExpectStep) else ()
    return ((of,) if of else ()) if isinstance(of, str) else of
