//! Convolutions, with whatever follows them at once: a sum with another's result, and ReLU.

use tch::{Device, Tensor};

use super::{Precision, config::ConvSpec, place::Place, single::Taps, weights};
use crate::ffi;

/// A convolution that keeps width and height. BatchNorm is already folded into its weights.
///
/// Where the network concatenates maps and convolves the result, the weights can be kept in one
/// part for each map, and the convolutions of the maps add up: W * [x; y] = W_x * x + W_y * y. The
/// concatenation then never exists, and each map is gone as soon as its share is added.
pub(super) struct Conv {
    spec: ConvSpec,
    /// One, or one for each map: `[out, channels of the map, kernel, kernel]`
    parts: Vec<Kernel>,
    /// `[out]`
    bias: Tensor,
}

/// Weights as whoever computes with them wants them.
enum Kernel {
    /// For oneDNN, in its own order, which adds and rectifies while it has a result at hand.
    Fused(Tensor),
    /// To a single channel, where oneDNN computes.
    Single(Taps),
    Plain(Tensor),
}

impl Kernel {
    fn shallow_clone(&self) -> Self {
        match self {
            Self::Fused(weight) => Self::Fused(weight.shallow_clone()),
            Self::Single(taps) => Self::Single(taps.shallow_clone()),
            Self::Plain(weight) => Self::Plain(weight.shallow_clone()),
        }
    }

    fn tensors(&self) -> Vec<&Tensor> {
        match self {
            Self::Fused(weight) | Self::Plain(weight) => vec![weight],
            Self::Single(taps) => taps.tensors().into(),
        }
    }

    /// What can be moved to another device: the other two are the CPU's alone.
    fn movable(&mut self) -> Option<&mut Tensor> {
        match self {
            Self::Plain(weight) => Some(weight),
            Self::Fused(_) | Self::Single(_) => None,
        }
    }
}

/// A sum of convolutions that still lacks some of its parts.
pub(super) struct Partial(Tensor);

impl Conv {
    /// For an input in one piece, this wide. However it is made, it is on the CPU at first, as the
    /// device that it is for wants it: see [`Conv::movable`].
    pub(super) fn new(convolution: weights::Convolution, place: Place, side: i64) -> Self {
        let channels = convolution.spec.in_channels;
        Self::split(convolution, place, &[channels], side)
    }

    /// For an input that is the concatenation of two maps of so many channels and this width.
    pub(super) fn joined(
        convolution: weights::Convolution,
        place: Place,
        channels: [i64; 2],
        side: i64,
    ) -> Self {
        if place.adds_up(channels[1] * side * side) {
            Self::split(convolution, place, &channels, side)
        } else {
            Self::new(convolution, place, side)
        }
    }

    /// For an input that is the concatenation of maps of so many channels, which add up.
    pub(super) fn split(
        convolution: weights::Convolution,
        place: Place,
        channels: &[i64],
        side: i64,
    ) -> Self {
        let weights::Convolution { spec, weight, bias } = convolution;
        let place = place.exact_for(&bias);
        let parts = weight.split_with_sizes(channels, 1);
        let parts = parts.into_iter().map(|part| {
            let part = place.lay_out(place.in_its_numbers(part));
            if Taps::are_worth_it(place, &spec) {
                return Kernel::Single(Taps::of(&part, place));
            }
            if !fuses(place, &spec) {
                return Kernel::Plain(part);
            }
            let channels = part.size()[1];
            // Packed, the photo's three channels would be filled up, and be more than is counted.
            if channels % VECTOR != 0 {
                return Kernel::Fused(part);
            }
            let packed = ffi::pack_weight(&part, shape(&spec, false), [1, channels, side, side]);
            Kernel::Fused(packed.unwrap_or_else(|error| panic!("{error}")))
        });
        Self { parts: parts.collect(), bias: place.in_its_numbers(bias), spec }
    }

    /// Its tensors, to be moved to the device that it was made for.
    pub(super) fn movable(&mut self) -> impl Iterator<Item = &mut Tensor> {
        self.parts.iter_mut().filter_map(Kernel::movable).chain([&mut self.bias])
    }

