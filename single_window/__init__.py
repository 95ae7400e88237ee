"""The window: settings, clock, messaging, store, reception, dispatch, receipts, API, command line."""

__version__ = "0.2.0"
