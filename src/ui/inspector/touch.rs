//! What the inspector's controls were used for in one frame.

use egui::Response;

use crate::app::history::Step;

/// What a control was used for in one frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touch {
    /// It changed something, as this step.
    pub step: Option<Step>,
    /// It was let go: what it changes next is another step.
    pub let_go: bool,
}

impl Touch {
    /// Something was chosen, all at once.
    pub fn chosen(changed: bool) -> Self {
        Self { step: changed.then_some(Step::Whole), let_go: false }
    }

    /// A control that moves was used: one movement, or one visit with the keyboard, is one step.
    pub fn moved(control: &'static str, response: &Response) -> Self {
        Self {
            step: response.changed().then_some(Step::Part(control)),
            let_go: response.drag_stopped() || response.lost_focus(),
        }
    }

    /// Both in one frame.
    pub fn and(self, other: Self) -> Self {
        Self { step: self.step.or(other.step), let_go: self.let_go || other.let_go }
    }
}
