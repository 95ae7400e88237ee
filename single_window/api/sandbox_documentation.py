"""The schemas of calls about sandboxes and their clocks in the OpenAPI document."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Field, Integer, Nested, String
from apiflask.validators import Length, OneOf, Range, Regexp

from single_window.frame.http.moments import MODES
from single_window.store.sandbox_options import PRESETS

MOST = 500
LONGEST_ADVANCE = 60
"""Seconds that a call which moves a clock waits at most."""
MOST_OPTIONS = 100
_OPTIONS = {"description": "by name, as `single-window sandbox options` shows them"}


class ClockIn(Schema):
    """The way in which a clock goes."""

    mode = String(
        required=True,
        validate=OneOf(MODES),
        metadata={
            "description": "virtual: runs at `rate`; frozen: stands still until it is advanced; real: the machine's"
        },
    )
    at = String(
        load_default="",
        validate=Length(0, 40),
        metadata={
            "description": "the moment that it shows, of Asia/Shanghai unless it says otherwise; by default it goes on"
        },
    )
    rate = String(
        load_default="",
        validate=Length(0, 20),
        metadata={"description": "virtual seconds that pass in a second, default 1; of a virtual clock alone"},
    )


class ClockSetIn(ClockIn):
    """A clock that is set."""


class SandboxIn(Schema):
    """A sandbox to be made."""

    name = String(required=True, validate=Length(1, 40))
    preset = String(
        load_default="",
        validate=OneOf(["", *PRESETS]),
        metadata={"description": "plain: nothing is drawn for inspection; ci: the same, and the clock stands still"},
    )
    options = Dict(
        keys=String(),
        values=Field(allow_none=True),
        load_default=dict,
        validate=Length(0, MOST_OPTIONS),
        metadata=_OPTIONS,
    )
    seed = String(load_default="", validate=Length(0, 100), metadata={"description": "of its dice; default: its name"})
    clock = Nested(ClockIn, load_default=None, allow_none=True)


class OptionsIn(Schema):
    """Options to be changed; what is not named stays."""

    options = Dict(
        keys=String(), values=Field(allow_none=True), required=True, validate=Length(1, MOST_OPTIONS), metadata=_OPTIONS
    )


class SandboxesIn(Schema):
    """The sandboxes to list."""

    after = String(load_default="", validate=Length(0, 40), metadata={"description": "names behind it"})
    limit = Integer(load_default=100, validate=Range(1, MOST))


class ResetIn(Schema):
    """The things that go with the rows of a sandbox."""

    master_data = Boolean(load_default=True, metadata={"description": "false: imported master data goes too"})
    clock = Nested(
        ClockIn,
        load_default=None,
        allow_none=True,
        metadata={"description": "how the clock goes afterwards; it may be put back, since nothing is left"},
    )


class AdvanceIn(Schema):
    """The move of a clock: `by` or `to`, one of the two."""

    by = String(
        load_default="",
        validate=Length(0, 40),
        metadata={"description": "a span: 30s, 90m, 36h, 2d, or an ISO 8601 duration such as PT2H"},
    )
    to = String(
        load_default="",
        validate=Length(0, 40),
        metadata={"description": "next-deadline, or a moment, of Asia/Shanghai unless it says otherwise"},
    )
    timeout = Integer(
        load_default=30,
        validate=Range(0, LONGEST_ADVANCE),
        metadata={"description": "seconds after which it is answered at the latest"},
    )


class DeadlinesIn(Schema):
    """The deadlines to list."""

    after = String(
        load_default="",
        validate=[Length(0, 40), Regexp(r"^(\d{1,18}-\d{1,18})?$")],
        metadata={"description": "`next` of the page before"},
    )
    limit = Integer(load_default=100, validate=Range(1, MOST))
    until = String(
        load_default="",
        validate=Length(0, 40),
        metadata={"description": "only until then: a span from now (30d) or a moment; default: all"},
    )
