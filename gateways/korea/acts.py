"""Carries out officers' decisions about parcels: what Korea does with them, and what becomes of a preference."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.korea.origin import CANCELLED, USED, preference_of
from declarations.lifecycle import transition_of
from declarations.reasons import Reason
from gateways.decisions import carry_out
from gateways.korea.origins import declared_parcel
from gateways.korea.outcomes import KIND, apply_step, text_of
from gateways.korea.repository import KoreaDesk, KoreaParcel
from gateways.topics.shared import Decision

PROVE = "prove"


def decide(decisions: Sequence[Decision], desk: KoreaDesk) -> None:
    """Carry out decisions, or refuse them with reasons."""

    def act(parcel: KoreaParcel, decision: Decision) -> tuple[Reason, ...]:
        transition_of(parcel.state, decision.action, KIND)
        if decision.action == PROVE and (refusal := _use_certificate(parcel, desk)):
            return (refusal,)
        text = text_of(decision.action, parcel, decision.reason)
        apply_step(parcel, decision.action, (text,), desk, by=decision.by)
        return ()

    parcels = desk.repository.parcels([decision.subject_id for decision in decisions])
    carry_out(decisions, parcels, desk, kind=KIND, act=act)


def _use_certificate(parcel: KoreaParcel, desk: KoreaDesk) -> Reason | None:
    """Let the certificate of a parcel prove its preference, and no other's; the reason why it cannot: it is cancelled,
    or proves another's already."""
    known = desk.repository.certificates([parcel.cert_key]).get(parcel.cert_key)
    told = preference_of(parcel.cert_no, known, declared_parcel(parcel), desk.day, desk.law)
    if told.rule in (CANCELLED, USED):
        return told
    if known is not None:
        known.used_by = parcel.parcel_no
        desk.repository.put_certificate(known)
    return None
