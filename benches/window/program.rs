//! The executable, with a home of its own.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{
    desktop::Desktop,
    figures::Figures,
    scrape::{PATIENCE, free_address, scrape},
};

/// A running window; it ends with the value.
pub struct Program {
    _home: tempfile::TempDir,
    child: Child,
    metrics: SocketAddr,
}

impl Program {
    /// Starts it with a folder of photos, and waits until it serves its figures.
    pub fn start(desktop: &Desktop, photos: &Path) -> Self {
        let program = Self::spawn(desktop, Some(photos));
        program.wait_for(|_| true);
        program
    }

    /// Seconds from its start to its first frame, of a window without photos.
    pub fn first_frame_s(desktop: &Desktop) -> f64 {
        let started = Instant::now();
        let program = Self::spawn(desktop, None);
        program.wait_for(|figures| figures.frames().wall.count() > 0);
        started.elapsed().as_secs_f64()
    }

    fn spawn(desktop: &Desktop, photos: Option<&Path>) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        let metrics = free_address();
        let child = Command::new(env!("CARGO_BIN_EXE_cutout"))
            .args(["--model", "u2netp", "--device", "cpu"])
            .arg(format!("--metrics={metrics}"))
            .args(photos)
            .env("DISPLAY", &desktop.display)
            .env_remove("WAYLAND_DISPLAY")
            .env("CUTOUT_CONFIG", home.path())
            .env("CUTOUT_STATE", home.path().join("state"))
            .env("HOME", home.path())
            .env("XDG_RUNTIME_DIR", home.path())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the executable runs");
        Self { _home: home, child, metrics }
    }

    fn wait_for(&self, is_there: impl Fn(&Figures) -> bool) {
        let started = Instant::now();
        while !scrape(self.metrics).is_ok_and(|text| is_there(&Figures::new(text))) {
            assert!(started.elapsed() < PATIENCE, "the window serves no figures");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// What it tells now.
    pub fn figures(&self) -> Figures {
        Figures::new(scrape(self.metrics).expect("the window serves its figures"))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
