//! Writing one photo's files under names that are free.

use std::path::Path;

use super::{
    output::{self, Names, Target, Way, mark_of},
    protocol::{Destination, ExportOptions, Failure, Output, OutputKind, Problem, Save},
    stop::Stop,
};
use crate::imaging::{
    self, Cancel, Cancelled, Matte, Picture, StripSource as _, WriteError, Writing,
    edit::{self, Backdrop, Composed, Edits, Proxy},
    remove_leftovers,
};

/// How often another program may take a name between our choice and our writing.
const NAME_ATTEMPTS: u32 = 100;

/// A photo and what was made of it.
pub struct Edited<'a> {
    /// The photo.
    pub picture: &'a Picture,
    /// Its matte, edits and all.
    pub matte: &'a Matte,
    /// What the user changed.
    pub edits: &'a Edits,
    /// The background picture, where one was chosen.
    pub backdrop: Option<&'a Backdrop>,
}

impl<'a> Edited<'a> {
    /// The result at full size and at the photo's own depth, a strip at a time.
    ///
    /// # Errors
    /// Once `cancel` is raised.
    fn compose(&self, cancel: &'a Cancel) -> Result<Composed<'a>, Cancelled> {
        let proxy = Proxy::full(self.matte.size_px());
        edit::compose(self.picture, self.matte, self.edits, &proxy, self.backdrop, cancel)
    }
}

/// Writes the files that were asked for, each whole or not at all.
///
/// # Errors
/// [`Stop`]; a file that was written before is whole.
pub fn write_all(
    source: &Path,
    save: &Save,
    edited: &Edited,
    names: &Names,
    cancel: &Cancel,
) -> Result<Vec<Output>, Stop> {
    let folder = output::folder(source, save);
    if let Destination::Folder(_) = &save.options.folder {
        imaging::create_folder(&folder, save.options.durability)
            .map_err(|error| Stop::Failed(Failure::of(&folder, Problem::NoFolder(error.into()))))?;
    }
    if names.note_folder(&folder) {
        remove_leftovers(&folder);
    }
    let mut after = None;
    for _ in 0..NAME_ATTEMPTS {
        let (number, targets) = names.choose(source, save, after);
        match write_targets(source, targets, save, edited, cancel) {
            Ok(outputs) => return Ok(outputs),
            Err(WriteError::Taken(path)) if save.options.on_exist.is_none() => {
                return Err(Stop::Exists(vec![path]));
            }
            Err(WriteError::Taken(_)) => after = Some(number),
            Err(WriteError::Cancelled(_)) => return Err(Stop::Cancelled),
            Err(error) => {
                return Err(Stop::Failed(Failure::of(source, Problem::NotWritten(error))));
            }
        }
    }
    Err(Stop::Failed(Failure::of(source, Problem::NoFreeName)))
}

fn write_targets(
    source: &Path,
    targets: Vec<Target>,
    save: &Save,
    edited: &Edited,
    cancel: &Cancel,
) -> Result<Vec<Output>, WriteError> {
    let ExportOptions { format, masks, metadata, durability, .. } = &*save.options;
    let mark = Some(mark_of(source));
    targets
        .into_iter()
        .map(|Target { kind, path, way }| {
            if let Way::Write(existing) = way {
                let writing = Writing { existing, durability: *durability, mark };
                match kind {
                    OutputKind::Cutout => {
                        let cutout = edited.compose(cancel)?;
                        let metadata = edited.picture.metadata.kept(*metadata, cutout.size_px());
                        imaging::save_cutout(&path, &cutout, &metadata, *format, writing, cancel)?;
                    }
                    OutputKind::Mask => {
                        imaging::save_mask(&path, edited.matte, *masks, writing, cancel)?;
                    }
                }
            }
            Ok(Output { kind, path, skipped: way == Way::Leave })
        })
        .collect()
}
