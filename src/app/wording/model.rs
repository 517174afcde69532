//! Why there is no network to run.

use std::path::{Path, PathBuf};

use super::{device::advised, no_gpu, system};
use crate::{
    engine::protocol::{
        DeviceError, MAX_FILE_BYTES, Mismatch, ModelError, ModelProblem, WeightsError,
    },
    lang::t,
    path_text::{escaped, printable},
};

/// Why there is no network to run.
pub fn no_model(problem: &ModelProblem) -> String {
    match problem {
        ModelProblem::Model(error) => model(error),
        ModelProblem::Device(DeviceError { number, reason }) => {
            let advice = advised(reason).map(|advice| format!("{advice} ")).unwrap_or_default();
            let (number, why) = (number.to_string(), no_gpu(reason));
            t!("model-no-device", number = number, why = why, advice = advice)
        }
        ModelProblem::GpuRequired(reason) => t!("model-gpu-required", why = no_gpu(reason)),
        ModelProblem::LetGo => t!("model-let-go"),
        ModelProblem::NotOnCpu => t!("model-not-on-cpu"),
        ModelProblem::Other(words) => words.clone(),
    }
}

fn model(error: &ModelError) -> String {
    match error {
        ModelError::NotHere { id, looked } => {
            t!("model-not-here", id = id.as_str(), folders = list(looked))
        }
        ModelError::Unknown { spec, known } => {
            t!("model-unknown", name = escaped(spec), known = known.as_str())
        }
        ModelError::Read { path, source } => {
            t!("model-unreadable", file = shown(path), reason = system(source))
        }
        ModelError::TooLarge { path } => {
            t!("model-too-large", file = shown(path), limit = (MAX_FILE_BYTES >> 20).to_string())
        }
        ModelError::Checksum { id, path, expected, found, found_bytes } => t!(
            "model-another",
            id = id.as_str(),
            file = shown(path),
            expected = expected.as_str(),
            found = found.as_str(),
            bytes = found_bytes.to_string()
        ),
        ModelError::Cancelled(_) => t!("model-cancelled"),
        ModelError::Weights { path, source } => {
            t!("model-unusable", file = shown(path), reason = weights(source))
        }
    }
}

fn weights(error: &WeightsError) -> String {
    match error {
        WeightsError::Cancelled(_) => t!("model-cancelled"),
        WeightsError::UnknownFormat => t!("weights-format"),
        WeightsError::Malformed { format, what } => {
            t!("weights-malformed", format = *format, what = what.as_str())
        }
        WeightsError::ForbiddenGlobal { global } => {
            t!("weights-forbidden", global = global.as_str())
        }
        WeightsError::OtherNetwork { count, first } => {
            t!("weights-other-network", count = count.to_string(), first = first.as_str())
        }
        WeightsError::Mismatch { network, first, others } => {
            t!("weights-mismatch", network = *network, first = mismatch(first), others = *others)
        }
    }
}

fn mismatch(mismatch: &Mismatch) -> String {
    let shape = |shape: &[i64]| format!("{shape:?}");
    match mismatch {
        Mismatch::Missing { tensor, expected } => {
            t!("tensor-missing", tensor = tensor.as_str(), expected = shape(expected))
        }
        Mismatch::Shape { tensor, expected, found } => t!(
            "tensor-shape",
            tensor = tensor.as_str(),
            expected = shape(expected),
            found = shape(found)
        ),
        Mismatch::Unexpected { tensor, found } => {
            t!("tensor-unexpected", tensor = tensor.as_str(), found = shape(found))
        }
    }
}

fn list(folders: &[PathBuf]) -> String {
    folders.iter().map(|folder| shown(folder)).collect::<Vec<_>>().join(", ")
}

fn shown(path: &Path) -> String {
    printable(path)
}
