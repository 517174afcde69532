//! The middle of the toolbar: which view, on what backdrop, how large.

use egui::{Button, ComboBox, DragValue, Ui, WidgetText};

use super::backdrop_button;
use crate::{
    app::{
        action::Action,
        settings::ViewMode,
        state::State,
        view::{Pane, SCALE_RANGE, View, Zoom},
    },
    lang::t,
    ui::{
        Local, commands, segments,
        theme::{self, SPACE},
    },
};

/// Widths in points.
const COMBO_WIDTH: f32 = 132.0;
const SMALL_COMBO_WIDTH: f32 = 104.0;
const FIGURE_WIDTH: f32 = 56.0;
const QUIET_WIDTH: f32 = 28.0;
/// Of the box before the word of a switch, with the room around it.
const BOX_WIDTH: f32 = 26.0;

/// How much of the controls finds room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    /// Everything beside each other.
    Whole,
    /// The views in a list to open.
    Compact,
    /// That, and zooming by keys and wheel only.
    Least,
}

/// Draws the controls in the middle of the room that is left for them.
pub fn show(ui: &mut Ui, state: &State, local: &Local, actions: &mut Vec<Action>) {
    let choices = ViewMode::ALL.map(|mode| (mode, word(mode)));
    let room = ui.available_rect_before_wrap();
    let widths = segments::widths(ui, &choices);
    let row: f32 = widths.iter().sum();
    let zoom_words = [t!("viewer-fit"), t!("viewer-full-size")];
    let zoom_words: f32 = zoom_words.iter().map(|word| word_width(ui, word)).sum();
    let fixed = backdrop_button::SIZE + SPACE.l + FIGURE_WIDTH;
    let zoom = 2.0 * QUIET_WIDTH + zoom_words + 4.0 * SPACE.xs;
    let mode = state.settings.viewing.mode;
    let unsure = match mode {
        ViewMode::Overlay => word_width(ui, &t!("viewer-unsure")) + BOX_WIDTH,
        _ => 0.0,
    };
    let [whole, compact, least] = [
        row + SPACE.s + unsure + fixed + zoom,
        COMBO_WIDTH + SPACE.s + unsure + fixed + zoom,
        SMALL_COMBO_WIDTH + SPACE.s + unsure + fixed,
    ];
    let (fit, width) = if whole <= room.width() {
        (Fit::Whole, whole)
    } else if compact <= room.width() {
        (Fit::Compact, compact)
    } else {
        (Fit::Least, least.min(room.width()))
    };
    // Where even that has no room, the menu has the switch.
    let has_unsure_switch = mode == ViewMode::Overlay && least <= room.width();
    let size = egui::vec2(width, room.height());
    let group = egui::Align2::CENTER_CENTER.align_size_within_rect(size, room);
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    ui.scope_builder(egui::UiBuilder::new().max_rect(group).layout(layout), |ui| {
        ui.spacing_mut().item_spacing.x = SPACE.s;
        let chosen = match fit {
            Fit::Whole => {
                let context = ui.ctx().clone();
                let hint = |mode| Some(commands::named(command(mode)).hint(&context));
                segments::row(ui, &t!("viewer-view"), mode, &choices, &widths, hint)
            }
            Fit::Compact => combo(ui, mode, &choices, COMBO_WIDTH),
            Fit::Least => combo(ui, mode, &choices, SMALL_COMBO_WIDTH),
        };
        actions.extend(chosen.map(Action::SetMode));
        if has_unsure_switch {
            unsure_switch(ui, state.settings.viewing.show_unsure, actions);
        }
        backdrop_button::show(ui, state.settings.viewing.backdrop, actions);
        ui.add_space(SPACE.s);
        zoom_controls(ui, state, local.pane, fit, actions);
    });
}

/// Whether the overlay tells where the edge is unsure.
fn unsure_switch(ui: &mut Ui, is_shown: bool, actions: &mut Vec<Action>) {
    let mut show = is_shown;
    let switch = theme::checkbox(ui, &mut show, &t!("viewer-unsure"));
    if switch.on_hover_text(t!("viewer-unsure-what")).changed() {
        actions.push(Action::ShowUnsure(show));
    }
}

