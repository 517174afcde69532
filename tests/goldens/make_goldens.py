#!/usr/bin/env python3
"""Makes the golden masks of the sample photos with ONNX Runtime, rembg's way.

    make_goldens.py MODELS SAMPLES

For each photo of SAMPLES and each network of MODELS it writes `PHOTO.NETWORK.png` beside itself: an
8-bit grey mask of the photo's own size. The committed ones were made by CPython 3.11 with

    onnxruntime==1.32.0  numpy==2.4.6  pillow==13.0.0
"""

import pathlib
import sys

import numpy
import onnxruntime
from PIL import Image

NETWORKS = ["u2net", "u2netp"]
PHOTOS = ["astronaut", "chelsea", "coffee"]
SIDE_PX = 320
MEAN = numpy.array([0.485, 0.456, 0.406])
STD = numpy.array([0.229, 0.224, 0.225])


def mask(session, photo):
    small = photo.convert("RGB").resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    pixels = numpy.array(small) / max(numpy.max(small), 1e-6)
    tensor = ((pixels - MEAN) / STD).transpose(2, 0, 1)[None].astype(numpy.float32)
    fused = session.run(None, {session.get_inputs()[0].name: tensor})[0][0, 0]
    lowest, highest = fused.min(), fused.max()
    levels = ((fused - lowest) / (highest - lowest) * 255).astype(numpy.uint8)
    return Image.fromarray(levels).resize(photo.size, Image.Resampling.LANCZOS)


def main():
    models, samples = map(pathlib.Path, sys.argv[1:])
    for network in NETWORKS:
        session = onnxruntime.InferenceSession(models / f"{network}.onnx")
        for name in PHOTOS:
            with Image.open(samples / f"{name}.png") as photo:
                golden = mask(session, photo)
            golden.save(pathlib.Path(__file__).with_name(f"{name}.{network}.png"), optimize=True)


main()
