"""The integrators' API: messages in, receipts out, what became of them. JSON and XML over HTTP, in OpenAPI's words."""

from single_window.api.app import PREFIX, create_app

__all__ = ["PREFIX", "create_app"]
