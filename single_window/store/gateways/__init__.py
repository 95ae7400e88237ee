"""Repositories of gateways in the database: one module for each, and only it writes that gateway's tables."""
