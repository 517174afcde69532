"""Subjects that people cut out of photographs by hand, with soft edges, on other photographs.

They are Tux Paint's stamps, as Debian's package tuxpaint-stamps-default installs them in
/usr/share/tuxpaint/stamps: photos of animals, people and things, each with its alpha. Unlike the
drawn cases, subject and edge are a camera's, and U²-Net's map of them is as sharp as on photos.
"""

import pathlib

import numpy as np
from PIL import Image

import scenes

#: Where each lies, and the picture of scikit-image that it is put on.
STAMPS = {
    "cut-capybara": ("animals/mammals/rodents/capybara", "brick.png"),
    "cut-tiger": ("animals/mammals/cats/tiger_sumatran", "grass.png"),
    "cut-peahen": ("animals/birds/albino_peahen", "gravel.png"),
    "cut-guineafowl": ("animals/birds/helmeted_guineafowl", "rocket.jpg"),
    "cut-rhino": ("animals/mammals/rhino_black", "chelsea.png"),
    "cut-blackbuck": ("animals/mammals/bovines/indian_blackbuck", "brick.png"),
    "cut-indycar": ("vehicles/race/indycar", "grass.png"),
    "cut-firetruck": ("vehicles/emergency/firetruck", "gravel.png"),
    "cut-fireman": ("people/fireman240a", "rocket.jpg"),
    "cut-spade": ("household/tools/spade", "chelsea.png"),
    "cut-bradley": ("military/vehicles/bradley", "brick.png"),
    "cut-mantis": ("animals/insects/mantis", "grass.png"),
    "cut-lobster": ("animals/fish/lobster", "gravel.png"),
    "cut-tree": ("plants/trees/tree336", "rocket.jpg"),
    "cut-balloon": ("vehicles/flight/balloon360", "chelsea.png"),
}


def build(name, folder: pathlib.Path):
    """Background, premultiplied foreground and alpha (0 to 1) of a case: the stamp at its own size."""
    path, ground = STAMPS[name]
    with Image.open(folder / f"{path}.png") as picture:
        stamp = np.asarray(picture.convert("RGBA"), np.float32) / 255
    height, width = stamp.shape[:2]
    frame_width = int(max(width * 1.35, height * 1.1))
    frame_height = int(max(height * 1.25, frame_width * 0.7))
    left, top = (frame_width - width) // 2, (frame_height - height) * 2 // 3
    put = np.zeros((frame_height, frame_width, 4), np.float32)
    put[top : top + height, left : left + width] = stamp
    alpha = put[..., 3]
    background = scenes.filled(scenes.bundled(ground), frame_height, frame_width)
    return background, put[..., :3] * alpha[..., None], alpha
