//! Which photos a path stands for, and what in a folder is passed over.

use std::{
    ffi::OsStr,
    fs::File,
    io::{self, Read as _},
    iter,
    path::{Path, PathBuf},
};

use image::ImageFormat;
use walkdir::{DirEntry, WalkDir};

use crate::imaging::{
    Content, SNIFF_BYTES, SystemError, is_other_extension, is_result, is_supported_extension,
    unsupported_extension,
};
use crate::path_text::printable;

/// A photo and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file.
    pub path: PathBuf,
    /// The folders between the folder that was named and the file; empty for a file named itself.
    pub below: PathBuf,
}

/// Whether folders within a folder are searched too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Only the files that lie in the folder itself.
    Folder,
    /// Everything below it.
    Recursive,
}

/// What is found in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A photo.
    Photo(Source),
    /// Something that might have been one.
    PassedOver(PassedOver),
}

/// A file or folder that is passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// Its path.
    pub path: PathBuf,
    /// Why.
    pub why: Why,
}

/// Why a file or folder in a folder is passed over. [`std::fmt::Display`] says it behind its path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// It cannot be read.
    #[error("cannot be read ({0}); what lies there is not done")]
    Unreadable(SystemError),
    /// A link to nothing.
    #[error("a link to a file that is not there")]
    DanglingLink,
    /// A picture of a format, named here, that cannot be opened.
    #[error("{0} cannot be opened yet; save it as JPEG or PNG first")]
    Format(&'static str),
    /// Its name ends as a photo's may, but it is none.
    #[error("no picture, by how it begins")]
    NoPicture,
    /// A result of Cutout's own.
    #[error("a result of Cutout; to cut it again, name the file itself")]
    Result,
    /// A pipe, socket or device.
    #[error("not a regular file")]
    NoFile,
}

impl Why {
    /// Whether photos may be missing for it, other than those that cannot be opened anyway.
    pub fn is_error(&self) -> bool {
        matches!(self, Self::Unreadable(_) | Self::DanglingLink)
    }
}

/// What a path stands for: itself, or the photos in a folder, sorted by name, with what is passed
/// over there. Within a folder a file counts if its name ends as photos' do, or if it may be one and
/// begins as photos do; hidden files do not count. Loops of links end; a path that does not exist
/// stands for itself, so that its error is told.
pub fn find(path: &Path, depth: Depth) -> Box<dyn Iterator<Item = Found> + '_> {
    if !path.is_dir() {
        let source = Source { path: path.to_owned(), below: PathBuf::new() };
        return Box::new(iter::once(Found::Photo(source)));
    }
    let max_depth = if depth == Depth::Folder { 1 } else { usize::MAX };
    let entries = WalkDir::new(path)
        .min_depth(1)
        .max_depth(max_depth)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !is_hidden(entry.file_name()));
    Box::new(entries.filter_map(move |entry| match entry {
        Ok(entry) => judge_entry(path, &entry),
        Err(error) => judge_error(path, error).map(Found::PassedOver),
    }))
}

/// The photos among what [`find`] finds.
pub fn expand(path: &Path, depth: Depth) -> impl Iterator<Item = Source> + '_ {
    find(path, depth).filter_map(|found| match found {
        Found::Photo(source) => Some(source),
        Found::PassedOver(PassedOver { path, why }) => {
            tracing::info!("{}: passed over: {why}", printable(&path));
            None
        }
    })
}

/// Whether [`expand`] would look at this file in this folder, by its name.
pub fn is_photo_within(folder: &Path, path: &Path, depth: Depth) -> bool {
    let Ok(below) = path.strip_prefix(folder) else { return false };
    let levels = below.iter().count();
    (levels == 1 || levels > 1 && depth == Depth::Recursive)
        && !below.iter().any(is_hidden)
        && !matches!(Name::of(path), Name::Other)
}

