"""Digital Links of goods: which paths name something, and what."""

from __future__ import annotations

import pytest

from single_window.cases.traced_goods.named import NamedGoods, NotALink, goods_named
from tests.tables import each

GTIN = "09520123456788"


@each(
    ("path", "gtin", "lot", "serial"),
    [
        (f"/01/{GTIN}", GTIN, "", ""),
        (f"/01/{GTIN}/", GTIN, "", ""),
        ("/01/9520123456788", GTIN, "", ""),
        (f"/01/{GTIN}/10/L77", GTIN, "L77", ""),
        (f"/01/{GTIN}/10/L%2F7/", GTIN, "L/7", ""),
        (f"/01/{GTIN}/10/L77/21/QD26S1V9J0ZRBL", GTIN, "L77", "QD26S1V9J0ZRBL"),
        (f"/01/{GTIN}/21/S1", GTIN, "", "S1"),
        (f"/01/{GTIN}/22/V2/10/L77", GTIN, "L77", ""),
    ],
)
def test_a_path_names_goods(path: str, gtin: str, lot: str, serial: str) -> None:
    assert goods_named(path) == NamedGoods(gtin, lot, serial)


@each(
    "path",
    [
        "/01/09520123456789",  # its check digit is 8
        "/01/1234",
        "/01/",
        f"/01/{GTIN}/10/",
        f"/01/{GTIN}/10/{'x' * 21}",
        f"/01/{GTIN}/10/批次",
        f"/01/{GTIN}/21/S1/10/L77",  # a serial number stands behind the lot
        f"/01/{GTIN}/99/x",
        f"/01/{GTIN}/235/x",
        "/00/095201234567891235",
    ],
)
def test_other_paths_are_refused_in_words(path: str) -> None:
    with pytest.raises(NotALink, match=r"\w+ \w+"):
        goods_named(path)


@each(
    ("named", "paths"),
    [
        (NamedGoods(GTIN), [f"/01/{GTIN}"]),
        (
            NamedGoods(GTIN, "L/7", "S1"),
            [f"/01/{GTIN}/10/L%2F7/21/S1", f"/01/{GTIN}/10/L%2F7", f"/01/{GTIN}"],
        ),
        (NamedGoods("", "L77", "QD26S1V9J0ZRBL"), ["/trace/QD26S1V9J0ZRBL"]),
    ],
)
def test_the_levels_above_goods_end_with_the_gtin(named: NamedGoods, paths: list[str]) -> None:
    assert [level.path for level in named.levels] == paths
    assert [goods_named(path).path for path in paths if path.startswith("/01/")] == paths[
        : len(paths) * bool(named.gtin)
    ]
