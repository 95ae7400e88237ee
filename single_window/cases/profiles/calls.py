"""HTTP calls for risk profiles: those of a sandbox, one with its versions, and the preview of its draft."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Integer, String
from apiflask.validators import Length, Range
from flask import Response
from sqlalchemy import Connection

from declarations.calendar import day_of
from declarations.profiles import profiles_on
from single_window.cases.profiles.answers import PreviewOut, RiskProfileOut, RiskProfilesOut
from single_window.cases.profiles.previewing import DAYS, preview
from single_window.cases.profiles.shown import preview_out, profile_out
from single_window.frame.http.calls import Calls
from single_window.frame.http.cases import reading_sandbox
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import json_response, problem
from single_window.store import risk_profiles, sandboxes
from single_window.store.law_books import law_of
from single_window.store.risk_profiles import DraftedProfile

blueprint = Calls("profiles", __name__, rights=("supervise",))
_REFUSED = {404: refused("no such profile or sandbox")}


class ProfilesIn(Schema):
    """The page of profiles."""

    after = String(load_default="", validate=Length(0, 30), metadata={"description": "codes behind it"})
    limit = Integer(load_default=50, validate=Range(1, 500))


class PreviewIn(Schema):
    """The days that a preview covers."""

    days = Integer(load_default=DAYS, validate=Range(1, 92), metadata={"description": "so many days until today"})
    again = Boolean(load_default=False, metadata={"description": "true: count anew, also lists that were read before"})


@blueprint.get("/profiles")
@blueprint.input(ProfilesIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("profiles by code", RiskProfilesOut), 404: refused("no such sandbox")})
def listed(query: dict[str, Any]) -> Response:
    """List risk profiles.

    By code, with what is in force today, and the share of all lists that is drawn at random beside them."""
    with reading_sandbox() as (connection, sandbox):
        found = risk_profiles.page(connection, sandbox, query["after"], query["limit"] + 1)
        in_force, floor = _in_force(connection, sandbox)
    shown = found[: query["limit"]]
    return json_response(
        RiskProfilesOut(
            profiles=tuple(profile_out(profile, in_force) for profile in shown),
            next=shown[-1].code if len(found) > len(shown) else None,
            random_floor=floor,
        )
    )


@blueprint.get("/profiles/<code>")
@blueprint.doc(responses={200: answer("the profile with its versions", RiskProfileOut), **_REFUSED})
def show(code: str) -> Response:
    """Show a risk profile.

    Its draft, and every version that was put in force, with who proposed and who approved it."""
    with reading_sandbox() as (connection, sandbox):
        profile = _profile(connection, sandbox, code)
        changes = list(risk_profiles.versions(connection, sandbox, code))
        return json_response(profile_out(profile, _in_force(connection, sandbox)[0], changes))


@blueprint.get("/profiles/<code>/preview")
@blueprint.input(PreviewIn, location="query", arg_name="query")
@blueprint.doc(responses={200: answer("what was counted so far", PreviewOut), **_REFUSED})
def previewed(code: str, query: dict[str, Any]) -> Response:
    """Preview a draft over past lists.

    Draws the lists of the last days again, by the same keyed draws: what the draft would have drawn, beside the version
    in force. Many lists take several calls: repeat it while `done` is false."""
    with reading_sandbox() as (connection, sandbox):
        profile = _profile(connection, sandbox, code)
    return json_response(preview_out(preview(ports().window, sandbox, profile, **query)))


def _profile(connection: Connection, sandbox: str, code: str) -> DraftedProfile:
    profile = risk_profiles.find(connection, sandbox, code)
    if profile is None:
        raise problem("no-such-case", sandbox=sandbox, number=code, zh="风险布控", en="risk profile")
    return profile


def _in_force(connection: Connection, sandbox: str) -> tuple[dict[str, str], str]:
    """Code → first day of the version in force today; and the random floor."""
    law, today = law_of(connection, sandbox), day_of(sandboxes.find(connection, sandbox).clock.now())
    floor = law.on("inspection.random_floor", today).amount
    return {known.code: known.value_id.partition("@")[2] for known in profiles_on(law, today)}, f"{floor:f}"
