//! Running cargo for the checkout.

use std::{
    env,
    ffi::OsString,
    path::PathBuf,
    process::{Command, ExitCode, Stdio},
};

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::{libtorch::Libtorch, project::Project};

/// Cargo with the environment of the user's own shell. What the cargo that started xtask added is
/// taken out: build scripts watch some of it, and would run again for nothing.
pub fn command(project: &Project) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, value) in env::vars_os() {
        let is_added = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_")
                || name.starts_with("CARGO_MANIFEST_")
                || name == "LIBTORCH" && value == project.pinned_libtorch()
        });
        if is_added {
            command.env_remove(name);
        }
    }
    command
}

/// Starts Cutout's release build, from the user's own folder so that paths mean what they say.
pub fn run(project: &Project, arguments: &[OsString]) -> anyhow::Result<ExitCode> {
    let mut command = command(project);
    command.args(["run", "--release", "--manifest-path"]).arg(project.path("Cargo.toml"));
    finish(command.arg("--").args(arguments))
}

/// Runs every test of the workspace. Where set-up has brought what the stand-in for CUDA needs, no test
/// is skipped for want of it.
pub fn test(project: &Project, arguments: &[OsString]) -> anyhow::Result<ExitCode> {
    let mut command = command(project);
    command.current_dir(project.path("")).args(["test", "--workspace"]);
    if matches!(Libtorch::chosen(project), Libtorch::Pinned) {
        command.env("CUTOUT_REQUIRE_STAND_IN", "1");
    }
    finish(command.args(arguments))
}

/// Builds Cutout and runs a command on the stand-in for CUDA, which finds it as `cutout`.
pub fn on_stand_in(project: &Project, arguments: &[OsString]) -> anyhow::Result<ExitCode> {
    let executable = build(project, &["build", "--bin", "cutout"], &[], "cutout")?;
    let folder = executable.parent().unwrap_or(&executable).to_owned();
    let others = env::var_os("PATH").unwrap_or_default();
    let search = env::join_paths([folder].into_iter().chain(env::split_paths(&others)))?;
    let mut command = command(project);
    command.args(["run", "--quiet", "--package", "gpu-stand-in", "--manifest-path"]);
    command.arg(project.path("Cargo.toml")).arg("--").args(arguments);
    finish(command.env("PATH", search))
}

/// Builds and gives the executable of that name; the release profile strips it.
pub fn build(
    project: &Project,
    arguments: &[&str],
    environment: &[(&str, &str)],
    name: &str,
) -> anyhow::Result<PathBuf> {
    let output = command(project)
        .current_dir(project.path(""))
        .args(arguments)
        .arg("--message-format=json-render-diagnostics")
        .envs(environment.iter().copied())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("cargo {} failed", arguments.join(" "));
    }
    let lines = String::from_utf8_lossy(&output.stdout);
    let mut messages = lines.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok());
    messages
        .find(|message| {
            message.target.as_ref().is_some_and(|target| target.name == name)
                && message.executable.is_some()
        })
        .and_then(|message| message.executable)
        .with_context(|| format!("cargo {} built no executable {name}", arguments.join(" ")))
}

/// A line of `--message-format=json`, as far as it matters here.
#[derive(Deserialize)]
struct Message {
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Passes on what cargo answered.
fn finish(command: &mut Command) -> anyhow::Result<ExitCode> {
    let status = command.status().context("cannot start cargo")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
