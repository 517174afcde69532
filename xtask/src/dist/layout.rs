//! What lies where in a package: the same under `/usr` and in a folder of one's own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail};

use super::{licences, tree};
use crate::{models, pins::Pins, project::Project, stamp::Stamp};

/// Edges of the drawn icons, in pixels.
const ICON_SIZES_PX: [u32; 9] = [16, 22, 24, 32, 48, 64, 128, 256, 512];

/// The component of `setup.toml` that is packed.
const LIBTORCH: &str = "libtorch";

/// From the checkout, and where it goes.
const FILES: [(&str, &str); 8] = [
    ("assets/sample.png", "share/cutout/assets/sample.png"),
    ("assets/icon.svg", "share/icons/hicolor/scalable/apps/cutout.svg"),
    ("assets/linux/cutout.desktop", "share/applications/cutout.desktop"),
    (
        "assets/linux/local.cutout.Cutout.metainfo.xml",
        "share/metainfo/local.cutout.Cutout.metainfo.xml",
    ),
    ("README.md", "share/doc/cutout/README.md"),
    ("LICENSE-MIT", "share/doc/cutout/LICENSE-MIT"),
    ("LICENSE-APACHE", "share/doc/cutout/LICENSE-APACHE"),
    ("xtask/dist/copyright", "share/doc/cutout/copyright"),
];

/// Fills a new folder with everything that a package holds.
pub fn lay_out(
    project: &Project,
    pins: &Pins,
    executable: &Path,
    root: &Path,
) -> anyhow::Result<()> {
    let program = root.join("bin/cutout");
    tree::copy(executable, &program)?;
    for (from, to) in FILES {
        tree::copy(&project.path(from), &root.join(to))?;
    }
    for size_px in ICON_SIZES_PX {
        let to = format!("share/icons/hicolor/{size_px}x{size_px}/apps/cutout.png");
        tree::copy(&project.path(format!("assets/icons/{size_px}.png")), &root.join(to))?;
    }
    for model in models::chosen(project, &pins.models)? {
        let file = &model.artifact.file;
        let to = root.join("share/cutout/models").join(file);
        tree::copy(&project.path("models").join(file), &to)?;
    }
    libtorch(project, pins, root)?;
    let third_party = licences::of_libraries(project)?;
    tree::write(&root.join("share/doc/cutout/THIRD-PARTY.txt"), third_party)?;
    manual(&program, &root.join("share/man/man1"))
}

/// libtorch as set-up placed it, without what only compiling needs.
fn libtorch(project: &Project, pins: &Pins, root: &Path) -> anyhow::Result<()> {
    let component = pins.components.iter().find(|component| component.name == LIBTORCH);
    let component = component.context("xtask/setup.toml has no libtorch")?;
    let from = project.path(&component.root);
    let placed = Stamp::paths(&from, LIBTORCH);
    for path in &placed {
        if let Some(to) = place(path) {
            tree::copy(&from.join(path), &root.join(to))?;
        }
    }
    if !placed.iter().any(|path| path.ends_with("/libtorch_cpu.so")) {
        bail!("{} holds no libtorch: cargo xtask setup", from.display());
    }
    Ok(())
}

/// Where a file of libtorch's folder goes: libraries keep their places to each other, because they
/// find each other by them.
fn place(path: &str) -> Option<PathBuf> {
    if let Some((wheel, file)) = path.split_once(".dist-info/licenses/") {
        return Some(format!("share/doc/cutout/{wheel}/{file}").into());
    }
    path.contains("/lib/").then(|| Path::new("lib/cutout").join(path))
}

/// The manual's pages as the program itself writes them.
fn manual(program: &Path, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let output = Command::new(program)
        .arg("man")
        .arg(folder)
        .output()
        .with_context(|| format!("cannot start {}", program.display()))?;
    if !output.status.success() {
        bail!("no manual: {}", String::from_utf8_lossy(&output.stderr));
    }
    for entry in fs::read_dir(folder)? {
        let page = entry?.path();
        let mut packed = page.clone().into_os_string();
        packed.push(".gz");
        tree::write_gz(packed.as_ref(), fs::read(&page)?)?;
        fs::remove_file(&page)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_and_licences_travel_and_headers_stay() {
        for (path, expected) in [
            ("torch/lib/libc10.so", Some("lib/cutout/torch/lib/libc10.so")),
            ("nvidia/cu13/lib/libcudart.so.13", Some("lib/cutout/nvidia/cu13/lib/libcudart.so.13")),
            (
                "torch-2.11.0.dist-info/licenses/NOTICE",
                Some("share/doc/cutout/torch-2.11.0/NOTICE"),
            ),
            ("torch/include/ATen/ATen.h", None),
            ("torch/build-version", None),
        ] {
            assert_eq!(place(path), expected.map(PathBuf::from), "{path}");
        }
    }

    #[test]
    fn everything_that_is_packed_from_the_checkout_is_there() {
        let project = Project::find();
        let icons = ICON_SIZES_PX.map(|size_px| format!("assets/icons/{size_px}.png"));
        for from in FILES.iter().map(|(from, _)| *from).chain(icons.iter().map(String::as_str)) {
            assert!(project.path(from).is_file(), "{from}");
        }
    }
}
