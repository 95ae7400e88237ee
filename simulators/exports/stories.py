"""Later messages in an export's life: cancellation (605), return (213), tally of what came back (215)."""

from __future__ import annotations

from simulators.changing import moved_time
from simulators.exports.notes import HOUR
from simulators.exports.trade import ExportTrade
from simulators.messages import SyntheticMessage, make_message
from simulators.traded import Document, Elements, opening_elements
from simulators.world import World

RETURN_MODES = {"9610": "9661", "1210": "1261"}
"""Trade modes of returned exports; the others have none of their own."""
_SOLD = ("ebpCode", "ebpName", "ebcCode", "ebcName", "logisticsNo", "logisticsCode", "logisticsName")
_RETURNED = ("gnum", "gcode", "gname", "gmodel", "qty", "qty1", "unit", "unit1", "qty2", "unit2")


def cancellation(trade: ExportTrade, invt_no: str, *, after: int = HOUR) -> SyntheticMessage:
    """The request (605) to withdraw a list, `after` seconds later than the list."""
    of = _list(trade).head
    head = {
        **_opening(trade, "C", "605", after),
        "customsCode": of["customsCode"],
        "copNo": "C" + trade.serial,
        "invtNo": invt_no,
        "reason": "境外买家取消订单",
        **{name: of[name] for name in ("agentCode", "agentName", "ebcCode", "ebcName")},
    }
    return make_message("605", [Document(head, [])], trade.parties.agent, (trade.id,))


def refund(
    trade: ExportTrade, invt_no: str, *, letter: str = "T", after: int = 24 * HOUR, when: str = ""
) -> SyntheticMessage:
    """The request (213) to take all goods of a list back; its number begins with `letter`. `when` is its time, where it
    is not so many seconds after the list's."""
    of = _list(trade)
    head = {
        **_opening(trade, letter, "213", after, when),
        "customsCode": of.head["customsCode"],
        **{name: of.head[name] for name in _SOLD},
        "coElNo": letter + trade.serial,
        "invtNo": invt_no,
        "agentCode": of.head["agentCode"],
        "agentName": of.head["agentName"],
        **_way_back(trade),
        "portCode": of.head["portCode"],
        "reason": "尺码不合适",
        "country": of.head["country"],
    }
    if trade.mode in RETURN_MODES:
        head["tradeMode"] = RETURN_MODES[trade.mode]
    lines = [{name: line[name] for name in _RETURNED if name in line} for line in of.lines]
    return make_message("213", [Document(head, lines)], trade.parties.agent, (trade.id,))


def tally(
    world: World, trade: ExportTrade, invt_no: str, *, after: int = 25 * HOUR, when: str = ""
) -> SyntheticMessage:
    """The site operator's count (215) of a parcel that came back; `when` as for `refund`."""
    of = _list(trade).head
    head = {
        **_opening(trade, "O", "215", after, when),
        "customsCode": of["customsCode"],
        "operatorCode": world.site.code,
        "operatorName": world.site.name,
        **{name: of[name] for name in ("logisticsNo", "logisticsCode", "logisticsName")},
        "invtNo": invt_no,
        "coElNo": "O" + trade.serial,
        **_way_back(trade),
        "location": "B-02",
    }
    return make_message("215", [Document(head, [])], world.site, (trade.id,))


def _way_back(trade: ExportTrade) -> Elements:
    flight = trade.flight
    return {
        "billNo": f"R{trade.serial}",
        "ieFlag": "I",
        "trafMode": flight.traf_mode,
        "trafName": flight.vehicle,
        "voyageNo": f"{flight.voyage_no[:-1]}R",
    }


def _opening(trade: ExportTrade, letter: str, code: str, after: int, when: str = "") -> Elements:
    when = when or moved_time(_list(trade).head["appTime"], after)
    return opening_elements(when, trade.serial, code, letter)


def _list(trade: ExportTrade) -> Document:
    if trade.inventory is None:
        raise ValueError(f"The trade {trade.id} has no list.")
    return trade.inventory
