"""What the cases draw: bodies, hair, lace, glass, spokes and leaves, several times too large.

A canvas holds red, green, blue and coverage, 8 bits each. Whatever is drawn covers its pixels
wholly; averaging the canvas down then gives true alpha and true colours. Lengths are parts of the
frame's height, widths of strands are pixels of a frame of `BASE_PX` pixels.
"""

import cv2
import numpy as np
from scipy import ndimage
from scipy.interpolate import PchipInterpolator

BASE_PX = 700_000
FIXED = 4  # bits of cv2's fixed-point coordinates


def oversampling(width_px, height_px):
    """How many times too large to draw: less for large frames, whose strands are wider."""
    pixels = width_px * height_px
    return 6 if pixels < 1_200_000 else 4 if pixels < 4_000_000 else 3


class Canvas:
    """A frame of width_px x height_px, to draw on."""

    def __init__(self, width_px, height_px):
        self.over = oversampling(width_px, height_px)
        self.width_px, self.height_px = width_px, height_px
        self.frame_scale = (width_px * height_px / BASE_PX) ** 0.5
        self.pixels = np.zeros((height_px * self.over, width_px * self.over, 4), np.uint8)

    @property
    def unit(self):
        """Canvas pixels of one frame height."""
        return self.height_px * self.over

    def line(self, start, end, width_px, colour):
        """A line; points are (x, y) in frame heights, width_px in pixels of the base frame."""
        thickness = max(1, round(width_px * self.frame_scale * self.over))
        ends = [tuple(int(value * self.unit * (1 << FIXED)) for value in point) for point in (start, end)]
        cv2.line(self.pixels, *ends, ink(colour), thickness, cv2.LINE_8, FIXED)

    def shape(self, outline, colour):
        """A filled polygon; outline: N x 2 in frame heights."""
        self._fill(outline, ink(colour))

    def hole(self, outline):
        """Makes a polygon bare again."""
        self._fill(outline, (0, 0, 0, 0))

    def _fill(self, outline, value):
        points = (np.asarray(outline) * self.unit * (1 << FIXED)).astype(np.int32)
        cv2.fillPoly(self.pixels, [points], value, cv2.LINE_8, FIXED)

    def ring(self, centre, radius, width_px, colour):
        """A circle's line."""
        thickness = max(1, round(width_px * self.frame_scale * self.over))
        point = tuple(int(value * self.unit * (1 << FIXED)) for value in centre)
        cv2.circle(self.pixels, point, int(radius * self.unit * (1 << FIXED)), ink(colour), thickness, cv2.LINE_8, FIXED)

    def put(self, body, left, top, height):
        """Draws a body; left, top and height in frame heights. Returns its mask of the frame's size."""
        tall = round(height * self.unit)
        wide = round(tall * body.inside.shape[1] / body.inside.shape[0])
        x, y = round(left * self.unit), round(top * self.unit)
        from_x, from_y = max(0, -x), max(0, -y)
        to_x = min(wide, self.pixels.shape[1] - x)
        to_y = min(tall, self.pixels.shape[0] - y)
        inside = cv2.resize(body.inside, (wide, tall), interpolation=cv2.INTER_CUBIC)[from_y:to_y, from_x:to_x] >= 0.5
        colour = cv2.resize(body.colour, (wide, tall), interpolation=cv2.INTER_CUBIC)[from_y:to_y, from_x:to_x]
        region = self.pixels[y + from_y : y + to_y, x + from_x : x + to_x]
        region[inside, :3] = (np.clip(colour[inside], 0, 1) * 255).round()
        region[inside, 3] = 255
        return self.covered()

    def covered(self):
        """What is drawn so far, height x width, True where it covers half a pixel or more."""
        small = cv2.resize(self.pixels[..., 3], (self.width_px, self.height_px), interpolation=cv2.INTER_AREA)
        return small >= 128

    def colours(self):
        """Colours at the frame's size, height x width x 3, from 0 to 1, with the nearest where bare."""
        colour, alpha = averaged(self.pixels, self.width_px, self.height_px)
        nearest = ndimage.distance_transform_edt(alpha < 0.9, return_distances=False, return_indices=True)
        return colour[tuple(nearest)]

    def done(self):
        """Premultiplied colour (height x width x 3) and alpha (height x width), from 0 to 1.

        A lens's softness is part of both.
        """
        shape = (self.width_px, self.height_px)
        alpha = cv2.resize(self.pixels[..., 3], shape, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        # Bare pixels are black: the average is premultiplied already.
        colour = cv2.resize(self.pixels[..., :3], shape, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
        sigma = 0.45 * self.frame_scale**0.5
        return cv2.GaussianBlur(colour, (0, 0), sigma), cv2.GaussianBlur(alpha, (0, 0), sigma)


def averaged(pixels, width_px, height_px):
    """Colour, straight, and alpha at a smaller size, from 0 to 1."""
    small = cv2.resize(pixels, (width_px, height_px), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    alpha = small[..., 3]
    return small[..., :3] / np.maximum(alpha, 1 / 255)[..., None], alpha


def ink(colour):
    """A colour from 0 to 1 as cv2 draws it, covering wholly."""
    return (*(int(np.clip(value, 0, 1) * 255 + 0.5) for value in colour), 255)


class Outline:
    """The outer line of a mask: points (x, y) in frame heights and the directions outwards."""

    def __init__(self, mask):
        height, width = mask.shape
        soft = ndimage.gaussian_filter(mask.astype(np.float32), max(2, height / 150), mode="nearest")
        down, right = np.gradient(soft)
        lines, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        points = np.concatenate([line[:, 0] for line in lines])
        border = (points[:, 0] < 2) | (points[:, 0] > width - 3) | (points[:, 1] > height - 3)
        points = points[~border]
        outward = -np.stack([right[points[:, 1], points[:, 0]], down[points[:, 1], points[:, 0]]], axis=1)
        self.outward = outward / np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-6)
        self.points = points / height

    def keep(self, chosen):
        """Leaves only some of the points."""
        self.points, self.outward = self.points[chosen], self.outward[chosen]
        return self


def strands(canvas, outline, rng, *, count, length, width_px, depth=0.02, spread=0.5, curl=0.0, fall=0.3, light=0.25, tint=(1, 1, 1)):
    """Draws tapered, curved hairs that grow out of a body.

    length: (least, most) in frame heights. width_px: (least, most) at the root, which tapers to a
    third. depth: how far inside they begin. spread: the directions' deviation in radians. curl: how
    much they wave. fall: how much they bend down. light: how much brightness varies.
    """
    steps = 12
    colours = canvas.colours()
    height, width = colours.shape[:2]
    for position in rng.random(count):
        index = int(position * len(outline.points))
        outward, root = outline.outward[index], outline.points[index]
        long = rng.uniform(*length)
        wide = rng.uniform(*width_px)
        angle = np.arctan2(outward[1], outward[0]) + rng.normal(0, spread)
        bend = rng.normal(0, 0.6)
        phase, waves = rng.uniform(0, 2 * np.pi), rng.uniform(1, 3)
        inward = rng.uniform(0, depth)
        point = root - outward * inward
        x, y = (np.clip(point * height, 0, [width - 1, height - 1])).astype(int)
        colour = colours[y, x] * np.float32(tint) * (1 + rng.normal(0, light))
        step = (long + inward) / steps
        for number in range(steps):
            part = number / steps
            turned = angle + bend * part + curl * np.sin(phase + 2 * np.pi * waves * part)
            direction = np.array([np.cos(turned), np.sin(turned) + fall * part])
            following = point + step * direction / np.linalg.norm(direction)
            canvas.line(point, following, wide * (1 - 0.67 * part), colour * (1 + 0.35 * part))
            point = following


def lace(canvas, centre, cloth, outer, squash, rng):
    """Draws a round cloth with a border of lace: rows of holes, then petals of thread.

    cloth: the radius of the dense middle; outer: of the rows of holes. squash: height as a part of
    width.
    """
    white = np.array([0.93, 0.91, 0.86])

    def at(radius, angle):
        return np.asarray(centre) + radius * np.array([np.cos(angle), squash * np.sin(angle)])

    for turn in np.linspace(0, 2 * np.pi, 240, endpoint=False):
        fold = white * (0.88 + 0.06 * np.sin(5 * turn + 1.5 * np.sin(3 * turn)) + rng.normal(0, 0.01))
        canvas.shape([at(0, 0), at(outer, turn), at(outer, turn + 2 * np.pi / 236)], fold)
    for weft in np.arange(0, cloth, 0.004):
        canvas.ring(centre, weft * squash, 0.4, white * rng.uniform(0.8, 0.98))
    rows, holes = 7, 132
    deep = (outer - cloth) / rows
    for row in range(rows):
        radius = cloth + deep * (row + 0.5)
        for hole in range(holes):
            angle = 2 * np.pi * (hole + 0.5 * (row % 2)) / holes
            half = np.pi / holes * rng.uniform(0.6, 0.74)
            bow = np.linspace(0, 2 * np.pi, 13)
            canvas.hole([at(radius + 0.38 * deep * np.sin(part), angle + half * np.cos(part)) for part in bow])
    petals = 44
    for petal in range(petals):
        middle = 2 * np.pi * (petal + 0.5) / petals
        for size, width_px in ((1.0, 2.8), (0.55, 1.6)):
            bow = np.linspace(-1, 1, 15)
            reach = outer + size * 0.03 * np.sqrt(1 - bow**2)
            points = [at(radius, middle + size * np.pi / petals * part) for radius, part in zip(reach, bow)]
            for start, end in zip(points, points[1:]):
                canvas.line(start, end, width_px, white * rng.uniform(0.85, 1.05))


def bicycle(canvas, left, top, size, rng):
    """Draws a bicycle from the side; size: the distance of its hubs in frame heights."""
    rear, front = np.array([left, top]), np.array([left + size, top])
    radius = 0.33 * size
    seat, head, pedals = rear + size * np.array([0.28, -0.52]), rear + size * np.array([0.82, -0.5]), rear + size * np.array([0.42, 0.02])
    paint, steel, rubber = np.array([0.75, 0.12, 0.1]), np.array([0.78, 0.79, 0.8]), np.array([0.09, 0.09, 0.1])
    for hub in (rear, front):
        for spoke in range(28):
            angle = 2 * np.pi * spoke / 28 + rng.normal(0, 0.01)
            across = angle + (0.35 if spoke % 2 else -0.35)
            start = hub + 0.02 * size * np.array([np.cos(across), np.sin(across)])
            canvas.line(start, hub + radius * np.array([np.cos(angle), np.sin(angle)]), 0.8, steel * rng.uniform(0.55, 1.1))
        canvas.ring(hub, radius, 11, rubber)
        canvas.ring(hub, radius * 0.93, 3.5, steel * 0.9)
        canvas.ring(hub, 0.012 * size, 8, steel * 0.6)
    for start, end, width_px in (
        (rear, pedals, 6), (rear, seat, 5), (seat, pedals, 9), (seat, head, 9), (pedals, head, 10), (head, front, 8),
    ):
        canvas.line(start, end, width_px, paint)
        shift = np.array([0, -0.004])
        canvas.line(start + shift, end + shift, width_px * 0.25, paint * 0.5 + 0.5)
    canvas.line(seat, seat + size * np.array([-0.03, -0.06]), 6, steel)
    saddle = seat + size * np.array([-0.03, -0.08])
    canvas.shape([saddle + size * np.array(point) for point in ((-0.12, -0.02), (0.12, -0.005), (0.12, 0.015), (-0.05, 0.03), (-0.12, 0.02))], rubber)
    bar = head + size * np.array([-0.02, -0.1])
    canvas.line(head, bar, 6, steel)
    canvas.line(bar, bar + size * np.array([0.12, -0.02]), 6, rubber)
    canvas.line(bar + size * np.array([0.12, -0.02]), bar + size * np.array([0.12, 0.07]), 6, rubber)
    for shift in (0.0, 0.09):
        canvas.line(rear + size * np.array([0, shift - 0.045]), pedals + size * np.array([0, shift * 0.9 - 0.04]), 1.6, rubber * 2)
    canvas.ring(pedals, 0.05 * size, 5, steel * 0.5)
    canvas.line(pedals, pedals + size * np.array([0.1, 0.12]), 5, steel * 0.8)
    canvas.line(pedals + size * np.array([0.06, 0.12]), pedals + size * np.array([0.14, 0.12]), 6, rubber)
    # Cables, thin and free.
    for bow in (0.1, 0.16):
        points = [bar + size * np.array([0.12 - 0.13 * part, 0.02 + bow * 1.6 * part * (1 - part) + 0.1 * part]) + size * np.array([bow * np.sin(np.pi * part), 0]) for part in np.linspace(0, 1, 12)]
        for start, end in zip(points, points[1:]):
            canvas.line(start, end, 1.2, rubber)


def plant(canvas, foot, size, rng):
    """Draws a plant: narrow toothed leaves on bent twigs out of one foot; size in frame heights."""
    foot = np.asarray(foot)
    for _ in range(11):
        angle = -np.pi / 2 + rng.normal(0, 0.28)
        long, bend = size * rng.uniform(0.5, 0.9), rng.normal(0, 0.5)
        point, steps = foot.copy(), 14
        for number in range(steps):
            angle += bend / steps
            following = point + long / steps * np.array([np.cos(angle), np.sin(angle)])
            canvas.line(point, following, 3.2 - 2.4 * number / steps, np.array([0.3, 0.33, 0.12]) * rng.uniform(0.8, 1.1))
            point = following
            if number >= 2:
                for side in (-1, 1):
                    leaf(canvas, point, angle + side * rng.uniform(0.5, 1.0), size * rng.uniform(0.06, 0.14), rng)
        leaf(canvas, point, angle, size * 0.13, rng)


def leaf(canvas, stem, angle, long, rng):
    """A toothed leaf with a lighter vein."""
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    green = np.array([0.22, 0.5, 0.16]) * rng.uniform(0.55, 1.35)
    parts = np.linspace(0, 1, 15)
    wide = 0.17 * np.sin(np.pi * parts**0.8) * (1 + 0.3 * (np.arange(15) % 2))
    outline = [stem + long * (part * along + side * width * across) for side in (1, -1) for part, width in list(zip(parts, wide))[::side]]
    canvas.shape(outline, green)
    canvas.line(stem, stem + 0.9 * long * along, 0.7, green * 1.4)


def wine_glass(width_px, height_px, centre, top, size):
    """A glass half full: premultiplied colour and alpha at the frame's size, from 0 to 1.

    Its wall lets 35 to 72 % of the background through, more in the middle than at the sides; wine
    lets 3 % through; two reflections are nearly opaque. There is no refraction. Drawn three times
    too large.
    """
    over = 3
    y, x = np.mgrid[0 : height_px * over, 0 : width_px * over].astype(np.float32)
    across = (x / (height_px * over) - centre) / size
    down = (y / (height_px * over) - top) / size
    # Half the width of the glass at each height, from rim (0) to foot (1).
    heights = [0, 0.15, 0.3, 0.42, 0.5, 0.54, 0.58, 0.9, 0.955, 0.985, 1.0]
    halves = [0.165, 0.205, 0.215, 0.18, 0.10, 0.035, 0.014, 0.014, 0.04, 0.17, 0.175]
    half = PchipInterpolator(heights, halves, extrapolate=False)(np.clip(down, 0, 1)).astype(np.float32)
    inside = (np.abs(across) < half) & (down > 0) & (down < 1)
    side = np.clip(np.abs(across) / half, 0, 1)
    alpha = np.where(inside, 0.28 + 0.37 * side**5, 0)
    colour = np.float32([0.80, 0.86, 0.88]) * (0.75 + 0.25 * side[..., None] ** 2)
    wine = inside & (down > 0.24 + 0.012 * side**2) & (down < 0.525) & (side < 0.95)
    alpha[wine] = 0.97
    red = np.float32([0.36, 0.02, 0.06]) * (1.15 - 0.7 * side[..., None] ** 2)
    colour = np.where(wine[..., None], red, colour)
    rim = inside & (down < 0.012)
    alpha[rim] = 0.6
    shine = np.exp(-(((across + 0.12) / 0.014) ** 2) - ((down - 0.2) / 0.11) ** 4)
    shine += 0.7 * np.exp(-(((across - 0.145) / 0.007) ** 2) - ((down - 0.24) / 0.09) ** 4)
    shine = np.clip(np.where(inside, shine, 0), 0, 0.95)
    colour = colour * (1 - shine[..., None]) + shine[..., None]
    alpha = alpha + (1 - alpha) * shine
    shape = (width_px, height_px)
    premultiplied = cv2.resize(np.float32(colour * alpha[..., None]), shape, interpolation=cv2.INTER_AREA)
    return premultiplied, cv2.resize(np.float32(alpha), shape, interpolation=cv2.INTER_AREA)


def moved(premultiplied, alpha, length_px, angle):
    """Blurs a subject along a line, colour and alpha alike; length in pixels, angle in radians."""
    reach = int(np.ceil(length_px / 2))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    way = length_px / 2 * np.array([np.cos(angle), np.sin(angle)])
    start, end = (tuple(int((reach + sign * value) * 16) for value in way) for sign in (-1, 1))
    cv2.line(kernel, start, end, 1.0, 1, cv2.LINE_8, 4)
    kernel /= kernel.sum()
    border = cv2.BORDER_REPLICATE
    return cv2.filter2D(premultiplied, -1, kernel, borderType=border), cv2.filter2D(alpha, -1, kernel, borderType=border)
