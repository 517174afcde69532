//! One pinned file and the places where it can be had.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use crate::{
    Progress, Wheel,
    checksum::verify,
    download_wheel,
    error::{At, Attempt, FetchError},
    extract_member, url,
};

/// A file pinned by size and checksum.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Artifact {
    /// Its name in the folder that it is fetched into.
    pub file: String,
    /// Its size.
    pub size_bytes: u64,
    /// Its SHA-256 in hexadecimal.
    pub sha256: String,
    /// Where it can be had, best first.
    #[serde(default, rename = "source")]
    pub sources: Vec<Source>,
}

/// A place where a file can be had.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Source {
    /// Inside a Python wheel, which pip downloads.
    Wheel {
        /// The package's name.
        package: String,
        /// Its exact version.
        version: String,
        /// SHA-256 of the wheel in hexadecimal.
        sha256: String,
        /// Path of the file inside the wheel.
        member: String,
    },
    /// At an address, over HTTP or HTTPS.
    Url {
        /// The address.
        url: String,
    },
}

/// Puts the artifact into `folder` and gives its path. Where it is already there and right,
/// nothing is downloaded. Otherwise its sources are tried in order; a download by address that was
/// interrupted goes on from its `.part` file. The final name appears only once size and checksum
/// are right.
///
/// `progress` is called several times a second, and `cancelled` asked as often.
///
/// # Errors
/// [`FetchError::AllSourcesFailed`] says what happened at each source; [`FetchError::Cancelled`]
/// and [`FetchError::Busy`] end the search at once.
pub fn fetch(
    artifact: &Artifact,
    folder: &Path,
    progress: &dyn Fn(Progress),
    cancelled: &dyn Fn() -> bool,
) -> Result<PathBuf, FetchError> {
    let target = folder.join(&artifact.file);
    let is_there = || verify(&target, Some(artifact.size_bytes), &artifact.sha256).is_ok();
    if is_there() {
        return Ok(target);
    }
    fs::create_dir_all(folder).at(folder)?;
    let part = Part::open(&target)?;
    if is_there() {
        return Ok(target); // another process was faster
    }
    let mut attempts = Vec::new();
    for source in &artifact.sources {
        match fetch_from(source, artifact, &part, progress, cancelled) {
            Ok(()) => {
                fs::rename(&part.path, &target).at(&target)?;
                return Ok(target);
            }
            Err(FetchError::Cancelled) => return Err(FetchError::Cancelled),
            Err(error) => attempts.push(Attempt { from: source.to_string(), error }),
        }
    }
    Err(FetchError::AllSourcesFailed { file: artifact.file.clone(), attempts })
}

/// Leaves the verified file at `part.path`.
fn fetch_from(
    source: &Source,
    artifact: &Artifact,
    part: &Part,
    progress: &dyn Fn(Progress),
    cancelled: &dyn Fn() -> bool,
) -> Result<(), FetchError> {
    match source {
        Source::Url { url } => {
            let download =
                || url::download(url, &part.path, artifact.size_bytes, progress, cancelled);
            let is_resumed = part.path.exists();
            download()?;
            if is_resumed && part.verify(artifact).is_err() {
                download()?; // what was there was the beginning of another file
            }
        }
        Source::Wheel { package, version, sha256, member } => {
            let wheel = Wheel {
                package: package.clone(),
                version: version.clone(),
                sha256: sha256.clone(),
            };
            let staging = Staging::new(&part.path)?;
            let whole = |reached: Progress| {
                let total_bytes = if reached.total_bytes == 0 {
                    artifact.size_bytes
                } else {
                    reached.total_bytes
                };
                progress(Progress { total_bytes, ..reached });
            };
            let downloaded = download_wheel(&wheel, &staging.0, &whole, cancelled)?;
            extract_member(&downloaded, member, &part.path)?;
        }
    }
    part.verify(artifact)
}

impl std::fmt::Display for Source {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Wheel { package, version, .. } => write!(out, "package {package} {version}"),
            Source::Url { url } => out.write_str(url),
        }
    }
}

/// The file under way, kept from other processes for as long as this lives.
struct Part {
    path: PathBuf,
    lock_path: PathBuf,
    _lock: File,
}

impl Part {
    fn open(target: &Path) -> Result<Self, FetchError> {
        let lock_path = with_suffix(target, ".lock.part");
        let lock = File::create(&lock_path).at(&lock_path)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: with_suffix(target, ".part"), lock_path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(FetchError::Busy { path: target.to_owned() }),
            Err(TryLockError::Error(source)) => Err(FetchError::Io { path: lock_path, source }),
        }
    }

    /// Removes the file if it is whole but wrong, so that nothing goes on from there.
    fn verify(&self, artifact: &Artifact) -> Result<(), FetchError> {
        verify(&self.path, Some(artifact.size_bytes), &artifact.sha256).inspect_err(|_| {
            let _ = fs::remove_file(&self.path);
        })
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.lock_path);
    }
}

/// A folder for a wheel under way; an earlier, interrupted one is cleared away first.
struct Staging(PathBuf);

impl Staging {
    fn new(part: &Path) -> Result<Self, FetchError> {
        let path = part.with_extension("wheel.part");
        if path.exists() {
            fs::remove_dir_all(&path).at(&path)?;
        }
        fs::create_dir(&path).at(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
