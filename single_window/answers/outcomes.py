"""Answers about outcomes that a test forces: triggers, predefined scenarios, fault profiles, injected receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from declarations.calendar import utc_text
from single_window.frame.typed import Answer, Instant
from single_window.outcomes.magic_values import sign_of
from single_window.outcomes.profiles import FaultProfile, ProfileFault
from single_window.outcomes.scenarios import Scenario
from single_window.outcomes.triggers import Action, Trigger, TriggerMatch

if TYPE_CHECKING:
    from single_window.outcomes.switching import ActiveProfile


class StepOut(Answer, frozen=True, kw_only=True):
    """A condition and action of a scenario."""

    match: TriggerMatch
    do: Action


class TriggerOut(StepOut, frozen=True, kw_only=True):
    """A trigger."""

    id: int
    name: str
    times: int
    left: Annotated[int | None, Meta(description="number of remaining acts; null: no limit")]


class TriggersOut(Answer, frozen=True, kw_only=True):
    """Triggers."""

    triggers: tuple[TriggerOut, ...]


class RemovedOut(Answer, frozen=True, kw_only=True):
    """The number of triggers removed."""

    removed: int


class ScenarioOut(Answer, frozen=True, kw_only=True):
    """A predefined outcome."""

    name: str
    zh: str
    en: str
    seen_zh: Annotated[str, Meta(description="its effect for a participant")]
    seen_en: str
    ends: Annotated[
        str,
        Meta(description="what an order number ends in to ask for it where `magic_values` is on; # stands for digits"),
    ]
    times: Annotated[int, Meta(description="0: no limit")]
    triggers: tuple[StepOut, ...]


class ScenariosOut(Answer, frozen=True, kw_only=True):
    """Predefined outcomes."""

    scenarios: tuple[ScenarioOut, ...]


class InjectedOut(Answer, frozen=True, kw_only=True):
    """A message injected into a mailbox."""

    id: int
    mailbox: str
    sequence: int
    type: str
    known: Annotated[bool, Meta(description="whether the catalogue has its type")]


class FaultOut(StepOut, frozen=True, kw_only=True):
    """A fault."""

    name: str
    share: Annotated[float, Meta(description="percentage of the matches affected")]


class ListedFaultOut(FaultOut, frozen=True, kw_only=True):
    """A fault of a profile."""

    group: Annotated[str, Meta(description="gateways, receipts, channels, clock or officers")]
    from_: Annotated[int, Meta(description="seconds after the profile is switched on")] = msgspec.field(name="from")
    to: Annotated[int | None, Meta(description="null: the end of the profile")]


class ActingFaultOut(FaultOut, frozen=True, kw_only=True):
    """An active fault of a sandbox."""

    trigger: Annotated[int, Meta(description="id of its trigger in the sandbox")]
    begins: Instant
    ends: Instant
    done: Annotated[int, Meta(description="number of acts so far")]


class ProfileOut(Answer, frozen=True, kw_only=True):
    """A fault profile; times in seconds."""

    name: str
    zh: str
    en: str
    groups: list[str]
    lasts: int
    jump: Annotated[int, Meta(description="seconds by which the clock jumps when the profile is switched on")]
    freeze: Annotated[int, Meta(description="seconds of real time for which the clock is frozen")]
    faults: tuple[ListedFaultOut, ...]


class ProfilesOut(Answer, frozen=True, kw_only=True):
    """Fault profiles."""

    profiles: tuple[ProfileOut, ...]


class FaultsOut(Answer, frozen=True, kw_only=True):
    """The active fault profile of a sandbox, or the last that ended by itself; null: none."""

    profile: str | None
    on: bool
    seed: str
    begins: Annotated[str | None, Meta(description="by the sandbox's clock, like `ends`")]
    ends: str | None
    done: Annotated[int, Meta(description="number of acts of all its faults so far")]
    faults: tuple[ActingFaultOut, ...]


def trigger_out(trigger: Trigger) -> TriggerOut:
    """Return the answer about a trigger, with the number of remaining acts."""
    return TriggerOut.of(trigger, do=trigger.action, left=trigger.left if trigger.times else None)


def scenario_out(scenario: Scenario) -> ScenarioOut:
    """Return the answer about a scenario, with its triggers."""
    steps = tuple(StepOut(match=match, do=action) for match, action in scenario.steps)
    return ScenarioOut.of(scenario, triggers=steps, ends=sign_of(scenario))


def profile_out(profile: FaultProfile) -> ProfileOut:
    """Return the answer about a fault profile."""
    seconds = {name: getattr(profile, name) // 1_000 for name in ("lasts", "jump", "freeze")}
    return ProfileOut.of(profile, **seconds, faults=tuple(map(_fault_out, profile.parts)))


def faults_out(standing: ActiveProfile | None) -> FaultsOut:
    """Return the answer about a sandbox's fault profile: its state, times and acts so far."""
    if standing is None:
        return FaultsOut(profile=None, on=False, seed="", begins=None, ends=None, done=0, faults=())
    times = {"begins": utc_text(standing.begins), "ends": utc_text(standing.ends)}
    return FaultsOut.of(standing, **times, faults=tuple(map(_acting, standing.triggers)))


def _fault_out(part: ProfileFault) -> ListedFaultOut:
    seconds = {"from_": part.begins // 1_000, "to": part.ends // 1_000 or None}
    return ListedFaultOut.of(part, **_match_and_action(part.match, part.action), **seconds)


def _acting(trigger: Trigger) -> ActingFaultOut:
    term = trigger.match.term
    assert term is not None
    return ActingFaultOut.of(
        term,
        **_match_and_action(trigger.match, trigger.action),
        trigger=trigger.id,
        name=term.part,
        done=trigger.times - trigger.left,
    )


def _match_and_action(match: TriggerMatch, action: Action) -> dict[str, Any]:
    """Return a fault's match and action, with the share as a separate field."""
    return {"share": match.share, "match": msgspec.structs.replace(match, share=100, term=None), "do": action}
