//! Packing what checks Cutout on a GPU machine that has PyTorch but no Rust.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use anyhow::{Context, bail};
use indicatif::HumanBytes;

use crate::{cargo, models, project::Project};

const LIMIT_BYTES: u64 = 64 << 20;
const RELEASE: &str = "release";
const START: &str = "run.sh";
const SCRIPTS: [(&str, &str); 3] = [
    (START, include_str!("../gpu-bundle/run.sh")),
    ("run.py", include_str!("../gpu-bundle/run.py")),
    ("eager.py", include_str!("../gpu-bundle/eager.py")),
];
/// The lite network: the full one's weights are over the limit.
const MODEL: &str = "u2netp";
const SAMPLE: &str = "assets/samples/chelsea.png";

/// Makes `gpu-bundle/` in the target folder, and gives where it is.
pub fn pack(project: &Project, profile: &str) -> anyhow::Result<PathBuf> {
    let build = |arguments: &[&str], name| cargo::build(project, arguments, &[], name);
    let executable = build(&["build", "--profile", profile, "--bin", "cutout"], "cutout")?;
    let checks = build(&["test", "--profile", profile, "--no-run", "--test", "gpu"], "gpu")?;
    let bundle = project.target_folder().join("gpu-bundle");
    if bundle.exists() {
        fs::remove_dir_all(&bundle)?;
    }
    fs::create_dir_all(bundle.join("models"))?;
    copy(&executable, &bundle.join("cutout"))?;
    copy(&checks, &bundle.join("gpu-checks"))?;
    if profile != RELEASE {
        strip(&bundle)?;
    }
    copy(&project.path(SAMPLE), &bundle.join("sample.png"))?;
    copy(&project.path("models/models.toml"), &bundle.join("models/models.toml"))?;
    for model in models::chosen(project, &[MODEL.to_owned()])? {
        let file = &model.artifact.file;
        copy(&project.path("models").join(file), &bundle.join("models").join(file))?;
    }
    for (name, text) in SCRIPTS {
        fs::write(bundle.join(name), text)?;
    }
    check_python(&bundle)?;
    let size_bytes = size_of(&bundle)?;
    // Only the release build travels.
    if profile == RELEASE && size_bytes > LIMIT_BYTES {
        bail!(
            "{} is {}, over the limit of {}",
            bundle.display(),
            HumanBytes(size_bytes),
            HumanBytes(LIMIT_BYTES)
        );
    }
    println!("{} ({}): start it with bash {START}", bundle.display(), HumanBytes(size_bytes));
    Ok(bundle)
}

/// Runs it to its end on the stand-in for CUDA, with so many images a soak.
pub fn run_on_stand_in(project: &Project, bundle: &Path, count: u32) -> anyhow::Result<ExitCode> {
    let script = bundle.join(START).into_os_string();
    let arguments = ["bash".into(), script, count.to_string().into()];
    cargo::on_stand_in(project, &arguments)
}

/// Takes out the symbols that only the release profile leaves out by itself.
fn strip(bundle: &Path) -> anyhow::Result<()> {
    let status = Command::new("strip")
        .args([bundle.join("cutout"), bundle.join("gpu-checks")])
        .status()
        .context("cannot start strip, of binutils")?;
    if status.success() { Ok(()) } else { bail!("strip failed") }
}

/// Python reads the scripts, as the machine with a GPU will, without running them.
fn check_python(bundle: &Path) -> anyhow::Result<()> {
    let read = "import sys; [compile(open(path).read(), path, 'exec') for path in sys.argv[1:]]";
    let scripts = SCRIPTS.iter().map(|(name, _)| *name).filter(|name| name.ends_with(".py"));
    let status = Command::new("python3")
        .current_dir(bundle)
        .args(["-c", read])
        .args(scripts)
        .status()
        .context("cannot start python3, which checks the bundle's scripts")?;
    if status.success() { Ok(()) } else { bail!("the bundle's Python scripts have faults") }
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::copy(from, to).map(|_| ()).with_context(|| format!("cannot copy {}", from.display()))
}

fn size_of(folder: &Path) -> anyhow::Result<u64> {
    let mut size_bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        size_bytes += if metadata.is_dir() { size_of(&entry.path())? } else { metadata.len() };
    }
    Ok(size_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_in_the_scripts_are_found_before_they_travel() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in SCRIPTS {
            fs::write(folder.path().join(name), text).unwrap();
        }
        check_python(folder.path()).unwrap();
        fs::write(folder.path().join("run.py"), "def main(:").unwrap();
        assert!(check_python(folder.path()).is_err());
    }
}
