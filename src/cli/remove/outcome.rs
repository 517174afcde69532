//! What `cutout remove` prints of a photo when its job has ended.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::{
    cli::streams,
    engine::protocol::{CleanupRecord, Done, Outcome, Output, OutputKind, Pass, Rung, Timings},
    path_text::printable,
};

/// A path in JSON. What is not text is replaced in `path`; then `path_bytes` has it as it is.
#[derive(Serialize)]
struct JsonPath {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<Vec<u8>>,
}

impl From<&Path> for JsonPath {
    fn from(path: &Path) -> Self {
        let bytes = || path.as_os_str().as_encoded_bytes().to_vec();
        Self {
            path: path.to_string_lossy().into_owned(),
            path_bytes: path.to_str().is_none().then(bytes),
        }
    }
}

/// A file of a photo.
#[derive(Serialize)]
struct JsonOutput {
    kind: OutputKind,
    #[serde(flatten)]
    path: JsonPath,
    skipped: bool,
}

fn json_outputs(outputs: &[Output]) -> Vec<JsonOutput> {
    let json = |Output { kind, path, skipped }: &Output| JsonOutput {
        kind: *kind,
        path: path.as_path().into(),
        skipped: *skipped,
    };
    outputs.iter().map(json).collect()
}

/// One line of `--json`: every photo has exactly one.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    path: JsonPath,
    #[serde(flatten)]
    status: Status<'a>,
}

#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Status<'a> {
    Done {
        outputs: Vec<JsonOutput>,
        no_clear_subject: bool,
        second_look: bool,
        size_px: (u32, u32),
        timings: Timings,
        cleanup: &'a [CleanupRecord],
        rungs: &'a [Rung],
        pass: Option<Pass>,
    },
    Skipped {
        outputs: Vec<JsonOutput>,
        /// Why, where it is not that results exist.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<&'static str>,
    },
    Exists {
        paths: Vec<String>,
    },
    Failed {
        error: String,
        rungs: &'a [Rung],
    },
    Cancelled,
}

impl Line<'_> {
    fn print(&self) {
        match serde_json::to_string(self) {
            Ok(text) => streams::print_json(&text),
            Err(error) => streams::tell(format_args!("{}: {error}", self.path.path)),
        }
    }
}

/// Prints one JSON object.
pub fn print_json(path: &Path, outcome: &Outcome, rungs: &[Rung]) {
    let text = |path: &PathBuf| path.to_string_lossy().into_owned();
    let status = match outcome {
        Outcome::Done(done) => Status::Done {
            outputs: json_outputs(&done.outputs),
            no_clear_subject: done.no_clear_subject,
            second_look: done.saliency.has_crop(),
            size_px: done.size_px,
            timings: done.timings,
            cleanup: &done.cleanups,
            rungs,
            pass: done.pass,
        },
        Outcome::Skipped { outputs } => {
            Status::Skipped { outputs: json_outputs(outputs), why: None }
        }
        Outcome::Exists { paths } => Status::Exists { paths: paths.iter().map(text).collect() },
        Outcome::Failed { why } => Status::Failed { error: why.to_string(), rungs },
        Outcome::Cancelled => Status::Cancelled,
    };
    Line { path: path.into(), status }.print();
}

/// Prints one JSON object of a photo that the journal says is done.
pub fn print_json_of_journal(path: &Path, outputs: &[Output]) {
    let status = Status::Skipped { outputs: json_outputs(outputs), why: Some("journal") };
    Line { path: path.into(), status }.print();
}

/// Prints a line in words; failures go to standard error.
pub fn print_words(path: &Path, outcome: &Outcome, rungs: &[Rung]) {
    let name = printable(path);
    match outcome {
        Outcome::Done(done) => streams::print(words(path, done, rungs)),
        Outcome::Skipped { outputs } => {
            streams::print(format_args!("{name} -> {}", names(outputs)));
        }
        Outcome::Exists { paths } => {
            streams::print(format_args!("{name} -> {} files exist", paths.len()));
        }
        Outcome::Failed { why } => streams::tell(format_args!("{why}{}", tried(rungs))),
        Outcome::Cancelled => streams::tell(format_args!("{name}: cancelled")),
    }
}

fn words(path: &Path, done: &Done, rungs: &[Rung]) -> String {
    let Timings { decode_ms, infer_ms, refine_ms, save_ms } = done.timings;
    let seconds = (decode_ms + infer_ms + refine_ms + save_ms) / 1e3;
    let pass = done.pass.map_or_else(String::new, pass_words);
    let note = match (done.no_clear_subject, done.saliency.has_crop()) {
        (true, _) => ", no clear subject: the mask is empty",
        (_, true) => ", looked twice",
        _ => "",
    };
    let (path, names) = (printable(path), names(&done.outputs));
    format!("{path} -> {names} ({seconds:.2} s{pass}{note}){}", tried(rungs))
}

fn pass_words(pass: Pass) -> String {
    let device = if pass.on_gpu { "GPU" } else { "CPU" };
    let precision = pass.precision.name();
    let together = match pass.images {
        1 => String::new(),
        images => format!(", {images} together"),
    };
    let peak = match pass.peak_bytes {
        0 => String::new(),
        bytes => format!(", peak {} MiB", bytes >> 20),
    };
    format!(", {precision} on the {device}{together}{peak}")
}

/// What was tried when memory ran out.
fn tried(rungs: &[Rung]) -> String {
    let words = |rung: &Rung| match rung {
        Rung::EmptyCache => "emptied the cache".to_owned(),
        Rung::HalveBatch { images } => format!("went on with {images} together"),
        Rung::LowerPrecision { precision } => format!("went on in {}", precision.name()),
        Rung::OnCpu => "used the CPU for it".to_owned(),
        Rung::GpuFailed => "went on without the GPU, which failed".to_owned(),
    };
    match rungs {
        [] => String::new(),
        _ => format!(
            "; memory ran short: {}",
            rungs.iter().map(words).collect::<Vec<_>>().join(", ")
        ),
    }
}

fn names(outputs: &[Output]) -> String {
    let name = |output: &Output| {
        let note = if output.skipped { " (exists, left as it is)" } else { "" };
        format!("{}{note}", printable(&output.path))
    };
    outputs.iter().map(name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::u2net::Precision;

    #[test]
    fn what_was_tried_is_told_in_order() {
        let precision = Precision::Fp16;
        for (rungs, expected) in [
            (vec![], ""),
            (vec![Rung::EmptyCache], "; memory ran short: emptied the cache"),
            (
                vec![Rung::HalveBatch { images: 2 }, Rung::LowerPrecision { precision }],
                "; memory ran short: went on with 2 together, went on in fp16",
            ),
            (vec![Rung::OnCpu], "; memory ran short: used the CPU for it"),
        ] {
            assert_eq!(tried(&rungs), expected);
        }
    }

    #[test]
    fn a_pass_is_told_with_what_is_known_of_it() {
        let pass = |images, on_gpu, peak_bytes| Pass {
            precision: Precision::Fp16,
            images,
            on_gpu,
            peak_bytes,
        };
        for (pass, expected) in [
            (pass(1, true, 70 << 20), ", fp16 on the GPU, peak 70 MiB"),
            (pass(4, true, 0), ", fp16 on the GPU, 4 together"),
            (pass(1, false, 0), ", fp16 on the CPU"),
        ] {
            assert_eq!(pass_words(pass), expected);
        }
    }
}
