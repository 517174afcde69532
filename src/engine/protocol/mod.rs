//! What the engine is told and what it tells: plain data, no tensors, no egui.

mod command;
mod event;
mod file;
mod job;
mod memory;
mod shown;
mod snapshot;

pub use command::Command;
pub use event::{Event, ModelState, Rung};
pub use file::{FileId, FileNews, ListedFile};
pub use job::{
    Done, Job, JobId, Outcome, Output, OutputKind, Pass, Save, Step, THUMBNAIL_PX, Timings,
};
pub use memory::{Freed, LetGo, MemorySample};
pub use shown::{DetailRequest, LiveAnswer, LiveRequest, Preview};
pub use snapshot::{
    SaveSnapshot, SavedSnapshot, SnapshotEnded, SnapshotError, SnapshotOptions, SnapshotReason,
};

pub use super::tile::{Layer, TILE_PX, Tile, TileId};
// Re-exported so that the window imports this room alone.
pub use super::{
    export::{Destination, ExportOptions, OnExist},
    failure::{Failure, ModelProblem, Problem},
    template::{NameTemplate, Place, Placeholder, TemplateError},
};
pub use crate::{
    gpu::{
        allocator::AllocatorSettings,
        choice::{ChosenBy, GpuChoice, PassedOver},
        cleanup::{CleanupPoint, CleanupRecord},
        device::{DeviceError, DeviceInfo},
        ledger::{Ledger, Part, Whole},
        memory::{BlockStats, CardMemory, CardUser, CardUsers, MemoryStats},
        no_gpu::{Advice, NoGpu},
        snapshot::NoSnapshot,
        switches::{CleanupPreset, CleanupSwitches},
    },
    imaging::{FileFormat, MetadataPolicy},
    u2net::{
        Precision,
        weights::{MAX_FILE_BYTES, Mismatch, WeightsError},
    },
    zoo::ModelError,
};
