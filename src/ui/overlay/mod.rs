//! What lies over the window: it has the keys for itself until Escape or a click beside it.

mod about;
mod palette;
mod search;
mod settings;
mod shortcuts;

use egui::{Context, Frame, Id, Key, Margin, Modal, Modifiers, Ui, vec2};
use lucide_icons::Icon;

use super::{
    commands::Sight,
    export, icon,
    theme::{self, CORNER, SCRIM, SPACE, palette},
};
use crate::{
    app::action::{Action, Overlay},
    lang::t,
};

/// What drawing remembers of what lies over the window.
#[derive(Default)]
pub struct Local {
    /// What was drawn last.
    shown: Option<Overlay>,
    /// Which control had the keys before.
    before: Option<Id>,
    palette: palette::Local,
}

/// Draws what is open.
pub fn show(context: &Context, sight: &Sight, local: &mut Local, actions: &mut Vec<Action>) {
    let open = sight.state.overlay;
    let is_new = open != local.shown;
    if is_new {
        pass_keys_on(context, open, local);
    }
    let Some(overlay) = open else { return };
    let window = context.content_rect();
    let palette = palette(&context.global_style().visuals);
    let frame = Frame::popup(&context.global_style())
        .fill(palette.panel)
        .corner_radius(2 * CORNER)
        .inner_margin(Margin::same(SPACE.l as i8));
    let mut area = Modal::default_area(Id::unique("overlay"));
    if overlay == Overlay::Palette {
        // It stays where it is while its list gets shorter.
        area = area.anchor(egui::Align2::CENTER_TOP, vec2(0.0, window.height() * 0.12));
    }
    let modal = Modal::new(Id::unique("overlay")).area(area).frame(frame).backdrop_color(SCRIM);
    let response = modal.show(context, |ui| {
        ui.set_max_height(window.height() * 0.76);
        match overlay {
            Overlay::Palette => palette::show(ui, sight, &mut local.palette, is_new, actions),
            Overlay::Settings => settings::show(ui, sight.state, is_new, actions),
            Overlay::Shortcuts => shortcuts::show(ui, is_new, actions),
            Overlay::About => about::show(ui, sight.state, is_new, actions),
            Overlay::Export => export::window(ui, sight.state, is_new, actions),
            Overlay::Question => export::question(ui, sight.state, is_new, actions),
        }
    });
    let escaped = context.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    if escaped || response.backdrop_response.clicked() {
        actions.push(Action::CloseOverlay);
    }
}

/// What opens takes the keys, and gives them back to where they were when it closes.
fn pass_keys_on(context: &Context, open: Option<Overlay>, local: &mut Local) {
    if local.shown.is_none() {
        local.before = context.memory(|memory| memory.focused());
    }
    if open.is_none() {
        context.memory_mut(|memory| match local.before.take() {
            Some(before) => memory.request_focus(before),
            None => memory.stop_text_input(),
        });
    }
    local.shown = open;
    local.palette = Default::default();
}

/// The title and the button that closes.
fn heading(ui: &mut Ui, title: &str, is_new: bool, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.label(theme::title(title));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let close = icon::button(ui, Icon::X, &t!("close"));
            if is_new {
                close.request_focus();
            }
            if close.clicked() {
                actions.push(Action::CloseOverlay);
            }
        });
    });
    ui.add_space(SPACE.s);
}
