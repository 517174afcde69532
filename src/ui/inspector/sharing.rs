//! The foot of the inspector: the brush, and settings for other photos.

use egui::{Button, Ui, vec2};
use lucide_icons::Icon;

use crate::{
    app::action::Action,
    lang::t,
    ui::{
        commands::{self, Sight},
        icon,
        theme::{self, SPACE},
    },
};

/// What the menu offers; a line is drawn where there is no name.
const OFFERS: [&str; 6] = [
    "command-settings-to-selection",
    "command-settings-to-all",
    "command-settings-default",
    "",
    "command-settings-copy",
    "command-settings-paste",
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
    let menu = egui::containers::menu::MenuButton::from_button(button);
    let (response, _) = menu.ui(ui, |ui| {
        ui.spacing_mut().button_padding = vec2(SPACE.s, SPACE.xs);
        for name in OFFERS {
            if name.is_empty() {
                ui.separator();
                continue;
            }
            let command = commands::named(name);
            let action = (command.act)(sight);
            let button = Button::new(command.title())
                .shortcut_text(command.keys_in_words(ui.ctx()).unwrap_or_default());
            if ui.add_enabled(action.is_some(), button).clicked() {
                actions.extend(action);
            }
        }
    });
    response.on_hover_text(t!("inspector-copy-to-hint"));
}
