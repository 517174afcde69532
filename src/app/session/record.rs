//! What the session keeps of the list, and the lines of its journal.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use crate::{engine::protocol::Failure, file_stamp::Stamp, imaging::edit::Edits, path_text};

/// A photo of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Its [`ItemId`](crate::app::item::ItemId).
    pub id: u64,
    /// Its file.
    #[serde(with = "path_text")]
    pub path: PathBuf,
    /// The folders between the one that was added and the file.
    #[serde(default, with = "path_text", skip_serializing_if = "is_empty")]
    pub below: PathBuf,
    /// What became of its cutout.
    #[serde(flatten)]
    pub state: KeptState,
    /// The upright photo's width and height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_px: Option<(u32, u32)>,
    /// Files written for it.
    #[serde(default, with = "path_text::list", skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<PathBuf>,
    /// What the user changed about it.
    #[serde(default, with = "shared", skip_serializing_if = "is_unchanged")]
    pub edits: Arc<Edits>,
    /// Its cutout is saved as soon as it is done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub saves_itself: bool,
    /// Its file when it was cut, or came into the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Stamp>,
}

/// What became of a photo's cutout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum KeptState {
    /// It waits, or was under way.
    Waiting,
    /// Its map is kept.
    Done {
        /// All steps together, in milliseconds.
        took_ms: f64,
        /// The mask is empty.
        no_clear_subject: bool,
    },
    /// It could not be done.
    Failed {
        /// Names the file, what was wrong and what to do, in English.
        message: String,
        /// The same as data, where it can be kept as that; any version may read what it knows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<serde_json::Value>,
    },
    /// The user stopped it.
    Stopped,
}

impl KeptState {
    /// A failure as it is kept.
    pub fn failed(why: &Failure) -> Self {
        Self::Failed { message: why.to_string(), why: serde_json::to_value(why).ok() }
    }
}

/// A failure that was kept, by an earlier version in words alone.
pub fn failure(message: String, why: Option<serde_json::Value>) -> Failure {
    let known = why.and_then(|why| serde_json::from_value(why).ok());
    known.unwrap_or_else(|| message.into())
}

/// A line of the journal: something that changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// A photo is new, or is now like this.
    Photo(Box<Kept>),
    /// These left the list.
    Removed(Vec<u64>),
    /// The photos in their order.
    Order(Vec<u64>),
    /// Which photos are chosen, the one in the middle first.
    Chosen(Vec<u64>),
}

fn is_empty(path: &Path) -> bool {
    path.as_os_str().is_empty()
}

fn is_unchanged(edits: &Arc<Edits>) -> bool {
    edits.is_unchanged()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::protocol::{ModelProblem, Problem},
        imaging::DecodeProblem,
    };

    fn read(line: &str) -> Failure {
        match serde_json::from_str(line).unwrap() {
            KeptState::Failed { message, why } => failure(message, why),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn failures_come_back_as_data_and_those_of_other_versions_in_their_words() {
        let cut_off = Problem::Unreadable(DecodeProblem::Truncated("PNG".into()));
        let in_words = Problem::NoModel(ModelProblem::LetGo.into());
        for (why, comes_back_as) in [
            (Failure::of("/a.png", cut_off.clone()), Failure::of("/a.png", cut_off)),
            (in_words.clone().into(), in_words.to_string().into()),
            ("/a.png: as told".to_owned().into(), "/a.png: as told".to_owned().into()),
        ] {
            let line = serde_json::to_string(&KeptState::failed(&why)).unwrap();
            assert_eq!(read(&line), comes_back_as, "{line}");
        }
        let earlier = r#"{"state":"failed","message":"/a.png: it is cut off"}"#;
        assert_eq!(read(earlier), "/a.png: it is cut off".to_owned().into());
        let later = r#"{"state":"failed","message":"as told","why":{"problem":"unheard_of"}}"#;
        assert_eq!(read(later), "as told".to_owned().into());
    }
}

mod shared {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Edits;

    pub fn serialize<S: Serializer>(edits: &Arc<Edits>, to: S) -> Result<S::Ok, S::Error> {
        Edits::serialize(edits, to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Edits>, D::Error> {
        Edits::deserialize(from).map(Arc::new)
    }
}