/// Whether a file of a folder is a photo, by its name and how it begins; `None` where it is nothing
/// of the kind.
///
/// # Errors
/// Why it is passed over, where it might have been one.
pub fn judge(file: &Path) -> Option<Result<(), Why>> {
    let name = Name::of(file);
    if name == Name::Other {
        return None;
    }
    if is_result(file) {
        return Some(Err(Why::Result));
    }
    if name == Name::Photo {
        return Some(Ok(()));
    }
    let content = match begin_of(file) {
        Ok(content) => content,
        Err(_) if name == Name::Unknown => return None,
        Err(error) => return Some(Err(Why::Unreadable(error.into()))),
    };
    match (name, content) {
        // Raw photos begin as TIFFs do, with a small picture that is not the photo.
        (Name::Unsupported(format), Content::Supported(ImageFormat::Tiff)) => {
            Some(Err(Why::Format(format)))
        }
        (_, Content::Supported(_)) => Some(Ok(())),
        (Name::Unsupported(_) | Name::MaybePhoto, Content::Unsupported(format))
        | (Name::Unsupported(format), Content::Other(_)) => Some(Err(Why::Format(format))),
        (Name::MaybePhoto, Content::Other(_)) => Some(Err(Why::NoPicture)),
        _ => None,
    }
}

/// What a file may be by the end of its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    /// A photo that can be opened.
    Photo,
    /// One that can be opened if it is what an unusual ending says.
    MaybePhoto,
    /// A picture of a format that cannot.
    Unsupported(&'static str),
    /// Anything: it has no ending.
    Unknown,
    /// Something else.
    Other,
}

