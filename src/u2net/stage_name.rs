//! The parts of a forward pass, in the order in which they are computed.

use std::fmt;

/// A part of a forward pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageName {
    /// En_1 to En_6.
    Encoder(usize),
    /// De_5 to De_1.
    Decoder(usize),
    /// The convolution of a side output, d6 to d1.
    Side(usize),
    /// The side outputs at the input's size, and what fuses them.
    Fusion,
}

/// Encoder and decoder as the paper labels them (Qin et al., 2020): En_1 to En_6, De_5 to De_1.
impl fmt::Display for StageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoder(number) => write!(f, "En_{number}"),
            Self::Decoder(number) => write!(f, "De_{number}"),
            Self::Side(number) => write!(f, "side output d{number}"),
            Self::Fusion => f.write_str("fusion"),
        }
    }
}
