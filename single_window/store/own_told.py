"""The values in which the window tells of its own: that something happened to a subject, and the goods of that
subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from schemas.epcis.own_events import OwnGoods


class Happened(NamedTuple):
    """That something happened to a subject, by the name of the event in the timeline."""

    kind: str
    key: str
    event: str


class ToldGoods(NamedTuple):
    """The subject of an event: goods, where, the URI of its subject, the mailbox whose it is. `parent`: the parcel or
    container into which goods, or what `further` names, are packed; `function`: of a document that cancels (1) or
    replaces (5) another; `own`: what is the same for all documents about the same subject."""

    goods: Sequence[OwnGoods]
    place: str
    about: str
    mailbox: str
    further: Mapping[str, Any] = {}
    parent: str = ""
    function: str = ""
    own: str = ""


Told = dict[tuple[str, str], ToldGoods]
