//! Putting a component in place: download, take out, move, stamp.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use cutout_fetch::download_wheel;
use glob::{MatchOptions, Pattern};
use sha2::{Digest, Sha256};

use crate::{
    pins::{Component, Members},
    progress::DownloadBar,
    project::Project,
    stamp::{Check, Stamp, State, workshop},
};

impl Component {
    /// What is in place.
    pub fn state(&self, project: &Project, check: Check) -> State {
        Stamp::check(&project.path(&self.root), &self.name, &self.pinned(), check)
    }

    /// Puts it in place. Interrupted at any moment, the next call goes on from the wheels that
    /// came whole; the stamp comes last, so that nothing half-done passes for complete.
    pub fn install(&self, project: &Project) -> anyhow::Result<()> {
        let root = project.path(&self.root);
        fs::create_dir_all(workshop(&root))?;
        let _lock = lock(&workshop(&root))?;
        if self.state(project, Check::Quick) == State::Complete {
            return Ok(()); // another process was faster
        }
        eprintln!("Setting up {}", self.title);
        let staging = workshop(&root).join("staging");
        if staging.exists() {
            fs::remove_dir_all(&staging)?;
        }
        clear_unfinished(&downloads(&root));
        let mut placed = Vec::new();
        for members in &self.wheels {
            let wheel = &members.wheel;
            let bar = DownloadBar::new(&format!("{} {}", wheel.package, wheel.version));
            let path =
                download_wheel(wheel, &downloads(&root), &|reached| bar.show(reached), &|| false)?;
            drop(bar);
            placed.extend(take_out(members, &path, &staging)?);
        }
        for file in &self.files {
            placed.push(place(&staging, file.path.clone(), &mut file.text.as_bytes())?);
        }
        for link in &self.links {
            make_link(&link.to, &staging.join(&link.path))
                .with_context(|| format!("cannot link {}", link.path))?;
        }

        Stamp::clear(&root, &self.name)?;
        let mut stamp = Stamp::new(&root, &self.name, self.pinned());
        for Placed { path, sha256 } in placed {
            move_into_place(&staging, &root, &path)?;
            stamp.add(&root, path, sha256)?;
        }
        for link in &self.links {
            move_into_place(&staging, &root, &link.path)?;
            stamp.add_link(link.path.clone());
        }
        stamp.write()?;
        fs::remove_dir_all(&staging)?;
        Ok(())
    }
}

/// Where wheels stay until set-up is complete, so that an interruption costs no second download
/// and two components share one wheel.
pub fn downloads(root: &Path) -> PathBuf {
    workshop(root).join("downloads")
}

/// Removes what an interrupted download left.
fn clear_unfinished(downloads: &Path) {
    for entry in fs::read_dir(downloads).into_iter().flatten().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "part") {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Only one set-up works on a folder at a time; a second one waits.
fn lock(workshop: &Path) -> anyhow::Result<File> {
    let path = workshop.join("lock");
    let file = File::create(&path).with_context(|| path.display().to_string())?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            eprintln!("Waiting for another set-up of {} to end", workshop.display());
            file.lock()?;
        }
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    Ok(file)
}

/// A file in the staging folder.
struct Placed {
    path: String,
    sha256: String,
}

fn take_out(members: &Members, wheel: &Path, staging: &Path) -> anyhow::Result<Vec<Placed>> {
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
    let patterns: Vec<_> =
        members.members.iter().map(|text| Pattern::new(text)).collect::<Result<_, _>>()?;
    let without: Vec<_> =
        members.without.iter().map(|text| Pattern::new(text)).collect::<Result<_, _>>()?;
    let mut is_used = vec![false; patterns.len()];
    let mut archive = zip::ZipArchive::new(io::BufReader::new(File::open(wheel)?))?;
    let mut placed = Vec::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index(index)?;
        let name = member.name()?.into_owned();
        let Some(pattern) =
            patterns.iter().position(|pattern| pattern.matches_with(&name, options))
        else {
            continue;
        };
        is_used[pattern] = true;
        if without.iter().any(|pattern| pattern.matches_with(&name, options)) {
            continue;
        }
        let stripped = name.strip_prefix(&members.strip);
        let (true, Some(stripped)) =
            (member.is_file() && member.enclosed_name().is_some(), stripped)
        else {
            continue;
        };
        let path = format!("{}{stripped}", members.into);
        placed.push(
            place(staging, path, &mut member)
                .with_context(|| format!("cannot take {name} out of {}", wheel.display()))?,
        );
    }
    if let Some(unused) = is_used.iter().position(|is_used| !is_used) {
        bail!("{} holds nothing like {}", wheel.display(), members.members[unused]);
    }
    Ok(placed)
}

