"""Makes pictures whose true alpha and true foreground colours are known.

    cases.py --out DIR [--reference DIR] [--stamps DIR] [--lemur DIR] [--sizes base,2mp,12mp] [--only NAME,NAME]

For each case it writes `DIR/NAME/photo.png`, `alpha.png` (8-bit grey) and `foreground.png` (RGB,
the subject's own colours, not multiplied by alpha). A photo is alpha * F + (1 - alpha) * B of
those very 8-bit files, rounded, computed on gamma-encoded values as the matting literature does.
The same seed makes the same files.
"""

import argparse
import pathlib
import shutil
import zlib

import cv2
import numpy as np
from PIL import Image
from scipy import ndimage

import scenes
import stamps
from drawing import Canvas, Outline, bicycle, lace, moved, plant, strands, wine_glass

SEED = 2026
FACTORS = {"base": 1, "2mp": 1.71, "12mp": 4.19}


class Frame:
    """What a case is built on: a size, its own random numbers and where pictures come from."""

    def __init__(self, name, width_px, height_px, reference):
        self.width_px, self.height_px = width_px, height_px
        self.rng = np.random.default_rng([SEED, zlib.crc32(name.encode())])
        self.reference = reference
        self.canvas = Canvas(width_px, height_px)

    @property
    def aspect(self):
        return self.width_px / self.height_px

    def filled(self, picture, blur=0.0):
        return scenes.filled(picture, self.height_px, self.width_px, blur)

    def ground(self, name, tint, detail_px=1.0):
        return scenes.ground(name, tint, self.height_px, self.width_px, detail_px * self.canvas.frame_scale)

    def stand(self, body, height, centre=0.5, bottom=1.0):
        """Puts a body down: height and bottom in frame heights, centre in frame widths."""
        width = height * body.inside.shape[1] / body.inside.shape[0]
        return Outline(self.canvas.put(body, centre * self.aspect - width / 2, bottom - height, height))


def hair(frame, outline, top, **more):
    """Long hair on what is above `top` (in frame heights)."""
    outline.keep(outline.points[:, 1] < top)
    strands(frame.canvas, outline, frame.rng, count=1500, length=(0.03, 0.10), width_px=(0.8, 1.8), depth=0.04, spread=0.5, curl=0.5, **more)
    strands(frame.canvas, outline, frame.rng, count=420, length=(0.08, 0.22), width_px=(0.5, 1.4), depth=0.04, spread=0.6, curl=0.7, **more)


def fur(frame, outline, length=0.03, count=9000, **more):
    """Dense short hair all around."""
    for part, share in ((0.6, 0.6), (1.0, 0.4)):
        strands(frame.canvas, outline, frame.rng, count=int(count * share), length=(0.3 * length, part * length), width_px=(0.5, 1.6), depth=1.2 * length, spread=0.45, **more)


def hair_astronaut(frame):
    outline = frame.stand(scenes.bundled_body("astronaut", 3), 0.86)
    hair(frame, outline, 0.32, tint=(0.95, 0.85, 0.75))
    return frame.filled(scenes.bundled("coffee.png"), 0.03), *frame.canvas.done()


def hair_monkey(frame):
    outline = frame.stand(frame.reference.body("im_21", 9), 0.84)
    hair(frame, outline, 0.75, light=0.5, tint=(1.3, 1.3, 1.4))
    return frame.filled(frame.reference.place("vangogh")), *frame.canvas.done()


def hair_dark_on_dark(frame):
    outline = frame.stand(frame.reference.body("im_21", 9), 0.84)
    hair(frame, outline, 0.75, light=0.5)
    return frame.filled(frame.reference.place("hockey"), 0.012) * np.float32([0.75, 0.8, 0.9]), *frame.canvas.done()


def fur_alpaca(frame):
    outline = frame.stand(frame.reference.body("0003", 12), 0.85)
    fur(frame, outline, 0.045)
    return frame.filled(frame.reference.place("rifle1")[:262]), *frame.canvas.done()


def fur_brown_on_brown(frame):
    outline = frame.stand(frame.reference.body("0003", 12), 0.85)
    fur(frame, outline, 0.045)
    return frame.filled(scenes.bundled("chelsea.png"), 0.04) * np.float32([0.95, 0.9, 0.85]), *frame.canvas.done()


def fur_horse(frame):
    outline = frame.stand(scenes.horse(), 0.8, bottom=0.93)
    fur(frame, outline, 0.022, 14000)
    return frame.ground("grass.png", (0.75, 0.95, 0.45)), *frame.canvas.done()


