"""Explains messages that their schema refuses: small ones here, large ones in a process with limits of time and memory.

A process keeps one explainer, started when it is first needed and again when it has ended. Where it does not answer,
the findings are those of the judging parser alone, and the last one reports that they are not complete.
"""

from __future__ import annotations

import atexit
import sys

import msgspec

from schemas.explainer import ExplanationRequest, MessageExplanation
from schemas.findings import Finding
from schemas.reading import Opened, explained
from schemas.wording import finding
from single_window.intake.limited_process import LimitedProcess, ProgramFailed

SMALL_BYTES = 32_768
"""A message up to this size is explained in this process: that takes a fraction of a second at most."""
FEW_ATTRIBUTES = 100
"""Signs `=` in such a message: the time to explain it grows with the cube of attributes and namespaces."""
IDLE_SECONDS = 30.0
"""After so long without a message to explain the explainer is ended."""
PATIENCE_SECONDS = 20.0
"""After so long without an answer the explainer is ended; it limits its own processor time to far less."""


class Explainer(LimitedProcess):
    """The explaining process of this process."""

    def __init__(
        self, command: tuple[str, ...] = (sys.executable, "-m", "schemas.explainer"), patience: float = PATIENCE_SECONDS
    ) -> None:
        super().__init__(command, patience)

    def explain(self, body: bytes, request: ExplanationRequest) -> MessageExplanation | None:
        """The findings about a message; None where the process died or did not answer in time."""
        try:
            answer = self.exchange(msgspec.json.encode(request), body, last=lambda given: _answer(given).last)
            return _answer(answer)
        except (ProgramFailed, msgspec.DecodeError):
            self.close()
            return None


def _answer(given: bytes) -> MessageExplanation:
    return msgspec.json.decode(given, type=MessageExplanation)


_own = Explainer()
atexit.register(_own.close)


def end_idle(seconds: float = IDLE_SECONDS) -> None:
    """End the explaining process of this process where it was not used for so long: it holds much memory."""
    _own.end_idle(seconds)


def explain(opened: Opened, edition: str, explainer: Explainer = _own) -> tuple[Finding, ...]:
    """Why the schema refuses a message; where the explanation is cut short, the last finding says so."""
    if len(opened.business) <= SMALL_BYTES and opened.business.count(b"=") <= FEW_ATTRIBUTES:
        return explained(opened, edition)
    answer = explainer.explain(opened.business, ExplanationRequest(edition, opened.transfer_dropped))
    if answer is not None and not answer.cut_short:
        return answer.findings
    from schemas.validation import judged_only  # brings xmlschema, which takes long to import

    findings = answer.findings if answer is not None else ()
    return (*(findings or judged_only(opened, edition)), finding("explanation-cut-short"))
