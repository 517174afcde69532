//! Draws the state and returns what the user did. One file a panel.

mod colour;
pub mod commands;
mod empty;
mod export;
mod focus;
mod fonts;
mod icon;
mod inspector;
mod mark;
mod memory;
mod menu;
mod notice;
mod overlay;
mod queue;
mod scroll;
mod segments;
mod slide;
mod status;
mod swatches;
mod texture;
pub mod theme;
mod toolbar;
mod typing;
mod viewer;
pub(crate) mod words;

use egui::{CentralPanel, Frame, Margin, Panel, Ui};

use crate::app::{action::Action, state::State, view::Pane};
use texture::Textures;
use theme::{SPACE, palette};
pub use typing::type_pasted;

/// What drawing remembers from frame to frame.
#[derive(Default)]
pub struct Local {
    textures: Textures,
    tiles: viewer::Tiles,
    /// Where the photo was drawn last, for zooming by keys and buttons.
    pane: Option<Pane>,
    /// What the brush does.
    painting: viewer::Painting,
    /// A key that shows the original is held.
    original_held: bool,
    queue: queue::Local,
    overlay: overlay::Local,
}

/// Draws the whole window.
pub fn show(ui: &mut Ui, state: &State, local: &mut Local, actions: &mut Vec<Action>) {
    empty::take_drops(ui, actions);
    viewer::take_keys(ui, state, local, actions);
    viewer::take_brush_keys(ui, state, &local.painting);
    let sight = commands::Sight { state, pane: local.pane };
    typing::take_keys(ui, actions);
    commands::take_keys(ui, &sight, actions);
    let palette = palette(ui.visuals());
    let frame = |fill| Frame::new().fill(fill).inner_margin(SPACE.m);
    let bar = |height_margin| {
        let margin = Margin::symmetric(SPACE.m as i8, height_margin);
        Frame::new().fill(palette.panel).inner_margin(margin)
    };
    Panel::top("menu").exact_size(26.0).frame(bar(2)).show(ui, |ui| {
        menu::show(ui, &sight, actions);
    });
    Panel::bottom("status").exact_size(36.0).frame(bar(4)).show(ui, |ui| {
        status::show(ui, state, actions);
    });
    notice::show(ui, state, actions);
    if state.items.is_empty() {
        local.pane = None;
        CentralPanel::default().frame(Frame::new().fill(palette.bg)).show(ui, |ui| {
            empty::show(ui, state, actions);
        });
    } else {
        Panel::top("toolbar").exact_size(48.0).frame(bar(8)).show(ui, |ui| {
            toolbar::show(ui, state, local, actions);
        });
        Panel::left("queue")
            .exact_size(252.0)
            .frame(Frame::new().fill(palette.panel))
            .resizable(false)
            .show(ui, |ui| queue::show(ui, &sight, &mut local.queue, &mut local.textures, actions));
        let window = ui.ctx().content_rect().size();
        let show_inspector = |ui: &mut Ui, actions: &mut Vec<Action>| {
            Panel::right("inspector")
                .exact_size(inspector::width(state, window.x))
                .frame(Frame::new().fill(palette.panel))
                .resizable(false)
                .show(ui, |ui| inspector::show(ui, &sight, actions));
        };
        let inspector_first = inspector::is_full_height(window);
        if inspector_first {
            show_inspector(ui, actions);
        }
        if state.settings.memory.panel_open {
            let height = memory::height(ui.available_height());
            Panel::bottom("memory").frame(frame(palette.panel)).exact_size(height).show(ui, |ui| {
                memory::show(ui, state, actions);
            });
        }
        if !inspector_first {
            show_inspector(ui, actions);
        }
        CentralPanel::default().frame(Frame::new().fill(palette.bg)).show(ui, |ui| {
            viewer::show(ui, state, local, actions);
        });
    }
    overlay::show(ui.ctx(), &sight, &mut local.overlay, actions);
    focus::ring(ui.ctx());
    empty::show_drop_target(ui, state);
    local.textures.let_go_of_unused();
    local.tiles.let_go_of_unused(state);
}
