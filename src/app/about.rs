//! What the About box tells that the window cannot know by itself.

/// Versions and licences of what the engine is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The version of libtorch that runs.
    pub libtorch: String,
    /// The known models, each with the licence of its weights.
    pub models: Vec<(String, String)>,
}
