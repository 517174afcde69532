//! Which libtorch the build uses: the pinned one, or one of the user's own.

use std::{env, fs, path::PathBuf, process::Command};

use anyhow::bail;

use crate::project::Project;

/// Where libtorch comes from.
pub enum Libtorch {
    /// Set-up brings it.
    Pinned,
    /// `LIBTORCH` names a folder.
    Folder(PathBuf),
    /// `LIBTORCH_USE_PYTORCH` asks for the PyTorch of the Python on the search path.
    PyTorch,
}

impl Libtorch {
    /// As the environment says. Cargo itself sets `LIBTORCH` to the pinned folder for what it runs.
    pub fn chosen(project: &Project) -> Self {
        if env::var_os("LIBTORCH_USE_PYTORCH").is_some() {
            return Self::PyTorch;
        }
        match env::var_os("LIBTORCH").map(PathBuf::from) {
            Some(folder) if folder != project.pinned_libtorch() => Self::Folder(folder),
            _ => Self::Pinned,
        }
    }

    /// Refuses what cannot work: a platform without pins, or an own libtorch of another version.
    /// Gives the words to show for what will be used.
    pub fn check(&self, expected_version: &str) -> anyhow::Result<String> {
        let (place, found) = match self {
            Self::Pinned => {
                if !cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu")) {
                    bail!(
                        "set-up brings libtorch for Linux on x86_64 (glibc) only. Install PyTorch \
                         {expected_version} and set LIBTORCH_USE_PYTORCH=1, or set LIBTORCH to \
                         the folder of a libtorch {expected_version}"
                    );
                }
                return Ok(format!("{expected_version}, as pinned"));
            }
            Self::Folder(folder) => (folder.display().to_string(), version_in(folder)),
            Self::PyTorch => ("the PyTorch of python3".to_owned(), version_of_pytorch()),
        };
        let Some(found) = found else {
            bail!(
                "{place} (from LIBTORCH or LIBTORCH_USE_PYTORCH) holds no libtorch whose version \
                 can be read; unset the variable to use the pinned one"
            );
        };
        let is_unchecked = env::var_os("LIBTORCH_BYPASS_VERSION_CHECK").is_some();
        if found.split('+').next() != Some(expected_version) && !is_unchecked {
            bail!(
                "{place} is libtorch {found}, but Cutout needs {expected_version}; unset LIBTORCH \
                 and LIBTORCH_USE_PYTORCH to use the pinned one"
            );
        }
        Ok(format!("{found}, your own: {place}"))
    }
}

/// A libtorch archive names its version in `build-version`, a PyTorch in `version.py`.
fn version_in(folder: &std::path::Path) -> Option<String> {
    if let Ok(version) = fs::read_to_string(folder.join("build-version")) {
        return Some(version.trim().to_owned());
    }
    let script = fs::read_to_string(folder.join("version.py")).ok()?;
    let version = script.lines().find_map(|line| line.strip_prefix("__version__ = "))?;
    Some(version.trim_matches(['\'', '"']).to_owned())
}

fn version_of_pytorch() -> Option<String> {
    const SCRIPT: &str = "import importlib.metadata as m; print(m.version('torch'))";
    let python = if cfg!(windows) { "python.exe" } else { "python3" };
    let output = Command::new(python).args(["-c", SCRIPT]).output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| version.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_own_libtorch_must_be_of_the_right_version() {
        let archive = |version: &str| ("build-version", version.to_owned());
        let pytorch =
            |version: &str| ("version.py", format!("__version__ = '{version}'\ndebug = False\n"));
        for ((name, text), is_right) in [
            (archive("2.11.0"), true),
            (archive("2.11.0+cu130\n"), true),
            (archive("2.10.0"), false),
            (pytorch("2.11.0+cpu"), true),
            (pytorch("2.12.1"), false),
            (("README", "2.11.0".to_owned()), false),
        ] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(name), &text).unwrap();
            let answer = Libtorch::Folder(folder.path().to_owned()).check("2.11.0");
            assert_eq!(answer.is_ok(), is_right, "{name} {text}");
        }
    }
}
