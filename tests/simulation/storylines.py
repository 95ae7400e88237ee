"""What may become of one trade besides its own documents: what is late, sent again, amended, decided, asked for.

`STORYLINES` end in the same way whoever is quicker; `RACES` do not, and are only for seeds in which time runs on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from simulators.imports import stories
from simulators.imports.trade import CODES, ImportTrade
from simulators.messages import SyntheticMessage, make_message
from single_window.language.refusal import Refusal
from single_window.refused import NotFound
from single_window.wiring import Window
from tests.simulation.site import WORLD

REFUSALS = (Refusal, Refusal, NotFound)
"""What an officer may be answered instead of having his act filed."""


class Transmission(NamedTuple):
    """A message as it is sent; a participant who is not answered sends it again. `label` says what it holds."""

    body: bytes
    label: str


class Deed(NamedTuple):
    """What an officer does to a list."""

    number: str
    action: str

    @property
    def label(self) -> str:
        """What is done."""
        return f"{self.action} {self.number}"


class Retry(NamedTuple):
    """An operator sends again what is parked."""

    label: str = "whatever is parked"


class Task(NamedTuple):
    """What somebody else does through a window; done twice it is as done once."""

    label: str
    do: Callable[[Window], object]


Sending: TypeAlias = Transmission | Deed | Retry | Task


class Known(NamedTuple):
    """What a declarant knows of his list from his receipts."""

    pre_no: str = ""
    invt_no: str = ""

    @property
    def numbers(self) -> dict[str, str]:
        """As `simulators.imports.stories` wants them."""
        return self._asdict()


Does: TypeAlias = Callable[[ImportTrade, Known], Sequence[Sending]]


def transmission(sent: SyntheticMessage, remark: str = "") -> Transmission:
    """A message, with its label."""
    return Transmission(sent.body, f"{sent.code} of {' '.join(sent.trades)}{remark}")


def nothing(_trade: ImportTrade, _known: Known) -> Sequence[Sending]:
    """Nothing."""
    return ()


def late(trade: ImportTrade, kind: str) -> Sequence[Sending]:
    """A document of the trade that was held back."""
    document = trade.document(kind)
    return (
        []
        if document is None
        else [transmission(make_message(CODES[kind], [document], trade.parties.sender(kind), (trade.id,)))]
    )


def amends(trade: ImportTrade, known: Known) -> Sequence[Sending]:
    """The list once more, with the buyer that the order names."""
    if not known.pre_no:
        return ()
    head = trade.order.head if trade.order is not None else {}
    right = {name: head[name] for name in ("buyerName", "buyerTelephone") if name in head}
    return [transmission(stories.amended_document(trade, changes=right, **known.numbers))]


def deletes(trade: ImportTrade, known: Known) -> Sequence[Sending]:
    """The list is deleted."""
    return [transmission(stories.deletion(trade, **known.numbers))] if known.pre_no else ()


def delivers(trade: ImportTrade, _known: Known) -> Sequence[Sending]:
    """The parcel was signed for."""
    return [transmission(stories.delivery(trade))] if trade.waybill is not None else ()


def arrives(trade: ImportTrade, _known: Known) -> Sequence[Sending]:
    """The parcel has come to the supervised site."""
    return [transmission(intake) for intake in stories.intakes(WORLD, [trade])]


def asks(story: Callable[..., SyntheticMessage]) -> Does:
    """A request about the list: its cancellation, a return."""
    return lambda trade, known: (
        [transmission(story(trade, known.invt_no, pre_no=known.pre_no))] if known.invt_no else ()
    )


def decides(*actions: str) -> Does:
    """What an officer does, at once."""
    return lambda _trade, known: [Deed(known.pre_no, action) for action in actions] if known.pre_no else ()


def both(first: Does, then: Does) -> Does:
    """Two things at once."""
    return lambda trade, known: [*first(trade, known), *then(trade, known)]


class Storyline(NamedTuple):
    """What is done in the second act, what in the third, and which document comes only in the second."""

    second: Does = nothing
    third: Does = nothing
    late: str = ""


STORYLINES: Mapping[str, Storyline] = {
    "": Storyline(),
    "late order": Storyline(lambda trade, _: late(trade, "order"), late="order"),
    "late payment": Storyline(lambda trade, _: late(trade, "payment"), late="payment"),
    "late waybill": Storyline(lambda trade, _: late(trade, "waybill"), late="waybill"),
    "amended": Storyline(amends),
    "deleted": Storyline(deletes),
    "delivered": Storyline(delivers),
    "arrived": Storyline(arrives),
    "cancelled": Storyline(third=asks(stories.cancellation)),
    "returned": Storyline(third=asks(stories.refund)),
    "returned_partly": Storyline(third=asks(stories.partial_refund)),
    "delivered and returned": Storyline(delivers, asks(stories.refund)),
    "released by hand": Storyline(decides("release"), decides("close")),
    "rejected by hand": Storyline(decides("reject"), amends),
    "inspected": Storyline(decides("inspect"), decides("conclude")),
    "reviewed": Storyline(decides("review"), decides("conclude")),
    "sent back": Storyline(decides("inspect"), decides("send_back")),
    "suspended": Storyline(decides("suspend"), decides("conclude")),
    "suspended and amended": Storyline(decides("suspend"), amends),
    "concluded": Storyline(decides("conclude"), decides("release")),
}
RACES: Mapping[str, Storyline] = {
    "suspended, then amended while an officer concludes": Storyline(
        decides("suspend"), both(amends, decides("conclude"))
    ),
    "reviewed and concluded": Storyline(decides("review", "conclude"), decides("review", "conclude")),
    "amended and deleted": Storyline(amends, deletes),
    "cancelled while it is decided": Storyline(
        decides("review"), both(asks(stories.cancellation), decides("conclude"))
    ),
    "amended while its partner comes": Storyline(both(amends, lambda trade, _: late(trade, "payment")), late="payment"),
    "deleted while its partner comes": Storyline(
        both(deletes, lambda trade, _: late(trade, "payment")), late="payment"
    ),
    "returned twice": Storyline(delivers, both(asks(stories.refund), asks(stories.partial_refund))),
}
