"""The API documentation: Swagger UI of the OpenAPI document, without external resources, and the AsyncAPI document."""

from __future__ import annotations

from importlib.resources import as_file, files

from apiflask import APIBlueprint
from flask import Response, send_from_directory

from single_window import __version__
from single_window.api import async_documentation
from single_window.frame.http.ports import PREFIX
from single_window.frame.http.problems import json_response, problem

blueprint = APIBlueprint("handbook", __name__, enable_openapi=False)
ASSETS = ("swagger-ui.css", "swagger-ui-bundle.js")
"""Files of Swagger UI in the package flask-swagger-ui."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Inline styles are allowed because Swagger UI needs them; scripts only from this window."""
_PAGE = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Single Window API 接口说明</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{PREFIX}/docs/swagger-ui.css">
<main id="handbook"><noscript><a href="{PREFIX}/openapi.json">OpenAPI</a></noscript></main>
<script src="{PREFIX}/docs/swagger-ui-bundle.js"></script>
<script src="{PREFIX}/docs/begin.js"></script>
</html>
"""
_BEGIN = f"SwaggerUIBundle({{url: '{PREFIX}/openapi.json', dom_id: '#handbook', deepLinking: true}});\n"


@blueprint.get("/docs/")
def page() -> Response:
    """Return the page of Swagger UI."""
    return Response(_PAGE, mimetype="text/html", headers={"Content-Security-Policy": _POLICY})


@blueprint.get("/docs/<asset_name>")
def asset(asset_name: str) -> Response:
    """Return a file of the page."""
    if asset_name == "begin.js":
        return Response(_BEGIN, mimetype="text/javascript")
    if asset_name not in ASSETS:
        raise problem("no-such-page", path=f"{PREFIX}/docs/{asset_name}")
    with as_file(files("flask_swagger_ui").joinpath("dist")) as folder:
        return send_from_directory(folder, asset_name, max_age=3_600)


@blueprint.get("/asyncapi.json")
def asynchronous() -> Response:
    """Return the documentation of AMQP and webhooks as AsyncAPI 3."""
    return json_response(async_documentation.document(__version__))
