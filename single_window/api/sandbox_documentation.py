"""The request schemas of calls about sandboxes and their clocks."""

from __future__ import annotations

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Field, Integer, Nested, String
from apiflask.validators import Length, OneOf, Range, Regexp

from single_window.frame.http.moments import MODES
from single_window.store.sandbox_options import PRESETS

MAX_PAGE_SIZE = 500
MAX_ADVANCE_SECONDS = 60
"""Maximum seconds that a call which moves a clock waits."""
MAX_OPTIONS = 100
_OPTIONS = {"description": "by name, as `single-window sandbox options` shows them"}


class ClockIn(Schema):
    """The mode, time and speed of a clock."""

    mode = String(
        required=True,
        validate=OneOf(MODES),
        metadata={
            "description": "virtual: runs at `rate`; frozen: stopped until it is advanced; real: the system clock"
        },
    )
    at = String(
        load_default="",
        validate=Length(0, 40),
        metadata={"description": "the time to set, by default in Asia/Shanghai; not given: the time is not changed"},
    )
    rate = String(
        load_default="",
        validate=Length(0, 20),
        metadata={"description": "virtual seconds per second, default 1; only for a virtual clock"},
    )


class ClockSetIn(ClockIn):
    """The new mode, time and speed of a clock."""


class SandboxIn(Schema):
    """A new sandbox."""

    name = String(required=True, validate=Length(1, 40))
    preset = String(
        load_default="",
        validate=OneOf(["", *PRESETS]),
        metadata={"description": "plain: no inspections; ci: no inspections, and a frozen clock"},
    )
    options = Dict(
        keys=String(),
        values=Field(allow_none=True),
        load_default=dict,
        validate=Length(0, MAX_OPTIONS),
        metadata=_OPTIONS,
    )
    seed = String(
        load_default="", validate=Length(0, 100), metadata={"description": "of its random decisions; default: its name"}
    )
    clock = Nested(ClockIn, load_default=None, allow_none=True)


class OptionsIn(Schema):
    """Options to change; others stay unchanged."""

    options = Dict(
        keys=String(), values=Field(allow_none=True), required=True, validate=Length(1, MAX_OPTIONS), metadata=_OPTIONS
    )


class SandboxesIn(Schema):
    """The sandboxes to list."""

    after = String(load_default="", validate=Length(0, 40), metadata={"description": "only names behind this one"})
    limit = Integer(load_default=100, validate=Range(1, MAX_PAGE_SIZE))


class ResetIn(Schema):
    """A reset: with or without the master data, and the clock after it."""

    master_data = Boolean(load_default=True, metadata={"description": "false: imported master data are deleted too"})
    clock = Nested(
        ClockIn,
        load_default=None,
        allow_none=True,
        metadata={"description": "the clock after the reset; it may be set back"},
    )


class AdvanceIn(Schema):
    """The movement of a clock: either `by` or `to`."""

    by = String(
        load_default="",
        validate=Length(0, 40),
        metadata={"description": "a duration: 30s, 90m, 36h, 2d, or in ISO 8601 such as PT2H"},
    )
    to = String(
        load_default="",
        validate=Length(0, 40),
        metadata={"description": "next-deadline, or a time, by default in Asia/Shanghai"},
    )
    timeout = Integer(
        load_default=30,
        validate=Range(0, MAX_ADVANCE_SECONDS),
        metadata={"description": "maximum seconds until the answer"},
    )


class DeadlinesIn(Schema):
    """The deadlines to list."""

    after = String(
        load_default="",
        validate=[Length(0, 40), Regexp(r"^(\d{1,18}-\d{1,18})?$")],
        metadata={"description": "`next` of the previous page"},
    )
    limit = Integer(load_default=100, validate=Range(1, MAX_PAGE_SIZE))
    until = String(
        load_default="",
        validate=Length(0, 40),
        metadata={"description": "only until then: a duration from now (30d) or a time; default: all"},
    )
