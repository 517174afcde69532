"""How far a cutout is from the truth.

Alpha and colours are 8-bit arrays: height x width, and height x width x 3. All errors are means;
those of alpha are from 0 to 1, those of colours in steps of 1/255. The gradient error is that of
Rhemann et al., "A perceptually motivated online benchmark for image matting" (2009): the squared
difference of the lengths of the gradients, by Gaussian derivatives of sigma 1.4, here as a mean over
the band and times 1000 where it is printed.
"""

import numpy as np
from PIL import Image
from scipy import ndimage

SIGMA_PX = 1.4
GROWN_PX = 3
#: A network of 320 pixels a side sees cells of a third of that.
CELLS = 107
ASTRAY = 0.25
BACKGROUNDS = {"white": (255, 255, 255), "black": (0, 0, 0), "green": (0, 177, 64)}


def band(true_alpha):
    """Where alpha is uncertain: truly from 6 to 249 of 255, and 3 pixels around it at every size."""
    uncertain = (true_alpha > 5) & (true_alpha < 250)
    return ndimage.binary_dilation(uncertain, np.ones((3, 3)), iterations=GROWN_PX)


def astray(alpha, plain):
    """How many of a thousand cells, coarser than the network sees, have a mean that differs from that of
    the plain mask by more than a quarter: a sharper edge does not change them so, one elsewhere does."""
    means = [np.asarray(Image.fromarray(levels.astype(np.float32)).resize((CELLS, CELLS), Image.Resampling.BOX)) for levels in (alpha, plain)]
    return float((np.abs(means[0] - means[1]) > ASTRAY * 255).mean() * 1000)


def slopes(alpha):
    """Lengths of the gradient of alpha, which is from 0 to 1."""
    return ndimage.gaussian_gradient_magnitude(alpha, SIGMA_PX)


def alpha_errors(alpha, true_alpha):
    """Errors `all`, `band` and `gradient` of 8-bit alpha."""
    where = band(true_alpha)
    alpha, true_alpha = (levels.astype(np.float32) / 255 for levels in (alpha, true_alpha))
    wrong = np.abs(alpha - true_alpha)
    steep = (slopes(alpha) - slopes(true_alpha)) ** 2
    return {
        "all": float(wrong.mean()),
        "band": float(wrong[where].mean()),
        "gradient": float(steep[where].mean()),
    }


def colour_errors(colour, alpha, true_colour, true_alpha):
    """Errors over the band on new backgrounds, straight alpha: one per background and their mean."""
    where = band(true_alpha)
    errors = {}
    for name, background in BACKGROUNDS.items():
        put = [
            np.float32(background) + (own[where] - np.float32(background)) * (part[where, None] / np.float32(255))
            for own, part in ((colour, alpha), (true_colour, true_alpha))
        ]
        errors[name] = float(np.abs(put[0] - put[1]).mean())
    return {"colour": float(np.mean(list(errors.values()))), **errors}
