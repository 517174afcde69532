"""Cutout, run as its users run it: one `cutout remove` per way over all photos."""

import json
import os
import pathlib
import subprocess

import numpy as np
from PIL import Image

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
#: What the ways set, by the flag that sets it.
FLAGS = ("--refine", "--clean-colours", "--second-look")
WARM_UP = "0-warm-up"

WAYS = {
    f"cutout {refine}{', colours' if colours == 'on' else ''}{', second look' if look == 'auto' else ''}": (refine, colours, look)
    for refine in ("off", "fast", "matting")
    for colours, look in (("off", "off"), ("on", "off"), ("on", "auto"))
}
#: The way that the others' added time is counted from.
PLAIN = "cutout off"


class Product:
    """An executable, the weights that it is given, and what it knows."""

    def __init__(self, executable, weights):
        self.executable, self.weights = executable.resolve(), weights.resolve()
        self.environment = dict(os.environ)
        libraries = [str(REPOSITORY / "libtorch" / "torch" / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
        self.environment["LD_LIBRARY_PATH"] = ":".join(filter(None, libraries))
        self.known = [flag for flag in FLAGS if flag in self._ask("remove", "--help")]
        self.version = self._ask("--version").strip()

    def _ask(self, *arguments):
        done = subprocess.run([self.executable, *arguments], env=self.environment, capture_output=True, text=True, check=True)
        return done.stdout

    def ways(self):
        """The ways whose flags the executable has; a flag that it lacks counts as off."""
        return [
            way
            for way, values in WAYS.items()
            if all(flag in self.known or value == "off" for flag, value in zip(FLAGS, values))
        ]

    def cut_all(self, photos, way, out):
        """Cuts photos (paths by name) out into `out`; by name the seconds, and those after the network.

        The seconds are those of network, edge and saving, PNG encoding included, as the program
        itself counts them. The first photo goes through twice, and its first time does not count.
        """
        folder = out / "photos"
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in {WARM_UP: next(iter(photos.values())), **photos}.items():
            link = folder / f"{name}.png"
            if not link.is_symlink():
                link.symlink_to(path.resolve())
        flags = [part for flag, value in zip(FLAGS, WAYS[way]) if flag in self.known for part in (flag, value)]
        command = [
            self.executable, "remove", "--json", "--device", "cpu", "--batch", "1", "--model", self.weights,
            *flags, "--name", "{name}", "--out", out.resolve(), "--on-exist", "replace", "--files-from", "-",
        ]
        told = []
        with subprocess.Popen(
            command, env=self.environment, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as worker:
            # Each once the one before is done: rembg does nothing beside either.
            for name in (WARM_UP, *photos):
                print(f"{name}.png", file=worker.stdin, flush=True)
                told.append(json.loads(worker.stdout.readline() or "null"))
            worker.stdin.close()
        if worker.returncode != 0 or None in told:
            raise SystemExit("cutout failed")
        seconds = {}
        for line in told:
            times = line["timings"]
            after = (times["refine_ms"] + times["save_ms"]) / 1000
            seconds[pathlib.Path(line["path"]).stem] = (times["infer_ms"] / 1000 + after, after)
        return seconds


def cutout(out, name):
    """A saved cutout: height x width x 4, 8 bits."""
    with Image.open(out / f"{name}.png") as picture:
        return np.asarray(picture.convert("RGBA"))
