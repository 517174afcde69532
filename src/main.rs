//! Arguments in, a window or headless work out.

use std::{
    io::IsTerminal as _,
    path::{self, Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use cutout::{
    app::{
        EnginePort, StartSettings, Wake, WindowOptions,
        about::About,
        handover, run_window,
        session::{self, SessionOptions},
        settings::SettingsFile,
    },
    cli::{self, Cli, EngineArgs, WindowArgs},
    engine::{Engine, EngineOptions},
    gpu, zoo,
};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    gpu::memory::keep_what_is_freed();
    let cli = Cli::parse();
    log_to_stderr();
    match cli.command {
        Some(command) => cli::run(command),
        None => open_window(cli.paths, cli.window, cli.engine),
    }
}

fn open_window(paths: Vec<PathBuf>, window: WindowArgs, mut args: EngineArgs) -> ExitCode {
    // The list outlives the folder that the program was started in.
    let paths = paths.into_iter().map(|path| path::absolute(&path).unwrap_or(path));
    let paths: Vec<PathBuf> = paths.collect();
    let reception = match meet(&paths, window, &args) {
        handover::Start::HandedOver => return ExitCode::SUCCESS,
        handover::Start::First(reception) => Some(reception),
        handover::Start::Beside => None,
    };
    if let Err(code) = args.check_snapshots() {
        return code;
    }
    let _metrics = match args.serve_metrics() {
        Ok(server) => server,
        Err(code) => return code,
    };
    let settings = settings(&mut args);
    // The threads that answer later starts and serve figures use Rust's own library alone.
    args.prepare();
    let mut options = EngineOptions { beside_window: true, ..args.options() };
    options.snapshots.at_end = args.snapshots.at_end().map(Path::to_path_buf);
    let backend = args.backend();
    let start_engine = move |wake: Wake| {
        let engine = Engine::start(options, backend, move || wake())?;
        let events = engine.events().clone();
        Ok(EnginePort { commands: Box::new(move |command| engine.send(command)), events })
    };
    let session = session::folder().map(|folder| SessionOptions { folder, fresh: window.fresh });
    let options = WindowOptions { paths, about: about(), settings, session, reception };
    match run_window(options, start_engine) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::tell(error);
            ExitCode::FAILURE
        }
    }
}

/// What the window cannot know: it sees neither libtorch nor the models.
fn about() -> About {
    let models = zoo::entries().iter();
    let models = models.map(|model| (model.id.clone(), model.licence.clone())).collect();
    About { libtorch: gpu::torch_version(), models }
}

/// Hands the photos to the window that is open, unless this start wants one of its own.
fn meet(paths: &[PathBuf], window: WindowArgs, args: &EngineArgs) -> handover::Start {
    let Some(place) = handover::Place::of_environment() else { return handover::Start::Beside };
    let is_own = window.new_window || window.fresh;
    let request = || handover::Request { paths: paths.to_vec(), engine: args.asked() };
    let request = (!is_own).then(request);
    handover::start(&place, request.as_ref(), &args.asked().unwrap_or_default())
}

/// The user's settings; what the arguments say goes before them, and the arguments come back
/// filled in.
fn settings(args: &mut EngineArgs) -> StartSettings {
    let file = SettingsFile::from_environment();
    let (stored, problem) = file.load();
    let mut in_force = stored.clone();
    let memory = &mut in_force.memory;
    memory.cleanup = *args.cleanup.get_or_insert(memory.cleanup);
    memory.allocator = *args.allocator.get_or_insert(memory.allocator);
    memory.idle_unload_min = args.unload_after.or(memory.idle_unload_min);
    memory.require_gpu |= args.require_gpu;
    args.unload_after = memory.idle_unload_min;
    args.require_gpu = memory.require_gpu;
    StartSettings { in_force, stored, file, problem }
}

/// Errors and nothing else, unless `RUST_LOG` asks for more. A panic becomes a log line, without
/// libtorch's C++ stack. The engine's threads catch theirs and turn them into one error for one
/// image, or try again with less: there the line is for those who look for it.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
        // Told on standard error, which it is that cannot be written.
        .log_internal_errors(false);
    log.init();
    std::panic::set_hook(Box::new(|panic| {
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("unnamed").to_owned();
        let words = panic.to_string();
        let words = words.split("\\n").next().unwrap_or_default().replace('\n', " ");
        if name.starts_with("cutout-") {
            tracing::warn!("thread {name}: {words}");
        } else {
            tracing::error!("thread {name}: {words}");
        }
    }));
}
