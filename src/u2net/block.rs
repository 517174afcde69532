//! The building blocks: convolution with ReLU, and the ReSidual U-block made of them.

use tch::{Device, Tensor};

use super::{
    Precision,
    config::{ConvSpec, RsuKind, Stage},
    weights::Convolution,
};

/// A convolution that keeps width and height. BatchNorm is already folded into its weights.
///
/// Where the network concatenates maps and convolves the result, the weights can be kept in one
/// part for each map, and the convolutions of the maps add up: W * [x; y] = W_x * x + W_y * y. The
/// concatenation then never exists, and each map is gone as soon as its share is added.
pub(super) struct Conv {
    spec: ConvSpec,
    /// One, or one for each map: `[out, channels of the map, kernel, kernel]`
    parts: Vec<Tensor>,
    /// `[out]`
    bias: Tensor,
}

/// A sum of convolutions that still lacks some of its parts.
pub(super) struct Partial(Tensor);

impl Conv {
    /// For an input in one piece.
    pub(super) fn new(convolution: Convolution, place: Place) -> Self {
        let channels = convolution.spec.in_channels;
        Self::split(convolution, place, &[channels])
    }

    /// For an input that is the concatenation of two maps of so many channels and this width.
    fn joined(convolution: Convolution, place: Place, channels: [i64; 2], side: i64) -> Self {
        if place.adds_up(channels[1] * side * side) {
            Self::split(convolution, place, &channels)
        } else {
            Self::new(convolution, place)
        }
    }

    /// For an input that is the concatenation of maps of so many channels, which add up.
    pub(super) fn split(convolution: Convolution, place: Place, channels: &[i64]) -> Self {
        let Convolution { spec, weight, bias } = convolution;
        let parts = weight.split_with_sizes(channels, 1);
        let parts = parts.into_iter().map(|part| lay_out(place.put(part), place)).collect();
        Self { spec, parts, bias: place.put(bias) }
    }

    /// `[N, in, H, W]` to `[N, out, H, W]`
    pub(super) fn forward(&self, x: &Tensor) -> Tensor {
        self.convolve(x, &self.parts[0], Some(&self.bias))
    }

    /// Takes its input by value: it is freed as soon as the result is there.
    fn forward_relu(&self, x: Tensor) -> Tensor {
        self.forward(&x).relu_()
    }

    /// The share of one map, and the bias.
    pub(super) fn begin(&self, part: usize, x: Tensor) -> Partial {
        Partial(self.convolve(&x, &self.parts[part], Some(&self.bias)))
    }

    /// Adds the share of another map, for some channels of the output at a time where it is large:
    /// two whole outputs are never held.
    pub(super) fn add(&self, partial: Partial, part: usize, x: Tensor) -> Partial {
        let Partial(mut sum) = partial;
        let pieces = pieces(&sum);
        if pieces == 1 {
            return Partial(sum.g_add_(&self.convolve(&x, &self.parts[part], None)));
        }
        for (weight, mut slice) in
            self.parts[part].chunk(pieces, 0).into_iter().zip(sum.chunk(pieces, 1))
        {
            let _ = slice.g_add_(&self.convolve(&x, &weight, None));
        }
        Partial(sum)
    }

    fn convolve(&self, x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Tensor {
        x.conv2d(weight, bias, 1, self.spec.padding(), self.spec.dilation, 1)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.parts
            .iter()
            .chain([&self.bias])
            .map(|tensor| (tensor.numel() * tensor.kind().elt_size_in_bytes()) as u64)
            .sum()
    }
}

impl Partial {
    /// The sum, once every part is in.
    pub(super) fn done(self) -> Tensor {
        self.0
    }
}

/// In how many pieces a share is added to a sum.
fn pieces(sum: &Tensor) -> i64 {
    const PIECE_BYTES: usize = 7 << 20;
    const PIECE_CHANNELS: i64 = 16;
    let bytes = sum.numel() * sum.kind().elt_size_in_bytes();
    let channels = sum.size()[1];
    i64::try_from(bytes.div_ceil(PIECE_BYTES)).unwrap_or(1).min(channels / PIECE_CHANNELS).max(1)
}

/// RSU-L or RSU-4F: input convolution, a U-Net of `height` levels, and a residual connection
/// around it.
pub(super) struct Rsu {
    kind: RsuKind,
    input: Conv,
    /// Levels 1 to L; the last is the bottom, which nothing skips.
    encoder: Vec<Conv>,
    /// Levels L-1 to 1.
    decoder: Vec<Conv>,
}

impl Rsu {
    /// Takes its convolutions, in forward order, from the front of `convolutions`. Its input has
    /// this width, and is in one piece or the concatenation of maps of `joins` channels.
    ///
    /// # Panics
    /// Where there are too few convolutions.
    pub(super) fn new(
        stage: &Stage,
        joins: Option<[i64; 2]>,
        side: i64,
        convolutions: &mut impl Iterator<Item = Convolution>,
        place: Place,
    ) -> Self {
        let (kind, mid) = (stage.rsu, stage.mid_channels);
        let mut next = || convolutions.next().expect("weights hold every convolution");
        let input = match joins {
            Some(channels) => Conv::joined(next(), place, channels, side),
            None => Conv::new(next(), place),
        };
        let encoder = (0..kind.height).map(|_| Conv::new(next(), place)).collect();
        let level_side = |level: usize| if kind.dilated { side } else { halved(side, level - 1) };
        let decoder = (1..kind.height)
            .rev()
            .map(|level| Conv::joined(next(), place, [mid, mid], level_side(level)))
            .collect();
        Self { kind, input, encoder, decoder }
    }

