"""GS1 keys as EPC URN and as Digital Link are one identifier."""

from __future__ import annotations

from schemas.epcis.identifiers import (
    canonical,
    families_like,
    family,
    has_check_digit,
    is_malformed,
    keys_by_name,
    read_link,
)
from tests.tables import each


@each(
    "identifier, link",
    [
        ("urn:epc:id:sgtin:4012345.011111.5432", "https://id.gs1.org/01/04012345111118/21/5432"),
        ("urn:epc:id:sgtin:0614141.107346.1A%2FB", "https://id.gs1.org/01/10614141073464/21/1A%2FB"),
        ("urn:epc:class:lgtin:4012345.012345.998877", "https://id.gs1.org/01/04012345123456/10/998877"),
        ("urn:epc:idpat:sgtin:4012345.066666.*", "https://id.gs1.org/01/04012345666663"),
        ("urn:epc:id:sscc:5200001.0111111146", "https://id.gs1.org/00/052000011111111461"),
        ("urn:epc:id:sgln:4012345.00005.0", "https://id.gs1.org/414/4012345000054"),
        ("urn:epc:id:sgln:0012345.11111.400", "https://id.gs1.org/414/0012345111112/254/400"),
        ("urn:epc:id:pgln:4012345.00225", "https://id.gs1.org/417/4012345002256"),
        ("urn:epc:id:grai:4012345.66666.387", "https://id.gs1.org/8003/04012345666663387"),
        ("urn:epc:id:giai:4000001.111", "https://id.gs1.org/8004/4000001111"),
        ("urn:epc:id:gsrn:0614141.0000010253", "https://id.gs1.org/8018/061414100000102534"),
        ("urn:epc:id:gdti:0614141.00001.1618034", "https://id.gs1.org/253/06141410000121618034"),
        ("urn:epc:id:cpi:4012345.ABC.123", "https://id.gs1.org/8010/4012345ABC/8011/123"),
        ("urn:epc:id:sgcn:4012345.99999.044", "https://id.gs1.org/255/4012345999990044"),
        ("urn:epc:id:pgln:952114100001.", "https://id.gs1.org/417/9521141000014"),
        ("urn:epc:id:sgln:952114100001..7", "https://id.gs1.org/414/9521141000014/254/7"),
        ("urn:epc:id:ginc:4012345.333", "https://id.gs1.org/401/4012345333"),
        ("urn:epc:id:gsin:4012345.999987654", "https://id.gs1.org/402/40123459999876541"),
        ("urn:epc:id:itip:4012345.012345.01.02.999", "https://id.gs1.org/8006/040123451234560102/21/999"),
        ("urn:epc:id:upui:4012345.012345.AB12", "https://id.gs1.org/01/04012345123456/235/AB12"),
        ("https://id.gs1.org/01/09521141012345", "https://id.gs1.org/01/09521141012345"),
        ("http://example.com/a/gtin/9521141012345/lot/L1/ser/7?17=261231#x", "https://id.gs1.org/01/09521141012345/21/7"),
        ("https://id.gs1.org/01/10614141073464/21/a!b%2fc", "https://id.gs1.org/01/10614141073464/21/a%21b%2Fc"),
        ("urn:epc:id:sgtin:0614141.107346.a!b%2fc", "https://id.gs1.org/01/10614141073464/21/a%21b%2Fc"),
        ("https://id.gs1.org/8004/4012345a!b", "https://id.gs1.org/8004/4012345a%21b"),
        ("https://example.com/01/95211410/22/2A", "https://id.gs1.org/01/00000095211410"),
        ("https://example.com/414/9521141000014/254/1/", "https://id.gs1.org/414/9521141000014/254/1"),
    ],
)  # fmt: skip
def test_an_identifier_has_one_canonical_form(identifier: str, link: str) -> None:
    assert canonical(identifier) == link
    assert canonical(link) == link


@each(
    "identifier",
    [
        "urn:epc:id:sgtin:4012345.01111.5432",
        "urn:epc:id:sgtin:4012345.011111",
        "urn:epc:id:sscc:4012345.11111111x1",
        "urn:epc:id:unknown:4012345.1",
        "urn:epcglobal:cbv:bt:4012345000009:ASN1099",
        "https://example.com/report/1",
        "https://example.com/01/9521141",
        "https://example.com/01/09521141012345/21",
        "https://example.com/01/09521141012345/21/7/10/L1",
        "https://example.com/01/09521141012345/254/7",
        "geo:47.5,11.1",
        "urn:epc:id:giai:4012345.",
        "http://[::1",
        "",
    ],
)
def test_what_is_no_key_has_no_canonical_form(identifier: str) -> None:
    assert canonical(identifier) is None


def test_a_link_names_key_value_and_qualifiers_unescaped() -> None:
    link = read_link("https://example.com/p/01/9521141012345/10/L%2F1/21/7?x=1")
    assert link is not None
    assert (link.key.name, link.value, link.qualifiers) == ("GTIN", "09521141012345", (("10", "L/1"), ("21", "7")))


@each(
    "ai, value, right",
    [
        ("01", "09521141012344", False),
        ("01", "04012345111118", True),
        ("414", "4012345000054", True),
        ("414", "4012345000055", False),
        ("8003", "04012345666663387", True),
        ("8018", "061414100000102534", True),
        ("8018", "061414100000102535", False),
        ("8004", "4000001111", True),
    ],
)
def test_a_wrong_check_digit_is_seen(ai: str, value: str, right: bool) -> None:
    assert has_check_digit(keys_by_name()[ai], value) is right