    /// The same weights once more.
    pub(super) fn shallow_clone(&self) -> Self {
        Self {
            spec: self.spec.clone(),
            parts: self.parts.iter().map(Kernel::shallow_clone).collect(),
            bias: self.bias.shallow_clone(),
        }
    }

    /// Whether it wants its input in parts.
    pub(super) fn is_split(&self) -> bool {
        self.parts.len() > 1
    }

    /// `[N, in, H, W]` to `[N, out, H, W]`
    pub(super) fn forward(&self, x: &Tensor) -> Tensor {
        self.share(x, 0, None, false)
    }

    /// Takes its input by value: it is freed as soon as the result is there.
    pub(super) fn forward_relu(&self, x: Tensor) -> Tensor {
        self.share(&x, 0, None, true)
    }

    /// The share of one map, and the bias.
    pub(super) fn begin(&self, part: usize, x: Tensor) -> Partial {
        Partial(self.share(&x, part, None, false))
    }

    /// Adds the share of another map.
    pub(super) fn add(&self, partial: Partial, part: usize, x: Tensor) -> Partial {
        Partial(self.share(&x, part, Some(partial), false))
    }

    /// Adds the share of the last map, and rectifies the sum.
    pub(super) fn add_relu(&self, partial: Partial, part: usize, x: Tensor) -> Tensor {
        self.share(&x, part, Some(partial), true)
    }

    /// A map in the numbers in which this convolution computes, and which it gives.
    pub(super) fn in_its_numbers(&self, x: Tensor) -> Tensor {
        x.to_kind(self.bias.kind())
    }

    fn share(&self, x: &Tensor, part: usize, onto: Option<Partial>, relu: bool) -> Tensor {
        let x = &self.in_its_numbers(x.shallow_clone());
        let bias = onto.is_none().then_some(&self.bias);
        let onto = onto.map(Partial::done);
        let mut sum = match (&self.parts[part], onto) {
            (Kernel::Fused(weight), onto) => {
                return ffi::convolve(x, weight, bias, shape(&self.spec, relu), onto)
                    .unwrap_or_else(|error| panic!("{error}"));
            }
            (Kernel::Single(taps), onto) => {
                let share = taps.convolve(x, bias, self.spec.padding(), self.spec.dilation);
                match onto {
                    Some(mut sum) => sum.g_add_(&share),
                    None => share,
                }
            }
            (Kernel::Plain(weight), Some(sum)) => self.add_in_pieces(sum, x, weight),
            (Kernel::Plain(weight), None) => self.convolve(x, weight, bias),
        };
        if relu { sum.relu_() } else { sum }
    }

    /// For some channels of the output at a time where it is large: two whole outputs are never
    /// held.
    fn add_in_pieces(&self, mut sum: Tensor, x: &Tensor, weight: &Tensor) -> Tensor {
        let pieces = pieces(&sum);
        if pieces == 1 {
            return sum.g_add_(&self.convolve(x, weight, None));
        }
        for (weight, mut slice) in weight.chunk(pieces, 0).into_iter().zip(sum.chunk(pieces, 1)) {
            let _ = slice.g_add_(&self.convolve(x, &weight, None));
        }
        sum
    }

