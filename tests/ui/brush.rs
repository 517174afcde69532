//! The brush: keys, strokes in pixels of the photo, lines, moving the photo meanwhile.

use std::sync::Arc;

use cutout::imaging::edit::{BrushTool, Edits, Stroke};
use egui::{Key, Modifiers, PointerButton, Pos2, Rect, Vec2, accesskit::Role, pos2, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::{pictures::done, window::Window};

/// The size of the photos that the scenes draw.
const PHOTO: Vec2 = vec2(600.0, 400.0);

fn with_photo() -> Window {
    let mut window = Window::with_photos(&["a.png"]);
    let job = window.jobs().remove(0);
    window.finish(&job, done(&job));
    window
}

fn with_brush() -> Window {
    let mut window = with_photo();
    window.press(Modifiers::NONE, Key::B);
    window
}

/// Where a place of the photo is on the screen, while the photo fits.
fn on_screen(window: &Window, [x, y]: [f32; 2]) -> Pos2 {
    let is_picture = |node: &egui_kittest::kittest::AccessKitNode<'_>| {
        node.role() == Role::Image && node.label().is_some_and(|label| label.contains("a.png"))
    };
    let area = window.harness.get_by(is_picture).rect();
    let scale = (area.width() / PHOTO.x).min(area.height() / PHOTO.y);
    Rect::from_center_size(area.center(), PHOTO * scale).min + vec2(x, y) * scale
}

fn button(window: &Window, at: Pos2, button: PointerButton, pressed: bool, modifiers: Modifiers) {
    window.harness.event(egui::Event::PointerMoved(at));
    let event = egui::Event::PointerButton { pos: at, button, pressed, modifiers };
    window.harness.event_modifiers(event, modifiers);
}

/// Drags over these places of the screen.
fn drag(window: &mut Window, with: PointerButton, modifiers: Modifiers, places: &[Pos2]) {
    let (first, last) = (places[0], places[places.len() - 1]);
    button(window, first, with, true, modifiers);
    for &at in &places[1..] {
        window.harness.event(egui::Event::PointerMoved(at));
        window.harness.step();
    }
    button(window, last, with, false, modifiers);
    window.harness.run();
    window.harness.remove_cursor();
    window.harness.run();
}

fn paint(window: &mut Window, modifiers: Modifiers, places_px: &[[f32; 2]]) {
    let places: Vec<_> = places_px.iter().map(|&place| on_screen(window, place)).collect();
    drag(window, PointerButton::Primary, modifiers, &places);
}

fn edits(window: &mut Window) -> Arc<Edits> {
    window.click("Save cutout");
    window.jobs().pop().expect("a job").edits
}

fn strokes(window: &mut Window) -> Vec<Arc<Stroke>> {
    edits(window).strokes.clone()
}

fn number(window: &Window, name: &str) -> String {
    window.harness.get_by_label(&format!("{name}, number")).value().expect("a number")
}

fn is_chosen(window: &Window, tool: &str) -> bool {
    let node = window.harness.get_by_label(tool);
    node.accesskit_node().is_selected() == Some(true)
        || node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True)
}

fn assert_near(points_px: &[[f32; 2]], expected: &[[f32; 2]]) {
    assert_eq!(points_px.len(), expected.len(), "{points_px:?}");
    for (point, expected) in points_px.iter().zip(expected) {
        let off = (pos2(point[0], point[1]) - pos2(expected[0], expected[1])).length();
        assert!(off < 1.5, "{points_px:?}, not {expected:?}");
    }
}

#[test]
fn keys_take_the_brush_change_it_and_put_it_down() {
    let mut window = with_photo();
    let size = |window: &Window| number(window, "Brush size");
    let softness = |window: &Window| number(window, "Brush softness");
    assert!(window.harness.query_by_label("Brush: Keep").is_none());
    window.press(Modifiers::NONE, Key::B);
    assert_eq!((size(&window).as_str(), softness(&window).as_str()), ("60 px", "30 %"));
    for (modifiers, key, expected) in [
        (Modifiers::NONE, Key::CloseBracket, ("72 px", "30 %")),
        (Modifiers::NONE, Key::OpenBracket, ("60 px", "30 %")),
        (Modifiers::SHIFT, Key::CloseCurlyBracket, ("60 px", "40 %")),
        (Modifiers::SHIFT, Key::OpenCurlyBracket, ("60 px", "30 %")),
        (Modifiers::NONE, Key::OpenCurlyBracket, ("60 px", "20 %")),
    ] {
        window.press(modifiers, key);
        assert_eq!((size(&window).as_str(), softness(&window).as_str()), expected, "{key:?}");
    }
    assert!(is_chosen(&window, "Brush: Keep"));
    window.press(Modifiers::NONE, Key::X);
    assert!(is_chosen(&window, "Brush: Erase") && !is_chosen(&window, "Brush: Keep"));
    for key in [Key::Escape, Key::B] {
        window.press(Modifiers::NONE, key);
        assert!(window.harness.query_by_label("Brush: Keep").is_none(), "{key:?}");
        window.press(Modifiers::NONE, Key::B);
    }
}

