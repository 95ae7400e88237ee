"""The circumstances of a batch besides payloads and repository: sandbox, instant, its options, law, forced outcomes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from msgspec import Struct

from declarations.calendar import day_of
from declarations.goods import GoodsRegister
from declarations.parameters import Parameters
from gateways.forced import UNFORCED, Forced
from gateways.holds import Held, Hold


class Options(Struct, frozen=True, omit_defaults=True):
    """Options of a sandbox, for what the law does not determine."""

    open: bool = True
    """An unknown company is admitted with a finding; False: refused with 22001."""
    automatic_officer: bool = False
    """Cases in review are decided after some hours by a keyed draw."""
    rounding: str = "P1"
    """Rounding of a line's tax: P1 rounds only the payable taxes, P2 also the statutory ones before."""
    guarantee_short: str = "review"
    """Result of a guarantee that is too small: review (300) or reject (100)."""
    pre_check: bool = False
    """The port instead of customs answers an exceeded limit, with -621005 or -621018."""
    await_arrival: bool = False
    """Direct purchases (9610) wait (400) until a site operator reports the parcel (711)."""
    inspection: bool = True
    """False: no list is drawn for inspection, and none that is inspected all the same is sampled or fails by draw,
    unless the rate is 1: for measurements of the green lane, and tests that force what they want."""
    batches: str = ""
    """Lists automatically join a batch for their master_waybill, arrival or stock_out; empty: none."""
    identity: str = "payer"
    """Identification of buyers: payer (the buyer must be the payer) or registry (name and number of imported
    persons)."""
    split_currency: bool = False
    """Summaries make a separate declaration for each currency, as some brokers do."""
    signatures: str = "off"
    """Signatures of messages: off, check (errors go into the timeline) or require (the message is refused)."""
    require_179: bool = False
    """Accepted imports wait for the original payment data of their platform (2018-179); if these are late, review."""
    require_filing_index: bool = False
    """The index of filing documents (备案单证) is awaited after each refund claim; if it is late, an officer looks."""
    trace_events: bool = False
    """What happens to goods is told as EPCIS events, too."""
    port: str = "off"
    """The port community: off, events (terminals tell of containers), manifest (clocks of manifests, too) or full (a
    list by sea is closed only when its parcel's container was loaded)."""
    korea: str = "off"
    """Korea's customs: off, or on (certificates of origin, AEO companies, parcels to and from Korea)."""
    commerce: str = "off"
    """Market supervision and commerce: off, or on (a registration waits for the register of licences; pilot zones
    report their months)."""
    open_data: str = "off"
    """Monthly tables of trade for everybody: off, or on (officers draft and publish them)."""
    magic_values: bool = False
    """Order numbers may ask for outcomes by what they end in, such as ~R1332 for a rejection."""
    open_desks: bool = False
    """On a window that only this machine reaches, calls may decide as officers without a key or account; responses
    state so."""


HoldReader: TypeAlias = Callable[[Held, Collection[str]], Mapping[str, Sequence[Hold]]]


def no_secret(agency: str, plan: str) -> str:
    """Raise `LookupError`: these circumstances have no secrets."""
    raise LookupError(f"There is no secret for the plan {plan!r} of {agency!r}.")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The context of a batch besides payloads and repository: sandbox, instant, options, law."""

    sandbox: str
    seed: str
    now: int
    options: Options
    parameters: Parameters
    goods: GoodsRegister
    forced: Forced = UNFORCED
    """Outcomes that a test forces."""
    held: HoldReader | None = None
    """Reads holds in force, by key, for keys of a kind; None: nothing was ever held in the sandbox."""
    secret_of: Callable[[str, str], str] = no_secret
    """Returns the secret of an agency's plan: `Desk.plan_secret`."""

    @property
    def day(self) -> date:
        """The calendar day in Asia/Shanghai."""
        return day_of(self.now)
