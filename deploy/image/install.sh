#!/bin/sh
# Installs the window and its client from SOURCE into a virtual environment at TARGET, with the driver of PostgreSQL:
#   install.sh SOURCE TARGET
# VENV_OPTIONS and PIP_OPTIONS are passed on.
set -eu
source=$1 target=$2
# shellcheck disable=SC2086 # options are words
python3 -m venv ${VENV_OPTIONS:-} "$target"
# shellcheck disable=SC2086
"$target/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check ${PIP_OPTIONS:-} \
    "$source/clients/python" "$source[postgresql]"
"$target/bin/single-window" --version
