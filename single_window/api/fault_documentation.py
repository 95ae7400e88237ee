"""The schemas of calls about fault profiles in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import String
from apiflask.validators import Length

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
