//! The whole network: a U-Net whose levels are RSU blocks.
//!
//! A feature map is dropped at its last use: functions take tensors by value. BatchNorm is folded into
//! the weights when they are read; ReLU and the residual sum are in place. Where the network convolves a
//! concatenation, the weights are split and the convolutions of its parts add up (`conv::Conv`), so that neither the
//! concatenation nor a second whole output exists: on the CPU oneDNN adds and rectifies while it has a
//! result at hand, with weights packed once for it; on a GPU it goes some channels at a time. In half
//! precision only the largest are split, because each addend is rounded. `tests/memory` counts it, in
//! live tensor bytes, beside the published network run as its authors run it.

use tch::{Device, Tensor};

use super::{
    Precision, SIDE_PX, SaliencyNetwork, SideOutputs, StageName,
    block::Rsu,
    blocks,
    config::Stage,
    conv::Conv,
    place::Place,
    scale::{halved, max_pool, spatial_size, upsample},
    weights::Weights,
};
use crate::imaging::Cancelled;

/// U²-Net in either size, with its weights on a device.
pub struct U2Net {
    place: Place,
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
    /// Moves the weights to the device, in these numbers and in the memory order that is fastest
    /// there. Both are made on the CPU: on a GPU nothing but the weights is ever allocated.
    ///
    /// # Panics
    /// Where libtorch throws, such as out of memory: the caller's boundary catches it.
    pub fn new(weights: Weights, device: Device, precision: Precision) -> Self {
        let Weights { config, convolutions } = weights;
        let place = Place { device, precision };
        let mut convolutions = convolutions.into_iter();
        let side_of = |level| halved(i64::from(SIDE_PX), level);
        let encoder = (0..)
            .zip(&config.encoder)
            .map(|(level, stage)| Rsu::new(stage, None, side_of(level), &mut convolutions, place))
            .collect();
        let below = config.encoder.last().into_iter().chain(&config.decoder);
        let skips = config.encoder.iter().rev().skip(1);
        let joined = |(below, skip): (&Stage, &Stage)| [below.out_channels, skip.out_channels];
        let decoder = config
            .decoder
            .iter()
            .zip(below.zip(skips).map(joined))
            .zip((0..config.decoder.len()).rev())
            .map(|((stage, joins), level)| {
                Rsu::new(stage, Some(joins), side_of(level), &mut convolutions, place)
            })
            .collect();
        let side = (0..)
            .zip(convolutions.by_ref().take(6))
            .map(|(level, conv)| Conv::new(conv, place, side_of(level)))
            .collect();
        let fusion = convolutions.next().expect("weights hold every convolution of their config");
        let fusion = Conv::split(fusion, place, &[1; 6], side_of(0));
        let mut network = Self { place, encoder, decoder, side, fusion };
        if device != Device::Cpu {
            blocks::move_to(device, network.movable());
        }
        network
    }

    /// The logits d1..d6 at their own sizes, coarsest first: d6 `[N, 1, S/32, S/32]` to d1
    /// `[N, 1, S, S]`.
    fn side_maps(
        &self,
        mut x: Tensor,
        proceed: &dyn Fn(StageName) -> Result<(), Cancelled>,
    ) -> Result<Vec<Tensor>, Cancelled> {
        let (bottom, levels) = self.encoder.split_last().expect("the encoder has stages");
        let mut skips = Vec::with_capacity(levels.len());
        for (number, stage) in (1..).zip(levels) {
            proceed(StageName::Encoder(number))?;
            // [N, O, S / 2^k, S / 2^k]
            let features = stage.forward(x);
            skips.push(features.shallow_clone());
            x = max_pool(features);
        }
        let depth = self.encoder.len();
        proceed(StageName::Encoder(depth))?;
        // [N, O, S/32, S/32]
        x = bottom.forward(x);
        let (lowest, sides) = self.side.split_last().expect("there are side outputs");
        proceed(StageName::Side(depth))?;
        let mut maps = vec![lowest.forward(&x)];
        for (number, (stage, side)) in (1..depth).zip(self.decoder.iter().rev().zip(sides)).rev() {
            proceed(StageName::Decoder(number))?;
            let skip = skips.pop().expect("a skip for each stage of the decoder");
            x = stage.forward_joined(x, skip);
            proceed(StageName::Side(number))?;
            maps.push(side.forward(&x));
        }
        Ok(maps)
    }

    fn shallow_clone(&self) -> Self {
        let blocks = |blocks: &[Rsu]| blocks.iter().map(Rsu::shallow_clone).collect();
        Self {
            place: self.place,
            encoder: blocks(&self.encoder),
            decoder: blocks(&self.decoder),
            side: self.side.iter().map(Conv::shallow_clone).collect(),
            fusion: self.fusion.shallow_clone(),
        }
    }

