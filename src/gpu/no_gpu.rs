//! Why no GPU is used, and what can be done about it.

/// Why no GPU is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoGpu {
    /// Why, to be read after "because".
    pub why: String,
    /// What to install or to do, as a sentence, where something can be done.
    pub advice: Option<String>,
}

impl NoGpu {
    /// A reason that nothing can be done about here.
    pub fn because(why: impl Into<String>) -> Self {
        Self { why: why.into(), advice: None }
    }

    /// The same with what to do about it.
    pub fn advising(self, advice: &str) -> Self {
        Self { advice: Some(advice.to_owned()), ..self }
    }
}
