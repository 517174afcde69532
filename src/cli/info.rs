//! `cutout info`: what a report of a fault should hold.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::{DONE, fail, models::ModelReport, streams};
use crate::gpu::{
    self,
    allocator::AllocatorSettings,
    cpu_threads,
    device::{self, DeviceChoice, DeviceInfo},
    memory::{CardMemory, CardUser, MemoryStats},
};

/// Arguments of `cutout info`.
#[derive(Debug, Args)]
pub struct InfoArgs {
    /// Print one JSON object instead of words
    #[arg(long)]
    json: bool,
}

/// So many other programs on the card are named in words; the JSON has all.
const OTHERS_MAX: usize = 6;

#[derive(Serialize)]
struct Info {
    cutout: &'static str,
    libtorch: String,
    platform: String,
    cpu_threads: usize,
    cpu_capability: Option<String>,
    device: DeviceInfo,
    card: Option<CardMemory>,
    memory: Option<MemoryStats>,
    /// The other programs on the card, largest first; `None` where the driver does not tell.
    others: Option<Vec<CardUser>>,
    models: Vec<ModelReport>,
}

/// Runs it.
pub fn run(args: &InfoArgs) -> ExitCode {
    cpu_threads::set_count(None);
    let selected = match device::select(DeviceChoice::Auto, &AllocatorSettings::default()) {
        Ok(selected) => selected,
        Err(error) => return fail(1, error),
    };
    let info = Info {
        cutout: env!("CARGO_PKG_VERSION"),
        libtorch: gpu::torch_version(),
        platform: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        cpu_threads: cpu_threads::count(),
        cpu_capability: gpu::cpu_capability(),
        card: selected.memory.card(),
        memory: selected.memory.stats(),
        others: selected.memory.users().map(|users| users.others.to_vec()),
        device: selected.info,
        models: ModelReport::all(),
    };
    if args.json {
        match serde_json::to_string_pretty(&info) {
            Ok(text) => streams::print_json(&text),
            Err(error) => return fail(1, error),
        }
    } else {
        print_words(&info);
    }
    DONE
}

fn print_words(info: &Info) {
    let capability = info.cpu_capability.as_deref().unwrap_or("unknown");
    streams::print(format_args!(
        "Cutout {} on {}, libtorch {}",
        info.cutout, info.platform, info.libtorch
    ));
    streams::print(format_args!("CPU: {} threads, {capability}", info.cpu_threads));
    let why = if info.device.is_gpu { "" } else { "no GPU: " };
    streams::print(format_args!("Device: {} ({why}{})", info.device.name, info.device.why));
    if let Some(advice) = &info.device.advice {
        streams::print(advice);
    }
    if let Some(driver) = &info.device.driver {
        streams::print(format_args!("Driver: {driver}"));
    }
    if !info.device.allocator.is_empty() {
        streams::print(format_args!("Allocator: {}", info.device.allocator));
    }
    let mib = |bytes: u64| bytes >> 20;
    if let Some(card) = info.card {
        streams::print(format_args!(
            "Card: {} MiB, {} MiB free",
            mib(card.total_bytes),
            mib(card.free_bytes)
        ));
    }
    let others = info.others.as_deref().unwrap_or_default();
    for CardUser { pid, name, bytes } in others.iter().take(OTHERS_MAX) {
        let bytes = bytes.map_or_else(|| "?".to_owned(), |bytes| mib(bytes).to_string());
        streams::print(format_args!("Also on it: {name} (pid {pid}), {bytes} MiB"));
    }
    if others.len() > OTHERS_MAX {
        streams::print(format_args!("and {} more", others.len() - OTHERS_MAX));
    }
    for model in &info.models {
        streams::print(format_args!("Model {model}"));
    }
}
