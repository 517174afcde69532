//! The engine: one named inference thread that owns the model and every tensor, with decoding
//! before it and finishing after it on other threads.

pub mod protocol;

use crossbeam_channel::Receiver;
use protocol::{Command, Event};

/// A running engine. Dropping it ends every job and joins its threads.
pub struct Engine {
    events: Receiver<Event>,
}

impl Engine {
    /// Hands a command over without waiting; gives it back when the engine is too busy to take it
    /// right now, to be tried again.
    pub fn send(&self, command: Command) -> Result<(), Command> {
        Err(command)
    }

    /// What the engine tells, in order. The `wake` closure given at the start runs after each one.
    pub fn events(&self) -> &Receiver<Event> {
        &self.events
    }
}
