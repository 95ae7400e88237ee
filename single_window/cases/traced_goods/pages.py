"""The public addresses of traced goods: `/trace/CODE`, GS1 Digital Links below `/01/`, a QR code of each, and the
description of the resolver. Everybody may read them; unknown goods are answered alike, whatever is wrong with them.

Digital Links have no prefix, so the addresses are routes of the console at the root, and a window with the API only has
none. QR codes are drawn by segno, since `qrcode` wants Pillow. Compressed Digital Links are not expanded: no label of
this trade uses them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import segno
from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from single_window.cases.traced_goods import links
from single_window.cases.traced_goods.named import NamedGoods, NotALink, goods_named
from single_window.cases.traced_goods.public_goods import PublicGoods, goods_of_code, goods_of_link
from single_window.frame.http.calls import EVERYBODY, add_page
from single_window.frame.http.open_pages import OPEN, count_caller
from single_window.frame.http.ports import ports
from single_window.frame.http.problems import problem
from single_window.language import codes_in_words
from single_window.language.words import Words
from single_window.store import sandboxes
from single_window.store.engine import reading, writing
from single_window.store.sandboxes import UnknownSandbox

LINKSET, JSON = "application/linkset+json", "application/json"
_OFFERED = (links.HTML, links.LD_JSON, LINKSET, JSON)
Finder = Callable[[Any, str, int, bool], PublicGoods | None]


def register(blueprint: Blueprint) -> None:
    """Add the addresses."""
    add_page(blueprint, "/trace/<code>", "trace", show_code, EVERYBODY)
    add_page(blueprint, "/trace/<code>/qr.svg", "trace_qr", show_qr, EVERYBODY)
    add_page(blueprint, "/01/<path:rest>", "digital_link", show_link, EVERYBODY)
    add_page(blueprint, "/.well-known/gs1resolver", "gs1resolver", describe, EVERYBODY)


def show_code(code: str) -> AnyResponse:
    """Show what a trace code stands for."""
    goods = _found(lambda connection, sandbox, now, count: goods_of_code(connection, sandbox, code, now, count))
    if goods is None:
        return _unknown()
    return _answer(_named(goods), goods)


def show_link(rest: str) -> AnyResponse:
    """Show what a Digital Link names, or lead on to the link type that is asked for."""
    try:
        named = goods_named(_raw_path() or f"/01/{quote(rest)}")
    except NotALink as wrong:
        return _page(400, wrong=str(wrong))
    goods = _found(lambda connection, sandbox, now, count: goods_of_link(connection, sandbox, named, now, count))
    return _unknown() if goods is None else _answer(named, goods)


def _raw_path() -> str:
    """The path of the request from `/01/` on, as it was sent: routes see `%2F` as a slash; empty where the server does
    not tell it."""
    path = urlsplit(request.environ.get("REQUEST_URI", "")).path
    return path[path.index("/01/") :] if "/01/" in path else ""


def show_qr(code: str) -> AnyResponse:
    """Show the QR code of a trace code's page, as SVG; a Digital Link where the goods have a GTIN."""
    goods = _found(lambda connection, sandbox, now, count: goods_of_code(connection, sandbox, code, now, False))
    if goods is None:
        return _unknown()
    address = _host() + links.with_query(_named(goods).path, _passed_on())
    picture = BytesIO()
    try:
        segno.make(address, error="m").save(picture, kind="svg", scale=4, border=4)
    except segno.DataOverflowError:
        raise problem("not-in-a-qr-code", size=len(address), path="?") from None
    return Response(picture.getvalue(), content_type="image/svg+xml", headers=OPEN)


def describe() -> AnyResponse:
    """Describe the resolver, as GS1's standard for resolvers 1.2.0 wants it."""
    told = {
        "name": "single window, a simulator",
        "resolverRoot": _host(),
        "supportedPrimaryKeys": ["01"],
        "supportedLinkType": [{"namespace": links.VOCABULARY, "prefix": "gs1:"}],
        "linkTypeDefaultCanBeLinkset": False,
    }
    return _json(told, JSON)


def _found(find: Finder) -> PublicGoods | None:
    """Find goods in the sandbox of ?sandbox=, else main. A look-up is counted when a person opens the page."""
    count_caller()
    name, engine = request.args.get("sandbox") or "main", ports().window.engine
    try:
        with reading(engine) as connection:
            now = sandboxes.find(connection, name).clock.now()
            known = find(connection, name, now, False)
        if known is None or request.method == "HEAD" or _wanted() != links.HTML or _asked_type():
            return known
        with writing(engine) as connection:
            return find(connection, name, now, True)
    except UnknownSandbox:
        return None


def _answer(named: NamedGoods, goods: PublicGoods) -> AnyResponse:
    asked, wanted, led = _asked_type(), _wanted(), links.onward_links(named, goods)
    if asked in links.ALL or (not asked and wanted in (LINKSET, JSON)):
        response = _json(links.linkset(_host(), named, goods, _passed_on()), JSON if wanted == JSON else LINKSET)
        response.headers["Link"] = f'<{links.LINKSET_CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"'
        return response
    if asked and asked not in ("defaultLink", links.DEFAULT):
        return _led_on(asked, led, named)
    if wanted == links.LD_JSON:
        response = _json(links.product(_host(), named, goods), links.LD_JSON)
    else:
        response = _page(200, goods)
    response.headers["Link"] = links.link_header(_host(), named, led, _passed_on())
    return response


def _led_on(asked: str, led: tuple[links.OnwardLink, ...], named: NamedGoods) -> AnyResponse:
    """Redirect to the link of a type; its query goes along. 404 if there is none of this type."""
    for link in led:
        if link.kind == asked:
            response: AnyResponse = redirect(links.with_query(link.address, _passed_on()), 307)
            response.headers.update({**OPEN, "Link": links.link_header(_host(), named, led, _passed_on())})
            return response
    return _unknown()


def _named(goods: PublicGoods) -> NamedGoods:
    return NamedGoods(goods.gtin, goods.lot, goods.code if goods.serial or not goods.gtin else "")


def _asked_type() -> str:
    return request.args.get("linkType", "").removeprefix("gs1:").removeprefix(links.VOCABULARY)


def _wanted() -> str:
    return request.accept_mimetypes.best_match(_OFFERED, links.HTML) or links.HTML


def _passed_on() -> str:
    return urlencode([(name, value) for name, value in request.args.items(multi=True) if name != "linkType"])


def _host() -> str:
    return request.host_url.rstrip("/")


def _unknown() -> Response:
    return _page(404)


def _page(status: int, goods: PublicGoods | None = None, wrong: str = "") -> Response:
    port = codes_in_words.name_of("customsCode", goods.office) if goods else Words("", "")
    page = render_template("console/traced_goods.html", goods=goods, wrong=wrong, port=port)
    return Response(page, status, headers=OPEN, content_type="text/html; charset=utf-8")


def _json(told: Any, content_type: str) -> Response:
    return Response(json.dumps(told, ensure_ascii=False), headers=OPEN, content_type=content_type)
