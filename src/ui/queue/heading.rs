//! Above the list: how many photos there are, their order, and the field to search in.

use egui::{Align, Button, ComboBox, Label, Layout, RichText, TextEdit, Ui, vec2};
use lucide_icons::Icon;

use super::Local;
use crate::{
    app::{action::Action, arrangement::Sort, item::Group},
    lang::t,
    ui::{
        commands::{self, Sight},
        icon, menu,
        theme::SPACE,
        words,
    },
};

/// Draws the heading.
pub fn show(ui: &mut Ui, sight: &Sight, local: &mut Local, actions: &mut Vec<Action>) {
    let list = &sight.state.list;
    ui.spacing_mut().interact_size.y = 28.0;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = SPACE.xs;
            let find = commands::named("command-find").hint(ui.ctx());
            let search = icon::toggle(ui, Icon::Search, &find, list.is_searching);
            if search.clicked() {
                actions.push(Action::Find(!list.is_searching));
            }
            sorts(ui, sight, actions);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = RichText::new(count(sight)).heading().strong();
                ui.add(Label::new(text).truncate());
            });
        });
    });
    if list.is_searching {
        search(ui, sight, local, actions);
    }
    local.was_searching = list.is_searching;
}

/// "12 photos", or how many of them are shown or chosen.
fn count(sight: &Sight) -> String {
    let state = sight.state;
    let all = state.items.len();
    if state.list.is_narrowed() {
        t!("queue-shown", count = state.list.shown().len(), all = all)
    } else if state.selection.len() > 1 {
        t!("queue-chosen", count = state.selection.len(), all = all)
    } else {
        t!("count-photos", count = all)
    }
}

fn sorts(ui: &mut Ui, sight: &Sight, actions: &mut Vec<Action>) {
    let word = sort_word(sight.state.list.sort);
    ui.spacing_mut().button_padding.x = SPACE.xs;
    let text = RichText::new(&word).small().weak();
    let arrow = icon::small(Icon::ChevronDown);
    let button = Button::new((text, arrow)).gap(SPACE.xs).frame_when_inactive(false);
    let (response, _) = egui::containers::menu::MenuButton::from_button(button)
        .ui(ui, |ui| menu::entries(ui, &[commands::SORTS], sight, actions));
    let name = t!("queue-order", order = word);
    response.accessible_name(&name).on_hover_text(name);
}

fn sort_word(sort: Sort) -> String {
    t!(match sort {
        Sort::Added => "command-sort-added",
        Sort::Own => "command-sort-own",
        Sort::Doubtful => "command-sort-doubtful",
        Sort::Name => "command-sort-name",
        Sort::State => "command-sort-state",
    })
}

fn search(ui: &mut Ui, sight: &Sight, local: &Local, actions: &mut Vec<Action>) {
    let list = &sight.state.list;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = SPACE.xs;
            groups(ui, list.only, actions);
            let mut text = list.search.clone();
            let field = TextEdit::singleline(&mut text)
                .hint_text(t!("queue-search-hint"))
                .desired_width(ui.available_width())
                .margin(vec2(SPACE.s, 5.0));
            let field = ui.add(field).accessible_name(t!("queue-search"));
            if !local.was_searching {
                field.request_focus();
            }
            if field.changed() {
                actions.push(Action::Search(text));
            }
        });
    });
}

/// Which photos are shown by their state.
fn groups(ui: &mut Ui, only: Option<Group>, actions: &mut Vec<Action>) {
    let word = |group: Option<Group>| group.map_or_else(|| t!("group-all"), words::group);
    let text = RichText::new(word(only)).small();
    let box_ = ComboBox::from_id_salt("queue-groups").width(84.0).truncate();
    let response = box_
        .selected_text(text)
        .show_ui(ui, |ui| {
            for group in std::iter::once(None).chain(Group::ALL.map(Some)) {
                if ui.selectable_label(only == group, word(group)).clicked() {
                    actions.push(Action::ShowOnly(group));
                }
            }
        })
        .response;
    response.accessible_name(t!("queue-groups"));
}
