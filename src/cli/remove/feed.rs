//! Which photos are to be done, in order.

use std::{
    collections::HashSet,
    env,
    fs::File,
    io::{self, BufRead, BufReader},
    path::{Component, Path, PathBuf},
    thread,
};

use clap::Args;
use crossbeam_channel::{Receiver, bounded};

use super::shard::Shard;
use crate::{
    engine::{
        protocol::Place,
        sources::{Depth, Source, expand},
    },
    path_text,
};

/// Photos from standard input that may wait.
const WAITING: usize = 16;
/// The thread that reads standard input.
const THREAD: &str = "cutout-paths";

/// Arguments that say which photos.
#[derive(Debug, Args)]
pub struct FeedArgs {
    /// Photos, or folders of photos
    #[arg(required_unless_present = "files_from", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Read paths from a file, one a line, or from standard input (-), where each photo is begun as
    /// soon as its path is there
    #[arg(long, value_name = "LIST|-", conflicts_with = "paths")]
    files_from: Option<PathBuf>,
    /// In what --files-from reads, paths end with a zero byte instead of a line
    #[arg(long, requires = "files_from", conflicts_with = "paths")]
    null: bool,
    /// Search folders within folders too
    #[arg(long)]
    recursive: bool,
    /// Do only a share of the photos, such as 1/8 of them; which are in it depends on their paths
    /// alone, as they are named
    #[arg(long, value_name = "I/N")]
    shard: Option<Shard>,
}

/// A photo to be done.
pub struct Photo {
    /// Where it is.
    pub source: Source,
    /// Its place among all that are named, whichever shard does them.
    pub place: Place,
}

/// Photos to be done.
pub struct Feed {
    /// How many they are, where that is known.
    pub len: Option<u64>,
    /// All photos that are named, those of other shards and those that are done among them, where
    /// that is known.
    pub named: Vec<PathBuf>,
    /// The photos; an error where no more can be read.
    pub photos: Receiver<io::Result<Photo>>,
}

impl FeedArgs {
    /// Whether only a share is asked for, which may well be empty.
    pub fn is_shard(&self) -> bool {
        self.shard.is_some()
    }

    /// The photos, but for those of other shards and those that are done.
    ///
    /// # Errors
    /// In words, where a list cannot be read.
    pub fn open(&self, done: HashSet<PathBuf>) -> Result<Feed, String> {
        let wanted = Wanted { shard: self.shard, done };
        let Some(list) = &self.files_from else {
            let depth = if self.recursive { Depth::Recursive } else { Depth::Folder };
            let sources = self.paths.iter().flat_map(|path| expand(path, depth));
            return Ok(known(sources.collect(), &wanted));
        };
        let unread = |error| format!("{}: this list cannot be read: {error}", list.display());
        if list == Path::new("-") {
            return streamed(self.null, wanted).map_err(unread);
        }
        let file = BufReader::new(File::open(list).map_err(unread)?);
        let sources = listed(file, self.null).collect::<io::Result<Vec<_>>>();
        Ok(known(sources.map_err(unread)?, &wanted))
    }
}

/// Which photos are done by this run.
struct Wanted {
    shard: Option<Shard>,
    done: HashSet<PathBuf>,
}

impl Wanted {
    fn has(&self, photo: &Path) -> bool {
        self.shard.is_none_or(|shard| shard.has(photo)) && !self.done.contains(photo)
    }
}

fn known(sources: Vec<Source>, wanted: &Wanted) -> Feed {
    let of = u32::try_from(sources.len()).unwrap_or(u32::MAX);
    let named = sources.iter().map(|source| source.path.clone()).collect();
    let photos = (1..).zip(sources).filter(|(_, source)| wanted.has(&source.path));
    let photos: Vec<_> =
        photos.map(|(number, source)| Photo { source, place: Place { number, of } }).collect();
    let (sender, receiver) = bounded(photos.len());
    let len = photos.len() as u64;
    for photo in photos {
        sender.send(Ok(photo)).expect("there is room for every photo");
    }
    Feed { len: Some(len), named, photos: receiver }
}

