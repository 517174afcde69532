//! Choosing what shows through a cutout.

use egui::{
    CornerRadius, Popup, PopupCloseBehavior, Rect, Response, RichText, Sense, Stroke, StrokeKind,
    Ui, WidgetInfo, accesskit::Role, vec2,
};

use super::backdrop;
use crate::{
    app::{action::Action, settings::Backdrop},
    lang::t,
    ui::{
        colour,
        theme::{CORNER, SPACE, palette},
    },
};

/// Width and height of the button, in points.
pub const SIZE: f32 = 30.0;
/// What the sliders start with on the checkerboard, which has no one colour.
const OWN_COLOUR: [u8; 3] = [128; 3];

/// Draws the button, and the choices where it was pressed.
pub fn show(ui: &mut Ui, chosen: Backdrop, actions: &mut Vec<Action>) {
    let button = swatch(ui, chosen, false, Role::Button, &t!("viewer-backdrop"));
    let what = format!("{}: {}", t!("viewer-backdrop-what"), word(chosen));
    let button = button.on_hover_text(what);
    let popup = Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    popup.show(|ui| {
        ui.label(RichText::new(t!("viewer-backdrop")).weak());
        ui.horizontal(|ui| {
            for backdrop in
                [Backdrop::Checkerboard, Backdrop::White, Backdrop::Black, Backdrop::Grey]
            {
                let is_chosen = backdrop == chosen;
                let name = word(backdrop);
                let response = swatch(ui, backdrop, is_chosen, Role::RadioButton, &name);
                if response.on_hover_text(&name).clicked() {
                    actions.push(Action::SetBackdrop(backdrop));
                }
            }
        });
        ui.add_space(SPACE.s);
        ui.label(RichText::new(t!("viewer-backdrop-colour")).weak());
        let colour = chosen.colour().unwrap_or(OWN_COLOUR);
        if let Some(colour) = colour::show(ui, "backdrop", colour) {
            actions.push(Action::SetBackdrop(Backdrop::Colour(colour)));
        }
    });
}

fn word(backdrop: Backdrop) -> String {
    match backdrop {
        Backdrop::Checkerboard => t!("viewer-backdrop-checkerboard"),
        Backdrop::White => t!("colour-white"),
        Backdrop::Black => t!("colour-black"),
        Backdrop::Grey => t!("colour-grey"),
        Backdrop::Colour(colour) => colour::hex(colour),
    }
}

/// A button that shows a backdrop.
fn swatch(ui: &mut Ui, backdrop: Backdrop, is_chosen: bool, role: Role, name: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(SIZE, SIZE), Sense::click());
    response.widget_info(|| match role {
        Role::RadioButton => WidgetInfo::selected(role, ui.is_enabled(), is_chosen, name),
        role => WidgetInfo::labeled(role, ui.is_enabled(), name),
    });
    let palette = palette(ui.visuals());
    let style = ui.style().interact(&response);
    let inside = rect.shrink(5.0);
    ui.painter().rect(
        rect,
        CornerRadius::same(CORNER),
        style.bg_fill,
        style.bg_stroke,
        StrokeKind::Inside,
    );
    backdrop::paint(&ui.painter_at(inside), inside.min, backdrop);
    let (line, width) = if is_chosen { (palette.accent, 2.0) } else { (palette.muted, 1.0) };
    let frame: Rect = inside.expand(if is_chosen { 2.0 } else { 0.0 });
    ui.painter().rect_stroke(frame, 2.0, Stroke::new(width, line), StrokeKind::Inside);
    response
}
