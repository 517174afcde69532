//! The foot of the inspector: the brush, and settings for other photos.

use egui::{Align, Button, Layout, RichText, Ui, containers::menu::MenuButton};
use lucide_icons::Icon;

use crate::{
    app::action::Action,
    lang::t,
    ui::{
        commands::{self, Sight},
        icon, menu,
        theme::{SPACE, palette},
    },
};

/// What the menu offers.
const OFFERS: [&[&str]; 2] = [
    &["command-settings-to-selection", "command-settings-to-all", "command-settings-default"],
    &["command-settings-copy", "command-settings-paste"],
];

/// Draws the two buttons.
pub fn show(ui: &mut Ui, sight: &Sight, actions: &mut Vec<Action>) {
    ui.spacing_mut().button_padding.x = SPACE.s;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            others(ui, sight, actions);
            ui.vertical_centered_justified(|ui| brush(ui, sight, actions));
        });
    });
}

fn brush(ui: &mut Ui, sight: &Sight, actions: &mut Vec<Action>) {
    let palette = palette(ui.visuals());
    let command = commands::named("command-brush");
    let action = (command.act)(sight);
    let is_on = sight.state.brush.on;
    let colour = if is_on { palette.on_accent } else { palette.text };
    let word = RichText::new(t!("inspector-brush")).color(colour);
    let mut button = Button::new((icon::atom(Icon::Brush), word)).selected(is_on);
    if is_on {
        button = button.fill(palette.accent);
    }
    let response = ui.add_enabled(action.is_some(), button);
    if response.on_hover_text(command.hint(ui.ctx())).clicked() {
        actions.extend(action);
    }
}

fn others(ui: &mut Ui, sight: &Sight, actions: &mut Vec<Action>) {
    let button = Button::new((t!("inspector-copy-to"), icon::atom(Icon::ChevronDown)));
    let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
        menu::named_entries(ui, &OFFERS, sight, actions);
    });
    response.on_hover_text(t!("inspector-copy-to-hint"));
}
