//! The inspector: what can be changed about the photo in the middle. One file a part.

mod amount;
mod background;
mod brush;
mod colour;
mod edge;
mod frame;
mod refinement;
mod second_look;
mod sharing;
mod touch;

use std::sync::Arc;

use egui::{Align, CentralPanel, Frame, Layout, Margin, Panel, RichText, ScrollArea, Ui, Vec2};
use lucide_icons::Icon;

use super::{
    commands::{self, Sight},
    icon, scroll,
    theme::{SPACE, palette},
};
use crate::{
    app::{
        action::Action,
        edit_action::EditAction,
        item::{Item, PreviewState},
        state::State,
    },
    lang::t,
};
use touch::Touch;

/// What the inspector takes of the window's width, within these bounds in points.
const SHARE: f32 = 0.235;
const WIDTH: (f32, f32) = (228.0, 300.0);
/// Height of the smaller controls, in points.
const CONTROL_HEIGHT: f32 = 22.0;
/// Below this height of the window, in points, the inspector takes all of it.
const LOW_WINDOW: f32 = 700.0;
/// As long as the window is as wide as this.
const WIDE_WINDOW: f32 = 880.0;
/// What is left of it when it is closed.
const RAIL_WIDTH: f32 = 36.0;

/// The width of the inspector in a window of this width.
pub fn width(state: &State, window: f32) -> f32 {
    if state.settings.editing.panel_open {
        (window * SHARE).clamp(WIDTH.0, WIDTH.1).round()
    } else {
        RAIL_WIDTH
    }
}

/// Whether the inspector stands beside the memory panel rather than above it: where the window is
/// too low for both, and wide enough.
pub fn is_full_height(window: Vec2) -> bool {
    window.y < LOW_WINDOW && window.x >= WIDE_WINDOW
}

/// Draws the inspector, or the rail that opens it.
pub fn show(ui: &mut Ui, sight: &Sight, actions: &mut Vec<Action>) {
    if !sight.state.settings.editing.panel_open {
        ui.vertical_centered(|ui| {
            ui.add_space(SPACE.s);
            command_button(ui, sight, Icon::SlidersHorizontal, "command-inspector", actions);
        });
        return;
    }
    let Some(item) = sight.state.selected_item() else { return };
    let inset = Margin::symmetric(SPACE.l as i8, SPACE.s as i8);
    Panel::top("inspector-heading")
        .frame(Frame::new().inner_margin(inset))
        .show_separator_line(false)
        .show(ui, |ui| heading(ui, sight, actions));
    Panel::bottom("inspector-sharing")
        .frame(Frame::new().inner_margin(Margin::symmetric(SPACE.l as i8, SPACE.m as i8)))
        .show(ui, |ui| sharing::show(ui, sight, actions));
    CentralPanel::default().frame(Frame::new()).show(ui, |ui| {
        scroll::show(ui, ScrollArea::vertical().id_salt("inspector").auto_shrink(false), |ui| {
            Frame::new().inner_margin(Margin { top: 0, ..inset }).show(ui, |ui| {
                ui.set_width(ui.available_width());
                parts(ui, sight.state, item, actions);
            });
        });
    });
}

fn heading(ui: &mut Ui, sight: &Sight, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.label(RichText::new(t!("inspector-heading")).heading().strong());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.spacing_mut().button_padding.x = SPACE.xs;
            for (icon, command) in [
                (Icon::PanelRightClose, "command-inspector"),
                (Icon::RotateCcw, "command-reset"),
                (Icon::Redo2, "command-redo"),
                (Icon::Undo2, "command-undo"),
            ] {
                command_button(ui, sight, icon, command, actions);
            }
        });
    });
}

fn command_button(
    ui: &mut Ui,
    sight: &Sight,
    picture: Icon,
    command: &str,
    actions: &mut Vec<Action>,
) {
    let command = commands::named(command);
    let action = (command.act)(sight);
    let button = ui.add_enabled_ui(action.is_some(), |ui| {
        icon::button(ui, picture, &command.title()).on_hover_text(command.hint(ui.ctx()))
    });
    if button.inner.clicked() {
        actions.extend(action);
    }
}

fn parts(ui: &mut Ui, state: &State, item: &Item, actions: &mut Vec<Action>) {
    let mut edits = item.edits.current().as_ref().clone();
    let mut touch = Touch::default();
    ui.spacing_mut().interact_size.y = CONTROL_HEIGHT;
    if state.brush.on {
        title(ui, "inspector-brush");
        touch = touch.and(brush::show(ui, state.brush, &mut edits, actions));
    }
    title(ui, "inspector-edge");
    touch = touch.and(refinement::show(ui, &mut edits));
    touch = touch.and(edge::show(ui, &mut edits.mask));
    touch = touch.and(second_look::show(ui, &mut edits.mask.second_look, item));
    let problem = match &item.preview {
        PreviewState::Ready(preview) => preview.problem.as_ref(),
        _ => None,
    };
    title(ui, "inspector-background");
    touch = touch.and(background::show(ui, &mut edits.background, problem, actions));
    title(ui, "inspector-frame");
    touch = touch.and(frame::show_trim(ui, &mut edits.trim));
    touch = touch.and(frame::show_shadow(ui, &mut edits.shadow));
    if let Some(step) = touch.step {
        let edits = Arc::new(edits);
        actions.push(Action::Edit(EditAction::Set { id: item.id, edits, step }));
    }
    if touch.let_go {
        actions.push(Action::Edit(EditAction::Settle(item.id)));
    }
}

fn title(ui: &mut Ui, key: &str) {
    let colour = palette(ui.visuals()).muted;
    ui.add_space(SPACE.s);
    ui.label(RichText::new(t!(key)).strong().color(colour));
    ui.add_space(SPACE.xs);
}
