"""The photos that both programs are given: pictures of scikit-image at other sizes, with a camera's
noise, as JPEG. The same seed makes the same files."""

import pathlib

import numpy as np
import skimage
from PIL import Image

SEED = 2026
NAMES = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg")
BUNDLED = pathlib.Path(skimage.__file__).parent / "data"


def photo(number, megapixels, path):
    """Writes a photo of so many megapixels; its own proportions are kept."""
    if path.exists():
        return path
    with Image.open(BUNDLED / NAMES[number % len(NAMES)]) as picture:
        picture = picture.convert("RGB")
    factor = (megapixels * 1e6 / (picture.width * picture.height)) ** 0.5
    size = round(picture.width * factor), round(picture.height * factor)
    pixels = np.asarray(picture.resize(size, Image.Resampling.BICUBIC), np.int16)
    noise = np.random.default_rng([SEED, number]).normal(0, 3, pixels.shape).astype(np.int8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray((pixels + noise).clip(0, 255).astype(np.uint8)).save(path, quality=92)
    return path


def folder(count, path):
    """Photos of 0.5 to 24 megapixels, each size as much larger than the one before."""
    for number in range(count):
        megapixels = 0.5 * 48 ** (number / max(count - 1, 1))
        photo(number, megapixels, path / f"{number:03}.jpg")
    return path
