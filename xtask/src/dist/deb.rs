//! The Debian package, through `dpkg-deb`.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, bail};

use super::{VERSION, dependencies, tree};
use crate::pins::Pins;

const CONTROL: &str = include_str!("../../dist/control");

/// Packs the tree as what lies under `/usr`.
pub fn pack(
    pins: &Pins,
    usr: &Path,
    made_at: SystemTime,
    folder: &Path,
) -> anyhow::Result<PathBuf> {
    let root = folder.join("deb");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    let required = dependencies::required(pins, usr)?;
    fs::create_dir_all(&root)?;
    fs::rename(usr, root.join("usr"))?;
    let control = control(&required, size_kib(&root)?);
    tree::write(&root.join("DEBIAN/control"), control)?;
    tree::write_gz(&root.join("usr/share/doc/cutout/changelog.gz"), changelog(made_at)?)?;
    tree::write(&root.join("DEBIAN/md5sums"), checksums(&root)?)?;
    tree::settle(&root, made_at)?;

    let path = folder.join(format!("cutout_{VERSION}_amd64.deb"));
    let output = Command::new("dpkg-deb")
        .env("SOURCE_DATE_EPOCH", seconds(made_at)?.to_string())
        .args(["--root-owner-group", "-Zxz", "--build"])
        .arg(&root)
        .arg(&path)
        .output()
        .context("cannot start dpkg-deb, which the package dpkg brings")?;
    if !output.status.success() {
        bail!("dpkg-deb failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    fs::remove_dir_all(&root)?;
    Ok(path)
}

/// Fills in the form in `xtask/dist/control`.
fn control(required: &[String], size_kib: u64) -> String {
    CONTROL
        .replace("@VERSION@", VERSION)
        .replace("@MAINTAINER@", &maintainer())
        .replace("@SIZE_KIB@", &size_kib.to_string())
        .replace("@DEPENDS@", &required.join(", "))
}

/// As Debian's tools have it from the environment.
fn maintainer() -> String {
    let name = env::var("DEBFULLNAME").unwrap_or_else(|_| "The Cutout project".to_owned());
    let address = env::var("DEBEMAIL").unwrap_or_else(|_| "cutout@localhost".to_owned());
    format!("{name} <{address}>")
}

fn changelog(made_at: SystemTime) -> anyhow::Result<String> {
    let output = Command::new("date")
        .env("LC_ALL", "C")
        .args(["--utc", "--rfc-email", "--date"])
        .arg(format!("@{}", seconds(made_at)?))
        .output()
        .context("cannot start date")?;
    let date = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let maintainer = maintainer();
    Ok(format!(
        "cutout ({VERSION}) stable; urgency=medium\n\n  * Version {VERSION}.\n\n -- {maintainer}  {date}\n"
    ))
}

/// The list that `dpkg --verify` compares with.
fn checksums(root: &Path) -> anyhow::Result<Vec<u8>> {
    let mut command = Command::new("md5sum");
    command.current_dir(root);
    for entry in tree::walk(&root.join("usr")) {
        let entry = entry?;
        if entry.file_type().is_file() {
            command.arg(entry.path().strip_prefix(root)?);
        }
    }
    let output = command.output().context("cannot start md5sum")?;
    if !output.status.success() {
        bail!("md5sum failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}

fn size_kib(root: &Path) -> anyhow::Result<u64> {
    let mut size_bytes = 0;
    for entry in tree::walk(root) {
        size_bytes += entry?.metadata()?.len();
    }
    Ok(size_bytes.div_ceil(1024))
}

fn seconds(time: SystemTime) -> anyhow::Result<u64> {
    Ok(time.duration_since(UNIX_EPOCH)?.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_control_file_is_filled_in() {
        let control = control(&["libc6 (>= 2.34)".to_owned(), "libx11-6".to_owned()], 1234);
        for line in [
            "Package: cutout",
            &format!("Version: {VERSION}"),
            "Installed-Size: 1234",
            "Depends: libc6 (>= 2.34), libx11-6",
        ] {
            assert!(control.lines().any(|found| found == line), "{line}\n{control}");
        }
        assert!(!control.contains('@') || control.matches('@').count() == 1, "{control}");
    }
}
