"""Answers of the tracking service (UNI-PASS, API001) and of the query of personal codes (API028), as testers' programs
read them: always HTTP 200, errors have tCnt 0.

Names of elements are known (confidence C); which of them appear in what order, and their texts, are our own (I)."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from declarations.calendar import stamp14
from declarations.korea.people import Consignee
from declarations.reasons import Reason
from gateways.korea.repository import KoreaParcel
from schemas import receipt_texts
from single_window.frame.typed import HistoryLine

STATES = {
    "announced": "입항전",
    "taken_in": "수입신고수리전",
    "asked": "보완요구",
    "held": "검사대상",
    "sent_back": "반송",
    "cleared": "통관목록심사완료",
    "doubtful": "심사중",
}
"""State of a parcel → csclPrgsStts (our choice)."""
NO_PARCEL, BAD_QUERY = "[N00] 조회결과가 존재하지 않습니다.", "[N01] 화물관리번호 또는 BL번호와 BL년도를 입력하십시오."


def progress(parcel: KoreaParcel | None, history: Sequence[HistoryLine], complaint: str = NO_PARCEL) -> bytes:
    """Return the progress of a parcel in Korea; without one, tCnt 0 with a notice."""
    root = etree.Element("cargCsclPrgsInfoQryRtnVo")
    _text(root, "ntceInfo", "" if parcel else complaint)
    _text(root, "tCnt", "1" if parcel else "0")
    if parcel is not None:
        whole = etree.SubElement(root, "cargCsclPrgsInfoQryVo")
        for name, text in (
            ("csclPrgsStts", STATES.get(parcel.state, "")),
            ("prgsStts", STATES.get(parcel.state, "")),
            ("prnm", parcel.goods_name),
            ("mblNo", parcel.bill_no),
            ("hblNo", parcel.hbl_no),
            ("blYy", str(parcel.year)),
            ("cntrNo", parcel.container_no),
            ("etprCstm", "인천세관"),
        ):
            _text(whole, name, text)
        for event in history:
            told = etree.SubElement(root, "cargCsclPrgsInfoDtlQryVo")
            _text(told, "prcsDttm", stamp14(event.at))
            _text(told, "cargTrcnRelaBsopTpcd", event.event)
            _text(told, "shedNm", "")
            _text(told, "rlbrCn", "; ".join(_words(reason) for reason in event.reasons))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def verification(faults: Sequence[Reason]) -> bytes:
    """Return whether a personal code, name and phone match: tCnt 1, else tCnt 0 with the reasons."""
    root = etree.Element("persEcmQryRtnVo")
    _text(root, "tCnt", "0" if faults else "1")
    for fault in faults:
        error = etree.SubElement(root, "persEcmQryRtnErrInfoVo")
        _text(error, "errMsgCn", _words(fault))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def consignee_asked(code: str, name: str, phone: str, postcode: str) -> Consignee:
    """Return the person that a query of a personal code names."""
    return Consignee("A", code, name, phone, postcode)


def _words(reason: Reason) -> str:
    return receipt_texts.words(reason.rule, reason.values, "en")


def _text(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = "".join(one for one in text if one.isprintable())
