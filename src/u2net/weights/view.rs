//! Tensors as they lie in a file.

use std::{borrow::Cow, collections::BTreeMap};

use tch::{Kind, Tensor};

/// Tensors by the authors' names.
pub(super) type StateDict<'a> = BTreeMap<String, TensorView<'a>>;

/// What the numbers of a tensor are; always little-endian in the formats read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ElementType {
    F32,
    F16,
    Bf16,
    /// BatchNorm's counters, which are not used.
    I64,
}

impl ElementType {
    pub(super) fn size_bytes(self) -> usize {
        match self {
            Self::F16 | Self::Bf16 => 2,
            Self::F32 => 4,
            Self::I64 => 8,
        }
    }

    fn kind(self) -> Kind {
        match self {
            Self::F32 => Kind::Float,
            Self::F16 => Kind::Half,
            Self::Bf16 => Kind::BFloat16,
            Self::I64 => Kind::Int64,
        }
    }
}

/// A tensor's bytes, which are exactly as many as its shape needs.
#[derive(Debug)]
pub(super) struct TensorView<'a> {
    element_type: ElementType,
    shape: Vec<i64>,
    bytes: Cow<'a, [u8]>,
}

impl<'a> TensorView<'a> {
    /// Refuses, in words, bytes that are more or fewer than the shape needs.
    pub(super) fn new(
        element_type: ElementType,
        shape: Vec<i64>,
        bytes: Cow<'a, [u8]>,
    ) -> Result<Self, String> {
        match size_bytes(element_type, &shape) {
            Some(needed) if needed == bytes.len() => Ok(Self { element_type, shape, bytes }),
            Some(needed) => {
                Err(format!("shape {shape:?} needs {needed} bytes, found {}", bytes.len()))
            }
            None => Err(format!("shape {shape:?} is impossible")),
        }
    }

    /// What it holds beside the file.
    pub(super) fn copied_bytes(&self) -> usize {
        if let Cow::Owned(bytes) = &self.bytes { bytes.len() } else { 0 }
    }

    pub(super) fn shape(&self) -> &[i64] {
        &self.shape
    }

    /// A copy as an f32 tensor on the CPU.
    pub(super) fn to_tensor(&self) -> Tensor {
        Tensor::from_data_size(&self.bytes, &self.shape, self.element_type.kind())
            .to_kind(Kind::Float)
    }
}

/// Bytes that a tensor takes; `None` for a negative side or more than the machine can address.
pub(super) fn size_bytes(element_type: ElementType, shape: &[i64]) -> Option<usize> {
    shape.iter().try_fold(element_type.size_bytes(), |size, &side| {
        size.checked_mul(usize::try_from(side).ok()?)
    })
}
