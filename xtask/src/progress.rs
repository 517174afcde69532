//! Progress on a terminal as a bar, elsewhere as a line now and then: never silent.

use std::{
    cell::Cell,
    io::IsTerminal,
    time::{Duration, Instant},
};

use cutout_fetch::Progress;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

/// How often a line is printed where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// One download on the screen.
pub struct DownloadBar {
    title: String,
    bar: Option<ProgressBar>,
    last_line: Cell<Instant>,
}

impl DownloadBar {
    /// Shows the title at once.
    pub fn new(title: &str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template(
                "  {prefix} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}",
            );
            let bar = ProgressBar::new(0).with_prefix(title.to_owned());
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.enable_steady_tick(Duration::from_millis(250));
            bar
        });
        if bar.is_none() {
            eprintln!("  {title}");
        }
        Self { title: title.to_owned(), bar, last_line: Cell::new(Instant::now()) }
    }

    /// Shows how far it is.
    pub fn show(&self, progress: Progress) {
        let Progress { done_bytes, total_bytes } = progress;
        if let Some(bar) = &self.bar {
            bar.set_length(total_bytes);
            bar.set_position(done_bytes);
        } else if self.last_line.get().elapsed() >= LINE_EVERY {
            self.last_line.set(Instant::now());
            eprintln!(
                "  {}: {} of {}",
                self.title,
                HumanBytes(done_bytes),
                HumanBytes(total_bytes)
            );
        }
    }
}

impl Drop for DownloadBar {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
            eprintln!("  {}", self.title);
        }
    }
}
