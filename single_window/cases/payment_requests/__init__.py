"""Requests of customs for the original data of a payment (公告2018年第179号)."""
