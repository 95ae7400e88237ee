"""Refunds as exporters see them: suppliers' invoices, exchange, claims, scenarios, a virtual year and its verdict."""
