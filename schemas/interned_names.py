"""Frees the names of elements and attributes that the XML parser interns for each thread.

libxml2 interns names in a dictionary; lxml has one for each thread and never empties it. Messages with ever new names
fill it: 120 messages of 6 MB took 1.6 GB, and a thread whose dictionary is full refuses well-formed messages.
"""

from __future__ import annotations

import ctypes

_CONTEXT = "_ParserDictionaryContext"
"""The key of lxml's (6.1) dictionary in Python's thread state. A test checks that it exists."""
_thread_values = ctypes.pythonapi.PyThreadState_GetDict
_thread_values.restype = ctypes.c_void_p


def forget_names() -> None:
    """Drop this thread's dictionary, so that its next parse begins a new one; existing trees and parsers keep the
    old."""
    if address := _thread_values():
        ctypes.cast(address, ctypes.py_object).value.pop(_CONTEXT, None)