#[test]
fn a_drag_paints_one_stroke_in_pixels_of_the_photo() {
    let mut window = with_brush();
    window.click("Brush: Erase");
    let places = [[100.0, 100.0], [150.0, 120.0], [200.0, 180.0], [300.0, 200.0]];
    paint(&mut window, Modifiers::NONE, &places);
    let painted = strokes(&mut window);
    assert_eq!(painted.len(), 1);
    let stroke = &painted[0];
    assert_eq!((stroke.tool, stroke.radius_px), (BrushTool::Erase, 30.0));
    assert_near(&stroke.points_px, &places);
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(strokes(&mut window).len(), 0);
    window.press(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z);
    assert_eq!(strokes(&mut window), painted);
}

#[test]
fn a_click_is_a_dab_and_shift_draws_a_straight_line_to_the_next() {
    let mut window = with_brush();
    paint(&mut window, Modifiers::NONE, &[[80.0, 60.0]]);
    paint(&mut window, Modifiers::SHIFT, &[[400.0, 300.0]]);
    let painted = strokes(&mut window);
    assert_eq!(painted.len(), 2);
    assert_near(&painted[0].points_px, &[[80.0, 60.0]]);
    assert_near(&painted[1].points_px, &[[80.0, 60.0], [400.0, 300.0]]);
    // A double click is two dabs; it does not change the zoom.
    let zoom = window.zoom_percent();
    for _ in 0..2 {
        paint(&mut window, Modifiers::NONE, &[[200.0, 200.0]]);
    }
    assert_eq!((strokes(&mut window).len(), window.zoom_percent()), (4, zoom));
}

#[test]
fn zoom_does_not_change_where_and_how_wide_it_paints() {
    let mut window = with_brush();
    let middle = [300.0, 200.0];
    paint(&mut window, Modifiers::NONE, &[middle]);
    let at = on_screen(&window, middle);
    for key in [Key::Plus, Key::Plus, Key::Plus] {
        window.press(Modifiers::NONE, key);
    }
    drag(&mut window, PointerButton::Primary, Modifiers::NONE, &[at]);
    let painted = strokes(&mut window);
    assert_near(&painted[1].points_px, &[middle]);
    assert_eq!(painted[0].radius_px, painted[1].radius_px);
}

#[test]
fn the_photo_is_moved_with_space_or_the_middle_button() {
    for with_space in [true, false] {
        let mut window = with_brush();
        for _ in 0..6 {
            window.press(Modifiers::NONE, Key::Plus);
        }
        let middle = on_screen(&window, [300.0, 200.0]);
        let places = [middle, middle + vec2(40.0, 0.0), middle + vec2(100.0, 0.0)];
        if with_space {
            window.harness.key_down(Key::Space);
            drag(&mut window, PointerButton::Primary, Modifiers::NONE, &places);
            window.harness.key_up(Key::Space);
            window.harness.run();
        } else {
            drag(&mut window, PointerButton::Middle, Modifiers::NONE, &places);
        }
        assert_eq!(strokes(&mut window).len(), 0);
        // The middle of the pane now shows another part of the photo.
        drag(&mut window, PointerButton::Primary, Modifiers::NONE, &[middle]);
        let painted = strokes(&mut window);
        assert_eq!(painted.len(), 1);
        assert!(painted[0].points_px[0][0] < 299.0, "{:?}", painted[0].points_px);
    }
}

#[test]
fn strokes_can_all_be_removed_and_that_can_be_taken_back() {
    let mut window = with_brush();
    for x in [100.0, 200.0, 300.0] {
        paint(&mut window, Modifiers::NONE, &[[x, 100.0]]);
    }
    window.click("Remove 3 strokes");
    assert_eq!(strokes(&mut window).len(), 0);
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(strokes(&mut window).len(), 3);
}

#[test]
fn fifty_strokes_are_taken_back_one_by_one() {
    let mut window = with_brush();
    for stroke in 0..55 {
        paint(&mut window, Modifiers::NONE, &[[100.0 + 5.0 * stroke as f32, 100.0]]);
    }
    for left in (5..55).rev() {
        window.press(Modifiers::COMMAND, Key::Z);
        if left % 10 == 5 {
            assert_eq!(strokes(&mut window).len(), left);
        }
    }
}

#[test]
fn without_the_brush_a_drag_moves_nothing_but_the_photo() {
    let mut window = with_photo();
    paint(&mut window, Modifiers::NONE, &[[100.0, 100.0], [200.0, 200.0]]);
    assert_eq!(strokes(&mut window).len(), 0);
}
