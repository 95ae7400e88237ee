"""The integrators' API: messages in, receipts out, what became of them. JSON and XML over HTTP, in OpenAPI's words."""

from single_window.api.app import create_app
from single_window.frame.http.ports import PREFIX

__all__ = ["PREFIX", "create_app"]
