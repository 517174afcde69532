//! Brush strokes as data.

use serde::{Deserialize, Serialize};

/// One movement of the brush, from pressing to letting go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stroke {
    /// What it does to the mask.
    pub tool: BrushTool,
    /// From its middle to where it ends.
    pub radius_px: f32,
    /// 0 a sharp rim, 1 fading from the middle on.
    pub softness: f32,
    /// Its way over the photo: x and y, pixel corners at whole numbers.
    pub points_px: Vec<[f32; 2]>,
}

/// What a brush does to the mask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BrushTool {
    /// What it touches is subject.
    #[default]
    Keep,
    /// What it touches is background.
    Erase,
}

/// Strokes behind `Arc`, written as what they point to.
pub(super) mod shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::Stroke;

    pub fn serialize<S: Serializer>(
        strokes: &[Arc<Stroke>],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(strokes.iter().map(AsRef::<Stroke>::as_ref))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Arc<Stroke>>, D::Error> {
        let strokes = Vec::<Stroke>::deserialize(deserializer)?;
        Ok(strokes.into_iter().map(Arc::new).collect())
    }
}
