"""The form of a scenario file: its tables and their keys, as values. What they mean: docs/scenarios.md."""

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
    """A table of a scenario: a key that is not known is refused."""


class Window(Table, frozen=True):
    """How the sandbox begins: its day and time, and its options."""

    day: date = date(2026, 11, 20)
    time: Annotated[str, Meta(pattern="^[0-2][0-9]:[0-5][0-9]$")] = "20:00"
    options: dict[str, str | bool] = {}


class Refunded(Table, frozen=True):
    """What a refund is claimed with: how the exporter is refunded, its tax credit, and what the goods cost at home."""

    kind: Literal["T", "M"] = "T"
    credit: Literal["A", "B", "C", "D"] = "B"
    cost: Amount = "50.00"
    bought: int = 0
    levy: Amount = "0.13"
    rate: Amount = "0.13"
    output: Amount = "0"
    input: Amount = "0"
    forward: Amount = "0"


class Deal(Table, frozen=True):
    """One trade: which way it goes, what it looks like, what is wrong with it."""

    flow: Literal["import", "export"]
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
    refund: Refunded | None = None


class Step(Table, frozen=True):
    """What every step may say besides: a sentence for whoever reads the story."""

    say: Text = ""


class Send(Step, frozen=True, kw_only=True):
    """Somebody sends documents."""

    send: str | tuple[str, ...]
    of: str | tuple[str, ...] = ()
    edition: str = ""
    head: dict[str, str | int | bool] = {}
    change: tuple[Change, ...] = ()
    together: bool = False
    copies: Annotated[int, Meta(ge=1, le=200)] = 1
    same_transmission: bool = False
    envelope_from: Text = ""
    put: dict[str, str] = {}
    outcome: Text = ""
    text: Annotated[str, Meta(max_length=10_000)] = ""
    answer: int = 202
    finding: Text = ""
    more: dict[str, str | int | bool] = {}


class Wait(Step, frozen=True, kw_only=True):
    """The sandbox's clock goes on."""

    wait: Text


class Officer(Step, frozen=True, kw_only=True):
    """An officer decides."""

    officer: Text
    of: Text = ""
    about: Text = "list"
    reason: Text = ""
    amount: str = ""
    refused: bool = False


class Force(Step, frozen=True, kw_only=True):
    """From now on an outcome is forced: a ready-made one by name, or `own` with what to `do`."""

    force: Text
    of: Text = ""
    times: int = 0
    match: dict[str, Any] = {}
    do: dict[str, Any] = {}


class Faults(Step, frozen=True, kw_only=True):
    """A profile of faults is switched on, or what is on is switched off (`"off"`)."""

    faults: Text
    lasts: str = ""
    seed: str = ""


class Options(Step, frozen=True, kw_only=True):
    """The sandbox behaves differently from now on."""

    options: dict[str, str | bool]


class Import(Step, frozen=True, kw_only=True, rename={"kind": "import"}):
    """Master data are imported."""

    kind: Text
    rows: tuple[dict[str, str], ...]


class Batch(Step, frozen=True, kw_only=True):
    """Somebody does something with the batch that a trade's list is in."""

    batch: Literal["declare", "review"]
    of: Text = ""
    reason: Text = "抽查"


class Pay(Step, frozen=True, kw_only=True):
    """The tax bill of a trade is paid."""

    pay: Literal["tax bill"]
    of: Text = ""


class Expect(Step, frozen=True, kw_only=True):
    """What must have come of a paper: which receipts, what they say, and when."""

    expect: Text
    of: Text = ""
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


AnyStep = Send | Wait | Officer | Force | Options | Import | Batch | Pay | Expect


class File(Table, frozen=True):
    """A scenario file as it is written."""

    zh: Text
    en: Text
    shows: tuple[Text, ...] = ()
    trouble: Text = ""
    begins_with: Text = ""
    window: Window | None = None
    trade: dict[Name, Deal] = {}
    step: tuple[dict[str, Any], ...] = ()


class Placed(Struct, frozen=True):
    """A step and where it stands: in which file, which of its steps, on which line."""

    step: AnyStep
    file: str
    number: int
    line: int


class Scenario(Struct, frozen=True):
    """A scenario: what it shows, how the sandbox begins, the trades, and the steps in their order: first those of the
    scenarios that it begins with. `area` is the folder that it stands in."""

    name: str
    area: str
    zh: str
    en: str
    shows: tuple[str, ...]
    trouble: str
    window: Window
    trades: Mapping[str, Deal]
    steps: tuple[Placed, ...]


OFF = "off"
"""Instead of a profile: what is on is switched off."""
VERBS: Mapping[str, type[Step]] = {
    "send": Send,
    "wait": Wait,
    "officer": Officer,
    "force": Force,
    "faults": Faults,
    "options": Options,
    "import": Import,
    "batch": Batch,
    "pay": Pay,
    "expect": Expect,
}
"""What a step may do, by the key that says so."""
