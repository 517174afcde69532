//! `models/models.toml`, which is part of the executable.

use std::sync::LazyLock;

use cutout_fetch::Artifact;

use crate::u2net::config::Architecture;

/// The id of the model in use where none is asked for.
pub const DEFAULT_MODEL: &str = "u2net";

/// A model that Cutout knows by name.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Entry {
    /// Its name in commands.
    pub id: String,
    /// What it is good for, in a user's words.
    pub purpose: String,
    /// The network that its weights are for.
    pub architecture: Architecture,
    /// The licence of its weights, as an SPDX expression.
    pub licence: String,
    /// Who made it and where it was published.
    pub origin: String,
    /// Its file: name, size, checksum and where it can be had.
    #[serde(flatten)]
    pub artifact: Artifact,
}

/// All models, in the order of the file.
pub fn entries() -> &'static [Entry] {
    #[derive(serde::Deserialize)]
    struct Catalogue {
        model: Vec<Entry>,
    }
    static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
        let text = include_str!("../../models/models.toml");
        toml::from_str::<Catalogue>(text).expect("the embedded models.toml is valid").model
    });
    &ENTRIES
}

/// The model of this id.
pub fn entry(id: &str) -> Option<&'static Entry> {
    entries().iter().find(|entry| entry.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_entry_is_complete_and_pinned() {
        let is_sha256 =
            |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        for entry in entries() {
            let Entry { id, purpose, licence, origin, artifact, .. } = entry;
            assert!([id, purpose, licence, origin].iter().all(|text| !text.is_empty()), "{id}");
            assert!(is_sha256(&artifact.sha256) && artifact.size_bytes > 0, "{id}");
            assert!(!artifact.sources.is_empty(), "{id}");
            for source in &artifact.sources {
                if let cutout_fetch::Source::Wheel { sha256, .. } = source {
                    assert!(is_sha256(sha256), "{id}");
                }
            }
        }
        let ids: HashSet<_> = entries().iter().map(|entry| &entry.id).collect();
        assert_eq!(ids.len(), entries().len(), "ids are unique");
        assert!(entry(DEFAULT_MODEL).is_some());
    }
}
