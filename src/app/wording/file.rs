//! What is wrong with files: those that give no picture, and those that cannot be written.

use crate::{
    imaging::{
        DecodeProblem, FORMAT_NAMES, NoPicture, SystemError, SystemErrorKind, WriteError,
        megapixels,
    },
    lang::{decimal, t},
    path_text::printable,
};

/// Why a file gives no picture.
pub fn unreadable(problem: &DecodeProblem) -> String {
    match problem {
        DecodeProblem::NotFound => t!("picture-not-found"),
        DecodeProblem::IsFolder => t!("picture-folder"),
        DecodeProblem::NotAFile => t!("picture-no-file"),
        DecodeProblem::Unreadable(error) => t!("picture-unreadable", reason = system(error)),
        DecodeProblem::Empty => t!("picture-empty"),
        DecodeProblem::NotAPicture(kind) => {
            t!("picture-none", kind = no_picture(*kind), formats = formats())
        }
        DecodeProblem::UnsupportedFormat(format) => {
            t!("picture-format", format = format.as_ref())
        }
        DecodeProblem::UnsupportedVariant { format, reason } => {
            t!("picture-variant", format = format.as_ref(), reason = reason.as_str())
        }
        DecodeProblem::Truncated(format) => t!("picture-cut-off", format = format.as_ref()),
        DecodeProblem::Damaged { format, reason } => {
            t!("picture-damaged", format = format.as_ref(), reason = reason.as_str())
        }
        &DecodeProblem::TooLong { width_px, height_px, max_side_px, max_pixels } => {
            let in_millions = |pixels| decimal(megapixels(pixels), 1);
            t!(
                "picture-too-long",
                width = width_px.to_string(),
                height = height_px.to_string(),
                megapixels = in_millions(u64::from(width_px) * u64::from(height_px)),
                side = max_side_px.to_string(),
                limit = in_millions(max_pixels)
            )
        }
        &DecodeProblem::TooLarge { width_px, height_px, max_pixels } => {
            let in_millions = |pixels| decimal(megapixels(pixels), 1);
            t!(
                "picture-too-large",
                width = width_px.to_string(),
                height = height_px.to_string(),
                megapixels = in_millions(u64::from(width_px) * u64::from(height_px)),
                limit = in_millions(max_pixels)
            )
        }
        DecodeProblem::TooMuchMemory { max_bytes } => {
            t!("picture-too-much-memory", limit = (max_bytes >> 20).to_string())
        }
    }
}

/// The formats that can be opened.
pub fn formats() -> String {
    let [names @ .., last] = &FORMAT_NAMES;
    t!("empty-formats", formats = names.join(", "), last = *last)
}

fn no_picture(kind: NoPicture) -> String {
    t!(match kind {
        NoPicture::WebPage => "no-picture-web-page",
        NoPicture::Text => "no-picture-text",
        NoPicture::Unknown => "no-picture-unknown",
    })
}

/// Why a file was not written.
pub fn not_written(error: &WriteError) -> String {
    match error {
        WriteError::Cancelled(_) => t!("write-cancelled"),
        WriteError::Taken(path) => t!("write-taken", file = printable(path)),
        WriteError::DiskFull(path) => t!("write-disk-full", file = printable(path)),
        WriteError::Folder { folder, source } => {
            let folder = printable(folder);
            t!("write-folder", folder = folder, reason = system(source))
        }
        WriteError::TooLarge { path, format, width_px, height_px } => t!(
            "write-too-large",
            file = printable(path),
            format = *format,
            width = width_px.to_string(),
            height = height_px.to_string()
        ),
        WriteError::Other { path, source } => {
            t!("write-other", file = printable(path), reason = system(source))
        }
    }
}

/// What the system said: its own words, behind the usual ones where there are some.
pub fn system(error: &SystemError) -> String {
    let words = error.words.as_str();
    match error.kind {
        SystemErrorKind::NotFound => t!("system-not-found", words = words),
        SystemErrorKind::NoPermission => t!("system-no-permission", words = words),
        SystemErrorKind::DiskFull => t!("system-disk-full", words = words),
        SystemErrorKind::ReadOnly => t!("system-read-only", words = words),
        SystemErrorKind::Other => words.to_owned(),
    }
}
