"""Citations in English: the number of the act stays, and nothing is left in Chinese."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import declarations
from declarations.law import all_sources
from declarations.law.citations import in_english
from declarations.parameters import describe
from tests.tables import each

HAN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
FILES = ("goods/register.csv", "refund/rates.csv")

NUMBERS = (
    ("海关总署公告2018年第194号", "GACC Announcement 2018 No. 194"),
    ("财关税〔2018〕49号", "Caiguanshui [2018] No. 49"),
    ("海关总署令第251号", "GACC Order No. 251"),
    ("财政部 税务总局 海关总署公告2019年第39号第三条", "MOF, STA and GACC Announcement 2019 No. 39, Article 3"),
    ("国家税务总局公告2016年第46号，2018年第31号", "STA Announcement 2016 No. 46, 2018 No. 31"),
    ("《中华人民共和国海关法》第四十五条", "Customs Law, Article 45"),
    ("海关法第六十条；进出口关税条例", "Customs Law, Article 60; Import and Export Duties Regulations"),
    ("财税〔2012〕39号第七条", "Caishui [2012] No. 39, Article 7"),
    ("an English source", "an English source"),
)


@each(("cited", "said"), NUMBERS)
def test_an_act_keeps_its_number(cited: str, said: str) -> None:
    assert in_english(cited) == said


def test_every_citation_of_a_value_an_act_or_a_row_has_an_english_form() -> None:
    cited = {value.source for parameter in describe() for value in parameter.values}
    cited |= {source.act for source in all_sources().values()}
    for name in FILES:
        with (Path(declarations.__file__).parent / name).open(encoding="utf-8", newline="") as rows:
            cited |= {row["source"] for row in csv.DictReader(rows)}
    assert {each: said for each in cited if HAN.search(said := in_english(each))} == {}
