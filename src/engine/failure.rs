//! Why something failed, as data around the modules' own errors. [`std::fmt::Display`] gives it in English,
//! for the command line and the log; `app/wording/` has the same in the user's language, and a test holds
//! the two together, for every variant. What the system or a library says stays as it is.

use std::{path::PathBuf, sync::Arc};

use serde::{Deserialize, Serialize};

use super::protocol::{NoGpu, Step};
use crate::{
    gpu::device::DeviceError,
    imaging::{DecodeProblem, SystemError, WriteError},
    path_text::printable,
    zoo::ModelError,
};

/// Why something failed, and the file that it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}{problem}", file.as_ref().map(|file| format!("{}: ", printable(file))).unwrap_or_default())]
pub struct Failure {
    /// The file or folder, where the problem does not name it itself.
    pub file: Option<PathBuf>,
    /// What was wrong.
    pub problem: Problem,
}

/// What was wrong and what to do. Of what is told of photos alone a session keeps the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// The file gives no picture.
    #[error(transparent)]
    Unreadable(DecodeProblem),
    /// The file holds another picture than when it was cut.
    #[error("this photo is another one by now; remove it from the list and add it again")]
    Replaced,
    /// The network found no memory.
    #[error(
        "there is not enough memory for this image, whatever was tried ({words}). Close other \
         programs and try it again{}.",
        or_on_cpu(*on_gpu)
    )]
    OutOfMemory {
        /// The allocator's words.
        words: String,
        /// Whether a GPU did the work.
        on_gpu: bool,
    },
    /// The network, or libtorch, gave up.
    #[error("the network failed on this image ({words}). Try it again{}.", or_on_cpu(*on_gpu))]
    NetworkFailed {
        /// Its words.
        words: String,
        /// Whether a GPU did the work.
        on_gpu: bool,
    },
    /// There is no network to run.
    #[error(transparent)]
    #[serde(skip)]
    NoModel(Arc<ModelProblem>),
    /// A panic.
    #[error(
        "a fault of Cutout's own while {} ({words}). The other images are not affected.",
        step.words()
    )]
    Fault {
        /// In this step.
        step: Step,
        /// The panic's words.
        words: String,
    },
    /// A panic while a photo was looked at closely.
    #[error("A fault of Cutout's own while looking closely ({words}).")]
    FaultUpClose {
        /// The panic's words.
        words: String,
    },
    /// The job was lost on its way.
    #[error("Cutout lost this job to a fault of its own; please try it again.")]
    Lost,
    /// The picture that was chosen to stand behind the subject gives none.
    #[error("The background picture cannot be used. {}: {problem}", printable(path))]
    #[serde(skip)]
    NoBackdrop {
        /// Its file.
        path: PathBuf,
        /// What is wrong with it.
        problem: DecodeProblem,
    },
    /// The folder for results cannot be made.
    #[error("this folder cannot be made ({0}); choose another")]
    #[serde(skip)]
    NoFolder(SystemError),
    /// A result cannot be written.
    #[error(transparent)]
    #[serde(skip)]
    NotWritten(WriteError),
    /// Every name that was tried was taken.
    #[error("no free name for its results")]
    NoFreeName,
    /// Something else, in these words.
    #[error("{0}")]
    Other(String),
}

/// Why there is no network to run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelProblem {
    /// The model cannot be used.
    #[error(transparent)]
    Model(Box<ModelError>),
    /// The device that was asked for cannot be used.
    #[error(transparent)]
    Device(DeviceError),
    /// A GPU is required, and none is used for this reason.
    #[error(
        "A GPU is required, but none is used: {0}. To use the CPU instead, switch \"Require GPU\" \
         off or leave --require-gpu out."
    )]
    GpuRequired(NoGpu),
    /// It was let go.
    #[error("the model was let go")]
    LetGo,
    /// There is none on the CPU.
    #[error("no model on the CPU")]
    NotOnCpu,
    /// Something else, such as a panic, in these words.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// A problem of a file.
    pub fn of(file: impl Into<PathBuf>, problem: Problem) -> Self {
        Self { file: Some(file.into()), problem }
    }
}

/// A problem that names its file, or is about none.
impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self { file: None, problem }
    }
}

/// Words that name the file.
impl From<String> for Failure {
    fn from(words: String) -> Self {
        Problem::Other(words).into()
    }
}

impl From<String> for ModelProblem {
    fn from(words: String) -> Self {
        Self::Other(words)
    }
}

impl From<ModelError> for ModelProblem {
    fn from(error: ModelError) -> Self {
        Self::Model(Box::new(error))
    }
}

impl From<DeviceError> for ModelProblem {
    fn from(error: DeviceError) -> Self {
        Self::Device(error)
    }
}

fn or_on_cpu(on_gpu: bool) -> &'static str {
    if on_gpu { ", or try --device cpu" } else { "" }
}

impl Step {
    /// For sentences: "while …".
    fn words(self) -> &'static str {
        match self {
            Self::Decoding => "reading the photo",
            Self::Inferring => "finding the subject",
            Self::Refining => "making the cutout",
            Self::Saving => "writing files",
        }
    }
}
