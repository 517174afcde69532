//! The user's own pip: finding it, running it, and reading how far it is.

use std::{
    ffi::OsString,
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::{
    Progress,
    error::{At, FetchError},
};

/// How often `cancelled` is asked and the growing file looked at.
const TICK: Duration = Duration::from_millis(200);

/// A Python 3 that has pip.
#[derive(Clone, Debug)]
pub struct Pip {
    /// Python itself, not a launcher in front of it, so that ending it ends pip.
    python: PathBuf,
    /// pip's major and minor version.
    version: (u32, u32),
}

/// Finds a Python 3 that has pip on the search path.
///
/// # Errors
/// [`FetchError::NoPip`] names what was tried and what to install.
pub fn python_with_pip() -> Result<Pip, FetchError> {
    let candidates: &[&[&str]] = if cfg!(windows) {
        &[&["py", "-3"], &["python3"], &["python"]]
    } else {
        &[&["python3"], &["python"]]
    };
    candidates.iter().find_map(|command| Pip::probe(command)).ok_or_else(|| FetchError::NoPip {
        tried: candidates.iter().map(|command| command.join(" ")).collect::<Vec<_>>().join(", "),
    })
}

impl Pip {
    fn probe(command: &[&str]) -> Option<Self> {
        const SCRIPT: &str = "import sys, pip; assert sys.version_info >= (3,); \
                              print(pip.__version__); print(sys.executable)";
        let mut python = Command::new(command[0]);
        python.args(&command[1..]).args(["-c", SCRIPT]);
        let output = python.stderr(Stdio::null()).output().ok()?;
        let text = output.status.success().then(|| String::from_utf8(output.stdout).ok())??;
        let mut lines = text.lines();
        let mut numbers = lines.next()?.split('.').map(|number| number.parse().unwrap_or(0));
        Some(Self {
            version: (numbers.next()?, numbers.next().unwrap_or(0)),
            python: lines.next()?.into(),
        })
    }

    /// pip's version, as `23.2`.
    pub fn version(&self) -> String {
        format!("{}.{}", self.version.0, self.version.1)
    }

    /// Runs `pip download` with these arguments. `scratch` is where pip keeps the file while it
    /// grows; `package` is for error messages.
    pub(crate) fn download(
        &self,
        package: &str,
        arguments: &[OsString],
        scratch: &Path,
        progress: &dyn Fn(Progress),
        cancelled: &dyn Fn() -> bool,
    ) -> Result<(), FetchError> {
        let bar = if self.version >= (24, 1) { "raw" } else { "off" };
        let mut command = Command::new(&self.python);
        command
            .args(["-m", "pip", "download", "--disable-pip-version-check", "--no-input"])
            .args(["--progress-bar", bar])
            .args(arguments)
            .envs(["TMPDIR", "TEMP", "TMP"].map(|name| (name, scratch)))
            .env("PYTHONUNBUFFERED", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn().at(&self.python)?;
        let mut child = KillOnDrop(child);
        let lines = lines_of(&mut child.0);
        let mut errors = Vec::new();
        let mut total_bytes = 0;
        loop {
            if cancelled() {
                return Err(FetchError::Cancelled);
            }
            match lines.recv_timeout(TICK) {
                Ok(Line::Error(line)) => errors.push(line),
                Ok(Line::Output(line)) => {
                    if let Some(reached) = raw_progress(&line) {
                        total_bytes = reached.total_bytes;
                        progress(reached);
                    } else if let Some(announced_bytes) = announced_size(&line) {
                        total_bytes = announced_bytes;
                    }
                }
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let done_bytes = largest_file_bytes(scratch);
                    if done_bytes > 0 {
                        progress(Progress { done_bytes, total_bytes });
                    }
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = child.0.wait().at(&self.python)?;
        if status.success() {
            return Ok(());
        }
        let words = if errors.is_empty() { status.to_string() } else { errors.join("\n    ") };
        Err(FetchError::Pip { package: package.to_owned(), words })
    }
}

struct KillOnDrop(Child);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

enum Line {
    Output(String),
    Error(String),
}

/// Both streams' lines, until both end.
fn lines_of(child: &mut Child) -> mpsc::Receiver<Line> {
    fn forward(
        stream: impl Read + Send + 'static,
        wrap: fn(String) -> Line,
        sender: mpsc::Sender<Line>,
    ) {
        thread::spawn(move || {
            for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
                if sender.send(wrap(String::from_utf8_lossy(&line).trim().to_owned())).is_err() {
                    return;
                }
            }
        });
    }
    let (sender, receiver) = mpsc::channel();
    if let Some(stream) = child.stdout.take() {
        forward(stream, Line::Output, sender.clone());
    }
    if let Some(stream) = child.stderr.take() {
        forward(stream, Line::Error, sender);
    }
    receiver
}

/// Reads "Progress 1024 of 4096", which pip prints from 24.1 on.
fn raw_progress(line: &str) -> Option<Progress> {
    let (done, total) = line.strip_prefix("Progress ")?.split_once(" of ")?;
    Some(Progress { done_bytes: done.parse().ok()?, total_bytes: total.parse().ok()? })
}

/// Reads "Downloading torch-2.11.0-cp311.whl (530.6 MB)".
fn announced_size(line: &str) -> Option<u64> {
    let (_, size) = line.strip_prefix("Downloading ")?.split_once(".whl (")?;
    let (number, unit) = size.strip_suffix(')')?.split_once(' ')?;
    let unit_bytes = match unit {
        "bytes" => 1.0,
        "kB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        _ => return None,
    };
    Some((number.parse::<f64>().ok()? * unit_bytes) as u64)
}

fn largest_file_bytes(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => largest_file_bytes(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    sizes.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_pip_announces_are_read() {
        for (line, expected_bytes) in [
            ("Downloading torch-2.11.0-cp311.whl (530.6 MB)", Some(530_600_000)),
            ("Downloading https://host/a/b-1-py3-none-any.whl (29 kB)", Some(29_000)),
            ("Downloading b-1-py3-none-any.whl (512 bytes)", Some(512)),
            ("Downloading b-1-py3-none-any.whl.metadata (29 kB)", None),
            ("Downloading b-1.tar.gz (29 kB)", None),
            ("Saved ./b.whl", None),
            ("Downloading b.whl (many MB)", None),
        ] {
            assert_eq!(announced_size(line), expected_bytes, "{line}");
        }
    }

    #[test]
    fn raw_progress_lines_are_read() {
        let reached = Progress { done_bytes: 1024, total_bytes: 4096 };
        for (line, expected) in [
            ("Progress 1024 of 4096", Some(reached)),
            ("Progress 1024 of ?", None),
            ("Progress", None),
            ("Saved ./b.whl", None),
        ] {
            assert_eq!(raw_progress(line), expected, "{line}");
        }
    }
}
