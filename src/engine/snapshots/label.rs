//! What allocations are called in a snapshot: the images of a pass and the stage of the network.

use std::{borrow::Cow, fmt, path::Path};

use crate::{engine::infer::Image, gpu::memory::DeviceMemory, path_text::printable};

/// The names of a pass's images, together, have about so many characters.
const NAMES_CHARS: usize = 96;
/// One name has at least so many.
const NAME_CHARS_MIN: usize = 9;

/// Labels what the calling thread allocates, until it is dropped.
pub struct Label<'a> {
    /// Where labels go; `None` where nothing is recorded.
    memory: Option<&'a dyn DeviceMemory>,
    /// What they begin with.
    name: String,
}

impl<'a> Label<'a> {
    /// Labels that begin with `name`, for this memory; `None` where nothing is recorded.
    pub(super) fn new(memory: Option<&'a dyn DeviceMemory>, name: String) -> Self {
        Self { memory, name }
    }

    /// What is allocated from here on is for this.
    pub fn is(&self, what: &dyn fmt::Display) {
        let Some(memory) = self.memory else { return };
        match self.name.is_empty() {
            true => memory.label(&what.to_string()),
            false => memory.label(&format!("{} · {what}", self.name)),
        }
    }
}

impl Drop for Label<'_> {
    fn drop(&mut self) {
        if let Some(memory) = self.memory {
            memory.label("");
        }
    }
}

/// The names of a pass's images, the shorter the more there are.
pub(super) fn names(images: &[Image]) -> String {
    let chars = (NAMES_CHARS / images.len().max(1)).max(NAME_CHARS_MIN);
    let mut names = String::new();
    for image in images {
        let name = image.source.file_name().unwrap_or(image.source.as_os_str());
        let name = printable(Path::new(name));
        if !names.is_empty() {
            names.push_str(", ");
        }
        names.push_str(&shortened(&name, chars));
        if image.is_second_look {
            names.push_str(" (second look)");
        }
    }
    names
}

/// Beginning and end of a name that has more characters than these.
fn shortened(name: &str, chars: usize) -> Cow<'_, str> {
    let count = name.chars().count();
    if count <= chars {
        return name.into();
    }
    let (before, after) = (chars / 2, (chars - 1) / 2);
    let head: String = name.chars().take(before).collect();
    let tail: String = name.chars().skip(count - after).collect();
    format!("{head}…{tail}").into()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::imaging::{Cancel, NetworkInput};

    #[test]
    fn names_are_all_there_however_many() {
        let (input, cancel) = (NetworkInput { side_px: 1, rgb: vec![0.0; 3] }, Cancel::default());
        let image = |source, is_second_look| Image {
            input: &input,
            cancel: &cancel,
            source: Path::new(source),
            is_second_look,
        };
        let long = "holiday at the sea with everybody on the second day.jpg";
        for (images, expected) in [
            (vec![image("folder/photo.jpg", false)], "photo.jpg".to_owned()),
            (vec![image("photo.jpg", true)], "photo.jpg (second look)".to_owned()),
            (vec![image(long, false)], long.to_owned()),
            (vec![image("a.jpg", false), image("b.png", false)], "a.jpg, b.png".to_owned()),
            (vec![image(long, false); 4], ["holiday at t…ond day.jpg"; 4].join(", ")),
            (vec![image("straßenlaterne.jpg", false); 32], ["stra….jpg"; 32].join(", ")),
        ] {
            assert_eq!(names(&images), expected);
        }
    }
}
