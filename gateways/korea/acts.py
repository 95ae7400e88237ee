"""Carries out officers' decisions about parcels: what Korea does with them, and what becomes of a preference."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.lifecycle import transition_of
from gateways.decisions import carry_out
from gateways.korea.outcomes import KIND, apply_step, text_of
from gateways.korea.repository import KoreaDesk, KoreaParcel
from gateways.topics.shared import Decision


def decide(decisions: Sequence[Decision], desk: KoreaDesk) -> None:
    """Carry out decisions, or refuse them with reasons."""

    def act(parcel: KoreaParcel, decision: Decision) -> None:
        transition_of(parcel.state, decision.action, KIND)
        text = text_of(decision.action, parcel, decision.reason)
        apply_step(parcel, decision.action, (text,), desk, by=decision.by)

    parcels = desk.repository.parcels([decision.subject_id for decision in decisions])
    carry_out(decisions, parcels, desk, kind=KIND, act=act)
