//! A desktop of the test's own: an X server without a screen, and a look at it.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use image::RgbImage;
use x11rb::{
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            Atom, ChangeWindowAttributesAux, ConnectionExt as _, EventMask, ImageFormat,
            InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, Window,
        },
        xtest::ConnectionExt as _,
    },
    rust_connection::RustConnection,
};

pub const WIDTH_PX: u16 = 1280;
pub const HEIGHT_PX: u16 = 800;

/// An Xvfb server and a connection to it; both end with the value.
pub struct Desktop {
    server: Child,
    pub display: String,
    pub x: RustConnection,
    pub root: Window,
}

impl Desktop {
    pub fn start() -> Self {
        let screen = format!("{WIDTH_PX}x{HEIGHT_PX}x24");
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", &screen, "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts; `cargo xtask test` installs it");
        let mut number = String::new();
        let stdout = server.stdout.take().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut number).expect("Xvfb tells its number");
        let display = format!(":{}", number.trim());
        let (x, screen) = x11rb::connect(Some(&display)).expect("Xvfb takes connections");
        let root = x.setup().roots[screen].root;
        let attributes =
            ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        x.change_window_attributes(root, &attributes).unwrap().check().unwrap();
        Self { server, display, x, root }
    }

    pub fn atom(&self, name: &str) -> Atom {
        self.x.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom
    }

    /// Waits until a program shows a window of its own that takes drops.
    pub fn wait_for_window(&self) -> Window {
        let aware = self.atom("XdndAware");
        loop {
            if let Event::MapNotify(mapped) = self.x.wait_for_event().unwrap() {
                let property =
                    self.x.get_property(false, mapped.window, aware, 0_u32, 0, 1).unwrap().reply();
                // The window of a program that was killed since is gone.
                if property.is_ok_and(|property| property.value_len == 1) {
                    return mapped.window;
                }
            }
        }
    }

    /// The whole screen as it is now.
    pub fn screenshot(&self) -> RgbImage {
        let (width, height) = (WIDTH_PX, HEIGHT_PX);
        let reply = self
            .x
            .get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, width, height, u32::MAX)
            .unwrap()
            .reply()
            .unwrap();
        let bgrx = reply.data;
        RgbImage::from_fn(u32::from(width), u32::from(height), |x, y| {
            let at = 4 * (y as usize * usize::from(width) + x as usize);
            image::Rgb([bgrx[at + 2], bgrx[at + 1], bgrx[at]])
        })
    }

    /// Presses keys together, as a person would: named by their X keysyms.
    pub fn press(&self, window: Window, keysyms: &[u32]) {
        self.x.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME).unwrap();
        let codes: Vec<u8> = keysyms.iter().map(|&keysym| self.keycode(keysym)).collect();
        for &code in &codes {
            self.x.xtest_fake_input(KEY_PRESS_EVENT, code, 0, self.root, 0, 0, 0).unwrap();
        }
        for &code in codes.iter().rev() {
            self.x.xtest_fake_input(KEY_RELEASE_EVENT, code, 0, self.root, 0, 0, 0).unwrap();
        }
        self.x.flush().unwrap();
    }

    fn keycode(&self, keysym: u32) -> u8 {
        let (first, last) = (self.x.setup().min_keycode, self.x.setup().max_keycode);
        let mapping =
            self.x.get_keyboard_mapping(first, last - first + 1).unwrap().reply().unwrap();
        let per_key = usize::from(mapping.keysyms_per_keycode);
        let index = mapping.keysyms.chunks(per_key).position(|syms| syms.contains(&keysym));
        first + u8::try_from(index.expect("the keyboard has this key")).unwrap()
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
