"""The links from traced goods, as a linkset (RFC 9264) and as JSON-LD by schema.org and GS1's web vocabulary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from single_window.cases.traced_goods.named import NamedGoods
from single_window.cases.traced_goods.public_goods import PublicGoods

VOCABULARY = "https://ref.gs1.org/voc/"
LINKSET_CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"
DEFAULT = "pip"
HTML, LD_JSON = "text/html", "application/ld+json"
ALL = frozenset({"all", "linkset"})


class OnwardLink(NamedTuple):
    """A link: GS1's link type, the address behind the host, media type and title."""

    kind: str
    address: str
    media_type: str
    title: str


def onward_links(named: NamedGoods, goods: PublicGoods) -> tuple[OnwardLink, ...]:
    """Return the links of goods, the default one first."""
    path = named.path
    links = [
        OnwardLink("pip", path, HTML, "商品信息 Product information"),
        OnwardLink("traceability", f"{path}#trail", HTML, "追溯信息 Where it comes from"),
        OnwardLink("masterData", path, LD_JSON, "商品数据 Product data"),
    ]
    if goods.recall:
        links.append(OnwardLink("recallStatus", f"{path}#recall", HTML, "召回信息 Recall"))
    if named.gtin and (named.lot or named.serial):
        links.append(OnwardLink("epcis", f"/api/v1/epcis/events?{_query(named)}", LD_JSON, "追溯事件 EPCIS events"))
    return tuple(links)


def _query(named: NamedGoods) -> str:
    name = "MATCH_anyEPC" if named.serial else "MATCH_anyEPCClass"
    return urlencode({name: f"https://id.gs1.org{named.path}"})


def with_query(address: str, query: str) -> str:
    """Return an address with a further query (`a=b`; empty for none), before its fragment; a call of the window, which
    takes no others than its own, stays as it is."""
    if address.startswith("/api/"):
        return address
    path, mark, place = address.partition("#")
    return path + (f"{'&' if '?' in path else '?'}{query}" if query else "") + mark + place


def linkset(host: str, named: NamedGoods, goods: PublicGoods, query: str = "") -> Mapping[str, Any]:
    """Return the linkset of goods: one entry for each level, from what was asked for up to the GTIN. `host`: begins
    every address, without a slash at its end; `query`: goes with each."""
    return {"linkset": [_entry(host, level, goods, query) for level in named.levels]}


def _entry(host: str, level: NamedGoods, goods: PublicGoods, query: str) -> Mapping[str, Any]:
    entry: dict[str, Any] = {"anchor": host + level.path, "description": goods.gname or level.gtin}
    for link in onward_links(level, goods):
        address = host + with_query(link.address, query)
        told = {"href": address, "title": link.title, "type": link.media_type, "hreflang": ["zh", "en"]}
        entry.setdefault(VOCABULARY + link.kind, []).append(told)
        if link.kind == DEFAULT:
            entry[f"{VOCABULARY}defaultLink"] = [told]
    return entry


def link_header(host: str, named: NamedGoods, links: Sequence[OnwardLink], query: str) -> str:
    """Return the value of the header `Link` with all links, to which the query goes along, and the canonical address of
    the goods."""
    told = [
        f'<{host}{with_query(link.address, query)}>; rel="{VOCABULARY}{link.kind}"; type="{link.media_type}"; '
        f'hreflang="zh"; hreflang="en"; title*=UTF-8\'\'{_percent(link.title)}'
        for link in links
    ]
    same = [f'<https://id.gs1.org{named.path}>; rel="owl:sameAs"'] if named.gtin else []
    return ", ".join([*told, *same])


def _percent(text: str) -> str:
    return quote(text, safe="")


def product(host: str, named: NamedGoods, goods: PublicGoods) -> Mapping[str, Any]:
    """Return goods as JSON-LD; what is not known is left out."""
    told: dict[str, Any] = {
        "@context": {"@vocab": "https://schema.org/", "gs1": VOCABULARY},
        "@type": ["Product", "gs1:Product"],
        "@id": host + named.path,
        "name": goods.gname,
        "gtin": goods.gtin,
        "countryOfOrigin": goods.origin,
        "productionDate": goods.produced,
        "gs1:hasBatchLotNumber": goods.lot,
        "gs1:expirationDate": goods.expires,
    }
    if goods.importer:
        told["seller"] = {"@type": "Organization", "name": goods.importer}
    if goods.recall:
        told["gs1:recallStatus"] = {
            "description": goods.recall.hazard,
            "startDate": goods.recall.day,
            "completed": goods.recall.over,
        }
    return {name: value for name, value in told.items() if value != ""}
