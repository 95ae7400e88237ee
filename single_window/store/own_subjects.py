"""The subjects of the window's own events beside lists: what they are about, and whose the events are. An event belongs
to the mailbox of the company."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, select

from gateways.port.packing import CANCELS
from schemas.epcis.own_events import container, goods_steps, parcel, taken_back
from single_window.store.agency_tables.port import port_parcel
from single_window.store.bulk import one_of
from single_window.store.gateways.filed import filed_documents
from single_window.store.gateways.registered import mailboxes_of
from single_window.store.own_lists import LISTS
from single_window.store.own_lots import owner, told_batches, told_recalls
from single_window.store.own_returns import RETURNS, told_returns
from single_window.store.own_told import Happened, Told, ToldGoods
from single_window.store.tables import document

_PACKING_LIST = "port_packing_list"


def told_goods(connection: Connection, sandbox: str, happened: Sequence[Happened]) -> Told:
    """Return what is told of each subject that is no list, by kind and key."""
    found: Told = {}
    for kind, told in TELLERS.items():
        found |= told(connection, sandbox, _keys(happened, kind))
    return found


def _keys(happened: Sequence[Happened], kind: str) -> list[str]:
    return sorted({subject.key for subject in happened if subject.kind == kind})


def _packing_lists(connection: Connection, sandbox: str, keys: Sequence[str]) -> Told:
    """The contents of packing lists: the parcels that are in their container now by the list of this number."""
    if not keys:
        return {}
    own = (document.c.sandbox == sandbox, document.c.kind == _PACKING_LIST, one_of(connection, document.c.key, keys))
    papers = filed_documents(connection, *own)
    boxes = mailboxes_of(connection, sandbox, {paper.facts.agent_code for paper in papers})
    found = {}
    for paper in papers:
        facts: Any = paper.facts
        columns = port_parcel.c
        inside = (columns.container_no == facts.container_no, columns.listed_in == facts.cop_no)
        chosen = select(columns.key).where(columns.sandbox == sandbox, *inside)
        parcels = [parcel(*key.split("|", 1)) for key in sorted(connection.execute(chosen).scalars())]
        named = {"childEPCs": parcels} if parcels and facts.function != CANCELS else {}
        found[_PACKING_LIST, paper.key] = ToldGoods(
            goods=(),
            place="",
            about=f"urn:single-window:packing-list:{facts.agent_code}:{facts.cop_no}",
            mailbox=owner(facts.agent_code, boxes),
            further=named,
            parent=container(facts.container_no) if named else "",
            function=facts.function,
            own=f"{facts.agent_code}|{facts.cop_no}|{facts.container_no}",
        )
    return found


TELLERS: Mapping[str, Callable[[Connection, str, Sequence[str]], Told]] = MappingProxyType(
    {
        _PACKING_LIST: _packing_lists,
        "trace_batch": told_batches,
        "recall": told_recalls,
        **{kind: partial(told_returns, kind=kind) for kind in RETURNS},
    }
)
"""Kind of subject that is no list → what tells its goods, by keys."""
if untold := {kind for kind, _ in (*goods_steps(), *taken_back())} - TELLERS.keys() - LISTS.keys():
    raise ValueError(f"goods_steps.csv and taken_back.csv name kinds whose goods nothing tells: {sorted(untold)}")
