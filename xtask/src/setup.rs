//! Bringing everything that is missing, in order.

use std::{env, ffi::OsString, fs};

use crate::{
    component::downloads,
    device,
    libtorch::Libtorch,
    models,
    pins::{Component, Needed, Pins},
    project::Project,
    stamp::{Check, State},
    system::{self, Purpose},
};

/// For compiling and working without a window.
pub const FOR_BUILDING: &[Purpose] = &[Purpose::Build];
/// For compiling and opening the window.
pub const FOR_EVERYDAY: &[Purpose] = &[Purpose::Build, Purpose::Window];
/// For every test, the stand-in for CUDA included.
pub const FOR_TESTS: &[Purpose] = &[Purpose::Build, Purpose::Window, Purpose::Test];

/// For packing.
pub const FOR_PACKAGES: &[Purpose] = &[Purpose::Build, Purpose::Package];

/// Subcommands and options of Cutout that open no window.
const HEADLESS: [&str; 9] =
    ["remove", "models", "info", "man", "help", "-h", "--help", "-V", "--version"];

/// What Cutout needs for these arguments. Where there is no display no window can open, and the
/// program says so itself.
pub fn for_running(arguments: &[OsString]) -> &'static [Purpose] {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let has_display = is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
    if has_display && opens_window(arguments) { FOR_EVERYDAY } else { FOR_BUILDING }
}

fn opens_window(arguments: &[OsString]) -> bool {
    arguments.first().is_none_or(|first| !HEADLESS.iter().any(|name| first == name))
}

/// Brings what is missing. Where nothing is, it reads a few thousand file times and the network is
/// not touched.
pub fn setup(project: &Project, purposes: &[Purpose]) -> anyhow::Result<()> {
    let pins = Pins::read()?;
    let libtorch = Libtorch::chosen(project);
    libtorch.check(pins.torch_version())?;
    system::ensure(&pins.system_packages, purposes)?;

    let components: Vec<_> = needed(&pins, project, &libtorch, purposes)
        .filter(|component| component.state(project, Check::Quick) != State::Complete)
        .collect();
    let mut models = models::chosen(project, &pins.models)?;
    models.retain(|model| model.state(project, Check::Quick) != State::Complete);
    if components.is_empty() && models.is_empty() {
        return Ok(());
    }
    system::ensure(&pins.system_packages, &[Purpose::Download])?;
    for component in &components {
        component.install(project)?;
    }
    for model in &models {
        model.install(project)?;
    }
    for component in &components {
        let downloads = downloads(&project.path(&component.root));
        if downloads.exists() {
            fs::remove_dir_all(&downloads)?;
        }
    }
    Ok(())
}

/// The components that this machine needs with this libtorch for these purposes.
pub fn needed<'a>(
    pins: &'a Pins,
    project: &Project,
    libtorch: &Libtorch,
    purposes: &[Purpose],
) -> impl Iterator<Item = &'a Component> {
    let brings_libtorch = matches!(libtorch, Libtorch::Pinned);
    let for_tests = brings_libtorch && purposes.contains(&Purpose::Test);
    let wants_cuda = brings_libtorch && device::wants_cuda(project);
    pins.components.iter().filter(move |component| match component.needed {
        Needed::Always => true,
        Needed::WithPinnedLibtorch => brings_libtorch,
        Needed::WithNvidiaDriver => wants_cuda,
        Needed::ForTests => for_tests,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subcommands_open_no_window_and_photos_do() {
        for (arguments, expected) in [
            (&[][..], true),
            (&["photo.jpg"], true),
            (&["remove", "photo.jpg"], false),
            (&["info", "--json"], false),
            (&["--help"], false),
        ] {
            let arguments: Vec<OsString> = arguments.iter().map(Into::into).collect();
            assert_eq!(opens_window(&arguments), expected, "{arguments:?}");
        }
    }
}
