//! What `cutout remove` prints of a photo when its job has ended.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::engine::protocol::{CleanupRecord, Done, Outcome, Output, Pass, Rung, Timings};

/// One line of `--json`.
#[derive(Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
enum Line<'a> {
    Done {
        path: &'a Path,
        outputs: &'a [Output],
        no_clear_subject: bool,
        second_look: bool,
        size_px: (u32, u32),
        timings: Timings,
        cleanup: &'a [CleanupRecord],
        rungs: &'a [Rung],
        pass: Option<Pass>,
    },
    Skipped {
        path: &'a Path,
        outputs: &'a [Output],
    },
    Exists {
        path: &'a Path,
        paths: &'a [PathBuf],
    },
    Failed {
        path: &'a Path,
        error: String,
        rungs: &'a [Rung],
    },
    Cancelled {
        path: &'a Path,
    },
}

/// Prints one JSON object.
pub fn print_json(path: &Path, outcome: &Outcome, rungs: &[Rung]) {
    let line = match outcome {
        Outcome::Done(done) => Line::Done {
            path,
            outputs: &done.outputs,
            no_clear_subject: done.no_clear_subject,
            second_look: done.saliency.is_twice(),
            size_px: done.size_px,
            timings: done.timings,
            cleanup: &done.cleanups,
            rungs,
            pass: done.pass,
        },
        Outcome::Skipped { outputs } => Line::Skipped { path, outputs },
        Outcome::Exists { paths } => Line::Exists { path, paths },
        Outcome::Failed { why } => Line::Failed { path, error: why.to_string(), rungs },
        Outcome::Cancelled => Line::Cancelled { path },
    };
    match serde_json::to_string(&line) {
        Ok(text) => println!("{text}"),
        // Only a path that is no Unicode cannot be written as JSON.
        Err(error) => eprintln!("cutout: {}: {error}", path.display()),
    }
}

/// Prints a line in words; failures go to standard error.
pub fn print_words(path: &Path, outcome: &Outcome, rungs: &[Rung]) {
    match outcome {
        Outcome::Done(done) => println!("{}", words(path, done, rungs)),
        Outcome::Skipped { outputs } => println!("{} -> {}", path.display(), names(outputs)),
        Outcome::Exists { paths } => println!("{} -> {} files exist", path.display(), paths.len()),
        Outcome::Failed { why } => eprintln!("cutout: {why}{}", tried(rungs)),
        Outcome::Cancelled => eprintln!("cutout: {}: cancelled", path.display()),
    }
}

fn words(path: &Path, done: &Done, rungs: &[Rung]) -> String {
    let Timings { decode_ms, infer_ms, refine_ms, save_ms } = done.timings;
    let seconds = (decode_ms + infer_ms + refine_ms + save_ms) / 1e3;
    let pass = done.pass.map_or_else(String::new, pass_words);
    let note = match (done.no_clear_subject, done.saliency.is_twice()) {
        (true, _) => ", no clear subject: the mask is empty",
        (_, true) => ", looked twice",
        _ => "",
    };
    let (path, names) = (path.display(), names(&done.outputs));
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
        format!("{}{note}", output.path.display())
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
