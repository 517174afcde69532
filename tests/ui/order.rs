//! Choosing, moving, sorting and searching in the list, and what rows tell beside the state.

use cutout::{
    engine::protocol::{Command, Event, FileId, FileNews, Outcome},
    imaging::Doubt,
};
use egui::{Key, Modifiers, accesskit::Role, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::{pictures::done, window::Window};

const NAMES: [&str; 4] = ["d.png", "c.png", "b.png", "a.png"];

/// The letters of the rows; those chosen in upper case.
fn rows(window: &Window) -> String {
    let rows = window.harness.query_all_by(|node| node.role() == Role::ListBoxOption);
    rows.map(|row| {
        let node = row.accesskit_node();
        let letter = node.label().unwrap().chars().next().unwrap();
        if node.is_selected() == Some(true) { letter.to_ascii_uppercase() } else { letter }
    })
    .collect()
}

fn row(window: &Window, letter: char) -> egui_kittest::Node<'_> {
    let begins = |row: &egui_kittest::Node<'_>| {
        row.accesskit_node().label().is_some_and(|name| name.starts_with(letter))
    };
    let rows = window.harness.query_all_by(|node| node.role() == Role::ListBoxOption);
    rows.into_iter().find(begins).expect("a row")
}

fn click_with(window: &mut Window, letter: char, modifiers: Modifiers) {
    row(window, letter).click_modifiers(modifiers);
    window.harness.run();
}

#[test]
fn many_photos_are_chosen_with_the_usual_clicks_and_keys() {
    let mut window = Window::with_photos(&NAMES);
    assert_eq!(rows(&window), "Dcba");
    for (letter, modifiers, expected) in [
        ('b', Modifiers::COMMAND, "DcBa"),
        ('a', Modifiers::SHIFT, "dcBA"),
        ('c', Modifiers::NONE, "dCba"),
    ] {
        click_with(&mut window, letter, modifiers);
        assert_eq!(rows(&window), expected);
    }
    for (modifiers, key, expected) in [
        (Modifiers::SHIFT, Key::ArrowDown, "dCBa"),
        (Modifiers::SHIFT, Key::Home, "DCba"),
        (Modifiers::COMMAND, Key::A, "DCBA"),
        (Modifiers::NONE, Key::Escape, "Dcba"),
        (Modifiers::NONE, Key::End, "dcbA"),
        (Modifiers::SHIFT, Key::ArrowUp, "dcBA"),
        (Modifiers::NONE, Key::Delete, "dC"),
    ] {
        window.press(modifiers, key);
        assert_eq!(rows(&window), expected, "{key:?}");
    }
}

#[test]
fn photos_move_by_keys_and_menu() {
    let mut window = Window::with_photos(&NAMES);
    window.press(Modifiers::ALT, Key::ArrowDown);
    assert_eq!(rows(&window), "cDba");
    window.choose("Photo", "Move down");
    assert_eq!(rows(&window), "cbDa");
    window.press(Modifiers::ALT, Key::ArrowUp);
    assert_eq!(rows(&window), "cDba");
    assert!(window.commands().iter().any(|command| matches!(command, Command::Prefer(_))));
}

#[test]
fn photos_are_dragged_to_another_place() {
    let mut window = Window::with_photos(&NAMES);
    click_with(&mut window, 'c', Modifiers::SHIFT);
    let (from, to) = (row(&window, 'c').rect().center(), row(&window, 'a').rect().center_top());
    let harness = &mut window.harness;
    harness.drag_at(from);
    harness.run_steps(2);
    for step in [0.3, 0.7, 1.0] {
        harness.hover_at(from + (to - from) * step);
        harness.run_steps(1);
    }
    harness.drop_at(to + vec2(0.0, 2.0));
    harness.run();
    assert_eq!(rows(&window), "bDCa");
}

