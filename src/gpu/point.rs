//! The names of the cleanup points.

/// A named place where tensors are dropped, the cache is emptied and memory is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CleanupPoint {
    /// A: the forward pass is done; side outputs d1..d6, features and input are dropped.
    AfterInference,
    /// B: the saliency map is normalised and read back.
    AfterMask,
    /// C: any error or panic in inference.
    OnError,
    /// D: always, whether the image succeeded or failed.
    AfterImage,
    /// The sweep: after every command of the inference thread.
    AfterJob,
}

impl CleanupPoint {
    /// Every point, in the order of the letters.
    pub const ALL: [Self; 5] =
        [Self::AfterInference, Self::AfterMask, Self::OnError, Self::AfterImage, Self::AfterJob];

    /// Its name in settings and commands.
    pub fn key(self) -> &'static str {
        match self {
            Self::AfterInference => "a",
            Self::AfterMask => "b",
            Self::OnError => "c",
            Self::AfterImage => "d",
            Self::AfterJob => "sweep",
        }
    }
}
