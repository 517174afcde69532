//! What is to be done with every photo.

use std::{path::PathBuf, sync::Arc};

use super::{RemoveArgs, SaveKind, SecondLook, feed::Photo};
use crate::{
    engine::{
        output::file_paths,
        protocol::{ExportOptions, Job, JobId, OnExist, OutputKind, Save},
    },
    imaging::edit::Edits,
};

/// What is to be done with every photo.
#[derive(Clone)]
pub struct Order {
    edits: Arc<Edits>,
    cutout: bool,
    mask: bool,
    options: Arc<ExportOptions>,
}

impl Order {
    /// What the arguments say.
    ///
    /// # Errors
    /// Where one has no meaning beside another.
    pub fn new(args: &RemoveArgs) -> Result<Self, String> {
        let (cutout, mask) =
            (args.save.contains(&SaveKind::Cutout), args.save.contains(&SaveKind::Mask));
        args.export.check(cutout, mask)?;
        let mut edits = args.export.edits();
        edits.mask.second_look = args.second_look == SecondLook::Auto;
        Ok(Self {
            edits: Arc::new(edits),
            cutout,
            mask,
            options: Arc::new(args.export.options(args.resume.is_some())),
        })
    }

    /// Whether results that are there are left: then several runs can share the photos.
    pub fn skips(&self) -> bool {
        self.options.on_exist == Some(OnExist::Skip)
    }

    /// Which files a photo gets.
    pub fn save(&self, photo: &Photo) -> Save {
        Save {
            cutout: self.cutout,
            mask: self.mask,
            options: self.options.clone(),
            below: photo.source.below.clone(),
            place: photo.place,
            numbering: photo.numbering,
        }
    }

    /// The files that a photo gets, were there no others.
    pub fn wanted(&self, photo: &Photo) -> Vec<(OutputKind, PathBuf)> {
        file_paths(&photo.source.path, &self.save(photo))
    }

    /// The job of a photo.
    pub fn job(&self, id: JobId, photo: &Photo) -> Job {
        Job {
            id,
            source: photo.source.path.clone(),
            saliency: None,
            thumbnail: false,
            preview_px: None,
            edits: self.edits.clone(),
            cutout: false,
            save: Some(self.save(photo)),
        }
    }
}
