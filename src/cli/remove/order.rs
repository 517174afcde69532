//! What is to be done with every photo.

use std::sync::Arc;

use super::{RemoveArgs, SaveKind, SecondLook, feed::Photo};
use crate::{
    engine::protocol::{ExportOptions, Job, JobId, Save},
    imaging::edit::Edits,
};

/// What is to be done with every photo.
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
        let mut edits = args.export.edits();
        edits.mask.second_look = args.second_look == SecondLook::Auto;
        Ok(Self {
            edits: Arc::new(edits),
            cutout: args.save.contains(&SaveKind::Cutout),
            mask: args.save.contains(&SaveKind::Mask),
            options: Arc::new(args.export.options(args.resume.is_some())?),
        })
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
            save: Some(Save {
                cutout: self.cutout,
                mask: self.mask,
                options: self.options.clone(),
                below: photo.source.below.clone(),
                place: photo.place,
            }),
        }
    }
}
