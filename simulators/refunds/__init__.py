"""Refunds as exporters see them: suppliers' invoices, exchange, claims, known plots, a virtual year and its verdict."""
