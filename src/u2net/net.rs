//! The whole network: a U-Net whose levels are RSU blocks.

use tch::{Device, Tensor};

use super::{
    SIDE_PX, SaliencyNetwork, SideOutputs,
    block::{Conv, Rsu, lay_out, max_pool, spatial_size, upsample, upsample_and_concat},
    weights::Weights,
};
use crate::imaging::Cancelled;

/// U²-Net in either size, with its weights on a device.
pub struct U2Net {
    device: Device,
    /// En_1 to En_6.
    encoder: Vec<Rsu>,
    /// De_5 to De_1.
    decoder: Vec<Rsu>,
    /// The 3x3 convolutions of d1..d6.
    side: Vec<Conv>,
    /// The 1x1 convolution that fuses d1..d6 into d0.
    fusion: Conv,
}

impl U2Net {
    /// Moves the weights to the device, in the memory order that is fastest there.
    ///
    /// # Panics
    /// Where libtorch throws, such as out of memory: the caller's boundary catches it.
    pub fn new(weights: Weights, device: Device) -> Self {
        let Weights { config, convolutions } = weights;
        let mut convolutions = convolutions.into_iter().map(|conv| Conv::new(conv, device));
        Self {
            device,
            encoder: config
                .encoder
                .iter()
                .map(|stage| Rsu::new(stage, &mut convolutions))
                .collect(),
            decoder: config
                .decoder
                .iter()
                .map(|stage| Rsu::new(stage, &mut convolutions))
                .collect(),
            side: convolutions.by_ref().take(6).collect(),
            fusion: convolutions.next().expect("weights hold every convolution of their config"),
        }
    }

    /// The logits d1..d6 at their own sizes, coarsest first: d6 `[N, 1, S/32, S/32]` to d1
    /// `[N, 1, S, S]`.
    fn side_maps(
        &self,
        mut x: Tensor,
        proceed: &dyn Fn() -> Result<(), Cancelled>,
    ) -> Result<Vec<Tensor>, Cancelled> {
        let (bottom, levels) = self.encoder.split_last().expect("the encoder has stages");
        let mut skips = Vec::with_capacity(levels.len());
        for stage in levels {
            proceed()?;
            // [N, O, S / 2^k, S / 2^k]
            let features = stage.forward(x);
            skips.push(features.shallow_clone());
            x = max_pool(features);
        }
        proceed()?;
        // [N, O, S/32, S/32]
        x = bottom.forward(x);
        let mut sides = self.side.iter().rev();
        let mut maps: Vec<Tensor> = sides.next().map(|side| side.forward(&x)).into_iter().collect();
        for (stage, side) in self.decoder.iter().zip(sides) {
            proceed()?;
            let skip = skips.pop().expect("a skip for each stage of the decoder");
            x = stage.forward(upsample_and_concat(x, skip));
            maps.push(side.forward(&x));
        }
        Ok(maps)
    }

    fn convolutions(&self) -> impl Iterator<Item = &Conv> {
        let stages = self.encoder.iter().chain(&self.decoder).flat_map(Rsu::convolutions);
        stages.chain(&self.side).chain([&self.fusion])
    }
}

impl SaliencyNetwork for U2Net {
    fn forward(
        &self,
        input: Tensor,
        proceed: &dyn Fn() -> Result<(), Cancelled>,
    ) -> Result<SideOutputs, Cancelled> {
        let _no_grad = tch::no_grad_guard();
        let size = spatial_size(&input);
        let input = lay_out(input);
        let maps = self.side_maps(input, proceed)?;
        proceed()?;
        let mut side: Vec<Tensor> = maps.into_iter().map(|map| upsample(map, size)).collect();
        side.reverse();
        // [N, 6, S, S] to [N, 1, S, S]
        let fused = self.fusion.forward(&Tensor::cat(&side, 1));
        Ok(SideOutputs { fused, side: side.try_into().expect("six side outputs") })
    }

    fn device(&self) -> Device {
        self.device
    }

    fn weights_bytes(&self) -> u64 {
        self.convolutions().map(Conv::bytes).sum()
    }

    fn side_px(&self) -> u32 {
        SIDE_PX
    }
}
