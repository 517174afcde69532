//! What the user changed about one photo, and the way back.

use std::{collections::VecDeque, sync::Arc};

use crate::imaging::edit::Edits;

/// Steps kept in each direction.
pub const STEPS_MAX: usize = 100;

/// How a change joins the steps that can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is one by itself.
    Whole,
    /// It is part of one movement of the control of this name: one step together with the changes
    /// of the same control before it.
    Part(&'static str),
}

/// What the user changed about one photo, with the steps to undo and to do again. Strokes are
/// shared between the steps.
#[derive(Clone, Debug, Default)]
pub struct History {
    current: Arc<Edits>,
    undo: VecDeque<Arc<Edits>>,
    redo: Vec<Arc<Edits>>,
    /// The control whose movement the last step is.
    moving: Option<&'static str>,
}

impl History {
    /// A photo that begins with these changes, which are no step.
    pub fn starting_with(edits: Arc<Edits>) -> Self {
        Self { current: edits, ..Self::default() }
    }

    /// What is changed now.
    pub fn current(&self) -> &Arc<Edits> {
        &self.current
    }

    /// Whether there is a step to undo.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is a step to do again.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    /// Takes a change in, after which nothing can be done again; `false` where it changes nothing.
    pub fn change(&mut self, edits: Arc<Edits>, step: Step) -> bool {
        if edits == self.current {
            return false;
        }
        let goes_on = matches!(step, Step::Part(control) if self.moving == Some(control));
        if !goes_on {
            self.settle();
        }
        let before = std::mem::replace(&mut self.current, edits);
        if !goes_on {
            push_bounded(&mut self.undo, before);
        }
        self.redo.clear();
        self.moving = match step {
            Step::Whole => None,
            Step::Part(control) => Some(control),
        };
        true
    }

    /// The control was let go: the next change is a step of its own.
    pub fn settle(&mut self) {
        let moved = self.moving.take().is_some();
        // A control that came back to where it was made no step.
        if moved && self.undo.back() == Some(&self.current) {
            self.undo.pop_back();
        }
    }

    /// Goes one step back, if there is one.
    pub fn undo(&mut self) -> bool {
        self.settle();
        let Some(before) = self.undo.pop_back() else { return false };
        self.redo.push(std::mem::replace(&mut self.current, before));
        true
    }

    /// Does the step again that was undone last, if there is one.
    pub fn redo(&mut self) -> bool {
        self.settle();
        let Some(after) = self.redo.pop() else { return false };
        push_bounded(&mut self.undo, std::mem::replace(&mut self.current, after));
        true
    }
}

fn push_bounded(steps: &mut VecDeque<Arc<Edits>>, step: Arc<Edits>) {
    if steps.len() == STEPS_MAX {
        steps.pop_front();
    }
    steps.push_back(step);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imaging::edit::MaskEdits;

    fn grown(grow_px: f32) -> Arc<Edits> {
        let mask = MaskEdits { grow_px, ..MaskEdits::default() };
        Arc::new(Edits { mask, ..Edits::default() })
    }

    fn grow_px(history: &History) -> f32 {
        history.current().mask.grow_px
    }

    /// One thing done to a history.
    #[derive(Clone, Copy, Debug)]
    enum Did {
        Set(f32),
        Moved(&'static str, f32),
        LetGo,
        Undo,
        Redo,
    }
    use Did::{LetGo, Moved, Redo, Set, Undo};

    fn play(history: &mut History, doings: &[Did]) {
        for &did in doings {
            match did {
                Set(value) => {
                    history.change(grown(value), Step::Whole);
                }
                Moved(control, value) => {
                    history.change(grown(value), Step::Part(control));
                }
                LetGo => history.settle(),
                Undo => {
                    history.undo();
                }
                Redo => {
                    history.redo();
                }
            }
        }
    }

    #[test]
    fn steps_go_back_and_forth() {
        // What was done, then where it stands and how many steps there are each way.
        let cases: [(&[Did], f32, usize, usize); 15] = [
            (&[], 0.0, 0, 0),
            (&[Undo, Redo], 0.0, 0, 0),
            (&[Set(1.0), Set(2.0)], 2.0, 2, 0),
            (&[Set(1.0), Set(2.0), Undo], 1.0, 1, 1),
            (&[Set(1.0), Set(2.0), Undo, Undo, Redo, Redo], 2.0, 2, 0),
            // A change ends what could be done again; one that changes nothing does not.
            (&[Set(1.0), Undo, Set(3.0)], 3.0, 1, 0),
            (&[Set(1.0), Undo, Set(0.0)], 0.0, 0, 1),
            // One drag is one step.
            (&[Moved("a", 1.0), Moved("a", 2.0), Moved("a", 3.0)], 3.0, 1, 0),
            (&[Moved("a", 1.0), Moved("a", 2.0), Undo], 0.0, 0, 1),
            // Letting go, another control, a step by itself and undoing each end it.
            (&[Moved("a", 1.0), LetGo, Moved("a", 2.0)], 2.0, 2, 0),
            (&[Moved("a", 1.0), Moved("b", 2.0)], 2.0, 2, 0),
            (&[Moved("a", 1.0), Set(2.0), Moved("a", 3.0)], 3.0, 3, 0),
            (&[Moved("a", 1.0), Moved("a", 2.0), Undo, Moved("a", 4.0)], 4.0, 1, 0),
            // A drag that came back is no step.
            (&[Set(1.0), Moved("a", 2.0), Moved("a", 1.0), LetGo], 1.0, 1, 0),
            (&[Set(1.0), Moved("a", 2.0), Moved("a", 1.0), Undo], 0.0, 0, 1),
        ];
        for (doings, stands_at, undo, redo) in cases {
            let mut history = History::default();
            play(&mut history, doings);
            let seen = (grow_px(&history), history.undo.len(), history.redo.len());
            assert_eq!(seen, (stands_at, undo, redo), "{doings:?}");
            assert_eq!((history.can_undo(), history.can_redo()), (undo > 0, redo > 0));
        }
    }

    #[test]
    fn the_oldest_of_many_steps_are_let_go() {
        let mut history = History::starting_with(grown(-1.0));
        for value in 0..STEPS_MAX + 20 {
            history.change(grown(value as f32), Step::Whole);
        }
        let steps_back = std::iter::repeat_with(|| history.undo()).take_while(|&went| went).count();
        assert_eq!((steps_back, grow_px(&history)), (STEPS_MAX, 19.0));
        let steps_on = std::iter::repeat_with(|| history.redo()).take_while(|&went| went).count();
        assert_eq!((steps_on, grow_px(&history)), (STEPS_MAX, (STEPS_MAX + 19) as f32));
    }

    #[test]
    fn what_a_photo_begins_with_is_no_step() {
        let mut history = History::starting_with(grown(5.0));
        assert!(!history.can_undo() && !history.undo());
        assert_eq!(grow_px(&history), 5.0);
    }
}