def glass_wine(frame):
    place = frame.filled(scenes.bundled("rocket.jpg"), 0.012) * 0.8 + 0.12
    return place, *wine_glass(frame.width_px, frame.height_px, 0.5 * frame.aspect, 0.06, 0.88)


def glass_on_brick(frame):
    place = frame.ground("brick.png", (0.95, 0.75, 0.6))
    return place, *wine_glass(frame.width_px, frame.height_px, 0.5 * frame.aspect, 0.08, 0.85)


def motion_boat(frame):
    frame.stand(frame.reference.body("boat", 4), 0.74, bottom=0.86)
    colour, alpha = moved(*frame.canvas.done(), 0.055 * frame.height_px, 0.1)
    return frame.filled(frame.reference.place("boat")), colour, alpha


def motion_astronaut(frame):
    frame.stand(scenes.bundled_body("astronaut", 3), 0.86)
    colour, alpha = moved(*frame.canvas.done(), 0.05 * frame.height_px, 0.35)
    return frame.ground("gravel.png", (0.75, 0.8, 0.9)), colour, alpha


def lace_doily(frame):
    lace(frame.canvas, (0.5 * frame.aspect, 0.5), 0.3, 0.39, 0.9, frame.rng)
    return frame.ground("brick.png", (0.34, 0.25, 0.2), 1.4), *frame.canvas.done()


def clean_cup(frame):
    frame.stand(scenes.bundled_body("coffee", 3), 0.78, bottom=0.9)
    return frame.ground("grass.png", (0.7, 0.9, 0.5)), *frame.canvas.done()


def thin_bicycle(frame):
    bicycle(frame.canvas, 0.5 * frame.aspect - 0.24, 0.66, 0.48, frame.rng)
    return frame.filled(scenes.bundled("rocket.jpg"), 0.05) * 0.55 + 0.35, *frame.canvas.done()


def thin_lamp(frame):
    frame.stand(frame.reference.body("lamp2_meitu_1", 1), 0.85, bottom=0.95)
    return frame.filled(scenes.bundled("coffee.png"), 0.04) * 0.6 + 0.35, *frame.canvas.done()


def thin_leaves(frame):
    plant(frame.canvas, (0.5 * frame.aspect, 0.95), 0.88, frame.rng)
    return frame.filled(scenes.bundled("chelsea.png"), 0.05) * 0.3 + 0.55, *frame.canvas.done()


def small_horse(frame):
    outline = frame.stand(scenes.horse(), 0.2, centre=0.62, bottom=0.72)
    fur(frame, outline, 0.007, 6000)
    return frame.filled(frame.reference.place("rifle1")[:262]), *frame.canvas.done()


def small_astronaut(frame):
    outline = frame.stand(scenes.bundled_body("astronaut", 3), 0.26, centre=0.35, bottom=0.8)
    outline.keep(outline.points[:, 1] < 0.67)
    strands(frame.canvas, outline, frame.rng, count=500, length=(0.01, 0.05), width_px=(0.5, 1.0), spread=0.5, curl=0.6, tint=(0.75, 0.55, 0.4))
    return frame.ground("gravel.png", (0.85, 0.75, 0.6), 0.8), *frame.canvas.done()


LARGE = ("base", "2mp", "12mp")
# Name, what builds it, its sizes, width and height of its base frame, whether it needs the folder of photos.
CASES = [
    ("hair-astronaut", hair_astronaut, LARGE, (960, 736), False),
    ("hair-monkey", hair_monkey, ("base", "2mp"), (960, 736), True),
    ("hair-dark-on-dark", hair_dark_on_dark, ("base",), (960, 736), True),
    ("fur-alpaca", fur_alpaca, LARGE, (960, 736), True),
    ("fur-brown-on-brown", fur_brown_on_brown, ("base",), (960, 736), True),
    ("fur-horse", fur_horse, ("base", "2mp"), (960, 736), False),
    ("glass-wine", glass_wine, ("base",), (736, 960), False),
    ("glass-on-brick", glass_on_brick, ("base",), (736, 960), False),
    ("motion-boat", motion_boat, ("base",), (1024, 640), True),
    ("motion-astronaut", motion_astronaut, ("base",), (800, 800), False),
    ("lace-doily", lace_doily, ("base",), (960, 736), False),
    ("clean-cup", clean_cup, ("base",), (960, 736), False),
    ("thin-bicycle", thin_bicycle, LARGE, (1024, 736), False),
    ("thin-lamp", thin_lamp, ("base",), (960, 736), True),
    ("thin-leaves", thin_leaves, ("base",), (736, 960), False),
    ("small-horse", small_horse, ("base",), (1024, 768), True),
    ("small-astronaut", small_astronaut, ("base",), (1024, 768), False),
]


