//! The menu File: getting pictures in and results out.

use egui::Key;
use lucide_icons::Icon;

use super::{CTRL, CTRL_SHIFT, Command, Group, Sight, keys};
use crate::{
    app::{
        action::Action,
        export::{self, Scope},
    },
    engine::protocol::OutputKind,
};

pub const GROUPS: &[Group] = &[
    &[
        Command::new("command-open", &[keys(CTRL, Key::O)], |_| Some(Action::OpenFiles))
            .icon(Icon::ImagePlus),
        Command::new("command-open-folder", &[keys(CTRL_SHIFT, Key::O)], |_| {
            Some(Action::OpenFolder)
        })
        .icon(Icon::FolderOpen),
        Command::new("command-sample", &[], |sight| {
            (!sight.state.samples.is_empty()).then_some(Action::TrySample)
        })
        .icon(Icon::Sparkles),
    ],
    &[
        Command::new("command-save-cutout", &[keys(CTRL, Key::S)], |sight| {
            save(sight, OutputKind::Cutout)
        })
        .icon(Icon::ImageDown),
        Command::new("command-save-mask", &[keys(CTRL_SHIFT, Key::S)], |sight| {
            save(sight, OutputKind::Mask)
        })
        .icon(Icon::Contrast),
        Command::new("command-save-all", &[keys(CTRL, Key::E)], |sight| {
            (sight.state.tally().done > 0).then_some(Action::OpenExport(Scope::All))
        })
        .icon(Icon::Download),
        Command::new("command-save-chosen", &[], |sight| {
            export::can_save_chosen(sight.state).then_some(Action::OpenExport(Scope::Chosen))
        }),
        Command::new("command-stop-saving", &[], |sight| {
            (sight.state.saving.under_way > 0).then_some(Action::StopSaving)
        }),
        Command::new("command-save-elsewhere", &[], |sight| {
            let notice = sight.state.notice.as_ref()?;
            notice.can_save_elsewhere.then_some(Action::SaveElsewhere)
        })
        .icon(Icon::FolderOutput),
        Command::new("command-show-folder", &[keys(CTRL_SHIFT, Key::E)], |sight| {
            let folder = sight.state.notice.as_ref()?.folder.clone()?;
            Some(Action::ShowFolder(folder))
        })
        .icon(Icon::FolderSearch),
    ],
    &[Command::new("command-quit", &[keys(CTRL, Key::Q)], |_| Some(Action::Quit))
        .icon(Icon::LogOut)],
];

fn save(sight: &Sight, kind: OutputKind) -> Option<Action> {
    export::can_save_chosen(sight.state).then_some(Action::Save(kind))
}
