//! Weights from a file's bytes, by strict match: every name, every shape, nothing left over.
//!
//! Each format gives views into the bytes; only when all of them fit a network's table are
//! tensors made. Nothing in a file can run code, and `bounds.rs` says how much of it is looked at: what
//! the table does not need is refused before it is built.

mod archive;
mod bounds;
mod checkpoint;
mod onnx;
mod pickle;
mod pickle_value;
mod protobuf;
mod safetensors;
mod strict;
mod view;

use tch::Tensor;

use super::config::{Config, ConvSpec};
use crate::imaging::Cancelled;
use view::StateDict;

/// No weights of U²-Net are larger (176 MB in f32); a larger file need not even be read.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// Asked time and again while weights are read: an error where nobody needs them any more.
pub type Proceed<'a> = &'a dyn Fn() -> Result<(), Cancelled>;

/// The weights of one convolution, BatchNorm folded in.
#[derive(Debug)]
pub struct Convolution {
    /// Its name and shape.
    pub spec: ConvSpec,
    /// f32 of shape `[out, in, kernel, kernel]`, on the CPU.
    pub weight: Tensor,
    /// f32 of shape `[out]`, on the CPU.
    pub bias: Tensor,
}

/// All weights of one network.
#[derive(Debug)]
pub struct Weights {
    /// The network that they fit.
    pub config: &'static Config,
    /// Its convolutions in the order of [`Config::convolutions`].
    pub convolutions: Vec<Convolution>,
}

impl Weights {
    /// Reads an ONNX graph, safetensors or a PyTorch checkpoint, told apart by their content. With
    /// `expected` they must fit that network; without, the one that they fit is found.
    ///
    /// # Errors
    /// [`WeightsError`]: everything that is not exactly right is refused.
    pub fn parse(bytes: &[u8], expected: Option<&'static Config>) -> Result<Self, WeightsError> {
        Self::parse_while(bytes, expected, &|| Ok(()))
    }

    /// The same for as long as `proceed` agrees.
    ///
    /// # Errors
    /// As of [`Weights::parse`], and [`WeightsError::Cancelled`].
    pub fn parse_while(
        bytes: &[u8],
        expected: Option<&'static Config>,
        proceed: Proceed,
    ) -> Result<Self, WeightsError> {
        let tensors = read(bytes, proceed)?;
        match expected {
            Some(config) => strict::fit(&tensors, &[config], proceed),
            None => strict::fit(&tensors, &[&super::config::FULL, &super::config::LITE], proceed),
        }
    }
}

fn read<'a>(bytes: &'a [u8], proceed: Proceed) -> Result<StateDict<'a>, WeightsError> {
    match bytes {
        [b'P', b'K', 3, 4, ..] => checkpoint::read_zip(bytes, proceed),
        [_, _, _, _, _, _, _, _, b'{', ..] => safetensors::read(bytes, proceed),
        [pickle::PROTO, ..] => checkpoint::read_legacy(bytes, proceed),
        [protobuf::FIRST_FIELD_VARINT, ..] => onnx::read(bytes, proceed),
        _ => Err(WeightsError::UnknownFormat),
    }
}

/// Why a file's bytes are not weights that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// The content is of no known format.
    #[error("neither an ONNX graph, safetensors nor a PyTorch checkpoint (.pth)")]
    UnknownFormat,
    /// The format was recognised, but not all of it can be read.
    #[error("damaged or unusual {format}: {what}")]
    Malformed {
        /// The format's name.
        format: &'static str,
        /// What was found where.
        what: String,
    },
    /// A pickle names something that is not part of a state dict of tensors.
    #[error("refused: the pickle in it asks for `{global}`, which no plain checkpoint needs")]
    ForbiddenGlobal {
        /// Module and name.
        global: String,
    },
    /// None of the tensors belongs to the network.
    #[error("not the weights of a U²-Net: it holds {count} tensors, the first `{first}`")]
    OtherNetwork {
        /// How many tensors there are.
        count: usize,
        /// The name of the first.
        first: String,
    },
    /// Some of the tensors fit the network, but not all.
    #[error("does not fit {network}: {first}{}", and_others(*others))]
    Mismatch {
        /// The network that fits best.
        network: &'static str,
        /// The first tensor that does not fit.
        first: Mismatch,
        /// How many more do not fit.
        others: usize,
    },
    /// Nobody needs the weights any more.
    #[error("loading the model was cancelled")]
    Cancelled(#[from] Cancelled),
}

fn and_others(count: usize) -> String {
    if count == 0 { String::new() } else { format!(" (and {count} more)") }
}

/// One tensor that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// The network needs it, the file has none.
    #[error("`{tensor}` of shape {expected:?} is missing")]
    Missing {
        /// Its name.
        tensor: String,
        /// The shape that it should have.
        expected: Vec<i64>,
    },
    /// It has another shape.
    #[error("`{tensor}` should have the shape {expected:?}, found {found:?}")]
    Shape {
        /// Its name.
        tensor: String,
        /// The shape that it should have.
        expected: Vec<i64>,
        /// The shape that it has.
        found: Vec<i64>,
    },
    /// The file has it, the network has no place for it.
    #[error("`{tensor}` of shape {found:?} is not part of the network")]
    Unexpected {
        /// Its name.
        tensor: String,
        /// The shape that it has.
        found: Vec<i64>,
    },
}
