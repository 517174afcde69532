//! The inspector: every control changes the photo in the middle, and what is saved.

use std::sync::Arc;

use cutout::{
    engine::protocol::{Command, Event, Job, LiveAnswer, Step},
    imaging::{
        Refine,
        edit::{Background, Edits, Shadow, Trim},
    },
    lang::{Language, LanguageChoice},
};
use egui::{
    Key, Modifiers, Theme,
    accesskit::{Role, Toggled},
};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::{
    pictures::done,
    window::{FakeDesktop, Window},
};

/// A window with these photos done, the first in the middle.
fn with_done(names: &[&str]) -> Window {
    let mut window = Window::with_photos(names);
    for job in window.jobs() {
        window.finish(&job, done(&job));
    }
    window
}

/// What the photo in the middle would be saved with.
fn edits(window: &mut Window) -> Arc<Edits> {
    saved(window, "Save cutout").remove(0).edits
}

fn saved(window: &mut Window, button: &str) -> Vec<Job> {
    let before = window.jobs().len();
    window.click(button);
    window.jobs().split_off(before).into_iter().filter(|job| job.save.is_some()).collect()
}

/// The jobs of all photos that are done.
fn all_saved(window: &mut Window) -> Vec<Job> {
    window.press(Modifiers::COMMAND, Key::A);
    saved(window, "Save cutout")
}

/// Brings a control into sight and clicks it.
fn click(window: &mut Window, label: &str) {
    window.harness.get_by_label(label).scroll_to_me();
    window.harness.run();
    window.click(label);
}

fn set(window: &mut Window, slider: &str, value: f64) {
    window.harness.get_by_role_and_label(Role::Slider, slider).set_value_accesskit(value);
    window.harness.run();
}

fn command(window: &mut Window, menu: &str, command: &str) {
    for name in [menu, command] {
        let entry = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
            let roles = [Role::MenuItem, Role::MenuItemCheckBox];
            node.label().as_deref() == Some(name) && roles.contains(&node.role())
        };
        window.harness.get_by(entry).click();
        window.harness.run();
    }
}

#[test]
fn every_slider_changes_its_part_of_the_photo() {
    type Seen = fn(&Edits) -> f32;
    let with_all = || {
        let mut window = with_done(&["a.png"]);
        for switch in ["Trim to the subject", "Drop shadow", "Background: Blur"] {
            click(&mut window, switch);
        }
        window
    };
    let cases: [(&str, f64, Seen, f32); 10] = [
        ("Grow or shrink", -12.0, |edits| edits.mask.grow_px, -12.0),
        ("Feather", 7.0, |edits| edits.mask.feather_px, 7.0),
        ("Soft to hard", 80.0, |edits| edits.mask.hardness, 0.8),
        ("Threshold", 30.0, |edits| edits.mask.threshold, 0.3),
        ("Margin", 55.0, |edits| edits.trim.unwrap().margin_px as f32, 55.0),
        ("Left or right", -30.0, |edits| edits.shadow.unwrap().offset_px[0], -30.0),
        ("Up or down", 90.0, |edits| edits.shadow.unwrap().offset_px[1], 90.0),
        ("Softness of the shadow", 11.0, |edits| edits.shadow.unwrap().blur_px, 11.0),
        ("Strength of the shadow", 60.0, |edits| edits.shadow.unwrap().opacity, 0.6),
        (
            "Strength of the blur",
            77.0,
            |edits| match edits.background {
                Background::Blurred { radius_px } => radius_px,
                _ => f32::NAN,
            },
            77.0,
        ),
    ];
    let mut window = with_all();
    for (slider, value, seen, expected) in cases {
        set(&mut window, slider, value);
        assert_eq!(seen(&edits(&mut window)), expected, "{slider}");
        // The number beside it says the same.
        let number = format!("{slider}, number");
        let shown = window.harness.get_by_label(&number).value().expect("a number");
        assert!(shown.starts_with(&value.to_string()), "{slider}: {shown}");
    }
}

