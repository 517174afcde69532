//! Makes photos of what the clipboard holds.

use super::{Clip, Pasted, text};
use crate::{
    app::{pasted::PastedFolder, wording},
    lang::t,
};

/// What a paste brings. A picture becomes a file: the pipeline reads nothing else.
pub fn paste(clip: Result<Clip, String>, folder: Option<&PastedFolder>) -> Pasted {
    let files = match clip {
        Err(reason) => return Pasted::Unread(reason),
        Ok(Clip::Picture(picture)) => {
            let kept = match folder {
                Some(folder) => folder.keep(picture).map_err(|error| wording::not_written(&error)),
                None => Err(t!("paste-no-folder")),
            };
            return kept.map_or_else(Pasted::NotKept, Pasted::Picture);
        }
        Ok(Clip::Files(files)) => files,
        Ok(Clip::Text(text)) => text::files(&text),
        Ok(Clip::Nothing) => Vec::new(),
    };
    if files.is_empty() { Pasted::Nothing } else { Pasted::Files(files) }
}
