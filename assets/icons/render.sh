#!/usr/bin/env bash
# Draws the icon's sizes anew from icon.svg; needs rsvg-convert (Debian: librsvg2-bin).
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
for size_px in 16 22 24 32 48 64 128 256 512; do
    rsvg-convert --width "$size_px" --height "$size_px" --output "$size_px.png" ../icon.svg
done
