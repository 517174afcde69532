//! Below the list: how far the whole is, and what makes it go on or stop.

use egui::{
    Align, Button, Label, Layout, ProgressBar, Response, RichText, Ui, WidgetText,
    containers::menu::MenuButton,
};
use lucide_icons::Icon;

use crate::{
    app::{action::Action, items::Tally},
    lang::t,
    ui::{
        commands::{self, Sight},
        icon, menu,
        theme::{SPACE, palette},
        words,
    },
};

/// The ways to stop, as the small menu beside the button has them.
const WAYS_TO_STOP: &[&[&str]] = &[&["command-stop-after-this", "command-stop"]];

/// Draws the progress. It is always as high, whatever there is to tell.
pub fn show(ui: &mut Ui, sight: &Sight, actions: &mut Vec<Action>) {
    let palette = palette(ui.visuals());
    let state = sight.state;
    let tally = state.tally();
    ui.spacing_mut().item_spacing.y = SPACE.xs;
    ui.spacing_mut().interact_size.y = 18.0;
    let time_left = state.time_left_s().filter(|_| !state.is_paused).map(words::time_left);
    let done = RichText::new(t!("queue-done", count = tally.done, all = tally.all));
    line(ui, done, time_left.unwrap_or_default());
    let ended = tally.all - tally.under_way;
    ui.add(
        ProgressBar::new(ended as f32 / tally.all.max(1) as f32)
            .desired_height(SPACE.xs)
            .corner_radius(2.0)
            .fill(palette.accent),
    )
    .accessible_name(t!("queue-progress"));
    let rate = state.pace.a_minute().filter(|_| tally.under_way > 0 && !state.is_paused);
    let rate = if state.is_paused {
        t!("queue-paused")
    } else {
        rate.map(|rate| t!("queue-rate", rate = words::rate(rate))).unwrap_or_default()
    };
    line(ui, RichText::new(notes(&tally)).small().weak(), rate);
    ui.spacing_mut().interact_size.y = 28.0;
    ui.add_space(SPACE.xs);
    ui.horizontal(|ui| buttons(ui, sight, &tally, actions));
}

/// What needs the user: "1 failed · 2 to check".
fn notes(tally: &Tally) -> String {
    let notes = [
        ("queue-failed", tally.failed),
        ("queue-to-check", tally.to_check),
        ("queue-stopped", tally.stopped),
    ];
    let there = notes.into_iter().filter(|&(_, count)| count > 0);
    there.map(|(key, count)| t!(key, count = count)).collect::<Vec<_>>().join(" · ")
}

fn line(ui: &mut Ui, left: impl Into<WidgetText>, right: String) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(RichText::new(right).small().weak());
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(left).truncate());
            });
        });
    });
}

fn buttons(ui: &mut Ui, sight: &Sight, tally: &Tally, actions: &mut Vec<Action>) {
    let mut press = |ui: &mut Ui, word: String, command: &str| {
        if button(ui, word, command).clicked() {
            actions.extend((commands::named(command).act)(sight));
        }
    };
    let paused = sight.state.is_paused;
    if tally.under_way > 0 || paused {
        let word = if paused { t!("queue-resume") } else { t!("queue-pause") };
        press(ui, word, "command-pause");
    }
    if tally.under_way > 0 {
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.x = 1.0;
            press(ui, t!("queue-stop"), "command-stop");
        });
    } else if tally.stopped > 0 {
        press(ui, t!("queue-continue"), "command-continue");
    }
    if tally.failed > 0 {
        let again = Button::new((icon::atom(Icon::RotateCcw), tally.failed.to_string()));
        let command = commands::named("command-retry-failed");
        let again = ui.add(again.gap(SPACE.xs)).on_hover_text(command.hint(ui.ctx()));
        if again.accessible_name(t!("queue-retry", count = tally.failed)).clicked() {
            actions.extend((command.act)(sight));
        }
    } else if tally.under_way == 0 && tally.done > 0 && !paused {
        press(ui, t!("queue-clear-done"), "command-clear-done");
    }
    if tally.under_way > 0 {
        let more = Button::new(icon::small(Icon::Ellipsis)).frame_when_inactive(false);
        let (response, _) = MenuButton::from_button(more)
            .ui(ui, |ui| menu::named_entries(ui, WAYS_TO_STOP, sight, actions));
        let name = t!("queue-ways-to-stop");
        response.accessible_name(&name).on_hover_text(name);
    }
}

fn button(ui: &mut Ui, word: String, command: &str) -> Response {
    let hint = commands::named(command).hint(ui.ctx());
    ui.button(word).on_hover_text(hint)
}
