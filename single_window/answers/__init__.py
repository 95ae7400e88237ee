"""Typed answers shared by API, command line and pages; one module for each kind of subject."""
