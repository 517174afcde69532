//! How each part of the ledger looks and what it says of itself.

use egui::{Color32, Painter, Rect, Stroke, pos2};

use super::users;
use crate::{
    app::{memory::Kept, state::State},
    engine::protocol::{Ledger, Part, Whole},
    lang::t,
    ui::{
        theme::{CACHED, CONTEXT, ON_LEDGER, OTHERS, WEIGHTS, WORKING_SET},
        words,
    },
};

/// Fine lines over a part: told apart by more than colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// None.
    Plain,
    /// Rising to the right.
    Rising,
    /// Falling to the right.
    Falling,
    /// Lying.
    Level,
    /// Standing.
    Upright,
}

/// A part's colour and pattern; what is free has none.
pub fn look(part: Part) -> Option<(Color32, Pattern)> {
    match part {
        Part::Weights => Some((WEIGHTS, Pattern::Plain)),
        Part::WorkingSet => Some((WORKING_SET, Pattern::Rising)),
        Part::Cached | Part::Pictures => Some((CACHED, Pattern::Upright)),
        Part::Context | Part::Program => Some((CONTEXT, Pattern::Level)),
        Part::Others => Some((OTHERS, Pattern::Falling)),
        Part::Free => None,
    }
}

/// A part's name.
pub fn name(part: Part) -> String {
    match part {
        Part::Weights => t!("part-weights"),
        Part::WorkingSet => t!("part-working-set"),
        Part::Cached => t!("part-cached"),
        Part::Context => t!("part-context"),
        Part::Pictures => t!("part-pictures"),
        Part::Program => t!("part-program"),
        Part::Others => t!("part-others"),
        Part::Free => t!("part-free"),
    }
}

/// Draws a pattern.
pub fn hatch(painter: &Painter, rect: Rect, pattern: Pattern) {
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let stroke = Stroke::new(1.0, ON_LEDGER.gamma_multiply(0.35));
    let step = 5.0;
    let lean = match pattern {
        Pattern::Plain => return,
        Pattern::Level => {
            let mut y = rect.top() + 2.5;
            while y < rect.bottom() {
                painter.hline(rect.x_range(), y, stroke);
                y += step - 1.0;
            }
            return;
        }
        Pattern::Upright => 0.0,
        Pattern::Rising => rect.height(),
        Pattern::Falling => -rect.height(),
    };
    let mut x = rect.left() - rect.height();
    while x < rect.right() + rect.height() {
        painter.line_segment([pos2(x, rect.bottom()), pos2(x + lean, rect.top())], stroke);
        x += step;
    }
}

/// What a part is, and why it is as large as it is.
pub fn explained(part: Part, ledger: &Ledger, state: &State) -> String {
    let bytes = words::bytes(ledger.bytes_of(part));
    let on_card = ledger.whole == Whole::Card;
    let what = match part {
        Part::Weights => t!("part-weights-what"),
        Part::WorkingSet => t!("part-working-set-what"),
        Part::Cached => t!("part-cached-what"),
        Part::Context if ledger.context_is_estimate && ledger.bytes_of(part) == 0 => {
            format!("{} {}", t!("part-context-what"), t!("part-context-unknown"))
        }
        Part::Context if ledger.context_is_estimate => {
            format!("{} {}", t!("part-context-what"), t!("part-context-estimate"))
        }
        Part::Context => t!("part-context-what"),
        Part::Pictures => t!("part-pictures-what"),
        Part::Program => {
            format!("{} {}", t!("part-program-what"), words::kept(&Kept::of(state)))
        }
        Part::Others if on_card => users::explained(ledger, state.card_users.as_ref()),
        Part::Others => t!("part-others-what"),
        Part::Free if on_card => t!("part-free-card-what"),
        Part::Free => t!("part-free-what"),
    };
    format!("{} {bytes}\n{what}", name(part))
}
