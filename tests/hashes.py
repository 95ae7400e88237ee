"""Hashes of passwords are worked out once for each password, by this process: the hash that a window at work keeps.

A hash takes a tenth of a second by intent, and tests make a thousand accounts with one password. Here the salt is drawn
once, and scrypt is asked once for each password, salt and cost; what it said is said again. Windows that tests start as
processes of their own have nothing of this.
"""

from __future__ import annotations

import hashlib
from functools import cache

import werkzeug.security

hashlib.scrypt = cache(hashlib.scrypt)
werkzeug.security.gen_salt = cache(werkzeug.security.gen_salt)
