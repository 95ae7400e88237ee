"""The files of a version are what their standards say, by the standards' own readers, and always the same bytes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from csvw import CSVW
from frictionless import Package
from rdflib import Graph, Namespace
from rdflib.namespace import DCTERMS, FOAF, RDF

from schemas.open_data.package import PublishedFile, Version, catalogue, files_of
from schemas.open_data.rows import FIELDS, PublishedRow

LONGEST_CELL = 131_072
"""Of a CSV file; a validator raises it for the whole process."""
csv.field_size_limit(LONGEST_CELL)

DCAT = Namespace("http://www.w3.org/ns/dcat#")
ROWS = (
    PublishedRow("2026-10", "I", "9610", "133", "_T", "12", "1234.50", "A", "F"),
    PublishedRow("2026-10", "I", "9610", "116", "_T", "", "", "Q", "C"),
    PublishedRow("2026-10", "I", "_T", "_T", "_T", "", "", "Q", "D"),
)
VERSION = Version("2026-10", 1, "2026-11-18")


@pytest.fixture(autouse=True)
def cells_as_before() -> Iterator[None]:
    """Cells are as long after a test as the program lets them be."""
    yield
    csv.field_size_limit(LONGEST_CELL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in files_of(VERSION, ROWS):
        (tmp_path / file.name).write_bytes(file.body)
    return tmp_path


def test_files_are_the_same_bytes_and_each_says_licence_and_synthetic() -> None:
    files = files_of(VERSION, ROWS)
    assert files == files_of(VERSION, ROWS)
    assert len({file.sha256 for file in files}) == 5
    for file in files:
        text = file.body.decode()
        assert "ynthetic data" in text and ("CC-BY-4.0" in text or "licenses/by/4.0" in text), file.name


def test_the_package_is_valid(folder: Path) -> None:
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["message"])


def test_a_wrong_figure_makes_it_invalid(folder: Path) -> None:
    data = folder / "data.csv"
    data.write_bytes(data.read_bytes().replace(b"1234.50", b"a lot"))
    assert not Package(str(folder / "datapackage.json")).validate().valid


def test_csvw_reads_the_table(folder: Path) -> None:
    read = CSVW(str(folder / "data.csv-metadata.json"), validate=True)
    assert read.is_valid, read.warnings
    rows = list(read.tables[0].iterdicts(strict=True))
    assert [row["items"] for row in rows] == [12, None, None]
    assert read.tables[0].check_primary_key()


def test_sdmx_csv_has_an_observation_for_each_figure(folder: Path) -> None:
    rows = list(csv.DictReader((folder / "sdmx.csv").open()))
    assert [(row["INDICATOR"], row["OBS_VALUE"], row["OBS_STATUS"]) for row in rows[:3]] == [
        ("ITEMS", "12", "A"),
        ("VALUE_CNY", "1234.50", "A"),
        ("ITEMS", "", "Q"),
    ]
    assert next(iter(rows[0])) == "DATAFLOW" and {row["TIME_PERIOD"] for row in rows} == {"2026-10"}


def test_the_catalogue_has_what_dcat_ap_demands(folder: Path) -> None:
    graph = Graph().parse(folder / "catalog.jsonld", format="json-ld", publicID="https://example.test/open-data/")
    demanded = {
        DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset),
        DCAT.Dataset: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.distribution),
        DCAT.Distribution: (DCAT.accessURL, DCTERMS.license),
        FOAF.Agent: (FOAF.name,),
    }
    for kind, properties in demanded.items():
        nodes = set(graph.subjects(RDF.type, kind))
        assert nodes and all((node, one, None) in graph for node in nodes for one in properties), kind
    assert "https://example.test/open-data/data.csv" in {str(one) for one in graph.objects(None, DCAT.accessURL)}


def test_all_versions_are_in_one_catalogue_with_the_addresses_of_their_files() -> None:
    told = catalogue([(VERSION, [PublishedFile("data.csv", "text/csv", "00", b"")])], "MONTH/VERSION/", "?sandbox=a")
    (dataset,) = told["dcat:dataset"]
    assert dataset["dcat:distribution"][0]["dcat:accessURL"] == {"@id": "2026-10/1/data.csv?sandbox=a"}


def test_a_row_has_only_the_columns_that_are_allowed(folder: Path) -> None:
    described = json.loads((folder / "datapackage.json").read_text())["resources"][0]["schema"]["fields"]
    assert PublishedRow._fields == tuple(FIELDS) == tuple(field["name"] for field in described)
    assert PublishedRow._fields == (
        *("month", "direction", "mode", "partner", "hs2", "items", "value_cny"),
        *("obs_status", "conf_status", "note"),
    )
