"""What is compiled is kept, for this process and for those that it starts.

Where PYTHONDONTWRITEBYTECODE is set, as images of containers like to have it, each of the hundred processes that tests
start would compile the whole program anew, and each run all the tests: a quarter of its time.
"""

from __future__ import annotations

import os
import sys

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
