"""What is decided about: each kind of subject, by the name that rights, desks and the log have for it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from single_window.cases.batches.decisions import BATCH_DECISION
from single_window.cases.declarations.decisions import LIST_DECISION, REQUEST_DECISION
from single_window.cases.exchange.decisions import REPORT_DECISION
from single_window.cases.guarantees.decisions import GUARANTEE_DECISION
from single_window.cases.parameters.decisions import PARAMETER_DECISION
from single_window.cases.proposals.decisions import PROPOSAL_DECISION
from single_window.cases.refunds.decisions import CLAIM_DECISION
from single_window.cases.registrations.decisions import REGISTRATION_DECISION
from single_window.frame.decision_kinds import DecisionKind

KINDS: Mapping[str, DecisionKind] = MappingProxyType(
    {
        kind.subject: kind
        for kind in (
            LIST_DECISION,
            REQUEST_DECISION,
            CLAIM_DECISION,
            REPORT_DECISION,
            REGISTRATION_DECISION,
            BATCH_DECISION,
            PROPOSAL_DECISION,
            PARAMETER_DECISION,
            GUARANTEE_DECISION,
        )
    }
)
