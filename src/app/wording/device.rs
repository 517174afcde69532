//! The device that does the work, and why it is that one.

use crate::{
    engine::protocol::{Advice, ChosenBy, DeviceInfo, GpuChoice, NoGpu},
    lang::{decimal, t},
};

/// The device on one line: "NVIDIA RTX 4070 · half precision (fp16) · 11 ms an image", or why the
/// CPU does the work.
pub fn device(device: &DeviceInfo, pace: &str) -> String {
    match (device.is_gpu, pace) {
        (true, "") => device.name.clone(),
        (true, pace) => format!("{} · {pace}", device.name),
        (false, _) => {
            let why = why_no_gpu(device);
            let why = why.trim_end_matches('.');
            t!("status-device-because", device = device_name(device), why = why)
        }
    }
}

/// The device's name; on the CPU how many threads compute.
pub fn device_name(device: &DeviceInfo) -> String {
    match device.cpu_threads {
        Some(threads) => t!("status-cpu", threads = threads),
        None => device.name.clone(),
    }
}

/// Why no GPU is used, to be read after "because".
pub fn why_no_gpu(device: &DeviceInfo) -> String {
    match &device.no_gpu {
        None => device.why.clone(),
        Some(reason) => no_gpu(reason),
    }
}

/// Why no GPU is used, to be read after "because".
pub fn no_gpu(reason: &NoGpu) -> String {
    match reason {
        NoGpu::Chosen => t!("no-gpu-chosen"),
        NoGpu::NoCudaHere => t!("no-gpu-no-cuda-here"),
        NoGpu::NoDriver(words) => t!("no-gpu-no-driver", words = words.as_str()),
        NoGpu::NoLibrary(words) => t!("no-gpu-no-library", words = words.as_str()),
        NoGpu::DriverFails(words) => t!("no-gpu-driver-fails", words = words.as_str()),
        NoGpu::DriverTooOld { driver_cuda, needed_cuda } => t!(
            "no-gpu-driver-too-old",
            driver = driver_cuda.as_str(),
            needed = needed_cuda.as_str()
        ),
        NoGpu::Hidden { visible } => t!("no-gpu-hidden", visible = visible.as_str()),
        NoGpu::NoDevice => t!("no-gpu-no-device"),
        NoGpu::NoSuchDevice { last } => t!("no-gpu-no-such-device", last = last.to_string()),
        NoGpu::AllocatorRefused { settings, words } => {
            t!("no-gpu-allocator", settings = settings.as_str(), words = words.as_str())
        }
        NoGpu::NotWorking(words) => t!("no-gpu-not-working", words = words.as_str()),
        NoGpu::Full(words) => t!("no-gpu-full", words = words.as_str()),
        NoGpu::Failed(words) => t!("no-gpu-failed", words = words.as_str()),
        NoGpu::Other(words) => words.clone(),
    }
}

/// Why this GPU, and what is not known of it.
pub fn why_this_gpu(choice: &GpuChoice) -> String {
    let GpuChoice { number, count, driver, driver_cuda, passed_over, no_nvml, .. } = choice;
    let driver = match (driver, driver_cuda) {
        (Some(driver), _) => t!("gpu-driver", version = driver.as_str()),
        (None, Some(cuda)) => t!("gpu-driver-for-cuda", version = cuda.as_str()),
        (None, None) => t!("gpu-driver-unknown"),
    };
    let (number, count) = (number.to_string(), count.to_string());
    let chosen = match (choice.by, choice.room_gib()) {
        (ChosenBy::Only, _) => None,
        (ChosenBy::Number, _) => Some(t!("gpu-as-asked", number = number, count = count)),
        (ChosenBy::MostFree, Some((free, total))) => Some(t!(
            "gpu-most-free",
            count = count,
            free = decimal(free, 1),
            total = decimal(total, 1)
        )),
        (ChosenBy::MostFree | ChosenBy::Order, _) => Some(t!("gpu-in-order", count = count)),
    };
    let passed_over = passed_over.iter().map(|gpu| {
        let number = gpu.number.to_string();
        t!("gpu-passed-over", number = number, name = gpu.name.as_str(), words = gpu.words.as_str())
    });
    let unknown = no_nvml.iter().map(|words| t!("gpu-no-nvml", words = words.as_str()));
    let parts = [driver].into_iter().chain(chosen).chain(passed_over).chain(unknown);
    parts.collect::<Vec<_>>().join("; ")
}

