//! The source side of XDND, the drag-and-drop protocol of X11: this process offers files, the
//! window under test asks for them and takes them.

use std::path::PathBuf;

use x11rb::{
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
            SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, Window, WindowClass,
        },
    },
    wrapper::ConnectionExt as _,
};

use super::desktop::Desktop;

const XDND_VERSION: u32 = 5;

/// Drags files from another process onto the middle of a window and drops them there. Returns
/// once the window has said that it took them.
pub fn drop_files(desktop: &Desktop, target: Window, files: &[PathBuf]) {
    let (x, root) = (&desktop.x, desktop.root);
    let source = x.generate_id().unwrap();
    x.create_window(
        0,
        source,
        root,
        0,
        0,
        1,
        1,
        0,
        WindowClass::INPUT_OUTPUT,
        0,
        &CreateWindowAux::new(),
    )
    .unwrap();
    let selection = desktop.atom("XdndSelection");
    let uri_list = desktop.atom("text/uri-list");
    let status = desktop.atom("XdndStatus");
    let finished = desktop.atom("XdndFinished");
    let copy = desktop.atom("XdndActionCopy");
    x.set_selection_owner(source, selection, x11rb::CURRENT_TIME).unwrap();

    let send = |kind: &str, data: [u32; 5]| {
        let message = ClientMessageEvent::new(32, target, desktop.atom(kind), data);
        x.send_event(false, target, EventMask::NO_EVENT, message).unwrap();
        x.flush().unwrap();
    };
    let middle = (640_u32 << 16) | 400;
    send("XdndEnter", [source, XDND_VERSION << 24, uri_list, 0, 0]);
    send("XdndPosition", [source, 0, middle, x11rb::CURRENT_TIME, copy]);

    let uris: String = files
        .iter()
        .map(|file| format!("file://{}\r\n", encode(&file.to_string_lossy())))
        .collect();
    let (mut accepted, mut handed_over) = (false, false);
    loop {
        match x.wait_for_event().unwrap() {
            Event::SelectionRequest(request) => {
                x.change_property8(
                    PropMode::REPLACE,
                    request.requestor,
                    request.property,
                    uri_list,
                    uris.as_bytes(),
                )
                .unwrap();
                let notify = SelectionNotifyEvent {
                    response_type: SELECTION_NOTIFY_EVENT,
                    sequence: 0,
                    time: request.time,
                    requestor: request.requestor,
                    selection: request.selection,
                    target: request.target,
                    property: request.property,
                };
                x.send_event(false, request.requestor, EventMask::NO_EVENT, notify).unwrap();
                x.flush().unwrap();
                handed_over = true;
            }
            Event::ClientMessage(message) if message.type_ == status => {
                assert_eq!(message.data.as_data32()[1] & 1, 1, "the window refuses the files");
                accepted = true;
            }
            Event::ClientMessage(message) if message.type_ == finished => break,
            _ => continue,
        }
        if accepted && handed_over {
            (accepted, handed_over) = (false, false);
            send("XdndDrop", [source, 0, x11rb::CURRENT_TIME, 0, 0]);
        }
    }
    x.destroy_window(source).unwrap();
}

/// Percent-encodes a path as file managers do.
pub fn encode(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
