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
from single_window.cases.declarations.foretold import Foretold, foretell, new_findings
from single_window.context import Context
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
    """The caller's key, and the mailboxes under which it may send; None: any."""

    key: str
    mailboxes: Sequence[str] | None


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
    upload = zip(bodies, validations, strict=True)
    filings = [made for body, one in upload if (made := _filing(context, sandbox, body, one, caller)) is not None]
    readings = [reading for filing in filings for reading in filing.readings]
    if not filings:
        return
    first = filings[0].validation
    if (documents := sum(reading.count for reading in readings)) > MAX_DOCUMENTS:
        remark = finding("trial-too-large", found=str(documents), most=MAX_DOCUMENTS)
        first.findings.append(StagedFinding("form", remark._replace(warning=True)))
        return
    try:
        foretold = file_on_trial(context, sandbox, readings, partial(foretell, sandbox=sandbox, readings=readings))
    except Exception as error:
        if isinstance(error, _RAISED) or is_transient(error):
            raise
        log.exception("validate.trial_failed", sandbox=sandbox)
        first.findings.append(StagedFinding("port", finding("trial-failed", found=type(error).__name__)))
        return
    told = iter(foretold)
    for filing in filings:
        _add(filing, list(islice(told, len(filing.readings))))


def _add(filing: _Filing, foretold: Sequence[Foretold]) -> None:
    validation = filing.validation
    validation.receipts = [receipt for told in foretold for receipt in told.receipts]
    findings = [staged for told in foretold for staged in told.findings]
    if filing.interchange is not None:
        findings = [StagedFinding(staged.stage, placed_in(filing.interchange, staged.finding)) for staged in findings]
    validation.findings += new_findings(validation.findings, findings)


def _filing(context: Context, sandbox: str, body: bytes, validation: Validation, caller: TrialCaller) -> _Filing | None:
    """Return what is filed of a body; None: nothing, and why is among the findings of its validation, or it is of a
    format whose receipts are not told."""
    if is_edifact(body):
        return _of_interchange(context, sandbox, body, validation, caller.mailboxes or ())
    reading = validation.reading
    if reading is None or reading.refused:
        return None
    if caller.mailboxes is None or reading.sender in caller.mailboxes:
        return _Filing(validation, (reading,))
    other = problem_finding("other-sender", id=caller.key, found=reading.sender, path=_SENDER)
    validation.findings.append(StagedFinding("form", other))
    return None


def _of_interchange(
    context: Context, sandbox: str, body: bytes, validation: Validation, mailboxes: Sequence[str]
) -> _Filing | None:
    """Return the messages that the port makes of an interchange; None for one that the port does not take."""
    made = read_messages(context.engine, sandbox, body, mailboxes)
    interchange = made.interchange
    if not {message.type for message in interchange.messages} & set(MESSAGES):
        return None
    duplicate = would_be_duplicate(context.engine, sandbox, interchange, body, by_the_port(mailboxes))
    remarks = [test_note(interchange)] if interchange.is_test else []
    told = [StagedFinding("form", one) for one in (*interchange.findings, *(note.finding for note in remarks))]
    validation.findings += new_findings(validation.findings, told)
    bodies = () if duplicate else made.bodies
    return _Filing(validation, [read(context, sandbox, one) for one in bodies], interchange)