    fn convolve(&self, x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Tensor {
        x.conv2d(weight, bias, 1, self.spec.padding(), self.spec.dilation, 1)
    }

    pub(super) fn bytes(&self) -> u64 {
        let weights = self.parts.iter().flat_map(Kernel::tensors);
        weights
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

/// oneDNN works on so many channels at a time.
const VECTOR: i64 = 16;

/// Whether oneDNN adds and rectifies there. It fills up channels of the result to whole vectors, which
/// is a waste for a single one; in half precision the processor must have the instructions that it
/// asks for.
fn fuses(place: Place, spec: &ConvSpec) -> bool {
    let is_whole = spec.out_channels % VECTOR == 0;
    let knows = match place.precision {
        Precision::Fp32 => true,
        Precision::Bf16 => ffi::cpu_capability().is_some_and(|name| name.starts_with("AVX512")),
        Precision::Fp16 => false,
    };
    place.device == Device::Cpu && tch::utils::has_mkldnn() && knows && is_whole
}

fn shape(spec: &ConvSpec, relu: bool) -> ffi::Convolution {
    ffi::Convolution { padding: spec.padding(), dilation: spec.dilation, relu }
}

/// In how many pieces a share is added to a sum.
fn pieces(sum: &Tensor) -> i64 {
    const PIECE_BYTES: usize = 7 << 20;
    const PIECE_CHANNELS: i64 = 16;
    let bytes = sum.numel() * sum.kind().elt_size_in_bytes();
    let channels = sum.size()[1];
    i64::try_from(bytes.div_ceil(PIECE_BYTES)).unwrap_or(1).min(channels / PIECE_CHANNELS).max(1)
}

#[cfg(test)]
mod tests {
    use tch::Kind;

    use super::*;

    fn random(shape: &[i64]) -> Tensor {
        Tensor::randn(shape, (Kind::Float, Device::Cpu))
    }

    fn convolution(dilation: i64) -> weights::Convolution {
        let (in_channels, out_channels) = (48, 32);
        let name = "any".to_owned();
        let spec =
            ConvSpec { name, batch_norm: None, in_channels, out_channels, kernel: 3, dilation };
        let (weight, bias) = (random(&spec.weight_shape()) * 0.1, random(&[out_channels]));
        weights::Convolution { spec, weight, bias }
    }

    #[test]
    fn parts_add_up_to_the_convolution_of_the_whole() {
        tch::manual_seed(1);
        for (precision, tolerance) in [(Precision::Fp32, 1e-5), (Precision::Bf16, 0.02)] {
            let place = Place { device: Device::Cpu, precision };
            for (dilation, batch, [height, width]) in
                [(1, 1, [20, 20]), (2, 2, [20, 20]), (1, 3, [21, 13]), (4, 1, [1, 1])]
            {
                let whole = convolution(dilation);
                let maps = [16, 32].map(|channels| random(&[batch, channels, height, width]));
                let padding = whole.spec.padding();
                let joined = Tensor::cat(&maps, 1);
                let expected =
                    joined.conv2d(&whole.weight, Some(&whole.bias), 1, padding, dilation, 1).relu();
                let conv = Conv::split(whole, place, &[16, 32], 20);
                let [first, second] = maps.map(|map| place.lay_out(place.put(map)));
                let found = conv.add_relu(conv.begin(0, first), 1, second).to_kind(Kind::Float);
                let largest = expected.abs().max().double_value(&[]);
                let difference = (&found - &expected).abs().max().double_value(&[]);
                assert_eq!(found.size(), expected.size());
                assert!(
                    difference <= tolerance * largest,
                    "{precision:?}, dilation {dilation}, {batch} of {height} x {width}: \
                     {difference} of {largest}"
                );
            }
        }
    }

    #[test]
    fn a_small_difference_of_large_numbers_is_exact_in_bfloat16() {
        let place = Place { device: Device::Cpu, precision: Precision::Bf16 };
        let mut cancels = convolution(1);
        let taps = 9 * cancels.spec.in_channels;
        let _ = cancels.weight.fill_(-300.0 / taps as f64);
        let _ = cancels.bias.fill_(300.5);
        let conv = Conv::new(cancels, place, 20);
        let ones = Tensor::ones([1, 48, 3, 3], (Kind::Float, Device::Cpu));
        let found = conv.forward_relu(place.lay_out(place.put(ones)));
        let middle = found.double_value(&[0, 0, 1, 1]);
        assert!((middle - 0.5).abs() < 1e-3, "{middle}");
    }

    #[test]
    #[should_panic(expected = "channels")]
    fn what_libtorch_throws_is_a_panic_here() {
        let place = Place { device: Device::Cpu, precision: Precision::Fp32 };
        let conv = Conv::new(convolution(1), place, 20);
        let _ = conv.forward(&place.lay_out(random(&[1, 47, 20, 20])));
    }
}
