//! The bar that counts photos on a terminal.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error; hidden where that is no terminal, where there is one photo or none, or
/// where JSON is asked for.
pub fn progress_bar(photos: u64, json: bool) -> ProgressBar {
    if json || photos < 2 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:32} {pos} of {len} done, about {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(photos).with_style(style)
}
