"""Officers' decisions about spot checks: a plan is opened, a sample taken at the site, a measure about failed goods
ordered, a refusal judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from declarations.lifecycle import OFFICER, allowed_transitions
from gateways.spot_checks.acts import FOR_GOOD, OPEN, PLAN, TAKE
from gateways.spot_checks.repository import SpotSample
from gateways.spot_checks.sampling import SiteRecord
from single_window.cases.spot_checks.previews import terms_of
from single_window.cases.spot_checks.queries import find_spot_sample, list_spot_check_plans, retest_until
from single_window.cases.spot_checks.site_records import checked_record
from single_window.context import Context
from single_window.frame.decision_kinds import NOTHING, Act, Creation, DecisionKind, Requested, Subject, act_of, finder
from single_window.frame.typed import instant_text, local
from single_window.language.phrases import phrase
from single_window.language.words import Words
from single_window.store.decisions import StoredDecision
from single_window.store.sandboxes import clocks

KIND = "spot_check"


def _acts(connection: Connection, sandbox: str, subject: Subject) -> Sequence[Act]:
    """The acts of an officer that are possible in a state of a sample; what takes the goods away is in vain as long as
    the company may contradict the report."""
    early = _retest_possible(connection, sandbox, subject.record)
    return [
        act._replace(
            needs=SiteRecord._fields if act.action == TAKE else act.needs,
            vain=early is not None and act.action in FOR_GOOD,
            hindered=early if act.action in FOR_GOOD else None,
        )
        for act in map(act_of, allowed_transitions(subject.state, OFFICER, KIND))
    ]


def _retest_possible(connection: Connection, sandbox: str, sample: SpotSample) -> Words | None:
    """Say until when a company may contradict the report about its sample; None if it may not (any more)."""
    until = retest_until(connection, sandbox, sample)
    if not until or clocks(connection)[sandbox].now() > until:
        return None
    return phrase("label", "spot_check_retest_possible").filled(until=local(instant_text(until)))


_find = finder(KIND, find_spot_sample, "sample_no")


def _recorded(connection: Connection, sandbox: str, subject: Subject, requested: Requested) -> Mapping[str, Any]:
    """Return the record of a sample that the site took."""
    if requested.action != TAKE:
        return NOTHING
    return checked_record(connection, sandbox, subject, requested.values)._asdict()


def _values(context: Context, sandbox: str, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    terms_of(str(wanted[PLAN]))
    return {PLAN: str(wanted[PLAN]).strip()}


def _made(connection: Connection, sandbox: str, decided: StoredDecision) -> Subject | None:
    """The plan that a decision opened: the newest of these terms and this officer."""
    for plan in list_spot_check_plans(connection, sandbox):
        if (plan.terms, plan.opened_by) == (decided.details[PLAN], decided.by):
            return Subject(KIND, plan.id, plan.plan_no, "open", OPENING.words, plan.version, plan)
    return None


OPENING = Creation(
    action=OPEN,
    words=phrase("other_act", OPEN),
    takes={
        PLAN: "its terms, as: title=儿童玩具; kind=yearly; basis=R; universe=flow; goods=9503; origin=410; rate=0.05; "
        "days=90; of stock: universe=stock; size=3 (units of each stratum)"
    },
    values=_values,
    made=_made,
)
SPOT_CHECK_DECISION = DecisionKind(
    subject=KIND,
    noun=Words("抽查样品", "sample of a spot check"),
    find=_find,
    by_id=_find,
    acts=_acts,
    values=_recorded,
    takes=SiteRecord._fields,
    creations=(OPENING,),
)
