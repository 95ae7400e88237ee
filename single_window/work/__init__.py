"""Deliveries to outcomes: dispatch, workers, gateways, passing of time, decisions, parking."""
