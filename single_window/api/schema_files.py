"""HTTP calls that list and download the XSD files, under their paths in the package, so that references work."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Response

import schemas
from single_window.answers.window import SchemaFileOut, SchemaFilesOut
from single_window.frame.http.calls import EVERYBODY, Calls
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import PREFIX
from single_window.frame.http.problems import json_response, problem

blueprint = Calls("schema_files", __name__, rights=EVERYBODY, tag="rules")
_FOLDER = Path(schemas.__file__).parent
CACHE_CONTROL = "public, max-age=3600"


@cache
def files() -> dict[str, Path]:
    """Return all XSD files by their path in the package."""
    return {path.relative_to(_FOLDER).as_posix(): path for path in sorted(_FOLDER.rglob("*.xsd"))}


@blueprint.get("/schemas")
@blueprint.doc(responses={200: answer("the XSD files that messages are validated with", SchemaFilesOut)})
def listed() -> Response:
    """List the XSD files.

    Of both editions. Their relative references also work under this address."""
    listed = tuple(SchemaFileOut(path=path, link=f"{PREFIX}/schemas/{path}") for path in files())
    return json_response(SchemaFilesOut(files=listed))


@blueprint.get("/schemas/<path:path>")
@blueprint.doc(responses={200: answer("the file", None, "application/xml"), 404: refused("no such file")})
def show(path: str) -> Response:
    """Download an XSD file.

    Such as /schemas/ceb/2022-05/CEB621Message.xsd."""
    try:
        file = files()[path]
    except KeyError:
        raise problem("no-such-schema", found=path, path="path") from None
    return Response(
        file.read_bytes(),
        mimetype="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": CACHE_CONTROL},
    )
