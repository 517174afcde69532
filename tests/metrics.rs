//! The figures for monitoring, scraped from the real executable over TCP.

#[path = "common/scrape.rs"]
mod scrape;

use std::{
    collections::BTreeMap,
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

use scrape::{PATIENCE, free_address, scrape};

/// A soak that leaves nothing outside `folder`, however it ends.
fn soak(count: u32, metrics: &str, folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cutout"));
    command.args(["soak", "--model", "u2netp", "--device", "cpu", "--inject-errors"]);
    // One image a pass, so that there is a sweep for each.
    command.args(["--batch", "1", "--metrics", metrics, "--count", count.to_string().as_str()]);
    command.env("TMPDIR", folder).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Each figure with its labels, as Prometheus writes them, and its value.
fn figures(answer: &str) -> BTreeMap<String, f64> {
    let is_figure = |line: &&str| line.starts_with("cutout_");
    let figure = |line: &str| {
        let (name, value) = line.rsplit_once(' ').expect("a name and a value");
        (name.to_owned(), value.parse().unwrap_or_else(|_| panic!("{line}")))
    };
    answer.lines().filter(is_figure).map(figure).collect()
}

/// Ends with the test, whatever becomes of it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Scrapes until `enough` says so.
fn scrape_until(
    running: &mut Running,
    address: SocketAddr,
    enough: impl Fn(&BTreeMap<String, f64>) -> bool,
) -> (String, BTreeMap<String, f64>) {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        assert_eq!(running.0.try_wait().unwrap(), None, "ended before it was scraped");
        if let Ok(answer) = scrape(address) {
            let figures = figures(&answer);
            if enough(&figures) {
                return (answer, figures);
            }
        }
        std::thread::yield_now();
    }
    panic!("nothing at {address} after {PATIENCE:?}");
}

#[test]
fn a_scrape_tells_what_the_engine_does() {
    let address = free_address();
    let folder = tempfile::tempdir().unwrap();
    let port = address.port().to_string();
    let mut running = Running(soak(100_000, &port, folder.path()).spawn().unwrap());
    let images = |figures: &BTreeMap<String, f64>, outcome: &str| {
        figures.get(&format!("cutout_images_total{{outcome=\"{outcome}\"}}")).copied()
    };
    let (answer, found) = scrape_until(&mut running, address, |figures| {
        images(figures, "done") >= Some(9.0) && images(figures, "failed") >= Some(1.0)
    });
    for (name, kind) in [
        ("cutout_resident_bytes", "gauge"),
        ("cutout_tensor_bytes", "gauge"),
        ("cutout_queue_length", "gauge"),
        ("cutout_images_total", "counter"),
        ("cutout_cleanup_freed_bytes_total", "counter"),
        ("cutout_cleanup_seconds", "histogram"),
        ("cutout_step_seconds", "histogram"),
    ] {
        assert!(answer.contains(&format!("# TYPE {name} {kind}\n")), "{name}: {answer}");
        assert!(answer.contains(&format!("# HELP {name} ")), "{name}: {answer}");
    }
    let done = images(&found, "done").unwrap();
    assert_eq!(images(&found, "skipped"), Some(0.0));
    assert_eq!(images(&found, "cancelled"), Some(0.0));
    let value = |name: &str| *found.get(name).unwrap_or_else(|| panic!("{name}: {answer}"));
    for step in ["decoding", "inferring", "refining", "saving"] {
        let count = value(&format!("cutout_step_seconds_count{{step=\"{step}\"}}"));
        // The scrape may fall between the two figures of an image.
        assert!((count - done).abs() <= 1.0, "{step}: {count} of {done}");
        assert!(value(&format!("cutout_step_seconds_sum{{step=\"{step}\"}}")) > 0.0);
        let all = value(&format!("cutout_step_seconds_bucket{{step=\"{step}\",le=\"+Inf\"}}"));
        assert_eq!(all, count);
    }
    let runs = |point: &str| value(&format!("cutout_cleanup_seconds_count{{point=\"{point}\"}}"));
    assert!(runs("sweep") >= done && runs("d") >= runs("a"), "{answer}");
    assert!(value("cutout_resident_bytes") > f64::from(10 << 20));
    assert!(value("cutout_queue_length") < 1000.0);

    let (_, later) =
        scrape_until(&mut running, address, |later| images(later, "done") > Some(done));
    for (name, value) in found.iter().filter(|(name, _)| name.contains("_total")) {
        assert!(later[name] >= *value, "{name} went down");
    }
}

#[test]
fn an_address_that_is_taken_is_told_before_any_work() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let output = soak(1000, &address, folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains(&address) && told.contains("--metrics"), "{told}");
    assert_eq!(told.trim().lines().count(), 1, "{told}");
}

#[test]
fn serving_ends_with_the_work() {
    let address = free_address();
    let folder = tempfile::tempdir().unwrap();
    let mut running = Running(soak(20, &address.to_string(), folder.path()).spawn().unwrap());
    scrape_until(&mut running, address, |_| true);
    assert!(running.0.wait().unwrap().success());
    assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
}
