"""Descriptions of the files of a version: Data Package 2.0 (datapackage.org), CSVW (W3C, 2015), DCAT-AP 3 as
JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from schemas.open_data.rows import FIELDS, KEY, LICENCE, LICENCE_URL, PublishedRow, data_csv, sdmx_csv

PROFILE = "https://datapackage.org/profiles/2.0/"
PUBLISHER = "Single window of Qingdao, a simulator"
DATASET = "trade"
TITLE = "Cross-border e-commerce by month (synthetic data)"
ABOUT = (
    "Lines and value of released lists by mode and partner, and by chapter and mode. Synthetic data of a simulator: no "
    "company and no person exists. Cells that would tell of a company are closed."
)
TITLE_ZH = "跨境电子商务月度统计（合成数据）"
_TERMS = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
}
_CONTEXT = {**_TERMS, "spdx": "http://spdx.org/rdf/terms#", "xsd": "http://www.w3.org/2001/XMLSchema#"}
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_MEDIA = {
    "data.csv": ("text/csv", "CSV"),
    "sdmx.csv": ("application/vnd.sdmx.data+csv", "CSV"),
    "datapackage.json": ("application/json", "JSON"),
    "data.csv-metadata.json": ("application/csvm+json", "JSON"),
    "catalog.jsonld": ("application/ld+json", "JSON_LD"),
}


class Version(NamedTuple):
    """A published version of a month. `issued`: its day, as 2026-11-18; `changes`: what it says of itself."""

    month: str
    number: int
    issued: str
    changes: str = ""


class PublishedFile(NamedTuple):
    """A file of a version, with the hexadecimal SHA-256 of its bytes."""

    name: str
    media_type: str
    sha256: str
    body: bytes


def files_of(version: Version, rows: Sequence[PublishedRow]) -> tuple[PublishedFile, ...]:
    """Return all files of a version: the same bytes for the same version and rows."""
    tables = [_file("data.csv", data_csv(rows)), _file("sdmx.csv", sdmx_csv(rows))]
    described = [
        *tables,
        _file("datapackage.json", _json(_datapackage(version, tables))),
        _file("data.csv-metadata.json", _json(_csvw(version))),
    ]
    return (*described, _file("catalog.jsonld", _json(catalogue([(version, described)]))))


def catalogue(
    versions: Iterable[tuple[Version, Iterable[PublishedFile]]], place: str = "", query: str = ""
) -> Mapping[str, Any]:
    """Return versions with their files as a DCAT-AP catalogue; `place`, `query`: what stands before and after the
    name of a file in its address, with MONTH and VERSION for those of its version."""
    return {
        "@context": _CONTEXT,
        "@type": "dcat:Catalog",
        "dct:title": _words(TITLE_ZH, TITLE),
        "dct:description": _words(TITLE_ZH, ABOUT),
        "dct:publisher": _publisher(),
        "dct:license": {"@id": LICENCE_URL},
        "dcat:dataset": [
            _dataset(version, [_distribution(file, _filled(place, version), query) for file in files])
            for version, files in versions
        ],
    }


def _filled(place: str, version: Version) -> str:
    return place.replace("MONTH", version.month).replace("VERSION", str(version.number))


def _dataset(version: Version, distributions: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    number = {"@type": "xsd:gYearMonth", "@value": version.month}
    return {
        "@type": "dcat:Dataset",
        "dct:identifier": f"{DATASET}-{version.month}-{version.number}",
        "dct:title": _words(f"{TITLE_ZH} {version.month}", f"{TITLE} {version.month}"),
        "dct:description": _words(TITLE_ZH, " ".join(filter(None, (ABOUT, version.changes)))),
        "dct:publisher": _publisher(),
        "dct:license": {"@id": LICENCE_URL},
        "dct:issued": {"@type": "xsd:date", "@value": version.issued},
        "dcat:version": str(version.number),
        "dct:temporal": {"@type": "dct:PeriodOfTime", "dcat:startDate": number, "dcat:endDate": number},
        "dcat:distribution": distributions,
    }


def _distribution(file: PublishedFile, place: str, query: str) -> Mapping[str, Any]:
    address = {"@id": f"{place}{file.name}{query}"}
    checksum = {"@type": "spdx:Checksum", "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256}}
    return {
        "@type": "dcat:Distribution",
        "dct:title": file.name,
        "dct:description": f"synthetic data; {LICENCE}",
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dct:license": {"@id": LICENCE_URL},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{file.media_type}"},
        "dct:format": {"@id": _FILE_TYPES + _MEDIA[file.name][1]},
        "spdx:checksum": {**checksum, "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"}},
    }


def _datapackage(version: Version, tables: Sequence[PublishedFile]) -> Mapping[str, Any]:
    fields = [{"name": name, "type": kind, "description": about} for name, (kind, about) in FIELDS.items()]
    schema = {
        "$schema": f"{PROFILE}tableschema.json",
        "fields": fields,
        "primaryKey": list(KEY),
        "missingValues": [""],
    }
    data, sdmx = (_resource(file) for file in tables)
    return {
        "$schema": f"{PROFILE}datapackage.json",
        "name": f"{DATASET}-{version.month}",
        "title": TITLE,
        "description": " ".join(filter(None, (ABOUT, version.changes))),
        "version": f"{version.number}.0.0",
        "created": f"{version.issued}T00:00:00+08:00",
        "licenses": [{"name": LICENCE, "path": LICENCE_URL, "title": "Creative Commons Attribution 4.0"}],
        "resources": [{**data, "schema": schema}, sdmx],
    }


def _resource(file: PublishedFile) -> Mapping[str, Any]:
    return {
        "name": file.name.partition(".")[0],
        "type": "table",
        "path": file.name,
        "title": TITLE,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(file.body),
        "hash": f"sha256:{file.sha256}",
    }


def _csvw(version: Version) -> Mapping[str, Any]:
    columns = [
        {"name": name, "titles": name, "datatype": kind, "dc:description": about, "required": name in KEY}
        for name, (kind, about) in FIELDS.items()
    ]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": "data.csv",
        "dc:title": f"{TITLE} {version.month}",
        "dc:description": ABOUT,
        "dc:license": {"@id": LICENCE_URL},
        "tableSchema": {"columns": columns, "primaryKey": list(KEY)},
    }


def _words(zh: str, en: str) -> list[Mapping[str, str]]:
    return [{"@language": "en", "@value": en}, {"@language": "zh", "@value": zh}]


def _publisher() -> Mapping[str, Any]:
    return {"@type": "foaf:Agent", "foaf:name": PUBLISHER}


def _file(name: str, body: bytes) -> PublishedFile:
    return PublishedFile(name, _MEDIA[name][0], sha256(body).hexdigest(), body)


def _json(value: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n".encode()
