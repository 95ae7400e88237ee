"""The original payment data of announcement 2018-179: reading uploads, their signed text, checks of fields.

Pure functions: certificates and orders are checked elsewhere.
"""
