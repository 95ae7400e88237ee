"""The summary request (CEB701): closed lists to be merged into declarations."""

from __future__ import annotations

from declarations.documents.header import Facts, StagedHeader


class SummaryRequestLine(Facts, frozen=True):
    """One list to be summarised."""

    invt_no: str


class SummaryRequest(StagedHeader, frozen=True):
    """One of `msg_count` parts of a request. If it has `start_time` and `end_time`, its lines are ignored."""

    customs_code: str
    cop_no: str
    pre_no: str
    sum_no: str
    agent_code: str
    agent_name: str
    ebc_code: str
    ebc_name: str
    decl_agent_code: str
    decl_agent_name: str
    start_time: str
    end_time: str
    loct_no: str
    summary_flag: str
    item_name_flag: str
    msg_count: int
    msg_seq_no: int
    lines: tuple[SummaryRequestLine, ...] = ()
