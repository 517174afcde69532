//! What is there, what is missing, and what to do.

use std::{
    env,
    process::{Command, ExitCode},
};

use crate::{
    cargo, device,
    libtorch::Libtorch,
    models,
    pins::{Needed, Pins},
    project::Project,
    setup,
    stamp::{Check, State},
    system::{self, Purpose},
};

const RUN_SETUP: &str = "run: cargo xtask setup";

/// One line of the table.
struct Finding {
    subject: String,
    mark: Mark,
    words: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Good,
    /// Something works less well without it.
    Note,
    Missing,
}

impl Finding {
    fn new(subject: impl Into<String>, mark: Mark, words: impl Into<String>) -> Self {
        Self { subject: subject.into(), mark, words: words.into() }
    }
}

/// Prints the table; fails if something is missing.
pub fn examine(project: &Project) -> anyhow::Result<ExitCode> {
    let pins = Pins::read()?;
    let mut findings = tools(project);
    findings.extend(system_packages(&pins));
    findings.extend(libraries(&pins, project));
    findings.extend(weights(&pins, project));
    findings.push(nvidia(project));
    findings.push(display());

    let width = findings.iter().map(|finding| finding.subject.len()).max().unwrap_or(0);
    for Finding { subject, mark, words } in &findings {
        let mark = match mark {
            Mark::Good => "ok     ",
            Mark::Note => "note   ",
            Mark::Missing => "MISSING",
        };
        println!("{mark}  {subject:width$}  {words}");
    }
    let is_missing = findings.iter().any(|finding| finding.mark == Mark::Missing);
    Ok(if is_missing { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn tools(project: &Project) -> Vec<Finding> {
    let version = cargo::command(project).arg("--version").output();
    let cargo = version.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let compiler = env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    let compiler = Command::new(&compiler).arg("--version").output().ok();
    let compiler = compiler.and_then(|output| {
        String::from_utf8_lossy(&output.stdout).lines().next().map(str::to_owned)
    });
    vec![
        match cargo {
            Ok(version) => Finding::new("Rust toolchain", Mark::Good, version),
            Err(error) => Finding::new("Rust toolchain", Mark::Missing, error.to_string()),
        },
        match compiler {
            Some(version) => Finding::new("C++ compiler", Mark::Good, version),
            None => Finding::new("C++ compiler", Mark::Missing, "install one, such as g++"),
        },
        match cutout_fetch::python_with_pip() {
            Ok(pip) => {
                Finding::new("Python with pip", Mark::Good, format!("pip {}", pip.version()))
            }
            Err(error) => Finding::new(
                "Python with pip",
                Mark::Note,
                format!("only downloads need it: {error}"),
            ),
        },
    ]
}

fn system_packages(pins: &Pins) -> Vec<Finding> {
    let purposes = [
        (Purpose::Build, Mark::Missing, "System packages to build"),
        (Purpose::Window, Mark::Missing, "System packages for the window"),
        (Purpose::Test, Mark::Note, "System packages for the tests"),
        (Purpose::Package, Mark::Note, "System packages for cargo xtask dist"),
    ];
    let findings = purposes.map(|(purpose, mark, subject)| {
        match system::missing(&pins.system_packages, &[purpose]) {
            names if names.is_empty() => Finding::new(subject, Mark::Good, "all there"),
            names => Finding::new(subject, mark, system::advice(&names)),
        }
    });
    findings.into()
}

fn libraries(pins: &Pins, project: &Project) -> Vec<Finding> {
    let libtorch = Libtorch::chosen(project);
    let mut findings = vec![match libtorch.check(pins.torch_version()) {
        Ok(words) => Finding::new("libtorch in use", Mark::Good, words),
        Err(error) => Finding::new("libtorch in use", Mark::Missing, error.to_string()),
    }];
    let purposes = [setup::FOR_EVERYDAY, setup::FOR_TESTS].concat();
    findings.extend(setup::needed(pins, project, &libtorch, &purposes).map(|component| {
        let root = project.path(&component.root);
        let state = component.state(project, Check::Full);
        if component.needed == Needed::ForTests && state == State::Missing {
            return Finding::new(&component.name, Mark::Note, "cargo xtask test brings it");
        }
        judge(&component.name, &state, &root.display().to_string())
    }));
    findings
}

fn weights(pins: &Pins, project: &Project) -> Vec<Finding> {
    match models::chosen(project, &pins.models) {
        Err(error) => vec![Finding::new("Models", Mark::Missing, format!("{error:#}"))],
        Ok(models) => {
            let judged = models.iter().map(|model| {
                let state = model.state(project, Check::Full);
                judge(&format!("Weights of {}", model.id), &state, &model.artifact.file)
            });
            judged.collect()
        }
    }
}

fn judge(subject: &str, state: &State, place: &str) -> Finding {
    let (mark, words) = match state {
        State::Complete => (Mark::Good, format!("{place}, every checksum is right")),
        State::Missing => (Mark::Missing, RUN_SETUP.to_owned()),
        State::Outdated => (Mark::Missing, format!("from older pins; {RUN_SETUP}")),
        State::Damaged(file) => {
            (Mark::Missing, format!("{file} is gone or was changed; {RUN_SETUP}"))
        }
    };
    Finding::new(subject, mark, words)
}

fn nvidia(project: &Project) -> Finding {
    let words = match (device::has_nvidia_driver(), device::wants_cuda(project)) {
        (true, true) => return Finding::new("NVIDIA driver", Mark::Good, "found"),
        (true, false) => "found, but set-up was told --cpu; cargo xtask setup --cuda changes that",
        (false, true) => "not found; the CUDA library was asked for with --cuda",
        (false, false) => "not found; Cutout uses the CPU",
    };
    Finding::new("NVIDIA driver", Mark::Note, words)
}

fn display() -> Finding {
    for name in ["DISPLAY", "WAYLAND_DISPLAY"] {
        if let Some(value) = env::var_os(name).filter(|value| !value.is_empty()) {
            return Finding::new("Display", Mark::Good, format!("{name}={}", value.display()));
        }
    }
    if cfg!(any(windows, target_os = "macos")) {
        return Finding::new("Display", Mark::Good, "the system's own");
    }
    Finding::new("Display", Mark::Note, "none; use: cargo xtask run -- remove PHOTO")
}
