"""Port checks of the consolidation note (CEB607), arrival note (CEB507) and departure note (CEB509)."""

from __future__ import annotations

from declarations.rules import export_shared, shared
from declarations.rules.rule import RuleBook, mark_as_business

_OFFICE = shared.offices(customs_code="customsCode")
_PARCEL = shared.filled_fields(each_line=True, logistics_no="logisticsNo")

CONSOLIDATION = RuleBook(
    "consolidation",
    "-902001",
    ("agent_code", "cop_no", "msg_seq_no"),
    business="-903001",
    head=(
        *shared.HEADER,
        shared.filled_fields(agent_code="agentCode", cop_no="copNo", bill_no="billNo"),
        shared.companies(agent_code="agentCode", logistics_code="logisticsCode"),
        _OFFICE,
        shared.transport_mode_is_known,
        shared.positive({"gross_weight": "grossWeight"}),
        shared.repeated_line("15008"),
        *mark_as_business(export_shared.part_is_one_of_its_whole, export_shared.no_parcel_twice),
    ),
    line=(shared.lines_count_from_one, _PARCEL, export_shared.list_number(each_line=True)),
)
ARRIVAL = RuleBook(
    "arrival_note",
    "-802001",
    ("operator_code", "cop_no", "msg_seq_no"),
    business="-803001",
    head=(
        *shared.HEADER,
        shared.filled_fields(operator_code="operatorCode", cop_no="copNo"),
        shared.companies(operator_code="operatorCode", logistics_code="logisticsCode"),
        _OFFICE,
        shared.transport_mode_is_known,
        shared.repeated_line("15008"),
        *mark_as_business(
            export_shared.is_export,
            export_shared.note_names_its_master_waybill,
            export_shared.part_is_one_of_its_whole,
            export_shared.no_parcel_twice,
        ),
    ),
    line=(shared.lines_count_from_one, _PARCEL),
)
DEPARTURE = RuleBook(
    "departure_note",
    "-506001",
    ("logistics_code", "cop_no", "msg_seq_no"),
    business="-507001",
    head=(
        *shared.HEADER,
        shared.filled_fields(logistics_code="logisticsCode", cop_no="copNo"),
        shared.companies(logistics_code="logisticsCode"),
        _OFFICE,
        shared.transport_mode_is_known,
        shared.moment("leave_time", "leaveTime"),
        shared.repeated_line("15008"),
        *mark_as_business(export_shared.part_is_one_of_its_whole, export_shared.no_parcel_twice),
    ),
    line=(shared.lines_count_from_one, _PARCEL),
)
