//! The real executable in a real window: started, dropped on, saved from and closed, with nothing
//! of Cutout's own code on this side.
#![cfg(target_os = "linux")]

mod clipboard;
mod desktop;
mod drag;
#[path = "../common/gradient.rs"]
mod gradient;
mod on_a_card;
mod program;
#[path = "../common/samples.rs"]
mod samples;
#[path = "../common/scrape.rs"]
mod scrape;
#[path = "../common/skip.rs"]
mod skip;
mod starts;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use desktop::Desktop;
use gradient::gradient_photo;
use image::{Rgb, RgbImage, Rgba};
use program::Program;
use samples::sample;
use scrape::{free_address, scrape};
use x11rb::{
    connection::Connection,
    protocol::xproto::{ClientMessageEvent, ConnectionExt as _, EventMask, Window},
};

const CONTROL: u32 = 0xffe3;
const SHIFT: u32 = 0xffe1;
const LETTER_S: u32 = 0x73;

/// Looks at the screen until it holds what it must, and returns it.
fn look_until(desktop: &Desktop, what: &str, holds: impl Fn(&RgbImage) -> bool) -> RgbImage {
    let started = Instant::now();
    loop {
        let screen = desktop.screenshot();
        if holds(&screen) {
            return screen;
        }
        if started.elapsed() > Duration::from_secs(60) {
            let path = std::env::temp_dir().join("cutout_window_test.png");
            screen.save(&path).expect("the screenshot can be kept");
            panic!("never saw {what}; the last look is {}", path.display());
        }
        std::thread::yield_now();
    }
}

/// The share of pixels within a few levels of a colour.
fn share_of(screen: &RgbImage, colour: [u8; 3]) -> f64 {
    let near = |pixel: &&Rgb<u8>| {
        pixel.0.iter().zip(colour).all(|(&seen, wanted)| seen.abs_diff(wanted) <= 6)
    };
    screen.pixels().filter(near).count() as f64 / f64::from(screen.width() * screen.height())
}

/// A photo with a subject in a colour that the window itself never shows.
fn orange_disc(folder: &Path) -> PathBuf {
    let path = folder.join("a photo, 100 % orange.png");
    let photo = RgbImage::from_fn(600, 400, |x, y| {
        let distance_px = (f64::from(x) - 300.0).hypot(f64::from(y) - 200.0);
        if distance_px < 120.0 { Rgb(ORANGE) } else { Rgb(TEAL) }
    });
    photo.save(&path).expect("a temporary folder can be written");
    path
}

const ORANGE: [u8; 3] = [250, 120, 10];
const TEAL: [u8; 3] = [0, 90, 90];

#[test]
fn photos_dropped_from_another_process_become_cutouts_and_masks() {
    let folder = tempfile::tempdir().unwrap();
    let photo = orange_disc(folder.path());
    let cat = folder.path().join("chelsea.png");
    fs::copy(sample("chelsea.png"), &cat).unwrap();

    let desktop = Desktop::start();
    let metrics = free_address();
    let address = format!("--metrics={metrics}");
    let mut program = Program::start(&desktop, &[Path::new(&address)]);
    let window = desktop.wait_for_window();
    look_until(&desktop, "the first window", |screen| {
        share_of(screen, [0, 0, 0]) < 0.9 && share_of(screen, ORANGE) == 0.0
    });

    drag::drop_files(&desktop, window, &[photo.clone(), cat.clone()]);
    program.wait_for(&["done", "orange"]);
    program.wait_for(&["done", "chelsea"]);

    // Before on one side of the divider and after on the other: the disc, and half its background.
    desktop.press(window, &[LETTER_S]);
    let screen = look_until(&desktop, "before and after", |screen| {
        let (orange, teal) = (share_of(screen, ORANGE), share_of(screen, TEAL));
        orange > 0.01 && teal > 0.01 && teal < 4.0 * orange
    });

    let [before, after] = beside_the_divider(&screen);
    assert!(
        share_of(&before, ORANGE) > 0.01 && share_of(&after, ORANGE) > 0.01,
        "half a disc each"
    );
    assert!(share_of(&before, TEAL) > 0.01, "the photo keeps its background");
    assert_eq!(share_of(&after, TEAL), 0.0, "the cutout has none");

    desktop.press(window, &[CONTROL, LETTER_S]);
    program.wait_for(&["saved", "orange_cutout.png"]);
    desktop.press(window, &[CONTROL, SHIFT, LETTER_S]);
    program.wait_for(&["saved", "orange_mask.png"]);
    let cutout = image::open(folder.path().join("a photo, 100 % orange_cutout.png")).unwrap();
    let cutout = cutout.to_rgba8();
    assert!(is_orange(cutout.get_pixel(300, 200)), "{:?}", cutout.get_pixel(300, 200));
    assert!(cutout.get_pixel(300, 200)[3] > 240, "the disc is kept");
    assert!(cutout.get_pixel(5, 5)[3] < 15, "the background is gone");
    let mask = image::open(folder.path().join("a photo, 100 % orange_mask.png")).unwrap();
    assert_eq!((mask.width(), mask.height()), (600, 400));

    let figures = scrape(metrics).expect("the window serves its figures");
    let done = figures.lines().find(|line| line.contains("outcome=\"done\""));
    assert_eq!(done, Some("cutout_images_total{outcome=\"done\"} 2"), "{figures}");
    assert!(figures.contains("cutout_frame_seconds_bucket{le=\"0.016\"}"), "{figures}");

    close(&desktop, window);
    assert!(program.child.wait().unwrap().success());
}

#[test]
fn paths_of_the_command_line_are_queued_and_closing_mid_job_is_quick() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..30 {
        gradient_photo(folder.path(), &format!("{number:02}.png"));
    }
    let desktop = Desktop::start();
    let mut program = Program::start(&desktop, &[folder.path()]);
    let window = desktop.wait_for_window();
    program.wait_for(&["done", "00.png"]);
    let started = Instant::now();
    close(&desktop, window);
    let status = program.child.wait().unwrap();
    assert!(status.success(), "{status}");
    // The bound is one second; a debug build on a shared machine gets some air.
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
}

/// Whether a pixel has the disc's colour, as far as it can be told: where the network is not wholly
/// sure of the subject, its colour is estimated.
fn is_orange(pixel: &Rgba<u8>) -> bool {
    pixel.0.iter().zip(ORANGE).all(|(value, expected)| value.abs_diff(expected) <= 8)
}

/// What lies left and right of the divider, between the list and the inspector.
fn beside_the_divider(screen: &RgbImage) -> [RgbImage; 2] {
    let (left_px, right_px, edge_px) = (260, 972, 8);
    let middle_px = (left_px + right_px) / 2;
    [(left_px, middle_px - edge_px), (middle_px + edge_px, right_px)].map(|(from_px, to_px)| {
        let width_px = to_px - from_px;
        image::imageops::crop_imm(screen, from_px, 0, width_px, screen.height()).to_image()
    })
}

/// Asks the window to close, as a window manager does.
fn close(desktop: &Desktop, window: Window) {
    let protocols = desktop.atom("WM_PROTOCOLS");
    let data = [desktop.atom("WM_DELETE_WINDOW"), x11rb::CURRENT_TIME, 0, 0, 0];
    let message = ClientMessageEvent::new(32, window, protocols, data);
    desktop.x.send_event(false, window, EventMask::NO_EVENT, message).unwrap();
    desktop.x.flush().unwrap();
}
