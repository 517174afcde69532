//! From pixels to the tensor that the network was trained on.

use tch::{Device, Tensor};

use crate::imaging::NetworkInput;

/// Mean and standard deviation of ImageNet's R, G and B, on a scale of 0 to 1.
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const STD: [f32; 3] = [0.229, 0.224, 0.225];

/// Divides by the image's own maximum, as the authors and rembg do, then normalises by ImageNet's
/// mean and standard deviation: f32 of shape `[1, 3, side, side]` on `device`.
///
/// # Panics
/// Where `input.rgb` does not hold `3 * side_px * side_px` values, or libtorch throws.
pub fn to_tensor(input: &NetworkInput, device: Device) -> Tensor {
    let maximum = input.rgb.iter().copied().fold(0.0, f32::max);
    let scale = if maximum > 0.0 { maximum.recip() } else { 1.0 };
    let (pixels, rest) = input.rgb.as_chunks::<3>();
    assert!(rest.is_empty(), "RGB comes in triples");
    let normalised: Vec<[f32; 3]> = pixels
        .iter()
        .map(|pixel| std::array::from_fn(|c| (pixel[c] * scale - MEAN[c]) / STD[c]))
        .collect();
    let side = i64::from(input.side_px);
    let interleaved = Tensor::from_slice(normalised.as_flattened()).view([1, side, side, 3]);
    interleaved.permute([0, 3, 1, 2]).to_device(device)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(rgb: &[f32], side_px: u32) -> Vec<f32> {
        let tensor = to_tensor(&NetworkInput { side_px, rgb: rgb.to_vec() }, Device::Cpu);
        assert_eq!(tensor.size(), [1, 3, i64::from(side_px), i64::from(side_px)]);
        Vec::try_from(tensor.contiguous().flatten(0, -1)).unwrap()
    }

    #[test]
    fn the_brightest_value_becomes_one() {
        let found = tensor(&[100.0, 50.0, 0.0], 1);
        let expected = [(1.0 - 0.485) / 0.229, (0.5 - 0.456) / 0.224, -0.406 / 0.225];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
    }

    #[test]
    fn interleaved_becomes_planar() {
        let rgb: Vec<f32> = (0..12).map(|n| n as f32 + 243.0).collect();
        let planes = tensor(&rgb, 2);
        let red = |value: f32| (value / 254.0 - 0.485) / 0.229;
        for (index, value) in [243.0, 246.0, 249.0, 252.0].into_iter().enumerate() {
            assert!((planes[index] - red(value)).abs() < 1e-5);
        }
    }

    #[test]
    fn black_is_finite() {
        assert!(tensor(&[0.0; 12], 2).iter().all(|value| value.is_finite()));
    }
}
