"""The integrators' API in JSON and XML over HTTP, described in OpenAPI: sending messages, receiving receipts,
queries."""

from single_window.api.app import create_app
from single_window.frame.http.ports import PREFIX

__all__ = ["PREFIX", "create_app"]
