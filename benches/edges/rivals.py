"""rembg, run in this process with the project's own weights; nothing is downloaded."""

import os
import time

import numpy as np

#: Foreground threshold, background threshold and erosion of what search.py found best on the cases.
BEST = (240, 50, 20)
#: What pymatting's closed-form matting takes at its height, about: 25 neighbours a pixel, twice.
MATTING_BYTES_PER_PIXEL = 1200


def settings(foreground, background, erode_px):
    """rembg's own names of a setting of its matting."""
    return {
        "alpha_matting": True,
        "alpha_matting_foreground_threshold": foreground,
        "alpha_matting_background_threshold": background,
        "alpha_matting_erode_size": erode_px,
    }


WAYS = {
    "rembg plain": {},
    "rembg colours": {"decontaminate": True},
    "rembg matting": settings(240, 10, 10),
    "rembg best": settings(*BEST),
}


class Session:
    """rembg's session, which remembers how long its network took last."""

    def __init__(self, warm):
        self.warm = warm
        self.seconds = 0.0

    def predict(self, *arguments, **named):
        started = time.perf_counter()
        masks = self.warm.predict(*arguments, **named)
        self.seconds = time.perf_counter() - started
        return masks


def session(models, model):
    """A session with models/MODEL.onnx, which rembg takes as it is."""
    if not (models / f"{model}.onnx").exists():
        raise SystemExit(f"there is no {models / model}.onnx; cargo xtask setup makes it")
    os.environ["U2NET_HOME"] = str(models.resolve())
    import rembg  # It reads the environment.

    return Session(rembg.new_session(model))


def fits(photo):
    """Whether there is memory for rembg's matting of a photo."""
    with open("/proc/meminfo") as lines:
        available = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))
    return photo.width * photo.height * MATTING_BYTES_PER_PIXEL < available


def cut(photo, way, warm):
    """A cutout (height x width x 4, 8 bits) of a PIL photo, the seconds that it took, and those of them
    after the network."""
    from rembg import remove

    started = time.perf_counter()
    cutout = remove(photo, session=warm, **WAYS[way])
    seconds = time.perf_counter() - started
    return np.asarray(cutout), (seconds, seconds - warm.seconds)
