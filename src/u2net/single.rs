//! A convolution to a single channel, such as those of the side outputs.

use tch::{Device, Tensor};

use super::{config::ConvSpec, place::Place};

/// Its weights, a channel a tap. oneDNN works on sixteen channels of the result at a time, so one takes
/// as long as sixteen. Instead every tap of the kernel becomes a channel of a 1x1 convolution, and
/// these are added up, each from its place: a third of the time.
pub(super) struct Taps {
    /// `[k * k, in, 1, 1]`
    weight: Tensor,
    /// Which tap lies where, ones and zeros: `[1, k * k, k, k]`
    places: Tensor,
}

impl Taps {
    pub(super) fn are_worth_it(place: Place, spec: &ConvSpec) -> bool {
        place.device == Device::Cpu && spec.out_channels == 1 && spec.kernel > 1
    }

    /// Of weights `[1, in, k, k]`.
    pub(super) fn of(weight: &Tensor, place: Place) -> Self {
        let (_, channels, height, width) = weight.size4().expect("weights have four dimensions");
        let taps = height * width;
        let options = (weight.kind(), weight.device());
        let places = Tensor::eye(taps, options).view([1, taps, height, width]);
        let weight = weight.permute([0, 2, 3, 1]).reshape([taps, channels, 1, 1]);
        Self { weight: place.lay_out(weight), places: place.lay_out(places) }
    }

    /// `[N, in, H, W]` to `[N, 1, H, W]`
    pub(super) fn convolve(
        &self,
        x: &Tensor,
        bias: Option<&Tensor>,
        padding: i64,
        dilation: i64,
    ) -> Tensor {
        let taps = x.conv2d(&self.weight, None::<&Tensor>, 1, 0, 1, 1);
        taps.conv2d(&self.places, bias, 1, padding, dilation, 1)
    }

    /// The same weights once more.
    pub(super) fn shallow_clone(&self) -> Self {
        Self { weight: self.weight.shallow_clone(), places: self.places.shallow_clone() }
    }

    pub(super) fn tensors(&self) -> [&Tensor; 2] {
        [&self.weight, &self.places]
    }
}

#[cfg(test)]
mod tests {
    use tch::Kind;

    use super::{super::Precision, *};

    #[test]
    fn taps_add_up_to_the_convolution() {
        tch::manual_seed(1);
        let place = Place { device: Device::Cpu, precision: Precision::Fp32 };
        let random = |shape: [i64; 4]| Tensor::randn(shape, (Kind::Double, Device::Cpu));
        for (dilation, [images, height, width]) in
            [(1, [1, 12, 12]), (1, [2, 7, 5]), (2, [1, 9, 9]), (4, [1, 1, 1])]
        {
            let x = random([images, 16, height, width]);
            let (weight, bias) = (random([1, 16, 3, 3]), Tensor::from(0.5).view([1]));
            let expected = x.conv2d(&weight, Some(&bias), 1, dilation, dilation, 1);
            let found = Taps::of(&weight, place).convolve(&x, Some(&bias), dilation, dilation);
            assert!(found.allclose(&expected, 1e-9, 1e-9, false), "dilation {dilation}, {images}");
        }
    }
}
