//! Which libraries the executable holds, under which licences, with the texts that they bring.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use serde::Deserialize;
use walkdir::WalkDir;

use crate::{cargo, project::Project};

/// Beginnings of the names of files that hold a licence or what it asks to pass on.
const NAMES: [&str; 8] =
    ["license", "licence", "copying", "copyright", "notice", "unlicense", "ofl", "ufl"];

/// Endings of files that are named so and hold something else.
const CODE: [&str; 5] = [".rs", ".c", ".h", ".js", ".py"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    license_file: Option<PathBuf>,
    repository: Option<String>,
    authors: Vec<String>,
    manifest_path: PathBuf,
    /// `None` for a member of this workspace.
    source: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
    root: String,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

/// `None` for what is linked, "build" and "dev" for what is not.
#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

/// Lists every crate that the executable is made of, then every text once, with those it is for.
pub fn of_libraries(project: &Project) -> anyhow::Result<String> {
    let output = cargo::command(project)
        .current_dir(project.path(""))
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    listing(&metadata)
}

fn listing(metadata: &Metadata) -> anyhow::Result<String> {
    let mut text = "Cutout holds these libraries. The texts of their licences follow; where a library\n\
                    brings none, its licence is named here, and the Apache-2.0 and MIT licences lie\n\
                    beside this file.\n\n"
        .to_owned();
    let mut users_by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in linked(metadata) {
        let name = format!("{} {}", package.name, package.version);
        let texts = texts(package)?;
        let licence = match (&package.license, texts.is_empty()) {
            (Some(licence), _) => licence.as_str(),
            (None, false) => "see the text",
            (None, true) => bail!("{name} names no licence and brings no text of one"),
        };
        writeln!(text, "{name}: {licence}")?;
        if let Some(repository) = &package.repository {
            writeln!(text, "    {repository}")?;
        }
        if texts.is_empty() && !package.authors.is_empty() {
            writeln!(text, "    by {}", package.authors.join(", "))?;
        }
        for text in texts {
            users_by_text.entry(text).or_default().push(name.clone());
        }
    }
    let mut texts: Vec<_> = users_by_text.into_iter().collect();
    texts.sort_by(|(_, one), (_, other)| one.cmp(other));
    for (licence, users) in texts {
        write!(text, "\n{}\n{}\n\n{licence}\n", "=".repeat(80), users.join(", "))?;
    }
    Ok(text)
}

/// The crates of other people in the executable, by name.
fn linked(metadata: &Metadata) -> Vec<&Package> {
    let nodes: HashMap<&str, &Node> =
        metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let mut reached: Vec<&str> = vec![&metadata.resolve.root];
    let mut next = 0;
    while let Some(node) = reached.get(next).and_then(|id| nodes.get(id)) {
        next += 1;
        for dependency in &node.deps {
            let is_linked = dependency.dep_kinds.iter().any(|kind| kind.kind.is_none());
            if is_linked && !reached.contains(&dependency.pkg.as_str()) {
                reached.push(&dependency.pkg);
            }
        }
    }
    let is_linked =
        |package: &&Package| package.source.is_some() && reached.contains(&package.id.as_str());
    let mut packages: Vec<&Package> = metadata.packages.iter().filter(is_linked).collect();
    packages.sort_by(|one, other| (&one.name, &one.version).cmp(&(&other.name, &other.version)));
    packages
}

/// The texts in a crate's folder: its own licence, and those of what it brings in turn.
fn texts(package: &Package) -> anyhow::Result<Vec<String>> {
    let folder = package.manifest_path.parent().unwrap_or(Path::new(""));
    let named = package.license_file.as_ref().map(|file| folder.join(file));
    let mut texts = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        let is_wanted = named.as_deref() == Some(entry.path()) || is_licence(entry.path());
        if !entry.file_type().is_file() || !is_wanted {
            continue;
        }
        let bytes = fs::read(entry.path())?;
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n").trim().to_owned();
        if !text.is_empty() && !texts.contains(&text) {
            texts.push(text);
        }
    }
    Ok(texts)
}

fn is_licence(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return false };
    let name = name.to_lowercase();
    let is_code = CODE.iter().any(|extension| name.ends_with(extension));
    !is_code && NAMES.iter().any(|start| name.starts_with(start)) || name.ends_with("license.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_known_by_their_names() {
        for (name, expected) in [
            ("LICENSE-MIT", true),
            ("LICENSE.Apache-2.0", true),
            ("licence.md", true),
            ("COPYING", true),
            ("vendor/NOTICE.txt", true),
            ("fonts/OFL.txt", true),
            ("fonts/emoji-icon-font-mit-license.txt", true),
            ("src/license.rs", false),
            ("src/notice.rs", false),
            ("README.md", false),
            ("official.txt", false),
        ] {
            assert_eq!(is_licence(Path::new(name)), expected, "{name}");
        }
    }

    /// A crate in a folder of its own, as cargo tells of it.
    fn package(
        folder: &Path,
        name: &str,
        licence: Option<&str>,
        files: &[(&str, &str)],
    ) -> serde_json::Value {
        let folder = folder.join(name);
        fs::create_dir_all(&folder).unwrap();
        for (file, text) in files {
            fs::write(folder.join(file), text).unwrap();
        }
        serde_json::json!({
            "id": name, "name": name, "version": "1.0.0", "license": licence, "authors": [],
            "license_file": null, "repository": null, "source": "registry",
            "manifest_path": folder.join("Cargo.toml"),
        })
    }

    fn metadata(packages: Vec<serde_json::Value>, linked: &[&str]) -> Metadata {
        let dependencies = packages.iter().map(|package| {
            let is_linked = linked.contains(&package["name"].as_str().unwrap());
            let kind = if is_linked { None } else { Some("dev") };
            serde_json::json!({"pkg": package["id"], "dep_kinds": [{"kind": kind}]})
        });
        let dependencies: Vec<_> = dependencies.collect();
        let leaves =
            packages.iter().map(|package| serde_json::json!({"id": package["id"], "deps": []}));
        let mut nodes: Vec<_> = leaves.collect();
        nodes.push(serde_json::json!({"id": "cutout", "deps": dependencies}));
        serde_json::from_value(serde_json::json!({
            "packages": packages, "resolve": {"root": "cutout", "nodes": nodes},
        }))
        .unwrap()
    }

    #[test]
    fn linked_crates_are_listed_and_a_shared_text_comes_once() {
        let folder = tempfile::tempdir().unwrap();
        let packages = vec![
            package(folder.path(), "zebra", Some("MIT"), &[("LICENSE", "Permission is granted")]),
            package(
                folder.path(),
                "ant",
                Some("MIT"),
                &[("LICENSE-MIT", "Permission is granted\n")],
            ),
            package(folder.path(), "bare", Some("ISC"), &[]),
            package(folder.path(), "tester", Some("GPL-3.0"), &[]),
        ];
        let text = listing(&metadata(packages, &["zebra", "ant", "bare"])).unwrap();
        for line in
            ["ant 1.0.0: MIT", "bare 1.0.0: ISC", "zebra 1.0.0: MIT", "ant 1.0.0, zebra 1.0.0"]
        {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert_eq!(text.matches("Permission is granted").count(), 1);
        assert!(!text.contains("tester"));

        let nameless = vec![package(folder.path(), "nameless", None, &[])];
        let error = listing(&metadata(nameless, &["nameless"])).unwrap_err().to_string();
        assert!(error.contains("nameless 1.0.0"), "{error}");
    }
}