/// What can be done so that a GPU is used, as a sentence.
pub fn advice(device: &DeviceInfo) -> Option<String> {
    match &device.no_gpu {
        None => device.advice.clone(),
        Some(reason) => advised(reason),
    }
}

pub(super) fn advised(reason: &NoGpu) -> Option<String> {
    Some(match reason.advice()? {
        Advice::LeaveOutCpu => t!("advice-leave-out-cpu"),
        Advice::InstallDriver => t!("advice-install-driver"),
        Advice::BringLibrary => t!("advice-bring-library"),
        Advice::UpdateDriver => t!("advice-update-driver"),
        Advice::UpdateDriverIfGpu => t!("advice-update-driver-if-gpu"),
        Advice::RestartComputer => t!("advice-restart-computer"),
        Advice::ShowGpus => t!("advice-show-gpus"),
        Advice::FreeGpu => t!("advice-free-gpu"),
        Advice::StartAgain => t!("advice-start-again"),
    })
}

/// A photo's time in the network: "11 ms an image".
pub fn ms_an_image(ms: f64) -> String {
    t!("time-an-image", ms = decimal(ms, if ms < 9.95 { 1 } else { 0 }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::protocol::PassedOver,
        lang::{Language, set_language},
    };

    fn on_cpu(no_gpu: NoGpu) -> DeviceInfo {
        DeviceInfo {
            is_gpu: false,
            name: "CPU, 2 threads".to_owned(),
            why: no_gpu.to_string(),
            gpu: None,
            advice: no_gpu.advice().map(|advice| advice.to_string()),
            no_gpu: Some(no_gpu),
            cpu_threads: Some(2),
            driver: None,
            allocator: String::new(),
        }
    }

    #[test]
    fn the_window_and_the_command_line_say_the_same_in_english() {
        let words = || "words".to_owned();
        for no_gpu in [
            NoGpu::Chosen,
            NoGpu::NoCudaHere,
            NoGpu::NoDriver(words()),
            NoGpu::NoLibrary(words()),
            NoGpu::DriverFails(words()),
            NoGpu::DriverTooOld { driver_cuda: "12.8".to_owned(), needed_cuda: "13.0".to_owned() },
            NoGpu::Hidden { visible: "7".to_owned() },
            NoGpu::Hidden { visible: String::new() },
            NoGpu::NoDevice,
            NoGpu::NoSuchDevice { last: 1 },
            NoGpu::AllocatorRefused { settings: "x".to_owned(), words: words() },
            NoGpu::NotWorking(words()),
            NoGpu::Full(words()),
            NoGpu::Failed(words()),
            NoGpu::Other(words()),
        ] {
            let device = on_cpu(no_gpu);
            assert_eq!(why_no_gpu(&device), device.why);
            assert_eq!(advice(&device), device.advice);
            assert_eq!(device_name(&device), device.name);
        }
    }

    #[test]
    fn why_this_gpu_reads_the_same_on_the_command_line() {
        let known = GpuChoice {
            number: 1,
            count: 3,
            free_bytes: Some(5 << 30),
            total_bytes: Some(8 << 30),
            driver: Some("580.0".to_owned()),
            driver_cuda: Some("13.0".to_owned()),
            ..GpuChoice::default()
        };
        let old = || "it is old".to_owned();
        let passed_over = vec![PassedOver { number: 2, name: "Old".to_owned(), words: old() }];
        for choice in [
            GpuChoice { by: ChosenBy::Only, ..known.clone() },
            GpuChoice { by: ChosenBy::Number, ..known.clone() },
            GpuChoice { by: ChosenBy::MostFree, ..known.clone() },
            GpuChoice { by: ChosenBy::MostFree, passed_over, ..known.clone() },
            GpuChoice { by: ChosenBy::MostFree, free_bytes: None, ..known.clone() },
            GpuChoice { by: ChosenBy::Order, driver: None, no_nvml: Some(old()), ..known.clone() },
            GpuChoice { driver: None, driver_cuda: None, ..known },
        ] {
            assert_eq!(why_this_gpu(&choice), choice.to_string());
        }
    }

    #[test]
    fn in_german_it_is_said_in_german() {
        set_language(Language::German);
        let device = on_cpu(NoGpu::NoDriver("libcuda.so.1 fehlt".to_owned()));
        assert_eq!(
            super::device(&device, ""),
            "CPU, 2 Threads, denn es gibt keinen NVIDIA-Treiber (libcuda.so.1 fehlt)"
        );
    }
}
