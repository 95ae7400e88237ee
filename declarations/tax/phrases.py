"""The texts of explanations, in Chinese and English, with named placeholders for formatted numbers."""

from __future__ import annotations

from collections.abc import Mapping

ZH, EN = "zh", "en"

PHRASES: Mapping[str, Mapping[str, str]] = {
    "reduced": {
        ZH: "限值以内：关税按 {duty_factor} 征收，增值税、消费税按应纳税额的 {factor} 征收（舍入方法 {policy}）。",
        EN: "Inside the limits: duty at {duty_factor} of the statutory tax, VAT and consumption tax at {factor} "
        "(rounding {policy}).",
    },
    "full": {
        ZH: "超过限值，全额征税：关税、增值税、消费税按应纳税额的 {factor} 征收（舍入方法 {policy}）。",
        EN: "Above a limit, taxed in full: duty, VAT and consumption tax at {factor} (rounding {policy}).",
    },
    "returned": {
        ZH: "出口退运货物不享受免税，按一般进口全额征税（舍入方法 {policy}）；"
        "货值、运费、保费按原出口申报，按退回数量分摊。",
        EN: "Returned exports without relief bear the full taxes of an ordinary import (rounding {policy}); goods, "
        "freight and insurance are those declared at export, in the share that comes back.",
    },
    "returned.day": {
        ZH: "退货申请受理日 {day}：适用当日有效的规定和汇率。",
        EN: "Day on which the return is accepted {day}: the law and the exchange rates of that day apply.",
    },
    "returned.17428.duty": {
        ZH: "关税合计 {computed} 元，不超过 {limit} 元，免征。",
        EN: "Duty of the consignment {computed} yuan, not above {limit}: not levied.",
    },
    "returned.17428.consumption": {
        ZH: "消费税合计 {computed} 元，不超过 {limit} 元，免征。",
        EN: "Consumption tax of the consignment {computed} yuan, not above {limit}: not levied.",
    },
    "returned.17428.vat": {
        ZH: "增值税合计 {computed} 元，不超过 {limit} 元，免征。",
        EN: "VAT of the consignment {computed} yuan, not above {limit}: not levied.",
    },
    "day": {ZH: "清单入库日 {day}：适用当日有效的规定。", EN: "Day of acceptance {day}: the law of that day applies."},
    "value": {
        ZH: "第 {gnum} 项 {gcode}（{status}）：完税价格 = "
        "货值 {goods} + 运费 {freight} + 保费 {insurance} = {value} 元。",
        EN: "Line {gnum}, {gcode} ({status}): dutiable value = "
        "goods {goods} + freight {freight} + insurance {insurance} = {value} yuan.",
    },
    "redetermined": {
        ZH: "  海关核定货值（{method}）：单价 {price} × {quantity} = {goods} 元；申报单价 {declared_price} 元。",
        EN: "  Goods as determined by customs ({method}): {price} × {quantity} = {goods} yuan; declared at "
        "{declared_price} each.",
    },
    "method.undiscounted": {ZH: "按未享受特定优惠的价格", EN: "the price without a discount that only some get"},
    "method.identical": {ZH: "相同货物成交价格估价方法", EN: "transaction value of identical goods"},
    "method.similar": {ZH: "类似货物成交价格估价方法", EN: "transaction value of similar goods"},
    "method.deductive": {ZH: "倒扣价格估价方法", EN: "deductive value"},
    "method.computed": {ZH: "计算价格估价方法", EN: "computed value"},
    "method.reasonable": {ZH: "合理方法", EN: "reasonable means"},
    "duty": {
        ZH: "  关税 = {value} × {duty_rate} × {duty_factor} = {duty} 元。",
        EN: "  Duty = {value} × {duty_rate} × {duty_factor} = {duty} yuan.",
    },
    "duty_compound": {
        ZH: "  关税 = ({value} × {duty_rate} + {duty_specific} × {legal_quantity}) × {duty_factor} = {duty} 元。",
        EN: "  Duty = ({value} × {duty_rate} + {duty_specific} × {legal_quantity}) × {duty_factor} = {duty} yuan.",
    },
    "register": {
        ZH: "  法定关税税率 {duty_rate} 取自商品登记册（{status}），该行来源：{source}。",
        EN: "  Statutory duty rate {duty_rate} from the goods register ({status}), source of the row: {source}.",
    },
    "test.content": {
        ZH: "  {value} 元 ÷ ({quantity} × {content} 毫升或克) = {each} 元，{compared} {threshold} 元。",
        EN: "  {value} yuan ÷ ({quantity} × {content} ml or g) = {each} yuan, {compared} {threshold} yuan.",
    },
    "test.piece": {
        ZH: "  {value} 元 ÷ ({quantity} × {content} 片) = {each} 元，{compared} {threshold} 元。",
        EN: "  {value} yuan ÷ ({quantity} × {content} pieces) = {each} yuan, {compared} {threshold} yuan.",
    },
    "test.unit": {
        ZH: "  {value} 元 ÷ {quantity} 只 = {each} 元，{compared} {threshold} 元。",
        EN: "  {value} yuan ÷ {quantity} = {each} yuan each, {compared} {threshold} yuan.",
    },
    "test.litre": {
        ZH: "  {value} 元 ÷ {litres} 升 = {each} 元，{compared} 界限 {threshold} 元/升。",
        EN: "  {value} yuan ÷ {litres} l = {each} yuan, {compared} the threshold of {threshold} yuan a litre.",
    },
    "reached": {ZH: "达到", EN: "at or above"},
    "below": {ZH: "低于", EN: "below"},
    "consumption.none": {ZH: "  消费税：不征。", EN: "  Consumption tax: none."},
    "consumption.ad_valorem": {
        ZH: "  消费税 = ({value} + {duty}) ÷ (1 − {rate}) × {rate} = {consumption_full}；"
        "× {factor} = {consumption} 元。",
        EN: "  Consumption tax = ({value} + {duty}) ÷ (1 − {rate}) × {rate} = {consumption_full}; "
        "× {factor} = {consumption} yuan.",
    },
    "consumption.specific": {
        ZH: "  消费税 = {specific} × {litres} 升 = {consumption_full}；× {factor} = {consumption} 元。",
        EN: "  Consumption tax = {specific} × {litres} l = {consumption_full}; × {factor} = {consumption} yuan.",
    },
    "cosmetic.high_end": {
        ZH: "  净含量无法辨认，关员认定为高档化妆品。",
        EN: "  No net content can be read; an officer decided that the cosmetics are high-end.",
    },
    "cosmetic.other": {
        ZH: "  净含量无法辨认，关员认定不是高档化妆品。",
        EN: "  No net content can be read; an officer decided that the cosmetics are not high-end.",
    },
    "consumption.compound": {
        ZH: "  消费税：S = {specific} × {litres} 升 = {s}；"
        "({value} + {duty} + {s}) ÷ (1 − {rate}) × {rate} + {s} = {consumption_full}；"
        "× {factor} = {consumption} 元。",
        EN: "  Consumption tax: S = {specific} × {litres} l = {s}; "
        "({value} + {duty} + {s}) ÷ (1 − {rate}) × {rate} + {s} = {consumption_full}; "
        "× {factor} = {consumption} yuan.",
    },
    "vat": {
        ZH: "  增值税 = ({value} + {duty} + {consumption_full}) × {vat_rate} = {vat_full}；× {factor} = {vat} 元。",
        EN: "  VAT = ({value} + {duty} + {consumption_full}) × {vat_rate} = {vat_full}; × {factor} = {vat} yuan.",
    },
    "total": {
        ZH: "合计：完税价格 {value}，关税 {duty}，消费税 {consumption}，增值税 {vat}，税款 {total} 元。",
        EN: "Total: dutiable value {value}, duty {duty}, consumption tax {consumption}, VAT {vat}, tax {total} yuan.",
    },
    "review": {
        ZH: "待人工审核：第 {gnum} 项 {gcode} {gname}（规格型号 {gmodel}）：{why}",
        EN: "For an officer: line {gnum}, {gcode} {gname} (model {gmodel}): {why}",
    },
    "why.14021": {
        ZH: "化妆品缺少可辨认的净含量，暂按高档化妆品计税。",
        EN: "cosmetics without a readable net content, taxed as high-end until decided.",
    },
    "why.14022": {
        ZH: "缺少以升计的法定数量，从量部分未计。",
        EN: "no legal quantity in litres, the specific part is not yet counted.",
    },
    "why.14023": {
        ZH: "商品编码不在登记册内，暂按基本税率计税。",
        EN: "the goods code is not in the register, taxed at standard rates until decided.",
    },
    "why.14024": {
        ZH: "每申报单位 {price} 元，低于 {floor} 元，价格质疑；暂按申报价格计税。",
        EN: "{price} yuan for a declared unit, below {floor}: price query; taxed as declared so far.",
    },
    "why.14025": {
        ZH: "每法定单位 {price} 元，低于通常价格 {usual} 元的 {share}，价格质疑；暂按申报价格计税。",
        EN: "{price} yuan for a legal unit, below {share} of the usual {usual}: price query; taxed as declared so far.",
    },
    "parameter": {
        ZH: "依据：{title} {content}，自 {since} 起，{source}（{confidence}）。",
        EN: "Basis: {title} {content}, from {since}, {source} ({confidence}).",
    },
    "rounding.chosen": {ZH: "本沙箱另选舍入方法 {policy}。", EN: "This sandbox chose rounding {policy} instead."},
    "rate.C": {
        ZH: "消费税或清单备注已核对，关税税率除来源注明外为示例",
        EN: "consumption tax or remark confirmed, the duty rate illustrative unless the source names it",
    },
    "rate.C*": {
        ZH: "消费税或清单备注仅有单一来源，关税税率除来源注明外为示例",
        EN: "consumption tax or remark from a single source, the duty rate illustrative unless the source names it",
    },
    "rate.K": {
        ZH: "消费税或清单备注未再核对，关税税率除来源注明外为示例",
        EN: "consumption tax or remark not confirmed again, the duty rate illustrative unless the source names it",
    },
    "rate.I": {ZH: "示例", EN: "illustrative"},
    "status.C": {ZH: "消费税或清单备注已核对", EN: "consumption tax or remark confirmed"},
    "status.C*": {ZH: "消费税或清单备注仅有单一来源", EN: "consumption tax or remark from a single source"},
    "status.K": {ZH: "消费税或清单备注未再核对", EN: "consumption tax or remark not confirmed again"},
    "status.I": {ZH: "税号税率为示例", EN: "illustrative"},
    "status.unknown": {ZH: "登记册未收录", EN: "not in the register"},
    "open": {ZH: "最初", EN: "the beginning"},
    "parcel.item": {ZH: "{name}：{value} × {rate} = {tax} 元。", EN: "{name}: {value} × {rate} = {tax} yuan."},
    "parcel.exempt": {
        ZH: "税额合计 {computed} 元，不超过 {exempt_up_to} 元，免征。",
        EN: "Tax of the mailing {computed} yuan, not above {exempt_up_to}: exempt.",
    },
    "parcel.due": {
        ZH: "税额合计 {computed} 元，超过 {exempt_up_to} 元，应征 {tax} 元。",
        EN: "Tax of the mailing {computed} yuan, above {exempt_up_to}: {tax} yuan is due.",
    },
    "parcel.catalogue": {
        ZH: "{name}：{value}（完税价格表价格）× {rate} = {tax} 元。",
        EN: "{name}: {value} (price of the customs catalogue) × {rate} = {tax} yuan.",
    },
    "parcel.within": {
        ZH: "价值 {value} 元，未超过限值 {value_limit} 元。",
        EN: "The value of {value} yuan is within the limit of {value_limit}.",
    },
    "parcel.indivisible": {
        ZH: "价值 {value} 元超过限值 {value_limit} 元，但仅一件且不可分割，可按个人物品办理。",
        EN: "The value of {value} yuan exceeds the limit of {value_limit}, but it is one indivisible item: a personal "
        "article.",
    },
    "parcel.over_limit": {
        ZH: "价值 {value} 元超过限值 {value_limit} 元：退运，或按货物报关。",
        EN: "The value of {value} yuan exceeds the limit of {value_limit}: send it back, or declare it as goods.",
    },
}


