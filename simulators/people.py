"""An unlimited number of synthetic buyers: names and streets from a small pool made with Faker, the rest derived from a
number.

`People.buyer(n)` gives the same synthetic person for the same n, with a resident identity number whose check
digit is right, and no two n below `POPULATION` share one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from faker import Faker

from schemas.identifiers import resident_id_check_digit

DISTRICTS = (
    ("370202", "山东省青岛市市南区"),
    ("370203", "山东省青岛市市北区"),
    ("370211", "山东省青岛市黄岛区"),
    ("370212", "山东省青岛市崂山区"),
    ("370213", "山东省青岛市李沧区"),
    ("370214", "山东省青岛市城阳区"),
    ("370102", "山东省济南市历下区"),
    ("370103", "山东省济南市市中区"),
    ("370602", "山东省烟台市芝罘区"),
    ("371002", "山东省威海市环翠区"),
    ("110105", "北京市朝阳区"),
    ("110108", "北京市海淀区"),
    ("120103", "天津市河西区"),
    ("310104", "上海市徐汇区"),
    ("320102", "江苏省南京市玄武区"),
    ("330106", "浙江省杭州市西湖区"),
    ("410105", "河南省郑州市金水区"),
    ("440106", "广东省广州市天河区"),
    ("510107", "四川省成都市武侯区"),
    ("610113", "陕西省西安市雁塔区"),
)
_FIRST_BIRTHDAY = date(1955, 1, 1)
_BIRTHDAYS = 17_000
_OF_A_DAY = 999
POPULATION = len(DISTRICTS) * _BIRTHDAYS * _OF_A_DAY
_STRIDE = 48_611
"""Coprime to the number of birthdays, so that neighbours in number are not neighbours in age."""


MAX_CACHED = 2_000
"""Maximum number of cached buyers; a thousand consecutive trades have 256 buyers."""


class Buyer(NamedTuple):
    """A synthetic buyer."""

    name: str
    id_number: str
    telephone: str
    account: str
    district: str
    address: str


class People:
    """The people of one world."""

    def __init__(self, seed: int, pool: int = 400) -> None:
        faker = Faker("zh_CN")
        faker.seed_instance(f"people|{seed}")
        self._names = _distinct(faker.name, pool)
        self._streets = _distinct(faker.street_name, pool // 2)
        self.buyer = lru_cache(maxsize=MAX_CACHED)(self._make)

    def _make(self, number: int) -> Buyer:
        district, place = DISTRICTS[number % len(DISTRICTS)]
        rest, day = divmod(number // len(DISTRICTS), _BIRTHDAYS)
        name = self._names[number * 7 % len(self._names)]
        street = self._streets[number * 11 % len(self._streets)]
        return Buyer(
            name=name,
            id_number=_resident_id(district, day * _STRIDE % _BIRTHDAYS, rest % _OF_A_DAY + 1),
            telephone=f"199{number % 100_000_000:08d}",
            account=f"B{number:012d}",
            district=district,
            address=f"{place}{street}{number % 180 + 1}号{number % 30 + 1}单元{number % 6 + 1}01室",
        )


def _distinct(make: Callable[[], str], count: int) -> list[str]:
    values: dict[str, None] = {}
    while len(values) < count:
        values[make()] = None
    return list(values)


def _resident_id(district: str, day: int, of_the_day: int) -> str:
    born = _FIRST_BIRTHDAY + timedelta(days=day)
    body = f"{district}{born:%Y%m%d}{of_the_day:03d}"
    return body + resident_id_check_digit(body)
