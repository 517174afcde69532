//! The other side of X11's clipboard: this process offers something, the window under test asks
//! for it, and the other way about.

use std::{
    fs,
    io::Cursor,
    path::Path,
    sync::mpsc,
    thread::{self, JoinHandle},
};

use image::{ImageFormat, RgbaImage};
use x11rb::{
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            Atom, AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
            SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Window,
            WindowClass,
        },
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

use super::{
    CONTROL, close, desktop::Desktop, drag::encode, is_orange, orange_disc, program::Program,
};

const LETTER_C: u32 = 0x63;
const LETTER_V: u32 = 0x76;

#[test]
fn pictures_and_files_are_pasted_and_the_cutout_is_copied() {
    let folder = tempfile::tempdir().unwrap();
    let photo = orange_disc(folder.path());
    let desktop = Desktop::start();
    let home = tempfile::tempdir().unwrap();
    let mut program = Program::start_at(home.path(), &desktop, &[]);
    let window = desktop.wait_for_window();

    let uris = format!("file://{}\r\n", encode(&photo.to_string_lossy()));
    let offered = offer(&desktop, "text/uri-list", uris.into_bytes());
    desktop.press(window, &[CONTROL, LETTER_V]);
    program.wait_for(&["done", "orange.png"]);

    let picture = offer(&desktop, "image/png", fs::read(&photo).unwrap());
    offered.join().expect("another owner took over");
    desktop.press(window, &[CONTROL, LETTER_V]);
    program.wait_for(&["done", "Pasted 2"]);
    let pasted = home.path().join("state/pasted");
    let file = fs::read_dir(&pasted).unwrap().next().expect("a file").unwrap().path();
    assert_eq!(pixels(&file), pixels(&photo));

    desktop.press(window, &[CONTROL, LETTER_C]);
    picture.join().expect("Cutout took over");
    let png = take(&desktop, "image/png");
    let copied = image::load(Cursor::new(png), ImageFormat::Png).expect("a PNG").into_rgba8();
    assert_eq!(copied.dimensions(), (600, 400));
    assert!(is_orange(copied.get_pixel(300, 200)), "{:?}", copied.get_pixel(300, 200));
    assert!(copied.get_pixel(300, 200)[3] > 240, "the disc is kept");
    assert_eq!(copied.get_pixel(5, 5).0, [0; 4], "the background is gone");

    close(&desktop, window);
    assert!(program.child.wait().unwrap().success());

    // A pasted picture lives as long as the list has it.
    for (args, left) in [(&[][..], 1), (&[Path::new("--fresh")], 0)] {
        let mut next = Program::start_at(home.path(), &desktop, args);
        close(&desktop, desktop.wait_for_window());
        assert!(next.child.wait().unwrap().success());
        assert_eq!(fs::read_dir(&pasted).unwrap().count(), left);
    }
}

fn pixels(file: &Path) -> RgbaImage {
    image::open(file).expect("a picture").into_rgba8()
}

/// Owns the clipboard, with this of one kind on it, until another owner takes over.
fn offer(desktop: &Desktop, kind: &str, data: Vec<u8>) -> JoinHandle<()> {
    let (x, screen) = x11rb::connect(Some(&desktop.display)).unwrap();
    let owner = small_window(&x, x.setup().roots[screen].root);
    let [clipboard, targets, kind] = ["CLIPBOARD", "TARGETS", kind].map(|name| desktop.atom(name));
    x.set_selection_owner(owner, clipboard, x11rb::CURRENT_TIME).unwrap().check().unwrap();
    let (owning, owned) = mpsc::channel();
    let serving = thread::spawn(move || {
        owning.send(()).unwrap();
        loop {
            match x.wait_for_event() {
                Ok(Event::SelectionRequest(request)) => {
                    answer(&x, &request, targets, kind, &data);
                }
                Ok(Event::SelectionClear(_)) | Err(_) => break,
                Ok(_) => {}
            }
        }
    });
    owned.recv().unwrap();
    serving
}

fn answer(
    x: &RustConnection,
    request: &SelectionRequestEvent,
    targets: Atom,
    kind: Atom,
    data: &[u8],
) {
    let (to, at) = (request.requestor, request.property);
    let is_known = if request.target == kind {
        x.change_property8(PropMode::REPLACE, to, at, kind, data).unwrap();
        true
    } else if request.target == targets {
        x.change_property32(PropMode::REPLACE, to, at, AtomEnum::ATOM, &[targets, kind]).unwrap();
        true
    } else {
        false
    };
    let notify = SelectionNotifyEvent {
        response_type: SELECTION_NOTIFY_EVENT,
        sequence: 0,
        time: request.time,
        requestor: to,
        selection: request.selection,
        target: request.target,
        property: if is_known { at } else { x11rb::NONE },
    };
    x.send_event(false, to, EventMask::NO_EVENT, notify).unwrap();
    x.flush().unwrap();
}

/// Asks the clipboard's owner for one kind of what is on it.
fn take(desktop: &Desktop, kind: &str) -> Vec<u8> {
    let (x, screen) = x11rb::connect(Some(&desktop.display)).unwrap();
    let reader = small_window(&x, x.setup().roots[screen].root);
    let [clipboard, kind] = ["CLIPBOARD", kind].map(|name| desktop.atom(name));
    x.convert_selection(reader, clipboard, kind, kind, x11rb::CURRENT_TIME).unwrap();
    x.flush().unwrap();
    loop {
        if let Event::SelectionNotify(notify) = x.wait_for_event().unwrap() {
            assert_eq!(notify.property, kind, "the owner has no such kind");
            let property = x.get_property(true, reader, kind, AtomEnum::ANY, 0, u32::MAX / 4);
            return property.unwrap().reply().unwrap().value;
        }
    }
}

fn small_window(x: &RustConnection, root: Window) -> Window {
    let window = x.generate_id().unwrap();
    let (class, looks) = (WindowClass::INPUT_OUTPUT, CreateWindowAux::new());
    x.create_window(0, window, root, 0, 0, 1, 1, 0, class, 0, &looks).unwrap().check().unwrap();
    window
}
