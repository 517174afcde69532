//! The foot of the inspector: the brush, and settings for other photos.

use egui::{Button, Ui, containers::menu::MenuButton, vec2};
use lucide_icons::Icon;

use crate::{
    app::action::Action,
    lang::t,
    ui::{
        commands::{self, Sight},
        icon, menu, theme,
    },
};

/// What the menu offers.
const OFFERS: [&[&str]; 2] = [
    &["command-settings-to-selection", "command-settings-to-all", "command-settings-default"],
    &["command-settings-copy", "command-settings-paste"],
];

/// Draws the two buttons.
pub fn show(ui: &mut Ui, sight: &Sight, actions: &mut Vec<Action>) {
    ui.columns(2, |columns| {
        brush(&mut columns[0], sight, actions);
        others(&mut columns[1], sight, actions);
    });
}

fn brush(ui: &mut Ui, sight: &Sight, actions: &mut Vec<Action>) {
    let command = commands::named("command-brush");
    let action = (command.act)(sight);
    let word = t!("inspector-brush");
    let button = if sight.state.brush.on {
        theme::main_button(ui, &word).selected(true)
    } else {
        Button::new((icon::atom(Icon::Brush), word.as_str()))
    };
    let size = vec2(ui.available_width(), 0.0);
    let response = ui.add_enabled(action.is_some(), button.min_size(size));
    if response.on_hover_text(command.hint(ui.ctx())).clicked() {
        actions.extend(action);
    }
}

fn others(ui: &mut Ui, sight: &Sight, actions: &mut Vec<Action>) {
    let word = t!("inspector-copy-to");
    let size = vec2(ui.available_width(), 0.0);
    let button = Button::new((word.as_str(), icon::atom(Icon::ChevronDown))).min_size(size);
    let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
        let groups = OFFERS.iter().map(|group| group.iter().map(|name| commands::named(name)));
        menu::show_groups(ui, groups, sight, actions);
    });
    response.on_hover_text(t!("inspector-copy-to-hint"));
}
