//! The background pictures that users choose, from their files.

use std::path::Path;

use crate::imaging::{
    Cancel, DecodeError, Limits, decode,
    edit::{Backdrop, Background, Edits},
};

use super::{protocol::Problem, stop::Stop};

/// The file of the background picture that edits ask for.
pub fn path(edits: &Edits) -> Option<&Path> {
    match &edits.background {
        Background::Picture(path) => Some(path),
        _ => None,
    }
}

/// Reads the background picture that edits ask for, if they do.
///
/// # Errors
/// [`Stop`], which names the file.
pub fn load(edits: &Edits, limits: &Limits, cancel: &Cancel) -> Result<Option<Backdrop>, Stop> {
    let Some(path) = path(edits) else { return Ok(None) };
    match decode(path, limits, cancel) {
        Ok(picture) => Ok(Some(Backdrop::new(picture))),
        Err(DecodeError::Cancelled(_)) => Err(Stop::Cancelled),
        Err(DecodeError::Refused { path, problem }) => {
            Err(Stop::Failed(Problem::NoBackdrop { path, problem }.into()))
        }
    }
}
