"""Answers about outcomes that a test forces: triggers, ready-made scenarios, profiles of faults, injected receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from declarations.calendar import utc_text
from single_window.frame.typed import Answer, Instant
from single_window.outcomes.profiles import FaultProfile, ProfileFault
from single_window.outcomes.scenarios import Scenario
from single_window.outcomes.triggers import Action, Trigger, TriggerMatch

if TYPE_CHECKING:
    from single_window.outcomes.switching import ActiveProfile


class StepOut(Answer, frozen=True, kw_only=True):
    """A trigger of a scenario."""

    match: TriggerMatch
    do: Action


class TriggerOut(StepOut, frozen=True, kw_only=True):
    """A trigger."""

    id: int
    name: str
    times: int
    left: Annotated[int | None, Meta(description="how often it acts yet; null: without end")]


class TriggersOut(Answer, frozen=True, kw_only=True):
    """Triggers."""

    triggers: tuple[TriggerOut, ...]


class RemovedOut(Answer, frozen=True, kw_only=True):
    """The number of triggers removed."""

    removed: int


class ScenarioOut(Answer, frozen=True, kw_only=True):
    """A ready-made outcome."""

    name: str
    zh: str
    en: str
    seen_zh: Annotated[str, Meta(description="what a participant sees of it")]
    seen_en: str
    times: Annotated[int, Meta(description="0: without end")]
    triggers: tuple[StepOut, ...]


class ScenariosOut(Answer, frozen=True, kw_only=True):
    """Ready-made outcomes."""

    scenarios: tuple[ScenarioOut, ...]


class InjectedOut(Answer, frozen=True, kw_only=True):
    """A message that was put into a mailbox."""

    id: int
    mailbox: str
    sequence: int
    type: str
    known: Annotated[bool, Meta(description="whether it is a message of the catalogue")]


class FaultOut(StepOut, frozen=True, kw_only=True):
    """One thing that goes wrong."""

    name: str
    share: Annotated[float, Meta(description="of a hundred that match, how many")]


class ListedFaultOut(FaultOut, frozen=True, kw_only=True):
    """One thing that goes wrong, as the profile has it."""

    group: Annotated[str, Meta(description="gateways, receipts, channels, clock or officers")]
    from_: Annotated[int, Meta(description="seconds after the profile is switched on")] = msgspec.field(name="from")
    to: Annotated[int | None, Meta(description="null: to the profile's end")]


class ActingFaultOut(FaultOut, frozen=True, kw_only=True):
    """One thing that goes wrong in a sandbox."""

    trigger: Annotated[int, Meta(description="its id among the triggers of the sandbox")]
    begins: Instant
    ends: Instant
    done: Annotated[int, Meta(description="how often it acted so far")]


class ProfileOut(Answer, frozen=True, kw_only=True):
    """A profile of faults; times in seconds."""

    name: str
    zh: str
    en: str
    groups: list[str]
    lasts: int
    jump: Annotated[int, Meta(description="by so much the clock jumps when it is switched on")]
    freeze: Annotated[int, Meta(description="so long, by the machine's time, the clock stands still")]
    faults: tuple[ListedFaultOut, ...]


class ProfilesOut(Answer, frozen=True, kw_only=True):
    """Profiles of faults."""

    profiles: tuple[ProfileOut, ...]


class FaultsOut(Answer, frozen=True, kw_only=True):
    """The profile of a sandbox that is on, or was the last to end by itself; null: none."""

    profile: str | None
    on: bool
    seed: str
    begins: Annotated[str | None, Meta(description="by the sandbox's clock, as `ends`")]
    ends: str | None
    done: Annotated[int, Meta(description="how often anything of it acted so far")]
    faults: tuple[ActingFaultOut, ...]


def trigger_out(trigger: Trigger) -> TriggerOut:
    """A trigger, and how often it acts yet."""
    return TriggerOut.of(trigger, do=trigger.action, left=trigger.left if trigger.times else None)


def scenario_out(scenario: Scenario) -> ScenarioOut:
    """A scenario with its triggers."""
    steps = tuple(StepOut(match=match, do=action) for match, action in scenario.steps)
    return ScenarioOut.of(scenario, triggers=steps)


def profile_out(profile: FaultProfile) -> ProfileOut:
    """A profile: how long it lasts, what the clock does, and what goes wrong."""
    seconds = {name: getattr(profile, name) // 1_000 for name in ("lasts", "jump", "freeze")}
    return ProfileOut.of(profile, **seconds, faults=tuple(map(_listed, profile.parts)))


def faults_out(standing: ActiveProfile | None) -> FaultsOut:
    """The profile of a sandbox: whether it is on, from when to when by its clock, and what each part did so far."""
    if standing is None:
        return FaultsOut(profile=None, on=False, seed="", begins=None, ends=None, done=0, faults=())
    times = {"begins": utc_text(standing.begins), "ends": utc_text(standing.ends)}
    return FaultsOut.of(standing, **times, faults=tuple(map(_acting, standing.triggers)))


def _listed(part: ProfileFault) -> ListedFaultOut:
    seconds = {"from_": part.begins // 1_000, "to": part.ends // 1_000 or None}
    return ListedFaultOut.of(part, **_concerned(part.match, part.action), **seconds)


def _acting(trigger: Trigger) -> ActingFaultOut:
    term = trigger.match.term
    assert term is not None
    return ActingFaultOut.of(
        term,
        **_concerned(trigger.match, trigger.action),
        trigger=trigger.id,
        name=term.part,
        done=trigger.times - trigger.left,
    )


def _concerned(match: TriggerMatch, action: Action) -> dict[str, Any]:
    """The words of a fault about its trigger: its share beside the other conditions."""
    return {"share": match.share, "match": msgspec.structs.replace(match, share=100, term=None), "do": action}
