//! Every command is in its menu, in the palette and in the list of shortcuts, and does the same by
//! each of them.

use cutout::ui::commands::{self, Command, Menu};
use egui::{Key, Modifiers, Theme, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::{pictures::done, window::Window};

/// Two photos are done, and the first is looked at.
fn two_done() -> Window {
    let mut window = Window::with_photos(&["a.png", "b.png"]);
    for job in window.jobs() {
        window.finish(&job, done(&job));
    }
    window
}

fn in_menus() -> impl Iterator<Item = (Menu, &'static Command)> {
    Menu::ALL.into_iter().flat_map(|menu| menu.commands().map(move |command| (menu, command)))
}

/// What a command can change, as far as it does not come from a thread of its own.
fn changed(window: &Window) -> String {
    let state = window.harness.state().state();
    format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {} {:?}",
        state.chosen(),
        state.items.order(),
        state.selected_item().map(|item| item.edits.current()),
        state.view,
        state.overlay,
        state.settings,
        state.is_closing,
        window.commands()
    )
}

#[test]
fn every_command_is_in_its_menu_dark_where_it_is_not_possible() {
    let mut window = two_done();
    for menu in Menu::ALL {
        window.open_menu(&menu.title());
        for command in menu.commands() {
            let state = window.harness.state().state();
            let sight = commands::Sight { state, pane: None };
            let found = window.menu_entry(&command.title());
            let is_enabled = found.unwrap_or_else(|| panic!("{} is in no menu", command.name));
            if (command.act)(&sight).is_some() {
                assert!(is_enabled, "{}", command.name);
            }
        }
        window.press(Modifiers::NONE, Key::Escape);
    }
}

#[test]
fn every_command_is_found_in_the_palette_by_its_name() {
    let mut window = two_done();
    for (_, command) in in_menus().filter(|(_, command)| command.name != "command-palette") {
        window.press(Modifiers::COMMAND, Key::K);
        window.type_text(&command.title());
        let first = window.palette().into_iter().next();
        assert_eq!(first, Some(command.title()), "{}", command.name);
        window.press(Modifiers::NONE, Key::Escape);
        assert!(window.palette().is_empty(), "Escape closes it");
    }
}

#[test]
fn every_command_is_in_the_list_of_shortcuts_with_its_keys() {
    for key in [Key::F1, Key::Questionmark] {
        let mut window = Window::open(Theme::Dark);
        window.harness.set_size([1280.0, 3000.0].into());
        window.press(Modifiers::NONE, key);
        let labels = window.labels();
        for (_, command) in in_menus() {
            assert!(labels.contains(&command.title()), "{} is not listed", command.name);
            let keys = command.keys_in_words(&window.harness.ctx);
            let is_shown = |keys: &String| labels.iter().any(|label| label.starts_with(keys));
            assert!(keys.iter().all(is_shown), "{}: {keys:?}", command.name);
        }
    }
}

#[test]
fn menu_and_keys_do_the_same() {
    for (menu, command) in in_menus() {
        let Some(keys) = command.keys.first() else { continue };
        let mut by_key = two_done();
        let mut by_menu = two_done();
        by_key.press(keys.modifiers, keys.logical_key);
        by_menu.choose(&menu.title(), &command.title());
        assert_eq!(changed(&by_key), changed(&by_menu), "{}", command.name);
    }
}

#[test]
fn the_palette_is_used_with_the_keyboard_alone() {
    let mut window = two_done();
    window.press(Modifiers::COMMAND, Key::K);
    window.type_text("select a");
    window.press(Modifiers::NONE, Key::ArrowDown);
    window.press(Modifiers::NONE, Key::ArrowUp);
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.palette().is_empty(), "it has closed");
    assert_eq!(window.harness.state().state().selection.len(), 2);
}

#[test]
fn what_cannot_be_done_now_is_told_as_such_and_stays_open() {
    let mut window = Window::open(Theme::Dark);
    window.press(Modifiers::COMMAND, Key::K);
    window.type_text("save all");
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.palette().first().map(String::as_str), Some("Save all…"));
    assert!(window.commands().is_empty());
}

#[test]
fn what_lies_over_the_window_takes_the_keys_and_gives_them_back() {
    for key in [Key::F1, Key::K] {
        let mut window = two_done();
        window.press(Modifiers::NONE, Key::Tab);
        let before = window.focused().expect("a control with the keys");
        let held = if key == Key::K { Modifiers::COMMAND } else { Modifiers::NONE };
        window.press(held, key);
        let inside = window.focused().expect("a control of what opened");
        assert_ne!(inside, before);
        // Not for the list behind it.
        window.press(Modifiers::NONE, Key::Delete);
        assert_eq!(window.harness.state().state().items.len(), 2);
        window.press(Modifiers::NONE, Key::Escape);
        assert_eq!(window.focused(), Some(before));
    }
}

#[test]
fn every_control_is_reached_with_tab() {
    let mut window = two_done();
    let is_control = |role| {
        matches!(
            role,
            Role::Button | Role::CheckBox | Role::ComboBox | Role::Slider | Role::MenuItem
        )
    };
    let wanted: Vec<String> = window
        .harness
        .query_all_by(|node| is_control(node.role()) && !node.is_disabled())
        .filter_map(|node| node.accesskit_node().label())
        .collect();
    let mut reached = Vec::new();
    for _ in 0..3 * wanted.len() {
        window.press(Modifiers::NONE, Key::Tab);
        reached.extend(window.focused());
    }
    let missed: Vec<_> = wanted.iter().filter(|name| !reached.contains(name)).collect();
    assert!(missed.is_empty(), "not reached: {missed:?}; reached: {reached:?}");
}

#[test]
fn about_names_versions_licences_and_what_leaves_this_computer() {
    let mut window = Window::with(Theme::Dark, Default::default(), |start| {
        start.about.libtorch = "2.11.0".to_owned();
        start.about.models = vec![("u2net".to_owned(), "Apache-2.0".to_owned())];
    });
    window.choose("Help", "About Cutout");
    let labels = window.labels();
    for words in [
        "Cutout",
        env!("CARGO_PKG_VERSION"),
        "libtorch",
        "2.11.0",
        "egui",
        "Apache-2.0",
        "Noto Sans",
    ] {
        assert!(labels.iter().any(|label| label == words), "{words}");
    }
    window.harness.get_by_label_contains("copies nothing to the network");
}