#[test]
fn a_slider_moves_by_keys_takes_typed_numbers_and_goes_back_by_a_double_click() {
    let mut window = with_done(&["a.png", "b.png"]);
    let slider = window.harness.get_by_role_and_label(Role::Slider, "Feather");
    slider.focus();
    window.harness.run();
    for _ in 0..3 {
        window.press(Modifiers::NONE, Key::ArrowRight);
    }
    assert_eq!(edits(&mut window).mask.feather_px, 3.0, "the arrows chose no other photo");
    // All that one visit of the keyboard changed is one step.
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(edits(&mut window).mask.feather_px, 0.0);

    click(&mut window, "Feather, number");
    window.press(Modifiers::COMMAND, Key::A);
    window.harness.event(egui::Event::Text("42".to_owned()));
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(edits(&mut window).mask.feather_px, 42.0);

    let rect = window.harness.get_by_role_and_label(Role::Slider, "Feather").rect();
    // A frame of the harness lasts a quarter of a second; the clicks before are long ago.
    window.harness.ctx.options_mut(|options| options.input_options.max_double_click_delay = 1.0);
    window.harness.run_steps(8);
    for _ in 0..2 {
        window.harness.drag_at(rect.center());
        window.harness.drop_at(rect.center());
    }
    window.harness.run();
    assert_eq!(edits(&mut window).mask.feather_px, 0.0);
}

#[test]
fn one_drag_of_a_slider_is_one_step() {
    let mut window = with_done(&["a.png"]);
    let rect = window.harness.get_by_role_and_label(Role::Slider, "Feather").rect();
    window.harness.drag_at(rect.left_center() + egui::vec2(10.0, 0.0));
    for share in [0.2, 0.4, 0.6, 0.8] {
        window.harness.step();
        window.harness.hover_at(rect.left_center() + egui::vec2(rect.width() * share, 0.0));
    }
    window.harness.drop_at(rect.left_center() + egui::vec2(rect.width() * 0.8, 0.0));
    window.harness.run();
    let dragged = edits(&mut window).mask.feather_px;
    assert!((70.0..90.0).contains(&dragged), "{dragged}");
    window.press(Modifiers::COMMAND, Key::Z);
    assert!(edits(&mut window).is_unchanged());
    assert!(!window.is_enabled("Undo"));
    window.press(Modifiers::COMMAND, Key::Y);
    assert_eq!(edits(&mut window).mask.feather_px, dragged);
}

#[test]
fn switches_and_backgrounds_change_the_photo_from_the_panel_and_the_menu() {
    let blurred = Background::Blurred { radius_px: 40.0 };
    let expected = |change: fn(&mut Edits)| {
        let mut edits = Edits::default();
        change(&mut edits);
        edits
    };
    for (panel, menu, edited) in [
        (
            "Keep only the largest part",
            "Keep only the largest part",
            expected(|edits| edits.mask.keep_largest = true),
        ),
        ("Fill holes", "Fill holes", expected(|edits| edits.mask.fill_holes = true)),
        ("Refine: Off", "Refine: off", expected(|edits| edits.mask.refine = Refine::Off)),
        (
            "Refine: Fine",
            "Refine: fine, for hair and fur",
            expected(|edits| edits.mask.refine = Refine::Matting),
        ),
        ("Clean colours", "Clean colours", expected(|edits| edits.clean_colours = false)),
        (
            "Trim to the subject",
            "Trim to the subject",
            expected(|edits| edits.trim = Some(Trim { margin_px: 20 })),
        ),
        ("Drop shadow", "Drop shadow", expected(|edits| edits.shadow = Some(Shadow::default()))),
        (
            "Background: Colour",
            "White background",
            expected(|edits| edits.background = Background::Colour([255; 3])),
        ),
        (
            "Background: Blur",
            "Blurred background",
            Edits { background: blurred.clone(), ..Edits::default() },
        ),
    ] {
        let mut window = with_done(&["a.png"]);
        click(&mut window, panel);
        assert_eq!(*edits(&mut window), edited, "{panel}");
        window.click("Undo");
        assert!(edits(&mut window).is_unchanged(), "{panel}");
        command(&mut window, "Adjust", menu);
        assert_eq!(*edits(&mut window), edited, "menu: {menu}");
    }
}

