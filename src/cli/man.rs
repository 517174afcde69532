//! `cutout man`: the manual's pages, for packages.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, CommandFactory};

use super::{Cli, DONE, fail};
use crate::path_text::printable;

/// Arguments of `cutout man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write the pages into this folder
    folder: PathBuf,
}

/// Runs it.
pub fn run(ManArgs { folder }: &ManArgs) -> ExitCode {
    match clap_mangen::generate_to(Cli::command(), folder) {
        Ok(()) => DONE,
        Err(error) => {
            fail(1, format!("cannot write the manual to {} ({error})", printable(folder)))
        }
    }
}
