//! Trying the archive as somebody would who knows nothing of this machine's folders.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use anyhow::{Context, bail};

use super::{VERSION, archive};

/// Unpacks the archive under another name, moves it, and cuts out the sample picture with no
/// environment at all.
pub fn run(packed: &Path) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let unpacked = folder.path().join("unpacked");
    archive::unpack(packed, &unpacked)?;
    let moved = folder.path().join("moved, with a space");
    let top = fs::read_dir(&unpacked)?.next().context("the archive is empty")??.path();
    fs::rename(&top, &moved)?;

    let version = cutout(&moved, &["--version"])?;
    if String::from_utf8_lossy(&version.stdout).trim() != format!("cutout {VERSION}") {
        bail!("the packed program is of another version: {}", words(&version));
    }
    let results = folder.path().join("results");
    let sample = moved.join("share/cutout/assets/sample.png");
    for model in ["u2net", "u2netp"] {
        let results = results.join(model);
        let path = |path: &Path| path.display().to_string();
        let arguments = [
            "remove",
            &path(&sample),
            "--out",
            &path(&results),
            "--model",
            model,
            "--device",
            "cpu",
        ];
        let output = cutout(&moved, &arguments)?;
        if !results.join("sample_cutout.png").is_file() {
            bail!("{model} wrote no cutout: {}", words(&output));
        }
    }
    Ok(())
}

fn cutout(root: &Path, arguments: &[&str]) -> anyhow::Result<Output> {
    let output = Command::new(root.join("bin/cutout"))
        .args(arguments)
        .env_clear()
        .current_dir("/")
        .output()
        .context("cannot start the packed program")?;
    if !output.status.success() {
        bail!("the packed program failed at {arguments:?}: {}", words(&output));
    }
    Ok(output)
}

fn words(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{} {} {}", output.status, out.trim(), err.trim())
}
