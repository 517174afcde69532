//! What the memory panel knows: the last minute, the cleanup points and what they cost, the peaks
//! of images, and what the window itself keeps.

mod cleanups;
pub mod freed;
mod history;
mod kept;
mod marks;
mod times;

pub use cleanups::{Cleanups, Measure, PointTotals};
pub use history::{HISTORY_S, MemoryHistory, Reading, Slot, Span};
pub use kept::Kept;
pub use marks::{Mark, Marks};
pub use times::{ImagePeaks, InferTimes};