#[test]
fn a_row_has_a_menu_that_is_meant_for_it() {
    let mut window = Window::with_photos(&NAMES);
    row(&window, 'b').click_secondary();
    window.harness.run();
    assert_eq!(rows(&window), "dcBa");
    window.click("Remove from the list");
    assert_eq!(rows(&window), "dcA");
}

#[test]
fn the_list_is_sorted_by_its_heading() {
    let mut window = Window::with_photos(&NAMES);
    let jobs = window.jobs();
    let Outcome::Done(mut doubtful) = done(&jobs[2]) else { unreachable!() };
    doubtful.doubts = vec![Doubt::TinySubject, Doubt::TouchesBorder];
    window.finish(&jobs[2], Outcome::Done(doubtful));
    window.choose("Order of the list: As added", "By name");
    assert_eq!(rows(&window), "abcD");
    window.choose("Order of the list: By name", "Doubtful first");
    assert_eq!(rows(&window), "bDca");
    assert_eq!(window.rows()[0], "b.png, Check: tiny subject, touches the border · 0.21 s");
    window.harness.get_by_label("1 to check");
}

#[test]
fn photos_are_found_by_name_and_by_state() {
    let mut window = Window::with_photos(&NAMES);
    let job = window.jobs().remove(1);
    window.finish(&job, Outcome::Failed { why: "the file ends early".to_owned().into() });
    window.press(Modifiers::COMMAND, Key::F);
    window.harness.get_by_label("Search by name").type_text("B.P");
    window.harness.run();
    assert_eq!(rows(&window), "B");
    window.harness.get_by_label("1 of 4");
    window.press(Modifiers::NONE, Key::Escape);
    assert_eq!(rows(&window), "dcBa");
    window.choose("List", "Find photos…");
    window.pick("Photos by state", "Failed");
    assert_eq!(rows(&window), "C");
}

#[test]
fn rows_tell_what_a_look_at_their_files_found() {
    let mut window = Window::with_photos(&NAMES);
    let looked_at = window.commands().into_iter().find_map(|command| match command {
        Command::Inspect(files) => Some(files),
        _ => None,
    });
    let ids: Vec<FileId> =
        looked_at.expect("files to look at").iter().map(|file| file.id).collect();
    let size_px = (4000, 3000);
    window.tell(Event::File { id: ids[0], news: FileNews::Picture { size_px, bytes: 3_210_000 } });
    window.tell(Event::File { id: ids[1], news: FileNews::SameAs(ids[0]) });
    let reason = "photos/b.png: this is a text; choose a picture".to_owned();
    window.tell(Event::File { id: ids[2], news: FileNews::Unreadable(reason.into()) });
    assert_eq!(
        window.rows(),
        [
            "d.png, Waiting",
            "c.png, Waiting · Same picture as d.png",
            "b.png, Cannot be read: this is a text; choose a picture",
            "a.png, Waiting",
        ]
    );
    let first = row(&window, 'd');
    let node = egui_kittest::kittest::NodeT::accesskit_node(&first);
    assert_eq!(node.description().as_deref(), Some("4000 × 3000 · 3.2 MB"));
}

#[test]
fn only_rows_in_sight_or_nearly_get_their_picture_before_their_turn() {
    let names: Vec<String> = (0..500).map(|number| format!("{number:03}.png")).collect();
    let mut window = Window::with_photos(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let last = |window: &Window| {
        window.commands().into_iter().rev().find_map(|command| match command {
            Command::Thumbnails(files) => Some(files),
            _ => None,
        })
    };
    let asked = last(&window).expect("pictures");
    assert!((5..60).contains(&asked.len()), "{}", asked.len());
    assert_eq!(asked[0].source.file_name().unwrap(), "000.png");
    window.press(Modifiers::NONE, Key::End);
    let asked = last(&window).expect("pictures");
    assert!(asked.iter().any(|file| file.source.ends_with("499.png")), "{asked:?}");
    assert!(asked.len() < 60);
}
