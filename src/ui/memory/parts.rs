//! How each part of the ledger looks and what it says of itself.

use egui::{Color32, Painter, Rect, Stroke, pos2};

use crate::{
    app::{memory::Kept, state::State},
    engine::protocol::{Ledger, Part, Whole},
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
pub fn name(part: Part) -> &'static str {
    match part {
        Part::Weights => "Weights",
        Part::WorkingSet => "This image",
        Part::Cached => "Cached",
        Part::Context => "Context",
        Part::Pictures => "Pictures",
        Part::Program => "Rest of Cutout",
        Part::Others => "Other programs",
        Part::Free => "Free",
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
        Part::Weights => "The model's weights. They stay until the model is unloaded.".to_owned(),
        Part::WorkingSet => {
            "Tensors of the image under way: its input, the network's features and its map. \
             Nothing between two images."
                .to_owned()
        }
        Part::Cached => {
            "Reserved by libtorch and in no tensor (reserved minus allocated): kept so that the \
             next image need not ask the driver. The cleanup points and Free cache give it back."
                .to_owned()
        }
        Part::Context => context_explained(ledger),
        Part::Pictures => "Decoded photos on their way through the pipeline.".to_owned(),
        Part::Program => format!(
            "Everything else of this program: its code and libraries, libtorch's buffers, and \
             the window. {}",
            words::kept(&Kept::of(state.items.iter()))
        ),
        Part::Others if on_card => {
            let driver = ledger.driver_bytes.map(words::bytes);
            let driver = driver.map(|bytes| format!(" {bytes} of it the driver keeps for itself."));
            format!("What other programs hold on this card.{}", driver.unwrap_or_default())
        }
        Part::Others => "What all other programs and the system hold.".to_owned(),
        Part::Free if on_card => "What no program holds: the driver's own figure.".to_owned(),
        Part::Free => "What a program could still have: the system's own figure.".to_owned(),
    };
    format!("{} {bytes}\n{what}", name(part))
}

fn context_explained(ledger: &Ledger) -> String {
    let estimate = if ledger.context_is_estimate {
        " The driver does not tell this program's share here: this is what was measured when the \
         context was opened."
    } else {
        ""
    };
    format!(
        "The driver's context and CUDA's libraries for this program. nvidia-smi counts them too, \
         so it reads higher than Reserved by this much. No tensor is in here, and nothing frees \
         it but closing Cutout.{estimate}"
    )
}