#[test]
fn how_the_edge_is_refined_is_said_in_both_languages() {
    for (choice, refine, ways, clean) in [
        (
            LanguageChoice::English,
            "Refine",
            [
                ("Off", "The edge as the model sees it, enlarged."),
                ("Fine", "Hair and fur strand by strand. Takes a moment longer."),
                ("Fast", "The edge follows the colours of the photo."),
            ],
            "Clean colours",
        ),
        (
            LanguageChoice::German,
            "Verfeinern",
            [
                ("Aus", "Die Kante, wie das Modell sie sieht, vergrößert."),
                ("Fein", "Haare und Fell Strähne für Strähne. Dauert etwas länger."),
                ("Schnell", "Die Kante folgt den Farben des Fotos."),
            ],
            "Farben bereinigen",
        ),
    ] {
        let mut window = Window::with(Theme::Dark, FakeDesktop::default(), |start| {
            start.settings.in_force.look.language = choice;
        });
        window.add(&["a.png"]);
        let job = window.jobs().remove(0);
        window.finish(&job, done(&job));
        for (way, hint) in ways {
            let name = format!("{refine}: {way}");
            click(&mut window, &name);
            let chosen = window.harness.get_by_role_and_label(Role::RadioButton, &name);
            assert_eq!(chosen.accesskit_node().toggled(), Some(Toggled::True), "{name}");
            window.harness.get_by_label(hint);
        }
        let switch = window.harness.get_by_role_and_label(Role::CheckBox, clean);
        assert_eq!(switch.accesskit_node().toggled(), Some(Toggled::True));
        cutout::lang::set_language(Language::English);
    }
}

#[test]
fn that_the_first_fine_preview_takes_a_moment_is_said_until_it_is_there() {
    const REFINING: &str = "Refining the edge…";
    let is_said = |window: &Window| window.labels().iter().any(|label| label.as_str() == REFINING);
    let mut window = with_done(&["a.png"]);
    let mut choose = |way: &str| {
        click(&mut window, way);
        let said = is_said(&window);
        let Some(Command::Live(request)) = window.commands().pop() else { panic!("no preview") };
        let preview = cutout::engine::protocol::Preview {
            before: request.before.clone(),
            after: request.before.clone(),
            mask: request.before,
            trim_px: None,
            problem: None,
        };
        let (key, serial, preview) = (request.key, request.serial, preview.into());
        window.tell(Event::Live(LiveAnswer { key, serial, preview, took_ms: 400.0 }));
        assert!(!is_said(&window), "{way}");
        said
    };
    assert!(!choose("Refine: Off"));
    assert!(choose("Refine: Fine"));
    assert!(!choose("Fill holes"), "what is known of the edge is used again");
    assert!(!choose("Refine: Fast"));
}

#[test]
fn how_far_a_slow_refinement_is_stands_in_its_row() {
    let mut window = with_done(&["a.png", "b.png"]);
    let job = saved(&mut window, "Save cutout").remove(0);
    let is_said =
        |window: &Window, words: &str| window.rows().first().is_some_and(|row| row.contains(words));
    window.tell(Event::Step { id: job.id, step: Step::Refining });
    window.tell(Event::Refining { id: job.id, done: 0.4 });
    assert!(is_said(&window, "Refining 40 %"), "{:?}", window.rows());
    window.tell(Event::Step { id: job.id, step: Step::Saving });
    assert!(is_said(&window, "Done"), "{:?}", window.rows());
    window.tell(Event::Refining { id: job.id, done: 0.9 });
    window.finish(&job, cutout::engine::protocol::Outcome::Cancelled);
    assert!(is_said(&window, "Done"), "{:?}", window.rows());
}

