//! The real window on a stand-in for CUDA: what it shows of a card's memory.

use std::path::Path;

use gpu_stand_in::{Card, MIB, Nvml, Settings, StandIn};

use crate::{
    close, desktop::Desktop, gradient::gradient_photo, look_until, program::Program, share_of,
    skip::skipped,
};

/// Parts of the ledger as the theme colours them.
const CACHED: [u8; 3] = [0xb5, 0x8c, 0xf0];
const CONTEXT: [u8; 3] = [0x4f, 0xa8, 0xa8];
const OTHERS: [u8; 3] = [0x7c, 0x85, 0x95];

#[test]
fn the_memory_panel_shows_the_card() {
    let card = Card { total_bytes: 2048 * MIB, others_bytes: 300 * MIB, ..Card::default() };
    let settings = Settings { cards: vec![card], ..Settings::default() };
    let stand_in = match StandIn::new(&settings, Nvml::Present) {
        Ok(stand_in) => stand_in,
        Err(error) => {
            assert!(!gpu_stand_in::is_required(), "{error}");
            return skipped(error);
        }
    };
    let folder = tempfile::tempdir().unwrap();
    gradient_photo(folder.path(), "one.png");
    gradient_photo(folder.path(), "two.png");
    let desktop = Desktop::start();
    let arguments = [Path::new("--cleanup=none"), folder.path()];
    let mut program = Program::start_on(&stand_in, &desktop, &arguments);
    let window = desktop.wait_for_window();
    program.wait_for(&["Stand-in (no GPU)"]);
    program.wait_for(&["done", "two.png"]);
    let seen = |screen: &image::RgbImage| {
        [CACHED, CONTEXT, OTHERS].iter().all(|&colour| share_of(screen, colour) > 0.0001)
    };
    look_until(&desktop, "the parts of the card", seen);
    close(&desktop, window);
    assert!(program.child.wait().unwrap().success());
    assert!(stand_in.books().cards[0].peak_held_bytes > 20 * MIB);
}
