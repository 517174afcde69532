//! The executable under test.

use std::{
    io::{BufRead, BufReader, Lines},
    path::Path,
    process::{Child, ChildStderr, Command, Stdio},
};

use gpu_stand_in::StandIn;

use super::desktop::Desktop;

/// The window's process; what it logs tells the test when to look.
pub struct Program {
    /// Where it keeps its settings and its list; `None` where the test has a folder for that.
    _home: Option<tempfile::TempDir>,
    pub child: Child,
    log: Lines<BufReader<ChildStderr>>,
}

impl Program {
    /// Starts it with a home of its own.
    pub fn start(desktop: &Desktop, args: &[&Path]) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder can be made");
        let mut program = Self::start_at(home.path(), desktop, args);
        program._home = Some(home);
        program
    }

    /// Starts it with settings and list in this folder.
    pub fn start_at(home: &Path, desktop: &Desktop, args: &[&Path]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cutout"));
        command.args(["--device", "cpu"]);
        Self::spawn(command, home, desktop, args)
    }

    /// Starts it on a stand-in for CUDA, with a home of its own.
    pub fn start_on(stand_in: &StandIn, desktop: &Desktop, args: &[&Path]) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder can be made");
        let mut command = Command::new(env!("CARGO_BIN_EXE_cutout"));
        command.args(["--device", "cuda"]).envs(stand_in.environment());
        let mut program = Self::spawn(command, home.path(), desktop, args);
        program._home = Some(home);
        program
    }

    fn spawn(mut command: Command, home: &Path, desktop: &Desktop, args: &[&Path]) -> Self {
        let mut child = command
            .args(["--model", "u2netp"])
            .args(args)
            .env("DISPLAY", &desktop.display)
            .env_remove("WAYLAND_DISPLAY")
            .env("CUTOUT_CONFIG", home)
            .env("CUTOUT_STATE", home.join("state"))
            .env("RUST_LOG", "cutout=info")
            .env("NO_COLOR", "1")
            .stderr(Stdio::piped())
            .spawn()
            .expect("the executable runs");
        let log = BufReader::new(child.stderr.take().expect("stderr is piped")).lines();
        Self { _home: None, child, log }
    }

    /// Reads the log until a line holds all these words.
    pub fn wait_for(&mut self, words: &[&str]) -> String {
        let mut read = Vec::new();
        for line in self.log.by_ref() {
            let line = line.expect("the log is text");
            if words.iter().all(|word| line.contains(word)) {
                return line;
            }
            read.push(line);
        }
        panic!("the program ended before it logged {words:?}:\n{}", read.join("\n"));
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