#[test]
fn a_colour_is_chosen_and_none_takes_it_away() {
    let mut window = with_done(&["a.png"]);
    click(&mut window, "Background: Colour");
    for (swatch, colour) in
        [("Black", [0; 3]), ("Grey", [128; 3]), ("Light grey", [240; 3]), ("White", [255; 3])]
    {
        click(&mut window, &format!("Colour of the background: {swatch}"));
        assert_eq!(edits(&mut window).background, Background::Colour(colour));
    }
    click(&mut window, "Background: None");
    assert!(edits(&mut window).is_unchanged());
}

#[test]
fn a_picture_behind_the_subject_is_asked_for_by_the_desktops_dialog() {
    let mut window =
        Window::with(egui::Theme::Dark, FakeDesktop::picking("photos/sea.jpg"), |_| {});
    window.add(&["a.png"]);
    let job = window.jobs().remove(0);
    window.finish(&job, done(&job));
    click(&mut window, "Background: Picture");
    window.wait_until(|window| window.harness.query_by_label("Change…").is_some());
    window.harness.get_by_label("sea.jpg");
    let picture = Background::Picture("photos/sea.jpg".into());
    assert_eq!(edits(&mut window).background, picture);
}

#[test]
fn settings_go_to_the_selection_to_all_and_to_new_photos() {
    const NAMES: [&str; 3] = ["a.png", "b.png", "c.png"];
    for (command, expected) in [
        ("Copy settings to the selection", [true, true, false]),
        ("Copy settings to all photos", [true, true, true]),
    ] {
        let mut window = with_done(&NAMES);
        window.press(Modifiers::SHIFT, Key::ArrowDown);
        click(&mut window, "Fill holes");
        window.click("Copy to");
        window.click(command);
        let filled: Vec<_> =
            all_saved(&mut window).iter().map(|job| job.edits.mask.fill_holes).collect();
        assert_eq!(filled, expected, "{command}");
    }
    let mut window = with_done(&NAMES[..1]);
    click(&mut window, "Fill holes");
    window.click("Copy to");
    window.click("Use these settings for new photos");
    window.harness.get_by_label("New photos will begin with these settings.");
    window.add(&["d.png"]);
    assert!(window.jobs().last().unwrap().edits.mask.fill_holes);
}

#[test]
fn settings_are_copied_and_pasted_by_keys_and_reset() {
    let mut window = with_done(&["a.png", "b.png"]);
    assert!(!window.is_enabled("Reset this photo"));
    click(&mut window, "Drop shadow");
    let shift = Modifiers::COMMAND.plus(Modifiers::SHIFT);
    window.press(shift, Key::C);
    window.press(Modifiers::NONE, Key::ArrowDown);
    assert!(edits(&mut window).is_unchanged(), "each photo has settings of its own");
    window.press(shift, Key::V);
    assert_eq!(edits(&mut window).shadow, Some(Shadow::default()));
    window.click("Reset this photo");
    assert!(edits(&mut window).is_unchanged());
    command(&mut window, "Edit", "Undo");
    assert_eq!(edits(&mut window).shadow, Some(Shadow::default()));
}

#[test]
fn the_panel_is_put_away_and_comes_back_and_stays_so() {
    let mut window = with_done(&["a.png"]);
    window.click("Adjust panel");
    assert!(window.harness.query_by_label("Fill holes").is_none());
    window.click("Adjust panel");
    window.harness.get_by_label("Fill holes");
    window.press(Modifiers::NONE, Key::I);
    assert!(window.harness.query_by_label("Fill holes").is_none());
}

#[test]
fn in_a_low_window_everything_is_reached_by_scrolling() {
    let mut window = with_done(&["a.png"]);
    click(&mut window, "Drop shadow");
    window.harness.set_size(egui::vec2(900.0, 600.0));
    window.harness.run();
    let last = "Colour of the shadow: Black";
    window.harness.get_by_label(last).scroll_to_me();
    window.harness.run();
    let rect = window.harness.get_by_label(last).rect();
    let brush = window.harness.get_by_role_and_label(Role::Button, "Brush").rect();
    assert!(rect.bottom() <= brush.top() && rect.top() > 0.0, "{rect:?} {brush:?}");
}
