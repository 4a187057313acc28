#!/usr/bin/env bash
# HyperKitty and Isso for the live tests, in an environment of their own: STANDPUNT_LIVE, else a folder of the user's cache
# (software.py looks there too). What is installed already is left alone. requirements.txt anew (needs uv):
#   uv pip compile requirements.in --generate-hashes --no-emit-index-url --universal --no-annotate --no-emit-package misaka -o requirements.txt
# misaka, an old renderer that Isso does without, wants a C compiler.
set -euo pipefail
cd "$(dirname "$0")"
place="${STANDPUNT_LIVE:-${XDG_CACHE_HOME:-$HOME/.cache}/standpunt-live}"

if ! cmp -s requirements.txt "$place/installed"; then
  rm -rf "$place"
  "${PYTHON:-python3}" -m venv "$place"
  "$place/bin/pip" install --quiet --no-compile --no-deps --require-hashes -r requirements.txt
  cp requirements.txt "$place/installed"
fi