/// Photos of standard input, as they come. The thread that reads may be left waiting for it at the
/// end of the process.
fn streamed(null: bool, wanted: Wanted) -> io::Result<Feed> {
    let (sender, photos) = bounded(WAITING);
    let read = move || {
        for (number, source) in (1..).zip(listed(io::stdin().lock(), null)) {
            if source.as_ref().is_ok_and(|source| !wanted.has(&source.path)) {
                continue;
            }
            // How many will come is not known.
            let place = Place { number, of: number };
            if sender.send(source.map(|source| Photo { source, place })).is_err() {
                return;
            }
        }
    };
    thread::Builder::new().name(THREAD.to_owned()).spawn(read)?;
    Ok(Feed { len: None, named: Vec::new(), photos })
}

/// The paths of a list; empty ones are passed over.
fn listed(list: impl BufRead, null: bool) -> impl Iterator<Item = io::Result<Source>> {
    let end = if null { 0 } else { b'\n' };
    let source = move |path: io::Result<Vec<u8>>| {
        let mut path = path?;
        if !null && path.ends_with(b"\r") {
            path.pop();
        }
        let path = path_text::of_bytes(path);
        Ok(Source { below: below(&path), path })
    };
    let is_path = |source: &io::Result<Source>| {
        source.as_ref().map_or(true, |source| !source.path.as_os_str().is_empty())
    };
    list.split(end).map(source).filter(is_path)
}

/// The folders that are made again for a photo where all results go to one: those of its path below
/// the current folder, or all.
fn below(photo: &Path) -> PathBuf {
    let folder = photo.parent().unwrap_or(Path::new(""));
    let here = env::current_dir().unwrap_or_default();
    let folder = folder.strip_prefix(here).unwrap_or(folder);
    folder.components().filter(|part| matches!(part, Component::Normal(_))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8], null: bool) -> Vec<(String, String)> {
        let text = |path: &Path| path.to_string_lossy().replace('\\', "/");
        let sources = listed(bytes, null).map(Result::unwrap);
        sources.map(|source| (text(&source.path), text(&source.below))).collect()
    }

    #[test]
    fn a_list_has_a_path_a_line_or_between_zeros() {
        let here = env::current_dir().unwrap();
        let own = here.join("deep/er/a.jpg");
        for (list, null, expected) in [
            ("a.jpg\nb c.jpg\n", false, vec![("a.jpg", ""), ("b c.jpg", "")]),
            ("x/a.jpg\r\n\n../y/b.jpg", false, vec![("x/a.jpg", "x"), ("../y/b.jpg", "y")]),
            ("a\nb.jpg\0c.jpg\0", true, vec![("a\nb.jpg", ""), ("c.jpg", "")]),
            ("/srv/in/a.jpg", false, vec![("/srv/in/a.jpg", "srv/in")]),
            (own.to_str().unwrap(), false, vec![(own.to_str().unwrap(), "deep/er")]),
            ("", false, vec![]),
        ] {
            let found = of(list.as_bytes(), null);
            let found: Vec<_> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            assert_eq!(found, expected, "{list:?}");
        }
    }

    #[test]
    fn photos_keep_their_numbers_whichever_are_wanted() {
        let sources: Vec<_> =
            listed(&b"a.jpg\nb.jpg\nc.jpg\n"[..], false).map(Result::unwrap).collect();
        let wanted = Wanted { shard: None, done: HashSet::from(["b.jpg".into()]) };
        let feed = known(sources, &wanted);
        let photos = feed.photos.iter().map(Result::unwrap);
        let photos: Vec<_> = photos.map(|photo| (photo.source.path, photo.place)).collect();
        let place = |number| Place { number, of: 3 };
        assert_eq!(photos, [("a.jpg".into(), place(1)), ("c.jpg".into(), place(3))]);
        assert_eq!(feed.len, Some(2));
    }
}
