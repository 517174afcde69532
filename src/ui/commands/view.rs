//! The menu View: zoom, and which panels are open.

use egui::Key;
use lucide_icons::Icon;

use super::{CTRL, Command, Group, SHIFT, Sight, keys, plain};
use crate::app::{
    action::Action,
    edit_action::EditAction,
    view::{View, Zoom},
};

/// How much one press or click zooms.
pub const ZOOM_STEP: f32 = 1.25;

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

fn zoom(sight: &Sight, factor: f32) -> Option<Action> {
    let pane = sight.pane?;
    Some(Action::SetView(sight.state.view.zoomed(&pane, factor, [0.0, 0.0])))
}
