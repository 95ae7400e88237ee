"""An element of a message is found by its path, with its line; an absent one by what should hold it."""

from __future__ import annotations

from lxml import etree

from schemas.locating import LocatedElement, Tree
from tests.tables import each

ROOT = etree.fromstring(b"""<c:M xmlns:c="urn:c">
<c:Order><c:Head>
<c:no> 1 </c:no></c:Head>
</c:Order>
<c:Order><c:Head>
<c:no>2</c:no></c:Head>
<c:Line><c:qty/></c:Line>
<c:Line>
<c:qty>5</c:qty></c:Line></c:Order></c:M>""")


@each(
    "path, line, text",
    [
        ("/M/Order/Head/no", 3, "1"),
        ("/M/Order[2]/Head/no", 6, "2"),
        ("/M/Order[2]/Line[2]/qty", 9, "5"),
        ("/M/Order[2]/Head/absent", 5, ""),
        ("/M/Order[3]", 1, ""),
        ("/DxpMsg/TransInfo/SenderId", None, ""),
        ("", None, ""),
    ],
)
def test_by_its_path(path: str, line: int | None, text: str) -> None:
    assert Tree(ROOT).locate(path) == LocatedElement(line, text)
