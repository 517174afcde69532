//! The menu View: zoom, what is shown and on what, and which panels are open.

use egui::Key;
use lucide_icons::Icon;

use super::{CTRL, Command, Group, SHIFT, Sight, keys, plain};
use crate::app::{
    action::Action,
    edit_action::EditAction,
    settings::{Backdrop, ViewMode},
    view::{View, Zoom},
};

/// How much one press or click zooms.
pub const ZOOM_STEP: f32 = 1.25;
/// How far a key moves the divider.
const DIVIDER_STEP: f32 = 0.05;

pub const GROUPS: &[Group] = &[
    &[
        Command::new(
            "command-zoom-in",
            &[plain(Key::Plus), plain(Key::Equals), keys(SHIFT, Key::Plus)],
            |sight| zoom(sight, ZOOM_STEP),
        )
        .icon(Icon::ZoomIn),
        Command::new("command-zoom-out", &[plain(Key::Minus)], |sight| {
            zoom(sight, 1.0 / ZOOM_STEP)
        })
        .icon(Icon::ZoomOut),
        Command::new("command-fit", &[plain(Key::Num0)], |sight| {
            sight.pane.map(|_| Action::SetView(View::default()))
        })
        .icon(Icon::Maximize),
        Command::new("command-full-size", &[plain(Key::Num1)], |sight| {
            let full = View { zoom: Zoom::Scale(1.0), ..sight.state.view };
            sight.pane.map(|_| Action::SetView(full))
        })
        .icon(Icon::Scan),
        Command::new("command-pan-left", &[keys(CTRL, Key::ArrowLeft)], |sight| {
            pan(sight, [-1.0, 0.0])
        }),
        Command::new("command-pan-right", &[keys(CTRL, Key::ArrowRight)], |sight| {
            pan(sight, [1.0, 0.0])
        }),
        Command::new("command-pan-up", &[keys(CTRL, Key::ArrowUp)], |sight| {
            pan(sight, [0.0, -1.0])
        }),
        Command::new("command-pan-down", &[keys(CTRL, Key::ArrowDown)], |sight| {
            pan(sight, [0.0, 1.0])
        }),
        Command::new("command-keep-place", &[plain(Key::K)], |sight| {
            Some(Action::KeepPlace(!sight.state.settings.viewing.keep_place))
        })
        .checked(|sight| sight.state.settings.viewing.keep_place),
    ],
    &[
        Command::new("command-view-wipe", &[plain(Key::W)], |_| {
            Some(Action::SetMode(ViewMode::Wipe))
        })
        .checked(|sight| shows(sight, ViewMode::Wipe)),
        Command::new("command-view-side-by-side", &[plain(Key::S)], |_| {
            Some(Action::SetMode(ViewMode::SideBySide))
        })
        .checked(|sight| shows(sight, ViewMode::SideBySide)),
        Command::new("command-view-cutout", &[plain(Key::C)], |_| {
            Some(Action::SetMode(ViewMode::Cutout))
        })
        .checked(|sight| shows(sight, ViewMode::Cutout)),
        Command::new("command-view-mask", &[plain(Key::M)], |_| {
            Some(Action::SetMode(ViewMode::Mask))
        })
        .checked(|sight| shows(sight, ViewMode::Mask)),
        Command::new("command-view-overlay", &[plain(Key::V)], |_| {
            Some(Action::SetMode(ViewMode::Overlay))
        })
        .checked(|sight| shows(sight, ViewMode::Overlay)),
        Command::new("command-show-unsure", &[], |sight| {
            let is_shown = sight.state.settings.viewing.show_unsure;
            shows(sight, ViewMode::Overlay).then_some(Action::ShowUnsure(!is_shown))
        })
        .checked(|sight| sight.state.settings.viewing.show_unsure),
        Command::new("command-original", &[plain(Key::O), plain(Key::Backslash)], |sight| {
            let is_shown = sight.state.looking.original;
            sight.state.selected().map(|_| Action::ShowOriginal(!is_shown))
        })
        .checked(|sight| sight.state.looking.original),
        Command::new("command-divider-left", &[plain(Key::Comma)], |sight| {
            divide(sight, -DIVIDER_STEP)
        }),
        Command::new("command-divider-right", &[plain(Key::Period)], |sight| {
            divide(sight, DIVIDER_STEP)
        }),
    ],
    &[
        Command::new("command-backdrop-checkerboard", &[], |_| {
            Some(Action::SetBackdrop(Backdrop::Checkerboard))
        })
        .checked(|sight| lies_on(sight, Backdrop::Checkerboard)),
        Command::new("command-backdrop-white", &[], |_| Some(Action::SetBackdrop(Backdrop::White)))
            .checked(|sight| lies_on(sight, Backdrop::White)),
        Command::new("command-backdrop-black", &[], |_| Some(Action::SetBackdrop(Backdrop::Black)))
            .checked(|sight| lies_on(sight, Backdrop::Black)),
        Command::new("command-backdrop-grey", &[], |_| Some(Action::SetBackdrop(Backdrop::Grey)))
            .checked(|sight| lies_on(sight, Backdrop::Grey)),
    ],
    &[
        Command::new("command-inspector", &[plain(Key::I)], |sight| {
            let is_open = sight.state.settings.editing.panel_open;
            let show = Action::Edit(EditAction::ShowInspector(!is_open));
            (!sight.state.items.is_empty()).then_some(show)
        })
        .checked(|sight| sight.state.settings.editing.panel_open),
        Command::new("command-memory-panel", &[keys(CTRL, Key::M)], |sight| {
            let is_open = sight.state.settings.memory.panel_open;
            (!sight.state.items.is_empty()).then_some(Action::ShowMemory(!is_open))
        })
        .checked(|sight| sight.state.settings.memory.panel_open),
    ],
];

fn shows(sight: &Sight, mode: ViewMode) -> bool {
    sight.state.settings.viewing.mode == mode
}

fn lies_on(sight: &Sight, backdrop: Backdrop) -> bool {
    sight.state.settings.viewing.backdrop == backdrop
}

fn pan(sight: &Sight, to: [f32; 2]) -> Option<Action> {
    sight.state.view.stepped(&sight.pane?, to).map(Action::SetView)
}

fn divide(sight: &Sight, by: f32) -> Option<Action> {
    let divider = sight.state.looking.divider + by;
    let can_move = sight.pane.is_some() && shows(sight, ViewMode::Wipe);
    can_move.then_some(Action::SetDivider(divider))
}

fn zoom(sight: &Sight, factor: f32) -> Option<Action> {
    let pane = sight.pane?;
    Some(Action::SetView(sight.state.view.zoomed(&pane, factor, [0.0, 0.0])))
}
