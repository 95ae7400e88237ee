"""Says in a sentence who proposes what, and why: that is why a proposal waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection

from single_window.accounts import rows
from single_window.cases.parameters import dated_values
from single_window.cases.profiles import rule_words
from single_window.language import phrases
from single_window.language.acts import act_words
from single_window.language.prepared_reasons import reason_in_words
from single_window.language.words import Words
from single_window.store import proposals
from single_window.store.case_queue import Key, QueuedCase
from single_window.store.decisions import StoredDecision
from single_window.store.law_books import law_of
from single_window.store.subjects import GUARANTEE, PARAMETER, PROPOSAL, RISK_PROFILE


def told(connection: Connection, sandbox: str, cases: Sequence[QueuedCase]) -> Mapping[Key, Words]:
    """Return the sentence of each of these cases that is a proposal, whatever its subject waited for before."""
    numbers = [int(case.subject_id) for case in cases if case.subject == PROPOSAL]
    found = proposals.of_numbers(connection, sandbox, numbers)
    names = rows.displays(connection) if found else {}
    return {
        (PROPOSAL, str(proposal.id)): _sentence(
            proposal, names.get(proposal.by, proposal.by), _wanted(connection, sandbox, proposal)
        )
        for proposal in found
    }


def _sentence(proposal: StoredDecision, by: str, wanted: Words) -> Words:
    act = act_words(proposal.action, proposal.subject)
    of_it = Words(f"（{wanted.zh}）", f" ({wanted.en})") if wanted.zh else wanted
    said = reason_in_words(proposal.reason)
    why = Words(f"，原因：{said.zh}", f", because: {said.en}") if proposal.reason else Words("", "")
    return phrases.phrase("why_case", "proposed_by").filled(by=by, act=act, wanted=of_it, why=why)


def changed(connection: Connection, sandbox: str, proposal: StoredDecision) -> Words:
    """Return what a proposed parameter or guarantee would become, after what it is by then; empty for others."""
    details = proposal.details
    if proposal.subject == GUARANTEE and details.get("amount"):
        text = " → ".join(f"{Decimal(details[name]):,.2f}" for name in ("was", "amount") if details.get(name))
        return Words(text, text)
    if proposal.subject == PARAMETER and details.get("since"):
        parameter = law_of(connection, sandbox).parameter(proposal.subject_id)
        return dated_values.change_in_words(parameter, date.fromisoformat(details["since"]), details["value"])
    return Words("", "")


def _wanted(connection: Connection, sandbox: str, proposal: StoredDecision) -> Words:
    """The rule of a profile with its share; what a parameter or a guarantee would become."""
    if proposal.subject == RISK_PROFILE and proposal.details.get("profile"):
        return rule_words.summary(str(proposal.details["profile"]))
    return changed(connection, sandbox, proposal)
