//! `cargo xtask dist`: a relocatable archive and a Debian package in `target/dist/`, made of one
//! tree of files and tried before anything is called done.

mod archive;
mod deb;
mod dependencies;
mod layout;
mod licences;
mod run_path;
mod tree;
mod trial;

use std::{
    env, fs,
    path::Path,
    process::Command,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, bail};
use cutout_fetch::sha256_of_file;
use indicatif::HumanBytes;

use crate::{cargo, libtorch::Libtorch, pins::Pins, project::Project, setup};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Tells `build.rs` that the executable will leave this machine.
const FOR_OTHER_MACHINES: (&str, &str) = ("CUTOUT_DIST", "1");

/// Makes both packages.
pub fn make(project: &Project) -> anyhow::Result<()> {
    if !matches!(Libtorch::chosen(project), Libtorch::Pinned) {
        bail!(
            "packages carry the pinned libtorch, whose files and licence are known: unset \
             LIBTORCH and LIBTORCH_USE_PYTORCH"
        );
    }
    setup::setup(project, setup::FOR_PACKAGES)?;
    let arguments = ["build", "--release", "--bin", "cutout"];
    let executable = cargo::build(project, &arguments, &[FOR_OTHER_MACHINES], "cutout")?;
    run_path::check(&executable)?;

    let pins = Pins::read()?;
    let folder = project.target_folder().join("dist");
    let tree = folder.join("tree");
    if tree.exists() {
        fs::remove_dir_all(&tree)?;
    }
    let made_at = made_at(project)?;
    layout::lay_out(project, &pins, &executable, &tree)?;
    tree::settle(&tree, made_at)?;

    let archive = archive::pack(&tree, made_at, &folder)?;
    trial::run(&archive)?;
    announce(&archive)?;
    let package = deb::pack(&pins, &tree, made_at, &folder)?;
    announce(&package)
}

fn announce(file: &Path) -> anyhow::Result<()> {
    let size_bytes = fs::metadata(file)?.len();
    println!("{} ({})", file.display(), HumanBytes(size_bytes));
    println!("  sha256 {}", sha256_of_file(file)?);
    Ok(())
}

/// The time that every packed file bears, so that the same commit gives the same packages:
/// `SOURCE_DATE_EPOCH`, or when the checkout's commit was made.
fn made_at(project: &Project) -> anyhow::Result<SystemTime> {
    let seconds = match env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => seconds,
        Err(_) => {
            let output = Command::new("git")
                .current_dir(project.path(""))
                .args(["log", "-1", "--format=%ct"])
                .output()
                .context("cannot ask git for the commit's time; set SOURCE_DATE_EPOCH")?;
            String::from_utf8_lossy(&output.stdout).into_owned()
        }
    };
    let seconds = seconds.trim().parse().with_context(|| {
        format!("{seconds:?} is no time in seconds since 1970; set SOURCE_DATE_EPOCH")
    })?;
    Ok(UNIX_EPOCH + Duration::from_secs(seconds))
}
