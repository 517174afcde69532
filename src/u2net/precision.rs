//! In which numbers the network computes.

use std::str::FromStr;

/// In which numbers the network keeps its weights and computes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// 32-bit floating point: what the weights were trained in.
    Fp32,
    /// IEEE half precision: 10 bits of fraction, up to 65,504.
    Fp16,
    /// bfloat16: 7 bits of fraction, the range of 32 bits.
    Bf16,
}

impl Precision {
    /// Every precision.
    pub const ALL: [Self; 3] = [Self::Fp32, Self::Fp16, Self::Bf16];

    /// Its name in settings and commands.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fp32 => "fp32",
            Self::Fp16 => "fp16",
            Self::Bf16 => "bf16",
        }
    }

    /// Its name in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Fp32 => "full precision (fp32)",
            Self::Fp16 => "half precision (fp16)",
            Self::Bf16 => "half precision (bf16)",
        }
    }

    /// Its tensors' kind.
    pub fn kind(self) -> tch::Kind {
        match self {
            Self::Fp32 => tch::Kind::Float,
            Self::Fp16 => tch::Kind::Half,
            Self::Bf16 => tch::Kind::BFloat16,
        }
    }
}

/// What the user asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PrecisionChoice {
    /// The fastest whose masks are within the bounds, as measured for the model.
    #[default]
    Auto,
    /// This one, whatever its masks are like.
    Fixed(Precision),
}

impl FromStr for PrecisionChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "auto" {
            return Ok(Self::Auto);
        }
        let named = Precision::ALL.into_iter().find(|precision| precision.name() == text);
        named.map(Self::Fixed).ok_or_else(|| format!("{text:?} is none of auto, fp32, fp16, bf16"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_precision_is_named_in_words() {
        for (text, expected) in [
            ("auto", Some(PrecisionChoice::Auto)),
            ("fp32", Some(PrecisionChoice::Fixed(Precision::Fp32))),
            ("fp16", Some(PrecisionChoice::Fixed(Precision::Fp16))),
            ("bf16", Some(PrecisionChoice::Fixed(Precision::Bf16))),
            ("half", None),
            ("", None),
        ] {
            assert_eq!(text.parse::<PrecisionChoice>().ok(), expected, "{text:?}");
        }
    }
}
