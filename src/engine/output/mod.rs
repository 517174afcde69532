//! Which file a result goes to. Two photos never share one, whatever they are called, and no
//! original is ever one.
//!
//! The names of a run are chosen before anything is decoded (`plan.rs`), from the photos that are
//! named and whose results lie there already; [`Names`] keeps to them and looks what stands there
//! when a photo's turn has come.

mod names;
mod plan;
mod standing;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use super::protocol::{Destination, ExportOptions, OutputKind, Place, Save};
use crate::imaging::{Existing, FileFormat};

pub use names::Names;
pub use plan::{Numbering, Planner};
pub use standing::{mark_of, path_digest as photo_digest};

/// Files that are known before the first job comes.
#[derive(Clone, Debug, Default)]
pub struct KnownFiles {
    /// Photos that may come, or that others do: never to be written to.
    pub photos: Vec<PathBuf>,
    /// Results of earlier runs, each with the photo that it is of: they are no other photo's.
    pub results: Vec<(PathBuf, PathBuf)>,
}

/// Where one photo's files go.
#[derive(Debug, PartialEq, Eq)]
pub struct Target {
    /// Which kind of file.
    pub kind: OutputKind,
    /// Its full path.
    pub path: PathBuf,
    /// What is done with it.
    pub way: Way,
}

/// What is done with a file of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It is there, and is left as it is.
    Leave,
    /// It is written.
    Write(Existing),
}

impl OutputKind {
    /// Its word in names of files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Cutout => "cutout",
            Self::Mask => "mask",
        }
    }
}

/// The folder that a photo's files go to.
pub fn folder(source: &Path, save: &Save) -> PathBuf {
    match &save.options.folder {
        Destination::Beside => source.parent().unwrap_or(Path::new(".")).to_owned(),
        Destination::Folder(folder) => folder.join(&save.below),
    }
}

impl Save {
    fn kinds(&self) -> impl Iterator<Item = OutputKind> {
        let cutout = self.cutout.then_some(OutputKind::Cutout);
        cutout.into_iter().chain(self.mask.then_some(OutputKind::Mask))
    }

    fn path(&self, source: &Path, kind: OutputKind, number: u32) -> PathBuf {
        folder(source, self).join(file_name(source, kind, &self.options, self.place, number))
    }

    /// The files of one photo under one number.
    fn paths(&self, source: &Path, number: u32) -> impl Iterator<Item = PathBuf> {
        self.kinds().map(move |kind| self.path(source, kind, number))
    }
}

/// The files of one photo under their plain names.
pub fn file_paths(source: &Path, save: &Save) -> Vec<(OutputKind, PathBuf)> {
    save.kinds().map(|kind| (kind, save.path(source, kind, 1))).collect()
}

/// What the file of one kind is called. Numbers begin at 1, which is not written.
pub fn file_name(
    source: &Path,
    kind: OutputKind,
    options: &ExportOptions,
    place: Place,
    number: u32,
) -> OsString {
    let mut name = options.template.name(source, kind, place);
    if number > 1 {
        name.push(format!("_{number}"));
    }
    name.push(".");
    name.push(match kind {
        OutputKind::Cutout => options.format.extension(),
        OutputKind::Mask => FileFormat::default().extension(),
    });
    name
}

#[cfg(test)]
mod tests;
