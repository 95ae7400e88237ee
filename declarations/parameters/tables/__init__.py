"""The shapes (fields with types) of parameters that are tables, by name.

A value is checked against its shape when its file is read, so that a missing field is found at start. Rules read it by
`Value.read`. Shares are numbers from 0 to 1; codes are written as in the law.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from declarations.parameters.tables.clearance import (
    BatchOpening,
    Chapters,
    ConsumptionTax,
    CreditGrading,
    DistrictReach,
    ForeignFirm,
    GreenChannel,
    Merging,
    ModeArea,
    Modes,
    NegativeList,
    ParcelBands,
    PilotCities,
    PilotZones,
    Prefixes,
    PriceSource,
    ReturnCentre,
    ReturnRelief,
    Sampling,
    SummaryDay,
    SummaryLists,
    WaivingGrades,
)
from declarations.parameters.tables.credit import (
    CreditCondition,
    CreditKinds,
    CreditProcedure,
    CreditRepair,
    CreditShown,
)
from declarations.parameters.tables.open_data import PublicationRules
from declarations.parameters.tables.overseas import OverseasCountries
from declarations.parameters.tables.risk import RiskProfile
from declarations.parameters.tables.settlement import (
    BackgroundCheck,
    ClaimWindow,
    ClassTests,
    ConsumptionTaxRefund,
    Counted,
    Deferral,
    DomesticSale,
    ExchangeEvidence,
    FilingPapers,
    FirstClass,
    Matching,
    NettingReport,
    Overseas,
    RateDay,
    RateFixing,
    RateTransition,
    SmallFirm,
    SpecialRefund,
    Tiers,
    TransactionLimit,
)
from declarations.parameters.tables.shape import Codes, Shares, Words
from declarations.parameters.tables.spot_checks import LimitsOfGoods

SHAPES: Mapping[str, Any] = {
    "batches.goods": Shares,
    "batches.opening": BatchOpening,
    "batches.sampling": Sampling,
    "clearance.districts": DistrictReach,
    "collection.guarantee_waiver": WaivingGrades,
    "consumption.*": ConsumptionTax,
    "credit.conditions.*": CreditCondition,
    "credit.kinds": CreditKinds,
    "credit.procedure": CreditProcedure,
    "credit.repair": CreditRepair,
    "credit.shown": CreditShown,
    "export.duty_goods": Prefixes,
    "export.inspect_before_loading": DistrictReach,
    "export.inspected_goods": Prefixes,
    "export.modes.*": DistrictReach,
    "export.returns.cross_district": DistrictReach,
    "export.returns.food": Chapters,
    "export.returns.relief": ReturnRelief,
    "export.returns.trade_modes": Words,
    "export.simplified_digits": Shares,
    "export.zones": PilotZones,
    "traceability.food_chapters": Chapters,
    "traceability.food_finish_days": Shares,
    "traceability.food_start_hours": Shares,
    "forex.background_check": BackgroundCheck,
    "forex.classes": Words,
    "forex.deferral": Deferral,
    "forex.fixing": RateFixing,
    "forex.netting_report": NettingReport,
    "forex.special_refund": SpecialRefund,
    "forex.transaction_limit": TransactionLimit,
    "inspection.rates": Shares,
    "modes.pilot_area": PilotCities,
    "modes.*": ModeArea,
    "open_data.publication": PublicationRules,
    "overseas.countries": OverseasCountries,
    "parcel.bands": ParcelBands,
    "parcel.price_source": PriceSource,
    "parcel.rates": Shares,
    "parcel.value_limit": Shares,
    "positive_list.bonded_only_modes": Modes,
    "profiles.*": RiskProfile,
    "refund.classes.exchange_evidence": ExchangeEvidence,
    "refund.classes.first": FirstClass,
    "refund.classes.tests": ClassTests,
    "refund.consumption.*": ConsumptionTaxRefund,
    "refund.domestic_sale": DomesticSale,
    "refund.exemption_declaration": Counted,
    "refund.filing_papers": FilingPapers,
    "refund.fx": RateDay,
    "refund.matching": Matching,
    "refund.no_invoice_taxed": Modes,
    "refund.overseas": Overseas,
    "refund.review_days": Shares,
    "refund.review_share": Shares,
    "refund.review_targets": Shares,
    "refund.small_firm": SmallFirm,
    "refund.tiers": Tiers,
    "refund.transition": RateTransition,
    "refund.window": ClaimWindow,
    "returns.centre_warehouse": ReturnCentre,
    "registration.foreign_firm": ForeignFirm,
    "registration.grading": CreditGrading,
    "registration.green_channel": GreenChannel,
    "registration.negative_list": NegativeList,
    "registration.requirements": Codes,
    "spot_checks.items": LimitsOfGoods,
    "spot_checks.laboratories": Words,
    "summary.deadline": SummaryDay,
    "summary.lists": SummaryLists,
    "summary.merging": Merging,
    "valuation.methods": Words,
    "valuation.usual_prices": Shares,
}
"""Parameter name, or pattern of names → shape."""


def shape_of(name: str) -> Any | None:
    """Return the shape of a parameter's tables; None if it has none."""
    if name in SHAPES:
        return SHAPES[name]
    return next((shape for pattern, shape in SHAPES.items() if fnmatchcase(name, pattern)), None)
