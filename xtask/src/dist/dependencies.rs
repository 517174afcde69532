//! What a Debian system must have for the program to run.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, bail};

use super::tree;
use crate::{
    pins::Pins,
    system::{Purpose, SystemPackage},
};

/// libtorch brings its own libgomp.
const PACKED: &str = "-xlibgomp1";

/// Packages for the value of `Depends`: what the executable and the packed libraries are linked
/// to, as Debian's own tool finds it, and what the window loads by name.
pub fn required(pins: &Pins, usr: &Path) -> anyhow::Result<Vec<String>> {
    let mut packages = linked(usr)?;
    packages.extend(loaded_by_name(&pins.system_packages));
    packages.sort();
    packages.dedup();
    Ok(packages)
}

fn loaded_by_name(packages: &[SystemPackage]) -> impl Iterator<Item = String> {
    let for_window = packages.iter().filter(|package| package.purpose == Purpose::Window);
    for_window.map(|package| match &package.or {
        Some(other) => format!("{} | {other}", package.debian),
        None => package.debian.clone(),
    })
}

fn linked(usr: &Path) -> anyhow::Result<Vec<String>> {
    // The tool reads a source package's control file, so it gets one that says as little as it can.
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("debian"))?;
    fs::write(
        folder.path().join("debian/control"),
        "Source: cutout\n\nPackage: cutout\nArchitecture: any\n",
    )?;
    let mut command = Command::new("dpkg-shlibdeps");
    command.current_dir(folder.path()).args(["-O", "--ignore-missing-info", PACKED]);
    let mut files = Vec::new();
    for entry in tree::walk(usr) {
        let path = entry?.into_path();
        let is_library =
            path.file_name().is_some_and(|name| name.to_string_lossy().contains(".so"));
        if is_library || path == usr.join("bin/cutout") {
            if let (true, Some(folder)) = (is_library, path.parent()) {
                command.arg(format!("-l{}", folder.display()));
            }
            files.push(path);
        }
    }
    let output = command
        .args(&files)
        .output()
        .context("cannot start dpkg-shlibdeps, which the package dpkg-dev brings")?;
    if !output.status.success() {
        bail!("dpkg-shlibdeps failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    parse(&String::from_utf8_lossy(&output.stdout))
}

/// Reads "shlibs:Depends=libc6 (>= 2.34), libstdc++6 (>= 11)".
fn parse(answer: &str) -> anyhow::Result<Vec<String>> {
    let list = answer.lines().find_map(|line| line.strip_prefix("shlibs:Depends="));
    let list = list.with_context(|| format!("dpkg-shlibdeps answered {answer:?}"))?;
    Ok(list.split(',').map(|package| package.trim().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_list_of_packages() {
        let list = parse("shlibs:Depends=libc6 (>= 2.34), libstdc++6 (>= 11)\n").unwrap();
        assert_eq!(list, ["libc6 (>= 2.34)", "libstdc++6 (>= 11)"]);
        assert!(parse("").is_err());
    }

    #[test]
    fn what_the_window_needs_comes_from_the_pins() {
        let pins = Pins::read().unwrap();
        let packages: Vec<_> = loaded_by_name(&pins.system_packages).collect();
        for package in ["libx11-6", "mesa-vulkan-drivers | vulkan-icd"] {
            assert!(packages.iter().any(|found| found == package), "{package} in {packages:?}");
        }
        assert!(!packages.iter().any(|package| package.starts_with("g++")));
    }
}
