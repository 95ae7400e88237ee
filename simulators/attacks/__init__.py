"""Attacks on published open data: whoever can read the files can try them."""
