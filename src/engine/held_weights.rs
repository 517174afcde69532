//! What the model's weights hold of the device's memory, from the first byte that is loaded to the last
//! that is dropped.

use std::sync::{Mutex, PoisonError};

/// What the weights hold. The inference thread changes it, any thread reads it.
#[derive(Default)]
pub struct HeldWeights(Mutex<Held>);

/// What the weights held at one moment. Two that are equal have nothing between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    state: State,
    /// Counts the changes.
    revision: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// There are none.
    #[default]
    None,
    /// They are being loaded: what is live beyond these bytes is theirs.
    Loading { before_bytes: u64 },
    /// They are there.
    Loaded { bytes: u64 },
}

impl HeldWeights {
    /// Loading begins, with so many bytes in live tensors.
    pub fn loading(&self, live_bytes: u64) {
        self.set(State::Loading { before_bytes: live_bytes });
    }

    /// They hold so many bytes from now on; 0 where there are none.
    pub fn set_bytes(&self, bytes: u64) {
        self.set(if bytes == 0 { State::None } else { State::Loaded { bytes } });
    }

    /// What they hold now.
    pub fn get(&self) -> Held {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *held = Held { state, revision: held.revision + 1 };
    }
}

impl Held {
    /// Their bytes where so many are in live tensors.
    pub fn bytes(&self, live_bytes: u64) -> u64 {
        match self.state {
            State::None => 0,
            State::Loading { before_bytes } => live_bytes.saturating_sub(before_bytes),
            State::Loaded { bytes } => bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_live_beyond_what_was_there_is_theirs_while_they_are_loaded() {
        let held = HeldWeights::default();
        assert_eq!(held.get().bytes(70), 0);
        held.loading(10);
        assert_eq!([0, 10, 70].map(|live_bytes| held.get().bytes(live_bytes)), [0, 0, 60]);
        held.set_bytes(60);
        assert_eq!([10, 70, 500].map(|live_bytes| held.get().bytes(live_bytes)), [60; 3]);
        held.set_bytes(0);
        assert_eq!(held.get().bytes(500), 0);
    }

    #[test]
    fn a_change_that_was_taken_back_is_still_seen() {
        let held = HeldWeights::default();
        let before = held.get();
        held.loading(0);
        held.set_bytes(0);
        assert_ne!(held.get(), before);
    }
}