def names(sizes=tuple(FACTORS), reference=True):
    """Names of all cases of some sizes; a larger one's ends in its size."""
    for name, _, has, _, needs_folder in CASES:
        for size in has:
            if size in sizes and (reference or not needs_folder):
                yield name if size == "base" else f"{name}-{size}"


def levels(picture):
    """From 0 to 1 to 8 bits."""
    return (np.clip(picture, 0, 1) * 255).round().astype(np.uint8)


def straight(premultiplied, alpha):
    """The subject's own colours; where alpha is below 3/255, those of the nearest place that is not."""
    known = alpha > 3 / 255
    nearest = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
    colour = premultiplied / np.maximum(alpha, 1e-3)[..., None]
    return np.clip(colour[tuple(nearest)], 0, 1)


def compose(alpha, foreground, background):
    """The photo, 8 bits, of 8-bit alpha and foreground and a background from 0 to 1 or 8-bit."""
    part = alpha[..., None].astype(np.float32) / 255
    return (part * foreground + (1 - part) * background).round().astype(np.uint8)


def composed(scene, rng):
    """Alpha, foreground and photo of a scene (background, premultiplied foreground, alpha): 8 bits."""
    background, premultiplied, alpha = scene
    background = levels(scenes.grain(background, rng))
    foreground = levels(scenes.grain(straight(premultiplied, alpha), rng))
    alpha = levels(alpha)
    return alpha, foreground, compose(alpha, foreground, background)


def build(name, reference):
    """Alpha, foreground and photo of a drawn case by its name: 8 bits, height x width (x 3)."""
    for base, scene, sizes, (width_px, height_px), _ in CASES:
        for size in sizes:
            if name == (base if size == "base" else f"{base}-{size}"):
                factor = FACTORS[size]
                frame = Frame(base, round(width_px * factor), round(height_px * factor), reference)
                return composed(scene(frame), frame.rng)
    raise SystemExit(f"no case is called {name}")


def save(folder, alpha, foreground, photo):
    folder.mkdir(parents=True, exist_ok=True)
    for name, picture in (("alpha", alpha), ("foreground", foreground), ("photo", photo)):
        Image.fromarray(picture).save(folder / f"{name}.png", compress_level=3)


def add_lemur(lemur, folder):
    """Takes the photo with published alpha in; its true colours are not published."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(lemur / "lemur.png", folder / "photo.png")
    with Image.open(lemur / "lemur_alpha.png") as alpha:
        alpha.convert("L").save(folder / "alpha.png")


def add_natural(reference, out):
    """Takes the photos in as they are: nobody knows their alpha, and only the network's map is there
    to be kept to. Returns their names."""
    for path in sorted((reference / "images").iterdir()):
        folder = out / f"natural-{path.stem}"
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "photo.png").exists():
            with Image.open(path) as photo:
                photo.convert("RGB").save(folder / "photo.png", compress_level=3)
        yield folder.name


def make(out, reference=None, cut=None, lemur=None, sizes=tuple(FACTORS), only=()):
    """Writes the cases that are not there yet and returns their names."""
    cv2.setNumThreads(1)
    source = scenes.Reference(reference) if reference else None
    made = []
    for name in names(sizes, reference is not None):
        if only and name not in only:
            continue
        if not (out / name / "photo.png").exists():
            save(out / name, *build(name, source))
        made.append(name)
    for name in stamps.STAMPS if cut else ():
        if only and name not in only:
            continue
        if not (out / name / "photo.png").exists():
            rng = np.random.default_rng([SEED, zlib.crc32(name.encode())])
            save(out / name, *composed(stamps.build(name, cut), rng))
        made.append(name)
    if reference and not only:
        made.extend(add_natural(reference, out))
    if lemur:
        add_lemur(lemur, out / "lemur")
        made.append("lemur")
    return made


def main():
    parser = argparse.ArgumentParser(description="Makes the cases.")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--reference", type=pathlib.Path, help="folder of images/ and u2net/")
    parser.add_argument("--stamps", type=pathlib.Path, help="folder of Tux Paint's stamps")
    parser.add_argument("--lemur", type=pathlib.Path, help="folder of lemur.png and lemur_alpha.png")
    parser.add_argument("--sizes", default=",".join(FACTORS))
    parser.add_argument("--only", default="", help="names of cases")
    args = parser.parse_args()
    only = [name for name in args.only.split(",") if name]
    for name in make(args.out, args.reference, args.stamps, args.lemur, args.sizes.split(","), only):
        print(name)


if __name__ == "__main__":
    main()