impl Name {
    fn of(path: &Path) -> Self {
        if is_supported_extension(path) {
            return Self::Photo;
        }
        if is_other_extension(path) {
            return Self::MaybePhoto;
        }
        match (unsupported_extension(path), path.extension()) {
            (Some(format), _) => Self::Unsupported(format),
            (None, None) => Self::Unknown,
            (None, Some(_)) => Self::Other,
        }
    }
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

fn begin_of(file: &Path) -> io::Result<Content> {
    let mut head = Vec::new();
    File::open(file)?.take(SNIFF_BYTES as u64).read_to_end(&mut head)?;
    Ok(Content::of(&head))
}

fn judge_entry(root: &Path, entry: &DirEntry) -> Option<Found> {
    let path = entry.path().to_owned();
    let kind = entry.file_type();
    if kind.is_dir() {
        return None;
    }
    if !kind.is_file() {
        let may_be = !matches!(Name::of(&path), Name::Other | Name::Unknown);
        return may_be.then_some(Found::PassedOver(PassedOver { path, why: Why::NoFile }));
    }
    Some(match judge(&path)? {
        Ok(()) => {
            let folder = path.parent().unwrap_or(root);
            let below = folder.strip_prefix(root).unwrap_or(Path::new("")).to_owned();
            Found::Photo(Source { path, below })
        }
        Err(why) => Found::PassedOver(PassedOver { path, why }),
    })
}

/// What the walk could not read; a loop of links is no news, and what is no photo by its name is none
/// either.
fn judge_error(root: &Path, error: walkdir::Error) -> Option<PassedOver> {
    let path = error.path().unwrap_or(root).to_owned();
    let why = match error.into_io_error()? {
        _ if path.is_symlink() && !path.exists() => Why::DanglingLink,
        error => Why::Unreadable(error.into()),
    };
    let may_matter = match why {
        Why::DanglingLink => !matches!(Name::of(&path), Name::Other | Name::Unknown),
        _ => true,
    };
    may_matter.then_some(PassedOver { path, why })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn relative(folder: &Path, path: &Path) -> String {
        path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/")
    }

    fn found(folder: &Path, depth: Depth) -> Vec<String> {
        expand(folder, depth).map(|source| relative(folder, &source.path)).collect()
    }

    #[test]
    fn a_folder_gives_its_photos_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("sub/deep")).unwrap();
        fs::create_dir_all(root.join(".hidden")).unwrap();
        for name in [
            "b.JPG",
            "a.png",
            "gas_mask.png",
            "paper_cutout.jpg",
            "notes.txt",
            ".c.png",
            "sub/d.webp",
            "sub/deep/e.tiff",
            ".hidden/f.png",
        ] {
            fs::write(root.join(name), "").unwrap();
        }
        #[cfg(unix)]
        std::os::unix::fs::symlink(root, root.join("sub/loop")).unwrap();
        let here = ["a.png", "b.JPG", "gas_mask.png", "paper_cutout.jpg"];
        assert_eq!(found(root, Depth::Folder), here);
        let below = ["sub/d.webp", "sub/deep/e.tiff"];
        assert_eq!(found(root, Depth::Recursive), [&here[..], &below].concat());
        let deep = expand(root, Depth::Recursive).last().unwrap();
        assert_eq!(deep.below, Path::new("sub/deep"));
    }

    /// By name and content: what it is, and in a word why not.
    #[test]
    fn what_is_passed_over_is_told_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let jpeg: &[u8] = b"\xff\xd8\xff\xe0";
        let heic: &[u8] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
        let avif: &[u8] = b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf";
        let tiff: &[u8] = b"II*\0\x08\0\0\0";
        for (name, bytes) in [
            ("a.jpe", jpeg),
            ("b.JFIF", jpeg),
            ("c.dib", b"BM\x46\0\0\0\0\0\0\0"),
            ("no-ending", jpeg),
            ("README", b"This is a text."),
            ("phone.heic", heic),
            ("renamed.heic", jpeg),
            ("d.AVIF", avif),
            ("raw.nef", tiff),
            ("raw.dng", tiff),
            ("table.csv", b"1,2"),
            ("text.jpe", b"no picture"),
        ] {
            fs::write(root.join(name), bytes).unwrap();
        }
        let mut photos = Vec::new();
        let mut passed = Vec::new();
        for found in find(root, Depth::Folder) {
            match found {
                Found::Photo(source) => photos.push(relative(root, &source.path)),
                Found::PassedOver(PassedOver { path, why }) => {
                    passed.push((relative(root, &path), why));
                }
            }
        }
        assert_eq!(photos, ["a.jpe", "b.JFIF", "c.dib", "no-ending", "renamed.heic"]);
        let format = |name: &str, format| (name.to_owned(), Why::Format(format));
        let expected = [
            format("d.AVIF", "AVIF"),
            format("phone.heic", "HEIC"),
            format("raw.dng", "a raw photo"),
            format("raw.nef", "a raw photo"),
            ("text.jpe".to_owned(), Why::NoPicture),
        ];
        assert_eq!(passed, expected);
    }

    #[cfg(unix)]
    #[test]
    fn links_to_nothing_are_told_where_they_would_be_photos() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in ["gone.jpg", "gone.txt", "gone"] {
            symlink("nowhere", root.join(name)).unwrap();
        }
        let found: Vec<Found> = find(root, Depth::Recursive).collect();
        let dangling = PassedOver { path: root.join("gone.jpg"), why: Why::DanglingLink };
        assert_eq!(found, [Found::PassedOver(dangling)]);
    }

    #[test]
    fn what_would_be_found_is_known_by_its_name() {
        for (path, in_folder, below) in [
            ("/in/a.png", true, true),
            ("/in/sub/a.png", false, true),
            ("/in/.cutout-1.part", false, false),
            ("/in/.sub/a.png", false, false),
            ("/in/.a.png", false, false),
            ("/in/a_cutout.png", true, true),
            ("/in/a.txt", false, false),
            ("/inn/a.png", false, false),
            ("/in", false, false),
        ] {
            let is_found = |depth| is_photo_within(Path::new("/in"), Path::new(path), depth);
            let found = (is_found(Depth::Folder), is_found(Depth::Recursive));
            assert_eq!(found, (in_folder, below), "{path}");
        }
    }

    #[test]
    fn what_is_not_a_folder_stands_for_itself() {
        let missing = Path::new("no/such/photo.jpg");
        assert_eq!(
            expand(missing, Depth::Folder).collect::<Vec<_>>(),
            [Source { path: missing.to_owned(), below: PathBuf::new() }]
        );
    }
}
