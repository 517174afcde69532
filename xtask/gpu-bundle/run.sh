#!/usr/bin/env bash
# Runs Cutout's GPU checks with the PyTorch of this machine's python3: `bash run.sh [COUNT]`, where
# COUNT is how many images each soak takes (1000). Prints one JSON object and writes it to
# results.json; the checks' own words go to standard error. `bash run.sh --rehearse` does what can
# be done without a GPU.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
chmod +x cutout gpu-checks
exec python3 run.py "$@"