@each(
    "pattern, like, unlike",
    [
        ("idpat:sgtin:4012345.011111.*", ["id:sgtin:4012345.011111.1"], "id:sgtin:4012345.111110.1"),
        ("idpat:sgtin:4012345.*.*", ["id:sgtin:4012345.911111.1"], "id:sgtin:4012346.011111.1"),
        ("idpat:sgtin:*.*.*", ["id:sgtin:4012345.011111.1"], "class:lgtin:4012345.011111.1"),
        ("class:lgtin:4012345.011111.*", ["class:lgtin:4012345.011111.L1"], "id:sgtin:4012345.011111.1"),
        ("idpat:sscc:4012345.*", ["id:sscc:4012345.1111111111"], "id:sscc:4012346.1111111111"),
        ("idpat:sgln:4012345.00001.*", ["id:sgln:4012345.00001.0"], "id:sgln:4012345.00002.0"),
        ("idpat:sgln:401234500001..*", ["id:sgln:401234500001..0"], "id:sgln:401234500002..0"),
        ("idpat:grai:4012345.55555.*", ["id:grai:4012345.55555.987"], "id:grai:4012345.55556.987"),
        ("idpat:giai:4012345.*", ["id:giai:4012345.A%2Fb"], "id:giai:4012346.A"),
        ("idpat:gdti:4012345.*.*", ["id:gdti:4012345.55555.1234"], "id:gdti:4012346.55555.1234"),
        ("idpat:cpi:4012345.AB.*", ["id:cpi:4012345.AB.1"], "id:cpi:4012345.ABC.1"),
        ("idpat:itip:4012345.012345.01.*.*", ["id:itip:4012345.012345.01.02.9"], "id:itip:4012345.012345.02.02.9"),
        ("idpat:gsrn:4012345.*", ["id:gsrn:4012345.0000000001"], "id:gsrnp:4012345.0000000001"),
        ("idpat:upui:4012345.*.*", ["id:upui:4012345.011111.A"], "id:sgtin:4012345.011111.A"),
    ],
)  # fmt: skip
def test_a_pattern_is_of_what_begins_so_in_either_form(pattern: str, like: list[str], unlike: str) -> None:
    starts = tuple(families_like(f"urn:epc:{pattern}"))
    for one in like:
        link = canonical(f"urn:epc:{one}")
        assert link and family(link).startswith(starts) and family(f"urn:epc:{one}").startswith(starts), one
    assert not family(f"urn:epc:{unlike}").startswith(starts)


@each(
    "urn, wrong",
    [
        ("urn:epc:id:sgtin:4012345.011111.5432", False),
        ("urn:epc:id:sgtin:4012345.01111.5432", True),
        ("urn:epc:id:sgtin:4012345.0111111.5432", True),
        ("urn:epc:id:sgtin:4012345.011111", True),
        ("urn:epc:id:sgtin:4012345.011111.", True),
        ("urn:epc:id:sgtin:40123.01111111.1", True),
        ("urn:epc:id:sgtin:4012345.011111.12345678901234567890123456789", True),
        ("urn:epc:id:sscc:4012345.11111111x1", True),
        ("urn:epc:id:sscc:4012345.1111111111.1", True),
        ("urn:epc:id:sgcn:4012345.99999.AB", True),
        ("urn:epc:id:itip:4012345.012345.1.2.999", True),
        ("urn:epc:id:pgln:401234500001.", False),
        ("urn:epc:class:lgtin:4012345.011111.L1", False),
        ("urn:epc:class:sgtin:4012345.011111.1", True),
        ("urn:epc:id:lgtin:4012345.011111.L1", True),
        ("urn:epc:idpat:sgtin:4012345.011111.*", False),
        ("urn:epc:idpat:sgtin:4012345.*.1", True),
        ("urn:epc:idpat:sgtin:4012345.011111.*.*", True),
        ("urn:epc:id:bic:CSQU3054383", False),
        ("urn:epc:id:gid:95100000.12345.400", False),
        ("urn:epc:idpat:gid:95100000.*.*", False),
        ("urn:epc:raw:96.x00B0C2A9F3", False),
        ("urn:epc:id:sgtn:4012345.011111.5432", True),
        ("urn:epc:sgtin:4012345.011111.5432", True),
        ("urn:epc:tag:sgtin-96:3.4012345.011111.5432", True),
        ("urn:epc:id:SGTIN:4012345.011111.5432", True),
        ("urn:epcglobal:cbv:bt:4012345000009:ASN1099", False),
        ("urn:x:1", False),
        ("https://id.gs1.org/01/09521141012345/10/L1/21/7?17=261231", False),
        ("https://id.gs1.org/01/123/21/7", True),
        ("https://id.gs1.org/01/09521141012345/21", True),
        ("https://id.gs1.org/01/09521141012345/21/7/10/L1", True),
        ("https://id.gs1.org/00/123", True),
        ("https://id.gs1.org/gtin/09521141012345/ser/a%23b", False),
        ("https://id.gs1.org/about", False),
        ("https://id.gs1.org", False),
        ("https://example.com/01/123", False),
    ],
)
def test_what_is_to_be_a_gs1_key_has_the_form_of_one(urn: str, wrong: bool) -> None:
    assert is_malformed(urn) is wrong
