#!/bin/sh
# Ends with 0 where the window of this container answers and can do its work, else with 1.
exec python3 -c '
import os, sys, urllib.request
port = os.environ.get("SINGLE_WINDOW_PORT", "8642")
try:
    sys.exit(urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=4).status != 200)
except OSError as error:
    sys.exit(str(error))
'
