//! The user's choices, in plain words.

use std::path::Path;

use egui::{Label, RichText, ScrollArea, Ui, vec2};

use super::heading;
use crate::{
    app::{
        action::Action,
        settings::{Adding, Look, ReduceMotion, ThemeChoice},
        state::{State, WatchState},
    },
    lang::{Language, LanguageChoice, t},
    path_text::printable,
    ui::{
        scroll, segments,
        theme::{self, SPACE, palette},
        words,
    },
};

const WIDTH: f32 = 540.0;
/// Width of the names beside the choices.
const NAME_WIDTH: f32 = 168.0;
/// Characters of a folder's path that are shown.
const PATH_LENGTH: usize = 48;

/// Draws them.
pub fn show(ui: &mut Ui, state: &State, is_new: bool, actions: &mut Vec<Action>) {
    ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 6.0 * SPACE.l));
    heading(ui, &t!("settings-title"), is_new, actions);
    let height = ui.available_height();
    scroll::show(ui, ScrollArea::vertical().max_height(height).auto_shrink([false, true]), |ui| {
        look(ui, state.settings.look, actions);
        ui.add_space(SPACE.m);
        adding(ui, state.settings.adding, actions);
        ui.add_space(SPACE.m);
        watching(ui, state, actions);
    });
}

fn look(ui: &mut Ui, look: Look, actions: &mut Vec<Action>) {
    let system = || t!("settings-as-system");
    part(ui, &t!("settings-look"));
    let language = |choice, language: Language| (choice, language.own_name().to_owned());
    let languages = [
        (LanguageChoice::System, system()),
        language(LanguageChoice::English, Language::English),
        language(LanguageChoice::German, Language::German),
    ];
    if let Some(language) = choice(ui, &t!("settings-language"), look.language, &languages) {
        actions.push(Action::SetLook(Look { language, ..look }));
    }
    let themes = [
        (ThemeChoice::System, system()),
        (ThemeChoice::Dark, t!("settings-dark")),
        (ThemeChoice::Light, t!("settings-light")),
    ];
    if let Some(theme) = choice(ui, &t!("settings-theme"), look.theme, &themes) {
        actions.push(Action::SetLook(Look { theme, ..look }));
    }
    let motions = [
        (ReduceMotion::System, system()),
        (ReduceMotion::On, t!("settings-less-motion")),
        (ReduceMotion::Off, t!("settings-full-motion")),
    ];
    if let Some(reduce_motion) = choice(ui, &t!("settings-motion"), look.reduce_motion, &motions) {
        actions.push(Action::SetLook(Look { reduce_motion, ..look }));
    }
}

fn adding(ui: &mut Ui, adding: Adding, actions: &mut Vec<Action>) {
    part(ui, &t!("settings-adding"));
    let depths = [
        (None, t!("settings-ask")),
        (Some(true), t!("settings-with-subfolders")),
        (Some(false), t!("settings-without-subfolders")),
    ];
    if let Some(subfolders) = choice(ui, &t!("settings-folders"), adding.subfolders, &depths) {
        actions.push(Action::SetAdding(Adding { subfolders }));
    }
}

fn watching(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let watching = &state.settings.watching;
    part(ui, &t!("settings-watching"));
    ui.add(Label::new(RichText::new(t!("settings-watching-what")).weak()).wrap());
    ui.add_space(SPACE.xs);
    let mut new = watching.clone();
    theme::checkbox(ui, &mut new.on, &t!("settings-watch"));
    ui.add_enabled_ui(watching.folder.is_some(), |ui| {
        theme::checkbox(ui, &mut new.subfolders, &t!("settings-watch-subfolders"));
        theme::checkbox(ui, &mut new.save, &t!("settings-watch-save"));
    });
    ui.horizontal(|ui| {
        if ui.button(t!("settings-choose-folder")).clicked() {
            actions.push(Action::PickWatchFolder);
        }
        if let Some(folder) = &watching.folder {
            folder_name(ui, folder);
        }
    });
    if let (true, WatchState::Lost(reason)) = (watching.on, &state.watch) {
        let words = match reason {
            None => t!("settings-watch-gone"),
            Some(reason) => t!("settings-watch-lost", reason = reason.as_str()),
        };
        let colour = palette(ui.visuals()).bad;
        ui.add(Label::new(RichText::new(words).color(colour)).wrap());
    }
    if new != *watching {
        actions.push(Action::SetWatching(new));
    }
}

fn folder_name(ui: &mut Ui, folder: &Path) {
    let path = printable(folder);
    ui.label(words::elided(&path, PATH_LENGTH)).on_hover_text(path);
}

fn part(ui: &mut Ui, title: &str) {
    ui.label(RichText::new(title).heading().strong());
    ui.add_space(SPACE.xs);
}

/// A name, and a row of choices beside it.
fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    name: &str,
    chosen: T,
    choices: &[(T, String)],
) -> Option<T> {
    let clicked = ui.horizontal(|ui| {
        let height = ui.spacing().interact_size.y;
        ui.allocate_ui(vec2(NAME_WIDTH, height), |ui| {
            ui.set_min_width(NAME_WIDTH);
            ui.label(name);
        });
        segments::show(ui, name, chosen, choices)
    });
    ui.add_space(SPACE.xs);
    clicked.inner
}