NAMES: Mapping[str, Mapping[str, str]] = {
    "single_item_or_refused": {
        ZH: "超过单次限值的仅限单件，否则不得以零售进口申报",
        EN: "above the limit of one transaction a single item only, else refused",
    },
    "full_tax_above_either_limit": {ZH: "超过任一限值的全额征税", EN: "full tax above either limit"},
    "rate": {ZH: "税率", EN: "rate"},
    "per_content": {ZH: "每毫升或克", EN: "for each ml or g"},
    "per_piece": {ZH: "每片或张", EN: "for each piece"},
    "per_unit": {ZH: "每件", EN: "for each unit"},
    "per_litre": {ZH: "每升", EN: "for each litre"},
    "per_litre_lower": {ZH: "每升（低档）", EN: "for each litre (lower)"},
    "per_litre_upper": {ZH: "每升（高档）", EN: "for each litre (upper)"},
    "usd_per_tonne": {ZH: "每吨美元", EN: "dollars for each tonne"},
    "litres_per_tonne": {ZH: "每吨升数", EN: "litres of a tonne"},
    "other": {ZH: "其他", EN: "other"},
    "calendar_year": {ZH: "公历年", EN: "calendar year"},
    "required": {ZH: "需要", EN: "required"},
    "by_guarantor_or_by_guarantor_and_merchant": {
        ZH: "按担保企业，或按担保企业和电商企业",
        EN: "by guarantor, or by guarantor and merchant",
    },
    "all_cities_with_zone_or_type_b_centre": {
        ZH: "设有自贸区、综试区、综保区或B型中心等的所有城市",
        EN: "all cities with a zone or a type B centre",
    },
}
"""Names in dated values of taxes → their labels."""


def phrase(name: str, language: str, /, **numbers: str) -> str:
    """Return a phrase in a language with its placeholders filled."""
    if language not in (ZH, EN):
        raise LookupError(f"no words in {language!r}; there are {ZH} and {EN}")
    return PHRASES[name][language].format(**numbers)
