"""Bodies and backgrounds for the cases, taken from pictures that are on the machine already.

Two places hold them: the pictures that scikit-image installs, with this repository's golden masks
(tests/goldens) of two of them, and a folder of photos with masks that its owner names
(`images/NAME.*` and `u2net/NAME.png`). Nothing is downloaded.

Pictures are float arrays, height x width x 3, from 0 to 1, gamma-encoded as in their files.
"""

import pathlib
from dataclasses import dataclass

import cv2
import numpy as np
import skimage
from PIL import Image
from scipy import ndimage

BUNDLED = pathlib.Path(skimage.__file__).parent / "data"
GOLDENS = pathlib.Path(__file__).parents[2] / "tests" / "goldens"


def load(path):
    """A picture of any mode as RGB."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"), np.float32) / 255


def bundled(name):
    """One of scikit-image's pictures, by its file name."""
    return load(BUNDLED / name)


@dataclass
class Body:
    """What a case's subject is made of.

    colour: height x width x 3; beyond the silhouette it goes on with the nearest colour inside.
    inside: height x width, from 0 to 1; the silhouette is where it is 0.5 or more.
    """

    colour: np.ndarray
    inside: np.ndarray


def body(picture, mask, erode_px):
    """Cuts the surely inner part out of a photo: its mask, shrunk, so that no old background stays."""
    inner = ndimage.binary_erosion(mask > 0.9, iterations=erode_px, border_value=1)
    labels, _ = ndimage.label(inner)
    inner = labels == np.argmax(np.bincount(labels.ravel())[1:]) + 1
    inner = ndimage.binary_fill_holes(inner)
    rows, columns = np.nonzero(inner)
    box = (slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1))
    nearest = ndimage.distance_transform_edt(~inner, return_distances=False, return_indices=True)
    colour = picture[tuple(nearest)]
    smooth = ndimage.gaussian_filter(inner.astype(np.float32), 1.5, mode="nearest")
    return Body(colour[box], smooth[box])


def bundled_body(name, erode_px):
    """A body of one of scikit-image's photos that has a golden mask here."""
    with Image.open(GOLDENS / f"{name}.u2net.png") as mask:
        return body(bundled(f"{name}.png"), np.asarray(mask, np.float32) / 255, erode_px)


def horse():
    """scikit-image's drawn horse, clothed in the fur of its cat."""
    inside = ndimage.gaussian_filter((bundled("horse.png")[..., 0] < 0.5).astype(np.float32), 1)
    rows, columns = np.nonzero(inside > 0.5)
    inside = inside[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = inside.shape
    fur = bundled("chelsea.png")[185:290, 40:170]
    fur = mirrored(fur, height, width)
    depth = ndimage.distance_transform_edt(inside > 0.5)
    light = ndimage.gaussian_filter(depth, 6)
    up, _ = np.gradient(light)
    shade = np.clip(0.75 + 0.5 * up + 0.006 * light, 0.4, 1.15)[..., None]
    return Body(np.clip(fur * shade * [0.8, 0.65, 0.5], 0, 1).astype(np.float32), inside)


class Reference:
    """The folder of photos with masks, or none."""

    def __init__(self, folder):
        self.folder = folder

    def _image(self, name):
        return load(next((self.folder / "images").glob(f"{name}.*")))

    def _mask(self, name):
        with Image.open(self.folder / "u2net" / f"{name}.png") as mask:
            return np.asarray(mask.convert("L"), np.float32) / 255

    def body(self, name, erode_px):
        """The subject of a photo, shrunk."""
        return body(self._image(name), self._mask(name), erode_px)

    def place(self, name):
        """A photo without its subject, which is filled in from around it."""
        picture, mask = self._image(name), self._mask(name)
        hole = ndimage.binary_dilation(mask > 0.1, iterations=9).astype(np.uint8)
        eight_bit = (picture * 255).round().astype(np.uint8)
        return cv2.inpaint(eight_bit, hole, 5, cv2.INPAINT_TELEA).astype(np.float32) / 255


def mirrored(picture, height, width):
    """Repeats a picture, mirrored at its borders, until it fills the size."""
    down = -(-height // picture.shape[0])
    across = -(-width // picture.shape[1])
    rows = [picture if index % 2 == 0 else picture[::-1] for index in range(down)]
    column = np.concatenate(rows)
    columns = [column if index % 2 == 0 else column[:, ::-1] for index in range(across)]
    return np.concatenate(columns, axis=1)[:height, :width]


def filled(picture, height, width, blur=0.0):
    """Scales a picture until it covers the size, cuts the middle out and blurs it.

    blur: sigma as a part of the height.
    """
    factor = max(height / picture.shape[0], width / picture.shape[1])
    size = (max(width, round(picture.shape[1] * factor)), max(height, round(picture.shape[0] * factor)))
    large = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)
    top, left = (large.shape[0] - height) // 2, (large.shape[1] - width) // 2
    cut = np.clip(large[top : top + height, left : left + width], 0, 1)
    return cv2.GaussianBlur(cut, (0, 0), blur * height) if blur else cut


def ground(name, tint, height, width, detail_px):
    """One of scikit-image's grey textures in a colour, sharp, at the scale of the frame.

    detail_px: how many pixels of the frame one of the texture's takes.
    """
    texture = bundled(name)
    texture = cv2.resize(texture, None, fx=detail_px, fy=detail_px, interpolation=cv2.INTER_CUBIC)
    texture = mirrored(texture, height, width)
    return np.clip(texture * np.float32(tint) * 1.5, 0, 1).astype(np.float32)


def grain(picture, rng, sigma=1.2 / 255):
    """Adds a camera's noise."""
    noise = rng.standard_normal(picture.shape[:2], np.float32)[..., None]
    return np.clip(picture + sigma * noise, 0, 1)
