"""Names of elements and attributes that the XML parser keeps for a thread as long as that lives.

libxml2 keeps every name once, in a dictionary; lxml gives each thread a dictionary that is never emptied. Messages with
ever new names fill it: 120 of 6 MB took 1.6 GB, and a thread whose dictionary is full refuses what is well-formed.
"""

from __future__ import annotations

import ctypes

_CONTEXT = "_ParserDictionaryContext"
"""Where lxml (6.1) keeps a thread's dictionary among what Python keeps for that thread. A test holds it."""
_thread_values = ctypes.pythonapi.PyThreadState_GetDict
_thread_values.restype = ctypes.c_void_p


def forget_names() -> None:
    """Let this thread begin a new dictionary with its next parse; trees and parsers that exist keep the old one."""
    if address := _thread_values():
        ctypes.cast(address, ctypes.py_object).value.pop(_CONTEXT, None)
