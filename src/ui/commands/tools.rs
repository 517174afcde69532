//! The menu Tools: memory and the model.

use lucide_icons::Icon;

use super::{Command, Group};
use crate::{app::action::Action, engine::protocol::ModelState, ui::memory};

pub const GROUPS: &[Group] = &[&[
    Command::new("command-free-cache", &[], |sight| {
        memory::is_of_gpu(sight.state).then_some(Action::FreeCache)
    })
    .icon(Icon::MemoryStick),
    Command::new("command-unload-model", &[], |sight| {
        let is_loaded = matches!(sight.state.model, Some(ModelState::Ready { .. }));
        is_loaded.then_some(Action::UnloadModel)
    })
    .icon(Icon::Unplug),
]];
