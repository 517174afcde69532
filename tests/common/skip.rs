//! Telling that a test cannot run here.

use std::{fmt::Display, io::Write};

/// Prints why, past the test harness, which keeps what `eprintln!` prints of tests that pass.
pub fn skipped(reason: impl Display) {
    let _ = writeln!(std::io::stderr(), "skipped: {reason}");
}
