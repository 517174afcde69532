//! Somebody at the window: selects, scrolls, zooms, drags and opens panels, without end.

use std::{thread, time::Duration};

use x11rb::{
    connection::Connection,
    protocol::{
        xproto::{BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, MOTION_NOTIFY_EVENT, Window},
        xtest::ConnectionExt as _,
    },
};

use super::desktop::{Desktop, HEIGHT_PX, WIDTH_PX};

/// As fast as somebody in a hurry, and as a wheel that is spun.
const PACE: Duration = Duration::from_millis(25);

const PRIMARY: u8 = 1;
const WHEEL_UP: u8 = 4;
const WHEEL_DOWN: u8 = 5;

/// The list's first row, and the middle of the picture.
const LIST_X_PX: i16 = 130;
const LIST_TOP_PX: i16 = 150;
const ROW_PX: i16 = 60;
const MIDDLE_PX: (i16, i16) = (WIDTH_PX as i16 / 2, HEIGHT_PX as i16 / 2);

const UP: u32 = 0xff52;
const DOWN: u32 = 0xff54;
const PAGE_UP: u32 = 0xff55;
const PAGE_DOWN: u32 = 0xff56;
const ESCAPE: u32 = 0xff1b;
const CONTROL: u32 = 0xffe3;
const F1: u32 = 0xffbe;
const SHIFT: u32 = 0xffe1;
const LETTER_A: u32 = 0x61;
const LETTER_B: u32 = 0x62;
const LETTER_K: u32 = 0x6b;
const LETTER_M: u32 = 0x6d;
const LETTER_S: u32 = 0x73;
const DIGIT_0: u32 = 0x30;
const DIGIT_1: u32 = 0x31;

/// What is done next, over and over.
#[derive(Clone, Copy)]
enum Deed {
    Press(&'static [u32]),
    ClickRow(i16),
    Wheel { button: u8, over_list: bool },
    DragPicture,
}

const DEEDS: [(Deed, usize); 26] = [
    (Deed::Press(&[DOWN]), 12),
    (Deed::ClickRow(3), 1),
    (Deed::Wheel { button: WHEEL_DOWN, over_list: true }, 20),
    (Deed::Press(&[PAGE_DOWN]), 4),
    (Deed::Wheel { button: WHEEL_UP, over_list: false }, 10),
    (Deed::DragPicture, 2),
    (Deed::Wheel { button: WHEEL_DOWN, over_list: false }, 6),
    (Deed::Press(&[DIGIT_1]), 1),
    (Deed::Press(&[DIGIT_0]), 1),
    (Deed::Press(&[F1]), 1),
    (Deed::Press(&[ESCAPE]), 1),
    (Deed::Press(&[CONTROL, LETTER_K]), 1),
    (Deed::Press(&[LETTER_S]), 1),
    (Deed::Press(&[LETTER_A]), 1),
    (Deed::Press(&[ESCAPE]), 2),
    (Deed::Press(&[LETTER_B]), 1),
    (Deed::DragPicture, 2),
    (Deed::Press(&[ESCAPE]), 1),
    (Deed::Press(&[CONTROL, LETTER_M]), 2),
    (Deed::Press(&[SHIFT, DOWN]), 5),
    (Deed::Press(&[CONTROL, LETTER_A]), 1),
    (Deed::Press(&[ESCAPE]), 1),
    (Deed::ClickRow(5), 1),
    (Deed::Wheel { button: WHEEL_UP, over_list: true }, 10),
    (Deed::Press(&[PAGE_UP]), 3),
    (Deed::Press(&[UP]), 8),
];

/// Keyboard and mouse of one window.
pub struct Hands<'a> {
    desktop: &'a Desktop,
    window: Window,
    next: usize,
}

impl<'a> Hands<'a> {
    /// Waits for the window.
    pub fn on(desktop: &'a Desktop) -> Self {
        Self { desktop, window: desktop.wait_for_window(), next: 0 }
    }

    /// Does one thing, for a second at most.
    pub fn do_something(&mut self) {
        let (deed, times) = DEEDS[self.next % DEEDS.len()];
        self.next += 1;
        for _ in 0..times {
            match deed {
                Deed::Press(keys) => self.desktop.press(self.window, keys),
                Deed::ClickRow(row) => self.click(LIST_X_PX, LIST_TOP_PX + row * ROW_PX),
                Deed::Wheel { button, over_list } => {
                    let (x_px, y_px) = if over_list { (LIST_X_PX, MIDDLE_PX.1) } else { MIDDLE_PX };
                    self.move_to(x_px, y_px);
                    self.button(button, true);
                    self.button(button, false);
                }
                Deed::DragPicture => self.drag(),
            }
            thread::sleep(PACE);
        }
    }

    fn click(&self, x_px: i16, y_px: i16) {
        self.move_to(x_px, y_px);
        self.button(PRIMARY, true);
        self.button(PRIMARY, false);
    }

    fn drag(&self) {
        let (x_px, y_px) = MIDDLE_PX;
        self.move_to(x_px, y_px);
        self.button(PRIMARY, true);
        for step in 1..=10 {
            self.move_to(x_px + 8 * step, y_px + 4 * step);
            thread::sleep(PACE);
        }
        self.button(PRIMARY, false);
    }

    fn move_to(&self, x_px: i16, y_px: i16) {
        let (x, root) = (&self.desktop.x, self.desktop.root);
        x.xtest_fake_input(MOTION_NOTIFY_EVENT, 0, 0, root, x_px, y_px, 0).unwrap();
        x.flush().unwrap();
    }

    fn button(&self, button: u8, is_down: bool) {
        let kind = if is_down { BUTTON_PRESS_EVENT } else { BUTTON_RELEASE_EVENT };
        self.desktop.x.xtest_fake_input(kind, button, 0, self.desktop.root, 0, 0, 0).unwrap();
        self.desktop.x.flush().unwrap();
    }
}
