"""Scores a folder of masks, `NAME.png` each, against the cases of a folder that cases.py wrote.

    score.py MASKS --cases DIR

Cases without a mask are left out. A mask with transparency is taken for a cutout: its alpha counts,
and the error of its colours is told too.
"""

import argparse
import pathlib

import numpy as np
from PIL import Image

import metrics


def read(path):
    with Image.open(path) as picture:
        return np.asarray(picture if picture.mode in ("L", "RGB", "RGBA") else picture.convert("L"))


def score(result, case):
    """Errors of an 8-bit mask (height x width) or cutout (height x width x 4) of a case's folder."""
    true_alpha = read(case / "alpha.png")
    alpha = result[..., 3] if result.ndim == 3 else result
    errors = metrics.alpha_errors(alpha, true_alpha)
    if result.ndim == 3 and (case / "foreground.png").exists():
        errors |= metrics.colour_errors(result[..., :3], alpha, read(case / "foreground.png"), true_alpha)
    return errors


def main():
    parser = argparse.ArgumentParser(description="Scores masks.")
    parser.add_argument("masks", type=pathlib.Path)
    parser.add_argument("--cases", type=pathlib.Path, required=True)
    args = parser.parse_args()
    rows = {}
    for case in sorted(args.cases.iterdir()):
        mask = args.masks / f"{case.name}.png"
        if mask.exists():
            rows[case.name] = score(read(mask), case)
    if not rows:
        raise SystemExit("no mask is called like a case")
    figures = ["all", "band", "gradient"] + ["colour"] * all("colour" in errors for errors in rows.values())
    scale = {"gradient": 1000}

    def line(name, errors):
        print(f"{name:24}" + "".join(f"{errors[figure] * scale.get(figure, 1):12.4f}" for figure in figures))

    print(f"{'':24}" + "".join(f"{figure:>12}" for figure in figures))
    for name, errors in rows.items():
        line(name, errors)
    line("mean", {figure: np.mean([errors[figure] for errors in rows.values()]) for figure in figures})
    for figure in figures:
        worst = max(rows, key=lambda name: rows[name][figure])
        print(f"worst {figure}: {worst}")


if __name__ == "__main__":
    main()
