"""Explains why a message fails its schema: small messages in this process, large ones in a subprocess with limits.

The subprocess is started on demand and again after it has ended. If it does not answer, only the findings of the
lxml parser are returned, and the last finding says that they are incomplete.
"""

from __future__ import annotations

import atexit
import sys

import msgspec

from schemas.explainer import ExplanationRequest, MessageExplanation
from schemas.findings import Finding
from schemas.opened import Opened
from schemas.reading import findings_of
from schemas.wording import finding
from single_window.intake.limited_process import LimitedProcess, ProgramFailed

SMALL_BYTES = 32_768
"""Messages up to this size are explained in this process, which takes less than a second."""
MAX_ATTRIBUTES = 100
"""Maximum number of `=` in such a message, because the time grows with the cube of attributes and namespaces."""
IDLE_SECONDS = 30.0
"""Idle seconds after which the subprocess is ended."""
TIMEOUT_SECONDS = 20.0
"""Seconds without an answer after which the subprocess is killed; its own CPU limit is far lower."""


class Explainer(LimitedProcess):
    """The explaining subprocess of this process."""

    def __init__(
        self, command: tuple[str, ...] = (sys.executable, "-m", "schemas.explainer"), patience: float = TIMEOUT_SECONDS
    ) -> None:
        super().__init__(command, patience)

    def explain(self, body: bytes, request: ExplanationRequest) -> MessageExplanation | None:
        """The findings about a message; None if the subprocess died or did not answer in time."""
        try:
            answer = self.exchange(msgspec.json.encode(request), body, last=lambda line: _answer(line).last)
            return _answer(answer)
        except (ProgramFailed, msgspec.DecodeError):
            self.close()
            return None


def _answer(line: bytes) -> MessageExplanation:
    return msgspec.json.decode(line, type=MessageExplanation)


_own = Explainer()
atexit.register(_own.close)


def end_idle(seconds: float = IDLE_SECONDS) -> None:
    """End the subprocess if it was idle for `seconds`, because it uses much memory."""
    _own.end_idle(seconds)


def explain(opened: Opened, edition: str, explainer: Explainer = _own) -> tuple[Finding, ...]:
    """Findings of a message that fails its schema; if they are incomplete, the last one says so."""
    if len(opened.business) <= SMALL_BYTES and opened.business.count(b"=") <= MAX_ATTRIBUTES:
        return findings_of(opened, edition)
    answer = explainer.explain(opened.business, ExplanationRequest(edition, opened.transfer_dropped))
    if answer is not None and not answer.cut_short:
        return answer.findings
    from schemas.validation import lxml_findings  # imports xmlschema, which is slow

    findings = answer.findings if answer is not None else ()
    return (*(findings or lxml_findings(opened, edition)), finding("explanation-cut-short"))
