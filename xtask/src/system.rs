//! System packages: seeing which are missing, and installing them or saying how.

use std::{env, fs, path::Path, process::Command};

use anyhow::{Context, bail};
use serde::Deserialize;

/// A package that the system's own package manager brings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemPackage {
    /// Its name on Debian and Ubuntu.
    pub debian: String,
    /// Another package that brings the same, for those who have that.
    pub or: Option<String>,
    #[serde(rename = "for")]
    pub purpose: Purpose,
    /// It is there if one of these is on the search path.
    #[serde(default)]
    executables: Vec<String>,
    /// It is there if the loader knows this shared library.
    library: Option<String>,
    /// It is there if a file matches one of these patterns.
    #[serde(default)]
    files: Vec<String>,
    /// It is there if a Python 3 on the search path has this module.
    python_module: Option<String>,
}

/// What needs a system package.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    Build,
    Download,
    Window,
    Test,
    Package,
}

impl SystemPackage {
    /// Whether what it brings is there.
    pub fn is_present(&self) -> bool {
        self.executables.iter().any(|name| has_executable(name))
            || self.library.as_deref().is_some_and(has_library)
            || self.files.iter().any(|pattern| has_file(pattern))
            || self.python_module.is_some() && cutout_fetch::python_with_pip().is_ok()
    }

    /// Whether there is anything to look for.
    #[cfg(test)]
    pub fn has_probe(&self) -> bool {
        !self.executables.is_empty()
            || self.library.is_some()
            || !self.files.is_empty()
            || self.python_module.as_deref() == Some("pip")
    }
}

/// The Debian names of what is missing for these purposes. The list holds for Linux; elsewhere the
/// system itself brings all of it.
pub fn missing(packages: &[SystemPackage], purposes: &[Purpose]) -> Vec<String> {
    let wanted = packages.iter().filter(|package| purposes.contains(&package.purpose));
    let absent = wanted.filter(|package| cfg!(target_os = "linux") && !package.is_present());
    let mut names: Vec<_> = absent.map(|package| package.debian.clone()).collect();
    names.sort();
    names.dedup();
    names
}

/// Brings what is missing, or says how and fails.
pub fn ensure(packages: &[SystemPackage], purposes: &[Purpose]) -> anyhow::Result<()> {
    let names = missing(packages, purposes);
    if names.is_empty() {
        return Ok(());
    }
    if !has_executable("apt-get") || !is_root() {
        bail!("{}", advice(&names));
    }
    eprintln!("Installing system packages: {}", names.join(" "));
    if !(has_package_lists() && apt_get(&install_arguments(&names))?) {
        apt_get(&["update".to_owned()])?;
        if !apt_get(&install_arguments(&names))? {
            bail!("apt-get could not install {}", names.join(" "));
        }
    }
    let still_missing = missing(packages, purposes);
    if !still_missing.is_empty() {
        bail!("installed, but what they bring is not found: {}", still_missing.join(" "));
    }
    Ok(())
}

/// One line to paste.
pub fn advice(names: &[String]) -> String {
    let names = names.join(" ");
    if has_executable("apt-get") {
        format!("system packages are missing; run: sudo apt-get install -y {names}")
    } else {
        format!(
            "system packages are missing; install what your system calls these (Debian's names): {names}"
        )
    }
}

fn install_arguments(names: &[String]) -> Vec<String> {
    let options = ["install", "--yes", "--no-install-recommends"].map(str::to_owned);
    options.into_iter().chain(names.iter().cloned()).collect()
}

fn apt_get(arguments: &[String]) -> anyhow::Result<bool> {
    let status = Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .context("cannot start apt-get")?;
    Ok(status.success())
}

/// A fresh container has none.
fn has_package_lists() -> bool {
    has_file("/var/lib/apt/lists/*_Packages*")
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

/// Whether an executable of this name is on the search path.
pub fn has_executable(name: &str) -> bool {
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(&name).is_file())
}

fn has_file(pattern: &str) -> bool {
    glob::glob(pattern).is_ok_and(|mut paths| paths.any(|path| path.is_ok()))
}

/// Whether the system's loader would find this shared library.
pub fn has_library(name: &str) -> bool {
    let folders = env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| folder.join(name).exists())
        || loader_cache().lines().any(|line| is_entry_for(line, name))
        || ["/usr/lib", "/usr/lib64", "/lib"].iter().any(|at| Path::new(at).join(name).exists())
}

/// Read anew each time, for it changes with what is installed.
fn loader_cache() -> String {
    // Not every user has /sbin on the search path.
    let output = ["ldconfig", "/sbin/ldconfig"]
        .iter()
        .find_map(|program| Command::new(program).arg("-p").output().ok());
    output.map_or_else(String::new, |output| String::from_utf8_lossy(&output.stdout).into())
}

/// Reads "libX11.so.6 (libc6,x86-64) => /lib/x86_64-linux-gnu/libX11.so.6".
fn is_entry_for(line: &str, name: &str) -> bool {
    let architecture = if cfg!(target_arch = "x86_64") { "x86-64" } else { "" };
    let Some((entry, rest)) = line.trim().split_once(' ') else { return false };
    entry == name && rest.contains(architecture)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn the_loader_cache_is_read_by_name_and_architecture() {
        for (line, expected) in [
            ("\tlibX11.so.6 (libc6,x86-64) => /lib/x86_64-linux-gnu/libX11.so.6", true),
            ("\tlibX11.so.6 (libc6) => /lib/i386-linux-gnu/libX11.so.6", false),
            ("\tlibX11.so.60 (libc6,x86-64) => /lib/libX11.so.60", false),
            ("1234 libs found in cache `/etc/ld.so.cache'", false),
        ] {
            assert_eq!(is_entry_for(line, "libX11.so.6"), expected, "{line}");
        }
    }

    fn package(lines: &str) -> SystemPackage {
        toml::from_str(&format!("debian = 'a-package'\nfor = 'window'\n{lines}")).unwrap()
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn only_what_is_absent_and_wanted_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("lvp_icd.json"), "").unwrap();
        let pattern = |name: &str| format!("files = ['{}/{name}']", folder.path().display());
        for (lines, is_missing) in [
            ("executables = ['no-such-program', 'sh']".to_owned(), false),
            ("executables = ['no-such-program']".to_owned(), true),
            ("library = 'libc.so.6'".to_owned(), false),
            ("library = 'libnosuch.so.6'".to_owned(), true),
            (pattern("lvp_*.json"), false),
            (pattern("nvidia_*.json"), true),
        ] {
            let packages = [package(&lines), package(&lines)];
            let expected: &[&str] = if is_missing { &["a-package"] } else { &[] };
            assert_eq!(missing(&packages, &[Purpose::Window, Purpose::Build]), expected, "{lines}");
            assert!(missing(&packages, &[Purpose::Test]).is_empty());
        }
    }
}
