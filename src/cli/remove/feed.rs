//! Which photos are to be done, in order.

use std::{
    collections::HashSet,
    fs::File,
    io::{self, BufReader},
    path::{self, Path, PathBuf},
    sync::Arc,
    thread,
};

use clap::Args;
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::{
    journal::{Before, Done},
    list::{self, Separator},
    order::Order,
    shard::Shard,
};
use crate::{
    engine::{
        output::{Numbering, Planner},
        protocol::{Place, Save},
        sources::{Depth, Found, PassedOver, Source, find},
    },
    path_text::printable,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// Where it is.
    pub source: Source,
    /// Its place among all that are named, whichever shard does them.
    pub place: Place,
    /// Which numbers its results may have, among those of all that are named.
    pub numbering: Option<Numbering>,
}

/// What is fed.
#[derive(Debug)]
pub enum Fed {
    /// A photo to be done.
    Photo(Photo),
    /// One that earlier runs did, as the journal says.
    DoneBefore(PathBuf, Before),
    /// Something in a folder that is passed over.
    PassedOver(PassedOver),
    /// No more can be read.
    Unread(io::Error),
}

/// Photos to be done.
pub struct Feed {
    /// How many they are, where that is known.
    pub len: Option<u64>,
    /// All photos that are named, those of other shards and those that are done among them, where
    /// that is known.
    pub named: Vec<PathBuf>,
    /// What comes, in order.
    pub fed: Receiver<Fed>,
}

impl FeedArgs {
    /// The photos, but for those of other shards.
    ///
    /// # Errors
    /// In words, where a list cannot be read.
    pub fn open(&self, done: Arc<Done>, order: &Order) -> Result<Feed, String> {
        let wanted = Wanted { shard: self.shard, done, order: order.clone() };
        let depth = if self.recursive { Depth::Recursive } else { Depth::Folder };
        let Some(list) = &self.files_from else {
            return Ok(known(self.paths.iter().flat_map(|path| find(path, depth)), &wanted));
        };
        let unread = |error| format!("{}: this list cannot be read: {error}", printable(list));
        let separator = if self.null { Separator::Zero } else { Separator::Line };
        if list == Path::new("-") {
            return streamed(separator, depth, wanted).map_err(unread);
        }
        let file = BufReader::new(File::open(list).map_err(unread)?);
        let paths = list::paths(file, separator).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let paths = paths.map_err(unread)?;
        Ok(known(paths.iter().flat_map(|path| listed(path, depth)), &wanted))
    }
}

/// What a listed path stands for: a photo has its folders made again, those below a folder too.
fn listed(path: &Path, depth: Depth) -> Vec<Found> {
    let again = |found: Found| match found {
        Found::Photo(source) => {
            let below = list::below(&source.path);
            Found::Photo(Source { below, ..source })
        }
        passed_over => passed_over,
    };
    find(path, depth).map(again).collect()
}

/// Which photos are done by this run, and how.
struct Wanted {
    shard: Option<Shard>,
    done: Arc<Done>,
    order: Order,
}

impl Wanted {
    /// What becomes of a photo; `None` where another shard does it.
    fn fed(&self, photo: Photo) -> Option<Fed> {
        if self.shard.is_some_and(|shard| !shard.has(&photo.source.path)) {
            return None;
        }
        Some(match self.before(&photo) {
            Some(before) => Fed::DoneBefore(photo.source.path, before),
            None => Fed::Photo(photo),
        })
    }

    fn before(&self, photo: &Photo) -> Option<Before> {
        let is_known = self.done.has(&photo.source.path);
        is_known.then(|| self.done.before(&photo.source.path, &self.order.wanted(photo)))?
    }
}

/// Photos that are known from the start. One that is named twice is one photo.
fn known(found: impl Iterator<Item = Found>, wanted: &Wanted) -> Feed {
    let mut seen = HashSet::new();
    let (mut sources, mut fed) = (Vec::new(), Vec::new());
    for found in found {
        match found {
            Found::Photo(source) => {
                let path = path::absolute(&source.path).unwrap_or_else(|_| source.path.clone());
                if seen.insert(path) {
                    sources.push(source);
                }
            }
            Found::PassedOver(passed) => fed.push(Fed::PassedOver(passed)),
        }
    }
    drop(seen);
    let named: Vec<PathBuf> = sources.iter().map(|source| source.path.clone()).collect();
    let of = u32::try_from(sources.len()).unwrap_or(u32::MAX);
    let mut photos: Vec<Photo> = (1..)
        .zip(sources)
        .map(|(number, source)| Photo { source, place: Place { number, of }, numbering: None })
        .collect();
    plan(&mut photos, &named, wanted);
    fed.extend(photos.into_iter().filter_map(|photo| wanted.fed(photo)));
    let len = fed.iter().filter(|fed| matches!(fed, Fed::Photo(_))).count() as u64;
    let (sender, receiver) = unbounded();
    for fed in fed {
        sender.send(fed).expect("the receiver is here");
    }
    Feed { len: Some(len), named, fed: receiver }
}

/// Chooses the numbers of all photos, those of other shards too: their names are the same in every
/// run that names the same photos.
fn plan(photos: &mut [Photo], named: &[PathBuf], wanted: &Wanted) {
    let saves: Vec<Save> = photos.iter().map(|photo| wanted.order.save(photo)).collect();
    let all: Vec<(&Path, &Save)> =
        photos.iter().map(|photo| photo.source.path.as_path()).zip(&saves).collect();
    let numbers = Planner::knowing(named.iter().map(PathBuf::as_path)).plan(&all);
    for (photo, numbering) in photos.iter_mut().zip(numbers) {
        photo.numbering = Some(numbering);
    }
}

/// Photos of standard input, as they come. The thread that reads may be left waiting for it at the
/// end of the process.
fn streamed(separator: Separator, depth: Depth, wanted: Wanted) -> io::Result<Feed> {
    let (sender, fed) = bounded(WAITING);
    let read = move || {
        let paths = match list::paths(BufReader::new(io::stdin()), separator) {
            Ok(paths) => paths,
            Err(error) => return drop(sender.send(Fed::Unread(error))),
        };
        feed_on(paths, depth, &wanted, &sender);
    };
    thread::Builder::new().name(THREAD.to_owned()).spawn(read)?;
    Ok(Feed { len: None, named: Vec::new(), fed })
}

/// Feeds on until the paths end or nobody takes them.
fn feed_on(
    paths: impl Iterator<Item = io::Result<PathBuf>>,
    depth: Depth,
    wanted: &Wanted,
    sender: &Sender<Fed>,
) {
    let mut planner = Planner::default();
    let mut number = 0;
    for path in paths {
        let found = match path {
            Ok(path) => listed(&path, depth),
            Err(error) => return drop(sender.send(Fed::Unread(error))),
        };
        for found in found {
            let fed = match found {
                Found::PassedOver(passed) => Some(Fed::PassedOver(passed)),
                Found::Photo(source) => {
                    number += 1;
                    // How many will come is not known.
                    let place = Place { number, of: number };
                    let mut photo = Photo { source, place, numbering: None };
                    let save = wanted.order.save(&photo);
                    photo.numbering = Some(planner.plan_next(&photo.source.path, &save));
                    wanted.fed(photo)
                }
            };
            if let Some(fed) = fed
                && sender.send(fed).is_err()
            {
                return;
            }
        }
    }
}
