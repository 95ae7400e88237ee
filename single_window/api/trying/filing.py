"""Adds to validations what the messages would be answered in the sandbox, for which they are filed on trial."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import structlog
from msgspec import Struct

from schemas.answering import OutOfTime
from schemas.wording import finding
from single_window.cases.declarations.foretold import foretell, new_findings
from single_window.context import Context
from single_window.frame.http.problems import finding as problem_finding
from single_window.intake.located import StagedFinding
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


def add_receipts(context: Context, sandbox: str, validations: Sequence[Validation], caller: TrialCaller) -> None:
    """File the messages on trial, together; add to each validation its receipts, and the findings of those. Raises
    `UnknownSandbox`, `Resetting`."""
    filed = [(one, one.reading) for one in validations if one.reading is not None and _may_file(one, caller)]
    if not filed:
        return
    first, readings = filed[0][0], [reading for _, reading in filed]
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
    for (validation, _), told in zip(filed, foretold, strict=True):
        validation.receipts = told.receipts
        validation.findings += new_findings(validation.findings, told.findings)


def _may_file(validation: Validation, caller: TrialCaller) -> bool:
    """True if a message would be admitted; else why its caller may not send it is among its findings."""
    reading = validation.reading
    if reading is None or reading.refused:
        return False
    if caller.mailboxes is None or reading.sender in caller.mailboxes:
        return True
    other = problem_finding("other-sender", id=caller.key, found=reading.sender, path=_SENDER)
    validation.findings.append(StagedFinding("form", other))
    return False
