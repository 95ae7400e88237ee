"""The XSD files by which messages are judged, in the folders of the package, so that their references hold."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from apiflask import APIBlueprint
from flask import Response

import schemas
from single_window.answers.window import SchemaFileOut, SchemaFilesOut
from single_window.frame.http.documentation import answer, refused
from single_window.frame.http.ports import PREFIX
from single_window.frame.http.problems import json_response, problem

blueprint = APIBlueprint("schema_files", __name__, tag="rules")
_FOLDER = Path(schemas.__file__).parent
KEPT = "public, max-age=3600"


@cache
def files() -> dict[str, Path]:
    """Every XSD by its path below the package."""
    return {path.relative_to(_FOLDER).as_posix(): path for path in sorted(_FOLDER.rglob("*.xsd"))}


@blueprint.get("/schemas")
@blueprint.doc(responses={200: answer("the files by which messages are judged", SchemaFilesOut)})
def listed() -> Response:
    """List the XSD files.

    Of both editions. A file names others by relative paths, which hold under this address too."""
    listed = tuple(SchemaFileOut(path=path, link=f"{PREFIX}/schemas/{path}") for path in files())
    return json_response(SchemaFilesOut(files=listed))


@blueprint.get("/schemas/<path:path>")
@blueprint.doc(responses={200: answer("the file", None, "application/xml"), 404: refused("there is no such file")})
def show(path: str) -> Response:
    """Download an XSD file.

    As in /schemas/ceb/2022-05/CEB621Message.xsd."""
    try:
        file = files()[path]
    except KeyError:
        raise problem("no-such-schema", found=path, path="path") from None
    return Response(
        file.read_bytes(),
        mimetype="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": KEPT},
    )
