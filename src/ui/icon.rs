//! Icons: Lucide's, drawn in the theme's colours.

use egui::{Align2, Atom, Button, Color32, FontId, Painter, Pos2, Response, Ui, Vec2};
use lucide_icons::Icon;

use super::fonts;

/// The size of an icon beside a word, in points.
pub const SIZE: f32 = 16.0;

/// The size of an icon behind a small word, in points.
const SMALL: f32 = 12.0;

/// An icon in a button, in the colour of its words. It says nothing: the button needs a name.
pub fn atom(icon: Icon) -> Atom<'static> {
    Atom::paint(Vec2::splat(SIZE), move |ui, args| {
        paint(ui.painter(), args.rect.center(), SIZE, icon, args.fallback_text_color);
    })
}

/// A small icon behind a word in a button.
pub fn small(icon: Icon) -> Atom<'static> {
    Atom::paint(Vec2::splat(SMALL), move |ui, args| {
        paint(ui.painter(), args.rect.center(), SMALL, icon, args.fallback_text_color);
    })
}

/// Room for an icon where there is none, so that words stand below each other.
pub fn gap() -> Atom<'static> {
    Atom::paint(Vec2::splat(SIZE), |_, _| {})
}

/// A quiet button of an icon alone, with its name for screen readers and under the pointer.
pub fn button(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    let button = Button::new(atom(icon)).frame_when_inactive(false).min_size(Vec2::splat(28.0));
    ui.add(button).accessible_name(name).on_hover_text(name)
}

/// A quiet button of an icon alone that stays pressed while something is on.
pub fn toggle(ui: &mut Ui, icon: Icon, name: &str, is_on: bool) -> Response {
    let button = Button::new(atom(icon)).frame_when_inactive(is_on).min_size(Vec2::splat(28.0));
    ui.add(button.selected(is_on)).accessible_name(name).on_hover_text(name)
}

/// Paints an icon, `size` points wide and high.
pub fn paint(painter: &Painter, centre: Pos2, size: f32, icon: Icon, colour: Color32) {
    let font = FontId::new(size, fonts::icons());
    painter.text(centre, Align2::CENTER_CENTER, char::from(icon), font, colour);
}
