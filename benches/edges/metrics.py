"""How far a cutout is from the truth.

Alpha and colours are 8-bit arrays: height x width, and height x width x 3. All errors are means;
those of alpha are from 0 to 1, those of colours in steps of 1/255. The gradient error is that of
Rhemann et al., "A perceptually motivated online benchmark for image matting" (2009): the squared
difference of the lengths of the gradients, by Gaussian derivatives of sigma 1.4, here as a mean over
the band and times 1000 where it is printed.
"""

import numpy as np
from scipy import ndimage

SIGMA_PX = 1.4
GROWN_PX = 3
BACKGROUNDS = {"white": (255, 255, 255), "black": (0, 0, 0), "green": (0, 177, 64)}


def band(true_alpha):
    """Where alpha is uncertain: truly from 6 to 249 of 255, and 3 pixels around it at every size."""
    uncertain = (true_alpha > 5) & (true_alpha < 250)
    return ndimage.binary_dilation(uncertain, np.ones((3, 3)), iterations=GROWN_PX)


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
