//! Where tensors are, in which numbers, and in which order.

use tch::{Device, Tensor};

use super::Precision;

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
    pub(super) fn adds_up(self, skip_values: i64) -> bool {
        const LARGE: i64 = 2_500_000;
        self.precision == Precision::Fp32 || skip_values >= LARGE
    }

    /// For a convolution with this bias. Where BatchNorm had hardly any variance, folding it in made
    /// weights and bias large, and the result is a small difference of large numbers: bfloat16 cannot
    /// hold it (a bias of 100 is off by 0.2). A few such convolutions make most of the error of masks, so
    /// they compute in single precision: u2netp's then differ by 0.15/255 instead of 2.0.
    pub(super) fn exact_for(self, bias: &Tensor) -> Self {
        const LARGE_BIAS: f64 = 100.0;
        let cancels = bias.abs().max().double_value(&[]) >= LARGE_BIAS;
        match self.precision {
            Precision::Bf16 if cancels => Self { precision: Precision::Fp32, ..self },
            _ => self,
        }
    }

    pub(super) fn put(self, x: Tensor) -> Tensor {
        self.in_its_numbers(x.to_device(self.device))
    }

    /// The same numbers as exact as they are there, wherever they are now.
    pub(super) fn in_its_numbers(self, x: Tensor) -> Tensor {
        x.to_kind(self.precision.kind())
    }

    /// The same numbers in channels-last order (N, H, W, C in memory) where convolutions are faster
    /// with it: oneDNN's on the CPU, and cuDNN's in half precision; elsewhere in plain order.
    pub(super) fn lay_out(self, x: Tensor) -> Tensor {
        match (self.device, self.precision) {
            (Device::Cpu, _) | (Device::Cuda(_), Precision::Fp16 | Precision::Bf16) => {
                x.permute([0, 2, 3, 1]).contiguous().permute([0, 3, 1, 2])
            }
            _ => x.contiguous(),
        }
    }
}
