//! What a packed executable tells the loader.

use std::{path::Path, process::Command};

use anyhow::{Context, bail};

/// The folders that packages lay libtorch out in; `build.rs` writes them.
const EXPECTED: &str = "$ORIGIN/libtorch/torch/lib:$ORIGIN/../lib/cutout/torch/lib";

/// Refuses an executable that looks for libraries in a folder of this machine.
pub fn check(executable: &Path) -> anyhow::Result<()> {
    let output = Command::new("readelf")
        .args(["--dynamic", "--wide"])
        .arg(executable)
        .output()
        .context("cannot start readelf, which the package binutils brings")?;
    let found = run_path(&String::from_utf8_lossy(&output.stdout));
    if found.as_deref() != Some(EXPECTED) {
        bail!(
            "{} looks for libraries in {}, but it should in {EXPECTED}",
            executable.display(),
            found.as_deref().unwrap_or("no folder of its own")
        );
    }
    Ok(())
}

/// Reads "0x…1d (RUNPATH)  Library runpath: [$ORIGIN/…]".
fn run_path(dynamic: &str) -> Option<String> {
    let line = dynamic.lines().find(|line| line.contains("PATH)"))?;
    let (_, list) = line.split_once('[')?;
    list.trim_end().strip_suffix(']').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_stands_in_brackets() {
        for (line, expected) in [
            (
                " 0x000000000000001d (RUNPATH)            Library runpath: [$ORIGIN/a:/b]",
                Some("$ORIGIN/a:/b"),
            ),
            (" 0x000000000000000f (RPATH)              Library rpath: [/b]", Some("/b")),
            (" 0x0000000000000001 (NEEDED)             Shared library: [libc.so.6]", None),
        ] {
            assert_eq!(run_path(line).as_deref(), expected, "{line}");
        }
    }
}
