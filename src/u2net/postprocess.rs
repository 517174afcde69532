//! From the fused logits to the saliency map.

use tch::{Device, Kind, Tensor};

use crate::imaging::SaliencyMap;

/// Below this, the difference between the highest and the lowest probability is rounding noise.
const FLAT: f32 = 1e-6;

/// sigmoid(d0), min-max normalised, read back from the device. Empty where d0 is flat or holds a
/// NaN or an infinity: there is nothing to stretch to [0, 1].
///
/// # Panics
/// Where `fused` is not of shape `[1, 1, side, side]`, or libtorch throws.
pub fn to_saliency_map(fused: &Tensor) -> SaliencyMap {
    let (_, _, height, width) = fused.size4().expect("d0 has four dimensions");
    let side_px = u32::try_from(width).expect("a width fits 32 bits");
    let logits =
        fused.to_device(Device::Cpu).to_kind(Kind::Float).contiguous().view([height * width]);
    let logits: Vec<f32> = (&logits).try_into().expect("a flat tensor of f32");
    if !logits.iter().all(|logit| logit.is_finite()) {
        return SaliencyMap::empty(side_px);
    }
    let mut values: Vec<f32> = logits.iter().map(|logit| 1.0 / (1.0 + (-logit).exp())).collect();
    let lowest = values.iter().copied().fold(f32::INFINITY, f32::min);
    let highest = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let range = highest - lowest;
    if range < FLAT {
        return SaliencyMap::empty(side_px);
    }
    for value in &mut values {
        *value = (*value - lowest) / range;
    }
    SaliencyMap { side_px, values }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(logits: [f32; 4]) -> SaliencyMap {
        to_saliency_map(&Tensor::from_slice(&logits).view([1, 1, 2, 2]))
    }

    #[test]
    fn spans_zero_to_one_in_order() {
        let map = map([-200.0, 0.0, 2.0, 200.0]);
        assert_eq!((map.side_px, map.values[0], map.values[3]), (2, 0.0, 1.0));
        assert!((map.values[1] - 0.5).abs() < 1e-6);
        assert!((map.values[2] - 0.880_797).abs() < 1e-6);
    }

    #[test]
    fn what_cannot_be_normalised_is_empty() {
        let cases = [
            [0.0; 4],
            [-3.5; 4],
            [-90.0, -95.0, -100.0, -120.0],
            [f32::NAN, 0.0, 1.0, 2.0],
            [f32::NAN; 4],
            [f32::INFINITY, 0.0, 1.0, 2.0],
            [0.0, f32::NEG_INFINITY, 1.0, 2.0],
        ];
        for logits in cases {
            assert_eq!(map(logits), SaliencyMap::empty(2), "{logits:?}");
        }
    }

    #[test]
    fn half_precision_is_read_back_as_f32() {
        let logits = Tensor::from_slice(&[0.0_f32, 1.0, 2.0, 3.0]).view([1, 1, 2, 2]);
        let map = to_saliency_map(&logits.to_kind(Kind::BFloat16));
        assert_eq!((map.values[0], map.values[3]), (0.0, 1.0));
    }
}