fn place(staging: &Path, path: String, content: &mut dyn io::Read) -> anyhow::Result<Placed> {
    let target = staging.join(&path);
    fs::create_dir_all(target.parent().unwrap_or(staging))?;
    let mut output = Hashing { file: File::create(&target)?, hasher: Sha256::new() };
    io::copy(content, &mut output)?;
    Ok(Placed { path, sha256: format!("{:x}", output.hasher.finalize()) })
}

/// Computes the checksum of what is written.
struct Hashing {
    file: File,
    hasher: Sha256,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.file.write(bytes)?;
        self.hasher.update(&bytes[..length]);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(unix)]
fn make_link(to: &str, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, link)
}

#[cfg(not(unix))]
fn make_link(to: &str, link: &Path) -> io::Result<()> {
    fs::hard_link(link.with_file_name(to), link)
}

fn move_into_place(staging: &Path, root: &Path, path: &str) -> anyhow::Result<()> {
    let target = root.join(path);
    fs::create_dir_all(target.parent().unwrap_or(root))?;
    fs::rename(staging.join(path), &target)
        .with_context(|| format!("cannot put {} in place", target.display()))
}

#[cfg(test)]
mod tests {
    use cutout_fetch::{Wheel, sha256_of_file};
    use zip::write::SimpleFileOptions;

    use super::*;

    fn wheel_with(names: &[&str]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut archive = zip::ZipWriter::new(file.reopen().unwrap());
        for name in names {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(name.as_bytes()).unwrap();
        }
        archive.finish().unwrap();
        file
    }

    fn members(members: &[&str], strip: &str, into: &str) -> Members {
        Members {
            wheel: Wheel { package: "p".into(), version: "1".into(), sha256: "0".into() },
            members: members.iter().map(|&member| member.to_owned()).collect(),
            without: vec!["**/*.a".to_owned()],
            strip: strip.to_owned(),
            into: into.to_owned(),
        }
    }

    #[test]
    fn chosen_members_land_where_the_pins_say() {
        let wheel =
            wheel_with(&["torch/lib/a.so", "torch/lib/sub/b.so", "torch/lib/c.a", "x/../../d.so"]);
        for (chosen, expected) in [
            (members(&["torch/lib/*.so"], "", ""), vec!["torch/lib/a.so"]),
            (members(&["torch/**"], "", ""), vec!["torch/lib/a.so", "torch/lib/sub/b.so"]),
            (members(&["torch/lib/a.so"], "torch/", "torch-cuda/"), vec!["torch-cuda/lib/a.so"]),
            (members(&["x/**"], "", ""), vec![]),
        ] {
            let staging = tempfile::tempdir().unwrap();
            let placed = take_out(&chosen, wheel.path(), staging.path()).unwrap();
            let paths: Vec<_> = placed.iter().map(|placed| placed.path.as_str()).collect();
            assert_eq!(paths, expected);
            for Placed { path, sha256 } in &placed {
                assert_eq!(sha256_of_file(&staging.path().join(path)).unwrap(), *sha256);
            }
        }
    }

    #[test]
    fn a_pattern_that_matches_nothing_is_an_error_that_names_it() {
        let wheel = wheel_with(&["torch/lib/a.so"]);
        let staging = tempfile::tempdir().unwrap();
        let chosen = members(&["torch/lib/*.so", "torch/lib/gone.so"], "", "");
        let error = take_out(&chosen, wheel.path(), staging.path()).err().unwrap();
        assert!(error.to_string().contains("torch/lib/gone.so"), "{error}");
    }
}
