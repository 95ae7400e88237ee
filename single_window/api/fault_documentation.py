"""The schemas of calls about fault profiles in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, Float, Integer, List, Nested, String
from apiflask.validators import Length

from single_window.api.trigger_documentation import DoIn, MatchIn
from single_window.outcomes.triggers import LONGEST_NAME


class FaultsIn(Schema):
    """A profile to be switched on."""

    profile = String(required=True, validate=Length(1, LONGEST_NAME))
    lasts = String(
        load_default="",
        validate=Length(0, 20),
        metadata={"description": "how long by the sandbox's clock: 30s, 90m, 2h, 7d; default: as the profile has it"},
    )
    seed = String(
        load_default="",
        validate=Length(0, LONGEST_NAME),
        metadata={"description": "another draw of what is touched; default: that of the sandbox alone"},
    )


class FaultOut(Schema):
    """One thing that goes wrong."""

    name = String()
    share = Float(metadata={"description": "of a hundred that match, how many"})
    match = Nested(MatchIn)
    do = Nested(DoIn)


class ListedFaultOut(FaultOut):
    """One thing that goes wrong, as the profile has it."""

    group = String(metadata={"description": "gateways, receipts, channels, clock or officers"})
    from_ = Integer(data_key="from", metadata={"description": "seconds after the profile is switched on"})
    to = Integer(allow_none=True, metadata={"description": "null: to the profile's end"})


class ActingFaultOut(FaultOut):
    """One thing that goes wrong in a sandbox."""

    trigger = Integer(metadata={"description": "its id among the triggers of the sandbox"})
    begins = String()
    ends = String()
    done = Integer(metadata={"description": "how often it acted so far"})


class ProfileOut(Schema):
    """A profile of faults; times in seconds."""

    name = String()
    zh = String()
    en = String()
    groups = List(String())
    lasts = Integer()
    jump = Integer(metadata={"description": "by so much the clock jumps when it is switched on"})
    freeze = Integer(metadata={"description": "so long, by the machine's time, the clock stands still"})
    faults = List(Nested(ListedFaultOut))


class ProfilesOut(Schema):
    """Profiles of faults."""

    profiles = List(Nested(ProfileOut))


class FaultsOut(Schema):
    """The profile of a sandbox that is on, or was the last to end by itself; null: none."""

    profile = String(allow_none=True)
    on = Boolean()
    seed = String()
    begins = String(allow_none=True, metadata={"description": "by the sandbox's clock, as `ends`"})
    ends = String(allow_none=True)
    done = Integer(metadata={"description": "how often anything of it acted so far"})
    faults = List(Nested(ActingFaultOut))
