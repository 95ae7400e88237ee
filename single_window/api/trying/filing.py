"""Adds to validations what the messages would be answered in the sandbox, for which they are filed on trial."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import islice
from typing import NamedTuple

import structlog
from msgspec import Struct

from schemas.answering import OutOfTime
from schemas.edifact.interchange import Interchange
from schemas.edifact.reading import is_edifact
from schemas.edifact.terminal import MESSAGES
from schemas.wording import finding
from single_window.cases.declarations.foretold import Foretold, findings_of, foretell
from single_window.context import Context
from single_window.frame.http.forced_calls import scenario_named
from single_window.frame.http.problems import Problem
from single_window.frame.http.problems import finding as problem_finding
from single_window.intake.interchanges import by_the_port, placed_in, read_messages, test_note, would_be_duplicate
from single_window.intake.located import StagedFinding
from single_window.intake.reader import read
from single_window.intake.reading import Reading
from single_window.intake.trial_filing import MAX_DOCUMENTS, file_on_trial
from single_window.intake.validated import Validation
from single_window.store.failures import is_transient
from single_window.store.sandboxes import Resetting, UnknownSandbox

log = structlog.get_logger(__name__)
_SENDER = "/DxpMsg/TransInfo/SenderId"
_RAISED = (OutOfTime, MemoryError, UnknownSandbox, Resetting)
"""What ends the call instead of the trial."""


class TrialCaller(Struct, frozen=True):
    """The caller's key, the mailboxes under which it may send (None: any), whether it may read receipts, and the name
    of the scenario that it asks for (empty: none)."""

    key: str
    mailboxes: Sequence[str] | None
    reads: bool = True
    scenario: str = ""


ANYBODY = TrialCaller("", None)


class _Filing(NamedTuple):
    """What of an upload is filed on trial: the messages of a validation, or those made of an interchange."""

    validation: Validation
    readings: Sequence[Reading]
    interchange: Interchange | None = None


def add_receipts(
    context: Context, sandbox: str, bodies: Sequence[bytes], validations: Sequence[Validation], caller: TrialCaller
) -> None:
    """File the messages of an upload on trial, together; add to each validation its receipts, and the findings of
    those. Raises `UnknownSandbox`, `Resetting`."""
    upload = _Upload(context, sandbox, caller)
    filings = [made for body, one in zip(bodies, validations, strict=True) if (made := upload.filing(body, one))]
    readings = [reading for filing in filings for reading in filing.readings]
    if (documents := sum(reading.count for reading in readings)) > MAX_DOCUMENTS:
        remark = finding("trial-too-large", found=str(documents), most=MAX_DOCUMENTS)._replace(warning=True)
        _tell_all(filings, StagedFinding("form", remark))
        return
    try:
        tell = partial(foretell, sandbox=sandbox, readings=readings)
        foretold = file_on_trial(context, sandbox, readings, tell) if filings else []
    except Exception as error:
        if isinstance(error, _RAISED) or is_transient(error):
            raise
        log.exception("validate.trial_failed", sandbox=sandbox)
        _tell_all(filings, StagedFinding("port", finding("trial-failed", found=type(error).__name__)))
        return
    told = iter(foretold)
    for filing in filings:
        _add(filing, list(islice(told, len(filing.readings))), caller)


def _tell_all(filings: Sequence[_Filing], staged: StagedFinding) -> None:
    for filing in filings:
        filing.validation.findings.append(staged)


def _add(filing: _Filing, foretold: Sequence[Foretold], caller: TrialCaller) -> None:
    validation, interchange = filing.validation, filing.interchange
    if caller.reads:
        validation.receipts = [receipt for told in foretold for receipt in told.receipts]
    if interchange is None and foretold[0].admission.repeated:  # it is known already, and nothing is done again
        validation.findings = [one._replace(finding=one.finding._replace(warning=True)) for one in validation.findings]
    for reading, told in zip(filing.readings, foretold, strict=True):
        found = list(findings_of(told, reading))
        if interchange is not None:
            found = [StagedFinding(one.stage, placed_in(interchange, one.finding)) for one in found]
        validation.findings += _new(validation.findings, found)


def _new(known: Sequence[StagedFinding], told: Sequence[StagedFinding]) -> list[StagedFinding]:
    """Return what is told of a message and not known yet: the code about the document, as error or remark."""
    there = {(one.finding.code, one.finding.document, one.finding.warning) for one in known}
    return [one for one in told if (one.finding.code, one.finding.document, one.finding.warning) not in there]


class _Upload:
    """What of an upload is filed, and the references of its interchanges."""

    def __init__(self, context: Context, sandbox: str, caller: TrialCaller) -> None:
        self._context, self._sandbox, self._caller = context, sandbox, caller
        self._earlier: dict[tuple[str, ...], str] = {}

    def filing(self, body: bytes, validation: Validation) -> _Filing | None:
        """Return what is filed of a body; None: nothing, and why is among the findings of its validation, or it is of a
        format whose receipts are not told."""
        if is_edifact(body):
            return self._of_interchange(body, validation)
        reading, mailboxes = validation.reading, self._caller.mailboxes
        if reading is None or reading.refused:
            return None
        try:
            chosen = scenario_named(self._caller.scenario, reading)
        except Problem as wrong:
            validation.findings += [StagedFinding("form", one) for one in wrong.findings]
            return None
        if mailboxes is None or reading.sender in mailboxes:
            return _Filing(validation, (reading._replace(scenario=chosen.name if chosen else ""),))
        other = problem_finding("other-sender", id=self._caller.key, found=reading.sender, path=_SENDER)
        validation.findings.append(StagedFinding("form", other))
        return None

    def _of_interchange(self, body: bytes, validation: Validation) -> _Filing | None:
        """Return the messages that the port makes of an interchange; None for one that the port does not take."""
        engine, mailboxes = self._context.engine, self._caller.mailboxes or ()
        made = read_messages(engine, self._sandbox, body, mailboxes)
        interchange, sent_by = made.interchange, by_the_port(mailboxes)
        if not {message.type for message in interchange.messages} & set(MESSAGES):
            return None
        duplicate = would_be_duplicate(engine, self._sandbox, interchange, body, sent_by, self._earlier)
        remarks = [test_note(interchange)] if interchange.is_test else []
        told = [StagedFinding("form", one) for one in (*interchange.findings, *(note.finding for note in remarks))]
        validation.findings += _new(validation.findings, told)
        bodies = () if duplicate else made.bodies
        return _Filing(validation, [read(self._context, self._sandbox, one) for one in bodies], interchange)
