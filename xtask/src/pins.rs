//! `setup.toml` as types.

use std::fmt::Write;

use anyhow::Context;
use cutout_fetch::Wheel;
use serde::Deserialize;

use crate::system::SystemPackage;

/// Everything that set-up brings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pins {
    /// Ids of `models/models.toml`.
    pub models: Vec<String>,
    #[serde(rename = "component")]
    pub components: Vec<Component>,
    #[serde(rename = "system_package")]
    pub system_packages: Vec<SystemPackage>,
}

impl Pins {
    /// The pins of this version of the project.
    pub fn read() -> anyhow::Result<Self> {
        toml::from_str(include_str!("../setup.toml")).context("xtask/setup.toml")
    }

    /// The version of libtorch that the project is made for.
    pub fn torch_version(&self) -> &str {
        let mut wheels = self.components.iter().flat_map(|component| &component.wheels);
        let torch = wheels.find(|wheel| wheel.wheel.package == "torch");
        torch.map_or("", |torch| &torch.wheel.version)
    }
}

/// Files taken out of wheels and placed under one root.
#[derive(Deserialize)]
pub struct Component {
    /// Names its stamp.
    pub name: String,
    /// What it is, for the user.
    pub title: String,
    /// Folder in the checkout.
    pub root: String,
    pub needed: Needed,
    #[serde(rename = "wheel")]
    pub wheels: Vec<Members>,
    #[serde(default, rename = "link")]
    pub links: Vec<Link>,
    #[serde(default, rename = "file")]
    pub files: Vec<SmallFile>,
}

/// Where a component is needed.
#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Needed {
    Always,
    /// Not where the user brings a libtorch.
    WithPinnedLibtorch,
    WithNvidiaDriver,
    /// For the tests alone, with the pinned libtorch.
    ForTests,
}

/// Members of one wheel.
#[derive(Deserialize)]
pub struct Members {
    #[serde(flatten)]
    pub wheel: Wheel,
    /// Glob patterns; each must match something.
    pub members: Vec<String>,
    /// Glob patterns of what is left out all the same.
    #[serde(default)]
    pub without: Vec<String>,
    #[serde(default)]
    pub strip: String,
    #[serde(default)]
    pub into: String,
}

/// A symbolic link to a sibling.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    pub path: String,
    pub to: String,
}

/// A file that no wheel brings.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmallFile {
    pub path: String,
    pub text: String,
}

impl Component {
    /// The pins as lines of text, for the stamp: other lines, other files.
    pub fn pinned(&self) -> String {
        let mut lines = String::new();
        for Members { wheel, members, without, strip, into } in &self.wheels {
            let Wheel { package, version, sha256 } = wheel;
            let left_out = without.iter().map(|pattern| format!("!{pattern}"));
            let members = members.iter().cloned().chain(left_out).collect::<Vec<_>>().join(" ");
            let _ = writeln!(lines, "{package}=={version} {sha256} {members} -{strip} +{into}");
        }
        for Link { path, to } in &self.links {
            let _ = writeln!(lines, "{path} -> {to}");
        }
        for SmallFile { path, text } in &self.files {
            let _ = writeln!(lines, "{path} = {text:?}");
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_pins_are_whole() {
        let pins = Pins::read().unwrap();
        assert_eq!(pins.torch_version(), "2.11.0");
        let mut names = HashSet::new();
        for component in &pins.components {
            assert!(names.insert(&component.name), "{} comes twice", component.name);
            for Members { wheel, members, .. } in &component.wheels {
                assert!(!members.is_empty(), "nothing is taken from {}", wheel.package);
                let is_hex = wheel.sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
                assert!(is_hex && wheel.sha256.len() == 64, "{}", wheel.package);
            }
        }
        for package in &pins.system_packages {
            assert!(package.has_probe(), "{} has nothing to look for", package.debian);
        }
    }

    #[test]
    fn a_wheel_named_twice_has_the_same_pin() {
        let pins = Pins::read().unwrap();
        let wheels: Vec<_> = pins.components.iter().flat_map(|c| &c.wheels).collect();
        for one in &wheels {
            for other in wheels.iter().filter(|other| other.wheel.package == one.wheel.package) {
                assert_eq!(one.wheel, other.wheel);
            }
        }
    }
}