    pub(super) fn convolutions(&self) -> impl Iterator<Item = &Conv> {
        std::iter::once(&self.input).chain(&self.encoder).chain(&self.decoder)
    }

    /// `[N, I, H, W]` to `[N, O, H, W]`; inside, level k works at `H / 2^(k-1)`, or all levels at
    /// H where the block is dilated.
    pub(super) fn forward(&self, x: Tensor) -> Tensor {
        self.after_input(self.input.forward_relu(x))
    }

    /// The same for the concatenation of what comes from below, upsampled, and the skip:
    /// `[N, C, h, w]` and `[N, D, H, W]` to `[N, O, H, W]`
    pub(super) fn forward_joined(&self, x: Tensor, skip: Tensor) -> Tensor {
        self.after_input(joined_relu(&self.input, x, skip))
    }

    /// `residual`: `[N, O, H, W]`
    fn after_input(&self, residual: Tensor) -> Tensor {
        let mut x = residual.shallow_clone();
        let mut skips = Vec::with_capacity(self.decoder.len());
        let (bottom, levels) = self.encoder.split_last().expect("an RSU has levels");
        for (index, level) in levels.iter().enumerate() {
            if index > 0 && !self.kind.dilated {
                x = max_pool(x);
            }
            // [N, M, H / 2^index, W / 2^index]
            x = level.forward_relu(x);
            skips.push(x.shallow_clone());
        }
        x = bottom.forward_relu(x);
        for level in &self.decoder {
            let skip = skips.pop().expect("a skip for each level of the decoder");
            // [N, 2M, h, w] to [N, M, h, w]; to [N, O, H, W] at the top
            x = joined_relu(level, x, skip);
        }
        x.g_add_(&residual)
    }
}

/// `[N, C, H, W]` to `[N, C, ceil(H / 2), ceil(W / 2)]`
pub(super) fn max_pool(x: Tensor) -> Tensor {
    x.max_pool2d(2, 2, 0, 1, true)
}

/// Convolution and ReLU of `[N, C, h, w]`, upsampled, concatenated with the skip `[N, D, H, W]`.
/// The skip's share comes first: it is gone before the upsampled map is made.
fn joined_relu(conv: &Conv, x: Tensor, skip: Tensor) -> Tensor {
    let size = spatial_size(&skip);
    if conv.parts.len() == 1 {
        let joined = Tensor::cat(&[upsample(x, size), skip], 1);
        return conv.forward_relu(joined);
    }
    let partial = conv.begin(1, skip);
    conv.add(partial, 0, upsample(x, size)).done().relu_()
}

/// A width after so many poolings.
pub(super) fn halved(side: i64, times: usize) -> i64 {
    (0..times).fold(side, |side, _| (side + 1) / 2)
}

/// Bilinear, pixel centres at one half (`align_corners` false): `[N, C, h, w]` to `[N, C, H, W]`
pub(super) fn upsample(x: Tensor, size: [i64; 2]) -> Tensor {
    if spatial_size(&x) == size { x } else { x.upsample_bilinear2d(size, false, None, None) }
}

/// `[H, W]`
pub(super) fn spatial_size(x: &Tensor) -> [i64; 2] {
    let (_, _, height, width) = x.size4().expect("feature maps have four dimensions");
    [height, width]
}

/// Where tensors are and in which numbers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) device: Device,
    pub(super) precision: Precision,
}

impl Place {
    /// Whether convolutions of a concatenation add up instead, where its skip has so many values.
    /// In half precision each addend is rounded, and only the largest concatenations are worth
    /// that: with all of them split, masks of u2netp differ by 0.62/255 instead of 0.54.
    fn adds_up(self, skip_values: i64) -> bool {
        const LARGE: i64 = 2_500_000;
        self.precision == Precision::Fp32 || skip_values >= LARGE
    }

    pub(super) fn put(self, x: Tensor) -> Tensor {
        x.to_device(self.device).to_kind(self.precision.kind())
    }
}

/// The same numbers in channels-last order (N, H, W, C in memory) where convolutions are faster
/// with it: oneDNN's on the CPU, and cuDNN's in half precision; elsewhere in plain order.
pub(super) fn lay_out(x: Tensor, place: Place) -> Tensor {
    match (place.device, place.precision) {
        (Device::Cpu, _) | (Device::Cuda(_), Precision::Fp16 | Precision::Bf16) => {
            x.permute([0, 2, 3, 1]).contiguous().permute([0, 3, 1, 2])
        }
        _ => x.contiguous(),
    }
}
