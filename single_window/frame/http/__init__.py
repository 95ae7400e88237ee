"""The base of HTTP calls: authentication, rights, reading of bodies, answers to failures."""
