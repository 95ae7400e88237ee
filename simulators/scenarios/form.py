"""The schema of scenario files: tables and keys. docs/scenarios.md says what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Name = Annotated[str, Meta(pattern="^[a-z][a-z0-9_-]{0,39}$")]
Text = Annotated[str, Meta(max_length=500)]
Amount = Annotated[str, Meta(pattern=r"^\d{1,9}(\.\d{1,5})?$")]
Change = Mapping[str, Any]


class Table(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of a scenario; unknown keys are refused."""


class SandboxStart(Table, frozen=True):
    """The sandbox at its beginning: day and time, and options."""

    day: date = date(2026, 11, 20)
    time: Annotated[str, Meta(pattern="^[0-2][0-9]:[0-5][0-9]$")] = "20:00"
    options: dict[str, str | bool] = {}


class RefundBasis(Table, frozen=True):
    """The basis of a refund claim: refund method and tax credit of the exporter, and domestic cost of the goods."""

    kind: Literal["T", "M"] = "T"
    credit: Literal["A", "B", "C", "D"] = "B"
    cost: Amount = "50.00"
    bought: int = 0
    levy: Amount = "0.13"
    rate: Amount = "0.13"
    output: Amount = "0"
    input: Amount = "0"
    forward: Amount = "0"
    business: Text = ""
    claimed_with: Text = ""


class Deal(Table, frozen=True):
    """The table of one trade, or of `count` like it: direction, goods, fault, and changes of its documents."""

    flow: Literal["import", "export"]
    count: Annotated[int, Meta(ge=1, le=100)] = 1
    mode: Literal["", "9610", "1210", "1239", "9710", "9810"] = ""
    goods: Text = "ordinary"
    lines: int = 0
    quantity: int = 0
    price: Amount | None = None
    fault: Text = ""
    flag: Literal["", "A", "B"] = ""
    buyer_of: Text = ""
    together: bool = False
    change: tuple[Change, ...] = ()
    refund: RefundBasis | None = None


class ScenarioStep(Table, frozen=True):
    """A step, with an optional comment for readers."""

    say: Text = ""


class SendStep(ScenarioStep, frozen=True, kw_only=True):
    """A participant sends documents."""

    send: str | tuple[str, ...]
    of: str | tuple[str, ...] = ()
    edition: str = ""
    head: dict[str, str | int | bool] = {}
    change: tuple[Change, ...] = ()
    by: Text = ""
    lines: tuple[dict[str, str], ...] = ()
    together: bool = False
    copies: Annotated[int, Meta(ge=1, le=200)] = 1
    same_transmission: bool = False
    one_by_one: bool = False
    envelope_from: Text = ""
    put: dict[str, str] = {}
    outcome: Text = ""
    text: Annotated[str, Meta(max_length=10_000)] = ""
    answer: int = 202
    finding: Text = ""
    more: dict[str, str | int | bool] = {}


class WaitStep(ScenarioStep, frozen=True, kw_only=True):
    """The sandbox's clock advances."""

    wait: Text


class OfficerStep(ScenarioStep, frozen=True, kw_only=True):
    """An officer decides."""

    officer: Text
    of: Text = ""
    about: Text = "list"
    reason: Text = ""
    amount: str = ""
    refused: bool = False


class ForceStep(ScenarioStep, frozen=True, kw_only=True):
    """From now on an outcome is forced: a ready-made one by name, or `own` with a trigger (`match`, `do`)."""

    force: Text
    of: Text = ""
    times: int = 0
    match: dict[str, Any] = {}
    do: dict[str, Any] = {}


class FaultsStep(ScenarioStep, frozen=True, kw_only=True):
    """A fault profile is switched on, or the active one is switched off (`"off"`)."""

    faults: Text
    lasts: str = ""
    seed: str = ""


class OptionsStep(ScenarioStep, frozen=True, kw_only=True):
    """The sandbox behaves differently from now on."""

    options: dict[str, str | bool]


class ImportStep(ScenarioStep, frozen=True, kw_only=True, rename={"kind": "import"}):
    """Master data are imported."""

    kind: Text
    rows: tuple[dict[str, str], ...]


class BatchStep(ScenarioStep, frozen=True, kw_only=True):
    """An action on the batch that a trade's list is in."""

    batch: Literal["declare", "review"]
    of: Text = ""
    reason: Text = "抽查"


class PayStep(ScenarioStep, frozen=True, kw_only=True):
    """The tax bill of a trade is paid."""

    pay: Literal["tax bill"]
    of: Text = ""


class CallStep(ScenarioStep, frozen=True, kw_only=True, rename={"role": "as"}):
    """A program, or a person in a role, calls the window: method and path, with JSON or with a text as it stands, what
    the answer must be, and which of its values are kept."""

    call: Annotated[str, Meta(pattern="^(GET|POST|PUT|PATCH|DELETE) /", max_length=500)]
    query: dict[str, str | int] = {}
    json: dict[str, Any] | None = None
    body: Annotated[str, Meta(max_length=100_000)] = ""
    answer: int = 200
    finding: Text = ""
    gives: dict[str, str] = {}
    keep: dict[Name, str] = {}
    role: Text = ""


class ExpectStep(ScenarioStep, frozen=True, kw_only=True):
    """The expected receipts of a document: which, what they say, and when."""

    expect: Text
    of: Text = ""
    about: Text = ""
    receipts: tuple[str, ...] | None = None
    last: str | None = None
    never: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    words: Text = ""
    values: dict[str, str] = {}
    tax: Amount | None = None
    as_they_came: bool = False
    within: Text = "settled"
    not_before: Text = ""


AnyStep = (
    SendStep
    | WaitStep
    | OfficerStep
    | ForceStep
    | OptionsStep
    | ImportStep
    | BatchStep
    | PayStep
    | CallStep
    | ExpectStep
)


class ScenarioTables(Table, frozen=True):
    """A scenario file as written."""

    zh: Text
    en: Text
    shows: tuple[Text, ...] = ()
    trouble: Text = ""
    begins_with: Text = ""
    window: SandboxStart | None = None
    trade: dict[Name, Deal] = {}
    step: tuple[dict[str, Any], ...] = ()


class LocatedStep(Struct, frozen=True):
    """A step and its location: file, index among the steps of the file, line."""

    step: AnyStep
    file: str
    number: int
    line: int


class ScenarioFile(Struct, frozen=True):
    """A complete scenario. `steps` includes, first, the steps of the scenario that it begins with; `area`: its folder;
    `shows`: features that it demonstrates."""

    name: str
    area: str
    zh: str
    en: str
    shows: tuple[str, ...]
    trouble: str
    window: SandboxStart
    trades: Mapping[str, Deal]
    steps: tuple[LocatedStep, ...]


FAULTS_OFF = "off"
"""Instead of a profile: switch off the active one."""
STEP_KINDS: Mapping[str, type[ScenarioStep]] = {
    "send": SendStep,
    "wait": WaitStep,
    "officer": OfficerStep,
    "force": ForceStep,
    "faults": FaultsStep,
    "options": OptionsStep,
    "import": ImportStep,
    "batch": BatchStep,
    "pay": PayStep,
    "call": CallStep,
    "expect": ExpectStep,
}
"""The kinds of step, by key."""
