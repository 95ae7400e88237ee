"""Checks of scenario files beyond the schema: names of trades, documents, faults and outcomes must exist, and the last
step must be an expectation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from schemas import receipt_texts
from schemas.message_types import EDITIONS
from simulators.entry.windows import fault_profile_names, option_problem, outcome_names, role_names
from simulators.exports.shop import MODES as EXPORT_MODES
from simulators.imports.shop import MODES as IMPORT_MODES
from simulators.known_faults import known_faults
from simulators.scenarios import durations, kinds
from simulators.scenarios.decisions import DECIDERS
from simulators.scenarios.form import (
    FAULTS_OFF,
    AnyStep,
    BatchStep,
    CallStep,
    Deal,
    ExpectStep,
    FaultsStep,
    ForceStep,
    LocatedStep,
    OfficerStep,
    OptionsStep,
    PayStep,
    ScenarioFile,
    SendStep,
    WaitStep,
)
from simulators.toml_files import TomlFile, nearest_hint

MODES = {"import": IMPORT_MODES, "export": EXPORT_MODES}


def check(scenario: ScenarioFile, file: TomlFile) -> None:
    """Raises `SimulatorError` for the first error found."""
    for trade, deal in scenario.trades.items():
        _check_deal(f"trade.{trade}", deal, scenario, file)
    for step in scenario.steps:
        if step.file == file.name:
            _StepCheck(scenario, step, file).check()
    if problem := option_problem(scenario.window.options):
        file.refuse("window.options", problem)
    if not scenario.steps or not isinstance(scenario.steps[-1].step, ExpectStep | CallStep):
        last = f"step[{scenario.steps[-1].number}]" if scenario.steps else ""
        file.refuse(last, "the scenario ends without an expectation: its last step must say what to expect")


def _check_deal(path: str, deal: Deal, scenario: ScenarioFile, file: TomlFile) -> None:
    flow = deal.flow
    if deal.mode and deal.mode not in MODES[flow]:
        file.refuse(f"{path}.mode", f"no {flow} has mode {deal.mode}{nearest_hint(deal.mode, MODES[flow])}")
    if deal.fault:
        faults_of = known_faults("import") if flow == "import" else known_faults("export")
        file.require_known(deal.fault, [fault.name for fault in faults_of], f"{path}.fault", "fault", f" of {flow}s")
    if deal.buyer_of:
        file.require_known(deal.buyer_of, scenario.trades, f"{path}.buyer_of", "trade")
    if deal.refund and deal.refund.claimed_with:
        earlier = takewhile(lambda named: named[1] is not deal, scenario.trades.items())
        claimed = [name for name, trade in earlier if trade.refund and not trade.refund.claimed_with]
        file.require_known(
            deal.refund.claimed_with, claimed, f"{path}.refund.claimed_with", "claim of an earlier trade"
        )
    documents = kinds.IMPORT_DOCUMENTS if flow == "import" else kinds.EXPORT_DOCUMENTS
    for number, change in enumerate(deal.change):
        if (kind := change.get("document")) not in documents:
            near = nearest_hint(str(kind), documents)
            file.refuse(f"{path}.change[{number}]", f"no {flow} has a document {kind!r}{near}")
    if deal.refund and flow == "import":
        file.refuse(f"{path}.refund", "only exports are refunded")


class _StepCheck:
    """Checks one step."""

    def __init__(self, scenario: ScenarioFile, located: LocatedStep, file: TomlFile) -> None:
        self._scenario, self._located, self._file = scenario, located, file

    def check(self) -> None:
        step = self._located.step
        for trade in trade_names(step):
            self._check_known(trade, self._scenario.trades, "of", "trade")
        if isinstance(step, SendStep):
            self._check_send(step)
        elif isinstance(step, ExpectStep):
            self._check_expect(step)
        elif isinstance(step, WaitStep):
            self._check_duration("wait", step.wait, durations.WAIT_WORDS)
        elif isinstance(step, OptionsStep) and (problem := option_problem(step.options)):
            self._refuse("options", problem)
        elif isinstance(step, OfficerStep):
            self._check_known(step.about, DECIDERS, "about", "case")
        elif isinstance(step, ForceStep) and not step.do:
            self._check_known(step.force, outcome_names(), "force", "ready-made outcome")
        elif isinstance(step, CallStep) and step.role:
            self._check_known(step.role, role_names(), "as", "role")
        elif isinstance(step, FaultsStep):
            self._check_known(step.faults, [*fault_profile_names(), FAULTS_OFF], "faults", "profile of faults")

    def _check_send(self, step: SendStep) -> None:
        flows = self._flows(step)
        known = (
            {word for flow in flows for word in kinds.MESSAGE_TYPES[flow]}
            | set(kinds.DOCUMENT_GROUPS)
            | {kinds.TEXT_WORD}
            | kinds.further_messages()
        )
        for word in (step.send,) if isinstance(step.send, str) else step.send:
            self._check_known(word, known, "send", "document")
        if step.by:
            self._check_known(step.by, (*kinds.PARTIES, *kinds.LABORATORIES), "by", "company of a trade")
        if step.edition:
            self._check_known(step.edition, EDITIONS, "edition", "edition")
        if step.outcome:
            self._check_known(step.outcome, outcome_names(), "outcome", "ready-made outcome")

    def _check_expect(self, step: ExpectStep) -> None:
        papers = {word for flow in self._flows(step) for word in kinds.RECEIPT_TYPES[flow]}
        further = kinds.further_receipts()
        self._check_known(step.expect, papers | further.keys(), "expect", "paper")
        if step.about and step.expect not in further:
            self._refuse("about", "receipts of a trade's documents are about the trade: name it with of")
        self._check_duration("within", step.within, (durations.SETTLED,))
        if step.not_before:
            self._check_duration("not_before", step.not_before, ())
        for code in step.codes:
            self._check_known(code, [*receipt_texts.texts(), "CEB900"], "codes", "code")
        empty = ExpectStep(
            expect=step.expect,
            of=step.of,
            about=step.about,
            say=step.say,
            within=step.within,
            as_they_came=step.as_they_came,
        )
        if step == empty:
            self._refuse("expect", "nothing is expected; say one of: receipts, last, never, codes, words, values, tax")

    def _flows(self, step: AnyStep) -> set[str]:
        return {self._scenario.trades[name].flow for name in trade_names(step) or self._scenario.trades}

    def _check_duration(self, key: str, text: str, words: Sequence[str]) -> None:
        if text not in words and durations.parse_duration(text) is None:
            complaint = f"{text!r} is no time such as '3 days', '72 hours' or '30 seconds'"
            self._refuse(key, complaint + (f", and none of: {', '.join(words)}" if words else ""))

    def _check_known(self, word: str, known: Iterable[str], key: str, noun: str) -> None:
        self._file.require_known(word, known, f"step[{self._located.number}].{key}", noun)

    def _refuse(self, key: str, complaint: str) -> None:
        self._file.refuse(f"step[{self._located.number}].{key}", complaint)


def trade_names(step: AnyStep) -> tuple[str, ...]:
    """The trades that a step names."""
    of = step.of if isinstance(step, SendStep | OfficerStep | ForceStep | BatchStep | PayStep | ExpectStep) else ()
    return ((of,) if of else ()) if isinstance(of, str) else of
