//! Standard output and standard error, which may be closed or on a full disk: the work goes on.

use std::{
    fmt::Display,
    io::{self, Write as _},
    process::ExitCode,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use crate::path_text::{escaped, escaped_json};

/// Whether the reader of standard output has gone, as `head` does once it has its lines.
static READER_IS_GONE: AtomicBool = AtomicBool::new(false);
/// Lines that standard output did not take, though its reader had not gone.
static LOST_LINES: AtomicU64 = AtomicU64::new(0);

/// Prints a line to standard output, without what would control a terminal. One whose reader has gone
/// is written to no more.
pub fn print(line: impl Display) {
    write(&escaped(&line.to_string()));
}

/// Prints a line of JSON to standard output.
pub fn print_json(line: &str) {
    write(&escaped_json(line));
}

fn write(line: &str) {
    if READER_IS_GONE.load(Ordering::Relaxed) {
        return;
    }
    let mut out = io::stdout().lock();
    // In one piece: a reader sees no half of a line.
    match out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            READER_IS_GONE.store(true, Ordering::Relaxed);
        }
        Err(error) => {
            if LOST_LINES.fetch_add(1, Ordering::Relaxed) == 0 {
                drop(out);
                tell(format_args!("standard output cannot be written: {error}; the work goes on"));
            }
        }
    }
}

/// Tells something on standard error, which may be closed, without what would control a terminal.
pub fn tell(message: impl Display) {
    let message = format!("cutout: {message}");
    let lines: Vec<String> = message.lines().map(escaped).collect();
    let _ = io::stderr().lock().write_all(format!("{}\n", lines.join("\n")).as_bytes());
}

/// The exit code of a program that would end with `code`: lines that were lost are a failure.
pub fn ended_with(code: ExitCode) -> ExitCode {
    match LOST_LINES.load(Ordering::Relaxed) {
        0 => code,
        lines => {
            tell(format_args!("lines that could not be written to standard output: {lines}"));
            if code == ExitCode::SUCCESS { ExitCode::FAILURE } else { code }
        }
    }
}
