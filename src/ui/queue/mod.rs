//! The list on the left: every photo with its state, and the progress of the whole.

mod drag;
mod heading;
mod progress;
mod row;
mod rows;

use egui::{Frame, Margin, Panel, Ui};

use super::{commands::Sight, texture::Textures, theme::SPACE};
use crate::app::{action::Action, item::ItemId};

/// What drawing the list remembers from frame to frame.
#[derive(Default)]
pub struct Local {
    /// The row that the list was last scrolled to.
    revealed: Option<ItemId>,
    /// The rows that were told to be in sight.
    in_sight: Vec<ItemId>,
    /// Rows on their way to another place.
    drag: Option<drag::Drag>,
    /// The field to search in was there.
    was_searching: bool,
}

/// Draws the list.
pub fn show(
    ui: &mut Ui,
    sight: &Sight,
    local: &mut Local,
    textures: &mut Textures,
    actions: &mut Vec<Action>,
) {
    let inset = Margin::symmetric(SPACE.m as i8, SPACE.s as i8);
    Panel::top("queue-heading")
        .frame(Frame::new().inner_margin(inset))
        .show_separator_line(false)
        .show(ui, |ui| heading::show(ui, sight, local, actions));
    Panel::bottom("queue-progress")
        .frame(Frame::new().inner_margin(SPACE.m))
        .show(ui, |ui| progress::show(ui, sight, actions));
    rows::show(ui, sight, local, textures, actions);
}
