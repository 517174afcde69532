//! Model weights, from the zoo's own table.

use std::fs;

use anyhow::{Context, bail};
use cutout_fetch::{Artifact, fetch};
use serde::Deserialize;

use crate::{
    progress::DownloadBar,
    project::Project,
    stamp::{Check, Stamp, State, workshop},
};

#[derive(Deserialize)]
struct Zoo {
    #[serde(rename = "model")]
    models: Vec<Model>,
}

/// A model of `models/models.toml`, as far as set-up needs to know it.
#[derive(Deserialize)]
pub struct Model {
    pub id: String,
    #[serde(flatten)]
    pub artifact: Artifact,
}

impl Model {
    /// What is in place.
    pub fn state(&self, project: &Project, check: Check) -> State {
        Stamp::check(&project.path("models"), &self.id, &self.pinned(), check)
    }

    /// Fetches the weights, unless they are there and right.
    pub fn install(&self, project: &Project) -> anyhow::Result<()> {
        let root = project.path("models");
        fs::create_dir_all(workshop(&root))?;
        eprintln!("Setting up the weights of {}", self.id);
        let bar = DownloadBar::new(&self.artifact.file);
        fetch(&self.artifact, &root, &|reached| bar.show(reached), &|| false)?;
        let mut stamp = Stamp::new(&root, &self.id, self.pinned());
        stamp.add(&root, self.artifact.file.clone(), self.artifact.sha256.clone())?;
        stamp.write()
    }

    fn pinned(&self) -> String {
        format!("{} {}\n", self.artifact.file, self.artifact.sha256)
    }
}

/// The models with these ids.
pub fn chosen(project: &Project, ids: &[String]) -> anyhow::Result<Vec<Model>> {
    let path = project.path("models/models.toml");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let Zoo { models } = toml::from_str(&text).with_context(|| path.display().to_string())?;
    if let Some(id) = ids.iter().find(|id| !models.iter().any(|model| &model.id == *id)) {
        bail!("{} has no model {id}, which xtask/setup.toml asks for", path.display());
    }
    Ok(models.into_iter().filter(|model| ids.contains(&model.id)).collect())
}
