//! The building block: the ReSidual U-block, and what convolutions are joined by.

use tch::Tensor;

use super::{
    config::{RsuKind, Stage},
    conv::Conv,
    place::Place,
    scale::{halved, max_pool, spatial_size, upsample},
    weights::Convolution,
};

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
            None => Conv::new(next(), place, side),
        };
        let level_side = |level: usize| if kind.dilated { side } else { halved(side, level - 1) };
        // The last two are as wide: between them nothing is pooled.
        let encoder = (1..=kind.height)
            .map(|level| Conv::new(next(), place, level_side(level.min(kind.height - 1))))
            .collect();
        let decoder = (1..kind.height)
            .rev()
            .map(|level| Conv::joined(next(), place, [mid, mid], level_side(level)))
            .collect();
        Self { kind, input, encoder, decoder }
    }

    /// The same weights once more.
    pub(super) fn shallow_clone(&self) -> Self {
        let levels = |levels: &[Conv]| levels.iter().map(Conv::shallow_clone).collect();
        Self {
            kind: self.kind,
            input: self.input.shallow_clone(),
            encoder: levels(&self.encoder),
            decoder: levels(&self.decoder),
        }
    }

    pub(super) fn convolutions(&self) -> impl Iterator<Item = &Conv> {
        std::iter::once(&self.input).chain(&self.encoder).chain(&self.decoder)
    }

    /// What [`Conv::movable`] is of all of them.
    pub(super) fn movable(&mut self) -> impl Iterator<Item = &mut Tensor> {
        let levels = self.encoder.iter_mut().chain(&mut self.decoder);
        std::iter::once(&mut self.input).chain(levels).flat_map(Conv::movable)
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
        // What the last level computed in more exact numbers than the network is one of its maps again.
        x.g_add_(&residual).to_kind(residual.kind())
    }
}

/// Convolution and ReLU of `[N, C, h, w]`, upsampled, concatenated with the skip `[N, D, H, W]`.
/// The skip's share comes first: it is gone before the upsampled map is made.
fn joined_relu(conv: &Conv, x: Tensor, skip: Tensor) -> Tensor {
    let size = spatial_size(&skip);
    let (x, skip) = (conv.in_its_numbers(x), conv.in_its_numbers(skip));
    if !conv.is_split() {
        let joined = Tensor::cat(&[upsample(x, size), skip], 1);
        return conv.forward_relu(joined);
    }
    let partial = conv.begin(1, skip);
    conv.add_relu(partial, 0, upsample(x, size))
}
