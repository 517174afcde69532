"""Looks for rembg's best setting on the cases: thresholds and erosion, least mean error over the band.

    search.py CASES [--models DIR] [--model ID]

Takes the cases of base size, one in --every of them.
"""

import argparse
import itertools
import pathlib

import numpy as np
from PIL import Image

import rivals
from score import score

FOREGROUNDS = (200, 240)
BACKGROUNDS = (10, 50)
EROSIONS_PX = (2, 5, 10, 20, 40)


def main():
    parser = argparse.ArgumentParser(description="Looks for rembg's best setting.")
    parser.add_argument("cases", type=pathlib.Path)
    parser.add_argument("--models", type=pathlib.Path, default=pathlib.Path("models"))
    parser.add_argument("--model", default="u2net")
    parser.add_argument("--every", type=int, default=1)
    args = parser.parse_args()
    warm = rivals.session(args.models, args.model)
    from rembg.bg import alpha_matting_cutout

    cases = [case for case in sorted(args.cases.iterdir()) if not case.name.endswith(("-2mp", "-12mp"))][:: args.every]
    photos = [Image.open(case / "photo.png").convert("RGB") for case in cases]
    masks = [warm.predict(photo)[0] for photo in photos]
    for setting in itertools.product(FOREGROUNDS, BACKGROUNDS, EROSIONS_PX):
        errors = []
        for case, photo, mask in zip(cases, photos, masks):
            try:
                cutout = np.asarray(alpha_matting_cutout(photo, mask, *setting))
            except ValueError:  # Nothing is left that is surely foreground: rembg then keeps its mask.
                cutout = np.asarray(mask)
            errors.append(score(cutout, case))
        means = (np.mean([error[figure] for error in errors]) for figure in ("band", "all"))
        print(*setting, *(f"{mean:.4f}" for mean in means), flush=True)


if __name__ == "__main__":
    main()
