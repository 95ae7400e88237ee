"""Regional clearance: the channel for goods declared at one office and cleared at another (rules 7; reading 52).

Offices of the same district may always clear for each other; others only if all their districts are integrated on the
day of acceptance; else only transit under seal is possible. Applies to imports and exports; tax is paid at the
declaring office.
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from declarations.districts import applies_to, district_of
from declarations.parameters import Parameters
from declarations.reasons import Reason

TRANSIT_ONLY = "17501"
AT_PORT, AT_HOME, HOME_AND_PORT, TRANSIT = "at_port", "at_home", "home_and_port", "transit"
NAMES = MappingProxyType(
    {
        AT_PORT: ("口岸清关", "declared and released at the port"),
        AT_HOME: ("属地申报、属地放行", "declared and released at home customs"),
        HOME_AND_PORT: ("属地申报、口岸验放", "declared at home, inspected and released at the port"),
        TRANSIT: ("转关", "transit to another customs under seal"),
    }
)
"""Channel → its name in Chinese and English."""


class Clearance(NamedTuple):
    """The channel between two offices, whether a declaration may use it, and the ids of the dated values."""

    channel: str
    allowed: bool
    parameter_ids: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The channel in Chinese."""
        return NAMES[self.channel][0]

    @property
    def name_en(self) -> str:
        """The channel in English."""
        return NAMES[self.channel][1]


def find_clearance(declared_at: str, port: str, day: date, parameters: Parameters, released_at: str = "") -> Clearance:
    """Return the channel for goods at `port` with a declaration at `declared_at`, accepted on `day`.

    `released_at` is the office that releases them (empty: the port). If not allowed, only transit is possible.
    """
    released_at = released_at or port
    offices = {declared_at, port, released_at}
    parameter_ids: tuple[str, ...] = ()
    if len({district_of(office) for office in offices}) > 1:
        value = parameters.on("clearance.districts", day)
        parameter_ids = (value.id,)
        if not applies_to(value, *offices):
            return Clearance(TRANSIT, False, parameter_ids)
    if len(offices) == 1:
        return Clearance(AT_PORT, True, parameter_ids)
    return Clearance(AT_HOME if released_at == declared_at else HOME_AND_PORT, True, parameter_ids)


def check(declared_at: str, port: str, day: date, parameters: Parameters) -> tuple[Reason, ...]:
    """Return the reason why a declaration cannot clear goods at a port; empty if it can."""
    cleared = find_clearance(declared_at, port, day, parameters)
    if cleared.allowed:
        return ()
    values = {"customs_code": declared_at, "port_code": port, "day": day.isoformat()}
    return (Reason(TRANSIT_ONLY, values, cleared.parameter_ids),)
