//! The building blocks: convolution with ReLU, and the ReSidual U-block made of them.

use tch::{Device, Tensor};

use super::{
    config::{ConvSpec, RsuKind, Stage},
    weights::Convolution,
};

/// A convolution that keeps width and height. BatchNorm is already folded into its weights.
pub(super) struct Conv {
    spec: ConvSpec,
    /// `[out, in, kernel, kernel]`
    weight: Tensor,
    /// `[out]`
    bias: Tensor,
}

impl Conv {
    pub(super) fn new(convolution: Convolution, device: Device) -> Self {
        let Convolution { spec, weight, bias } = convolution;
        Self { spec, weight: lay_out(weight.to_device(device)), bias: bias.to_device(device) }
    }

    /// `[N, in, H, W]` to `[N, out, H, W]`
    pub(super) fn forward(&self, x: &Tensor) -> Tensor {
        let (padding, dilation) = (self.spec.padding(), self.spec.dilation);
        x.conv2d(&self.weight, Some(&self.bias), 1, padding, dilation, 1)
    }

    /// Takes its input by value: it is freed as soon as the result is there.
    fn forward_relu(&self, x: Tensor) -> Tensor {
        self.forward(&x).relu_()
    }

    pub(super) fn bytes(&self) -> u64 {
        [&self.weight, &self.bias]
            .map(|tensor| (tensor.numel() * tensor.kind().elt_size_in_bytes()) as u64)
            .iter()
            .sum()
    }
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
    /// Takes its convolutions, in forward order, from the front of `convolutions`.
    pub(super) fn new(stage: &Stage, convolutions: &mut impl Iterator<Item = Conv>) -> Self {
        let kind = stage.rsu;
        let mut take = |count| convolutions.by_ref().take(count).collect::<Vec<_>>();
        let mut first = take(1 + kind.height);
        let decoder = take(kind.height - 1);
        Self { kind, input: first.remove(0), encoder: first, decoder }
    }

    pub(super) fn convolutions(&self) -> impl Iterator<Item = &Conv> {
        std::iter::once(&self.input).chain(&self.encoder).chain(&self.decoder)
    }

    /// `[N, I, H, W]` to `[N, O, H, W]`; inside, level k works at `H / 2^(k-1)`, or all levels at
    /// H where the block is dilated.
    pub(super) fn forward(&self, x: Tensor) -> Tensor {
        // [N, O, H, W]
        let residual = self.input.forward_relu(x);
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
            x = level.forward_relu(upsample_and_concat(x, skip));
        }
        x.g_add_(&residual)
    }
}

/// `[N, C, H, W]` to `[N, C, ceil(H / 2), ceil(W / 2)]`
pub(super) fn max_pool(x: Tensor) -> Tensor {
    x.max_pool2d(2, 2, 0, 1, true)
}

/// `[N, C, h, w]` and the skip `[N, D, H, W]` to `[N, C + D, H, W]`
pub(super) fn upsample_and_concat(x: Tensor, skip: Tensor) -> Tensor {
    let x = upsample(x, spatial_size(&skip));
    Tensor::cat(&[x, skip], 1)
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

/// On the CPU the same numbers in channels-last order (N, H, W, C in memory), which oneDNN's
/// convolutions are faster with; elsewhere in plain order.
pub(super) fn lay_out(x: Tensor) -> Tensor {
    match x.device() {
        Device::Cpu => x.permute([0, 2, 3, 1]).contiguous().permute([0, 3, 1, 2]),
        _ => x.contiguous(),
    }
}
