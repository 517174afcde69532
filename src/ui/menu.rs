//! The menu bar, made of the table of commands.

use egui::{
    Button, MenuBar, Response, Ui, WidgetInfo,
    accesskit::{HasPopup, Role, Toggled},
    vec2,
};
use lucide_icons::Icon;

use super::{
    commands::{self, Command, Group, Menu, Sight},
    icon,
    theme::SPACE,
};
use crate::app::action::Action;

/// The least width of an open menu, in points.
const WIDTH: f32 = 240.0;

/// Draws the bar and the menu that is open.
pub fn show(ui: &mut Ui, sight: &Sight, actions: &mut Vec<Action>) {
    ui.spacing_mut().interact_size.y = 22.0;
    MenuBar::new().ui(ui, |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.spacing_mut().button_padding = vec2(SPACE.s, 2.0);
        for menu in Menu::ALL {
            let title = menu.title();
            let response =
                ui.menu_button(&title, |ui| entries(ui, menu.groups(), sight, actions)).response;
            ui.ctx().accesskit_node_builder(response.id, |node| {
                node.set_role(Role::MenuItem);
                node.set_has_popup(HasPopup::Menu);
            });
        }
    });
}

/// Draws the entries of a menu, with lines between groups.
pub fn entries(ui: &mut Ui, groups: &[Group], sight: &Sight, actions: &mut Vec<Action>) {
    let groups = groups.iter().map(|group| group.iter());
    draw(ui, groups, sight, actions);
}

/// Draws entries by the names of their commands, with lines between groups.
pub fn named_entries(ui: &mut Ui, groups: &[&[&str]], sight: &Sight, actions: &mut Vec<Action>) {
    let groups = groups.iter().map(|group| group.iter().map(|name| commands::named(name)));
    draw(ui, groups, sight, actions);
}

fn draw(
    ui: &mut Ui,
    groups: impl Iterator<Item = impl Iterator<Item = &'static Command>>,
    sight: &Sight,
    actions: &mut Vec<Action>,
) {
    ui.set_min_width(WIDTH);
    ui.spacing_mut().interact_size.y = 26.0;
    ui.spacing_mut().button_padding = vec2(SPACE.s, SPACE.xs);
    for (place, group) in groups.enumerate() {
        if place > 0 {
            ui.separator();
        }
        for command in group {
            let action = (command.act)(sight);
            let response = ui.add_enabled_ui(action.is_some(), |ui| entry(ui, command, sight));
            if response.inner.clicked() {
                actions.extend(action);
            }
        }
    }
}

fn entry(ui: &mut Ui, command: &Command, sight: &Sight) -> Response {
    let title = command.title();
    let is_on = command.is_on.map(|is_on| is_on(sight));
    let picture = match is_on {
        Some(true) => icon::atom(Icon::Check),
        Some(false) => icon::gap(),
        None => command.icon.map_or_else(icon::gap, icon::atom),
    };
    let keys = command.keys_in_words(ui.ctx());
    let button = Button::new((picture, title.as_str())).gap(SPACE.s);
    let button = button.shortcut_text(keys.clone().unwrap_or_default());
    let response = ui.add(button);
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, enabled, &title));
    ui.ctx().accesskit_node_builder(response.id, |node| {
        if let Some(keys) = keys {
            node.set_keyboard_shortcut(keys);
        }
        if let Some(is_on) = is_on {
            node.set_role(Role::MenuItemCheckBox);
            node.set_toggled(if is_on { Toggled::True } else { Toggled::False });
        }
    });
    response
}