fn word_width(ui: &Ui, word: &str) -> f32 {
    let galley = WidgetText::from(word).into_galley(
        ui,
        Some(egui::TextWrapMode::Extend),
        f32::INFINITY,
        egui::TextStyle::Button,
    );
    galley.size().x.ceil() + 2.0 * SPACE.s
}

fn word(mode: ViewMode) -> String {
    match mode {
        ViewMode::Wipe => t!("viewer-mode-wipe"),
        ViewMode::SideBySide => t!("viewer-mode-side-by-side"),
        ViewMode::Cutout => t!("viewer-cutout"),
        ViewMode::Mask => t!("viewer-mask"),
        ViewMode::Overlay => t!("viewer-overlay"),
    }
}

fn command(mode: ViewMode) -> &'static str {
    match mode {
        ViewMode::Wipe => "command-view-wipe",
        ViewMode::SideBySide => "command-view-side-by-side",
        ViewMode::Cutout => "command-view-cutout",
        ViewMode::Mask => "command-view-mask",
        ViewMode::Overlay => "command-view-overlay",
    }
}

fn combo(
    ui: &mut Ui,
    mode: ViewMode,
    choices: &[(ViewMode, String)],
    width: f32,
) -> Option<ViewMode> {
    let mut chosen = mode;
    let combo = ComboBox::from_id_salt("view-mode").width(width).truncate();
    let combo = combo.selected_text(word(mode));
    let shown = ui.scope(|ui| {
        ui.set_max_width(width);
        combo.show_ui(ui, |ui| {
            for (mode, word) in choices {
                let hint = commands::named(command(*mode)).hint(ui.ctx());
                ui.selectable_value(&mut chosen, *mode, word).on_hover_text(hint);
            }
        })
    });
    shown.inner.response.accessible_name(t!("viewer-view"));
    (chosen != mode).then_some(chosen)
}

fn zoom_controls(
    ui: &mut Ui,
    state: &State,
    pane: Option<Pane>,
    fit: Fit,
    actions: &mut Vec<Action>,
) {
    ui.spacing_mut().item_spacing.x = SPACE.xs;
    ui.spacing_mut().button_padding.x = SPACE.s;
    ui.add_enabled_ui(pane.is_some(), |ui| {
        let sight = commands::Sight { state, pane };
        let mut quiet = |ui: &mut Ui, word: &str, command: &str| {
            let command = commands::named(command);
            let button = Button::new(word).frame_when_inactive(false);
            let button = ui.add(button.min_size(egui::vec2(QUIET_WIDTH, 0.0)));
            let button = button.accessible_name(t!(command.name));
            if button.on_hover_text(command.hint(ui.ctx())).clicked() {
                actions.extend((command.act)(&sight));
            }
        };
        if fit != Fit::Least {
            quiet(ui, "−", "command-zoom-out");
        }
        let typed = figure(ui, &state.view, pane);
        if fit != Fit::Least {
            quiet(ui, "+", "command-zoom-in");
            quiet(ui, &t!("viewer-fit"), "command-fit");
            quiet(ui, &t!("viewer-full-size"), "command-full-size");
        }
        actions.extend(typed.map(Action::SetView));
    });
}

/// The zoom as a figure to be typed over or dragged.
fn figure(ui: &mut Ui, view: &View, pane: Option<Pane>) -> Option<View> {
    let scale = pane.map(|pane| view.scale(&pane));
    let mut percent = scale.map_or(100.0, |scale| scale * 100.0);
    let (least, most) = SCALE_RANGE;
    let value = DragValue::new(&mut percent)
        .range(least * 100.0..=most * 100.0)
        .max_decimals(0)
        .speed(0.5)
        .suffix(" %")
        .update_while_editing(false);
    let response = ui.add_sized([FIGURE_WIDTH, ui.spacing().interact_size.y], value);
    let response = response.accessible_name(t!("viewer-zoom"));
    let changed = response.on_hover_text(t!("viewer-zoom-what")).changed();
    let (pane, scale) = pane.zip(scale)?;
    let zoomed = view.zoomed(&pane, percent / 100.0 / scale, [0.0, 0.0]);
    (changed && zoomed.zoom != Zoom::Scale(scale)).then_some(zoomed)
}