    fn movable(&mut self) -> Vec<&mut Tensor> {
        let stages = self.encoder.iter_mut().chain(&mut self.decoder).flat_map(Rsu::movable);
        let last = self.side.iter_mut().chain([&mut self.fusion]).flat_map(Conv::movable);
        stages.chain(last).collect()
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
        proceed: &dyn Fn(StageName) -> Result<(), Cancelled>,
    ) -> Result<SideOutputs, Cancelled> {
        let _no_grad = tch::no_grad_guard();
        let size = spatial_size(&input);
        let input = self.place.lay_out(self.place.put(input));
        let maps = self.side_maps(input, proceed)?;
        proceed(StageName::Fusion)?;
        let mut side: Vec<Tensor> = maps.into_iter().map(|map| upsample(map, size)).collect();
        side.reverse();
        // [N, 6, S, S] to [N, 1, S, S]
        let mut maps = side.iter().map(Tensor::shallow_clone).enumerate();
        let (first, map) = maps.next().expect("six side outputs");
        let fused = maps.fold(self.fusion.begin(first, map), |partial, (part, map)| {
            self.fusion.add(partial, part, map)
        });
        let fused = fused.done();
        Ok(SideOutputs { fused, side: side.try_into().expect("six side outputs") })
    }

    fn device(&self) -> Device {
        self.place.device
    }

    fn precision(&self) -> Precision {
        self.place.precision
    }

    fn weights_bytes(&self) -> u64 {
        self.convolutions().map(Conv::bytes).sum()
    }

    fn share_weights(&self) -> Option<Box<dyn SaliencyNetwork>> {
        let is_on_cpu = self.place.device == Device::Cpu;
        is_on_cpu.then(|| Box::new(self.shallow_clone()) as Box<dyn SaliencyNetwork>)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tch::Kind;

    use super::*;
    use crate::u2net::{
        config::LITE,
        weights::{Convolution, Weights},
    };

    fn small_random_network() -> U2Net {
        tch::manual_seed(1);
        let random = |shape: &[i64]| Tensor::randn(shape, (Kind::Float, Device::Cpu)) * 0.1;
        let convolutions = LITE.convolutions().into_iter().map(|spec| Convolution {
            weight: random(&spec.weight_shape()),
            bias: random(&[spec.out_channels]),
            spec,
        });
        let weights = Weights { config: &LITE, convolutions: convolutions.collect() };
        U2Net::new(weights, Device::Cpu, Precision::Fp32)
    }

    fn noise(batch: i64, side: i64) -> Tensor {
        Tensor::rand([batch, 3, side, side], (Kind::Float, Device::Cpu))
    }

    #[test]
    fn outputs_have_the_inputs_size_even_where_pooling_rounds_up() {
        let network = small_random_network();
        for (batch, side) in [(1, 64), (2, 33), (1, 1)] {
            let outputs = network.forward(noise(batch, side), &|_| Ok(())).unwrap();
            for map in outputs.side.iter().chain([&outputs.fused]) {
                assert_eq!(map.size(), [batch, 1, side, side]);
            }
        }
    }

    #[test]
    fn images_of_a_batch_do_not_mix() {
        let network = small_random_network();
        let input = noise(2, 32);
        let fused = |input: Tensor| network.forward(input, &|_| Ok(())).unwrap().fused;
        let together = fused(input.copy()).select(0, 1);
        let alone = fused(input.narrow(0, 1, 1)).select(0, 0);
        let largest = alone.abs().max().double_value(&[]);
        let difference = (together - alone).abs().max().double_value(&[]);
        assert!(difference < 1e-5 * largest, "{difference} of {largest}");
    }

    #[test]
    fn no_autograd_graph_is_recorded() {
        let outputs = small_random_network()
            .forward(noise(1, 32).set_requires_grad(true), &|_| Ok(()))
            .unwrap();
        assert!(!outputs.fused.requires_grad());
    }

    #[test]
    fn ends_wherever_it_is_told_to() {
        let network = small_random_network();
        let asked = Cell::new(0);
        let allow = |limit: u32| {
            asked.set(0);
            let proceed = |_| {
                asked.set(asked.get() + 1);
                if asked.get() > limit { Err(Cancelled) } else { Ok(()) }
            };
            network.forward(noise(1, 32), &proceed).map(drop)
        };
        assert_eq!(allow(u32::MAX), Ok(()));
        let total = asked.get();
        assert!(total >= 11, "asked at least once a stage, was {total}");
        for limit in 0..total {
            assert_eq!(allow(limit), Err(Cancelled));
            assert_eq!(asked.get(), limit + 1);
        }
    }

    #[test]
    fn weighs_what_its_parameters_weigh() {
        // Where the nine taps of each side output lie.
        let places = 6 * 9 * 9;
        let parameters: i64 = LITE
            .convolutions()
            .iter()
            .map(|spec| spec.weight_shape().iter().product::<i64>() + spec.out_channels)
            .sum();
        assert_eq!(small_random_network().weights_bytes(), 4 * (parameters + places) as u64);
    }
}
