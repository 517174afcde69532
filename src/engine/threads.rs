//! The threads and the bounded channels between them.
//!
//! ```text
//! commands -> dispatch -> decode (pool) -> infer (one) -> finish (pool) -> events
//!                                    \------ map known ------/
//! ```
//!
//! Each thread ends when the channel before it is disconnected, so closing the first closes all.

use std::{
    io,
    sync::Arc,
    thread::{Builder, JoinHandle},
};

use crossbeam_channel::{Receiver, Sender, bounded, select};

use super::{
    backend::Backend,
    background,
    batch::BatchChoice,
    metrics,
    pipeline::{self, Decoded, Inferred, Next, Work},
    pixel_budget::PixelBudget,
    protocol::{Command, Event, JobId, Outcome, Timings},
    shared::Shared,
    ticket::{NetworkState, Ticket},
    waiting::Waiting,
    worker::Worker,
};

/// While photos with so many pixels a worker are in memory, no other is decoded. Photos of 12 megapixels
/// hardly ever wait for that, and a larger pass that was asked for comes about.
const WORKER_PX: u64 = 20_000_000;

/// Starts every thread of the pipeline, with `workers` threads in each pool. Each holds a clone of
/// `ending` for as long as it runs, so that its disconnection says that all have ended.
///
/// # Errors
/// Where the system gives no thread.
pub fn spawn(
    shared: &Arc<Shared>,
    backend: Box<dyn Backend>,
    batch: BatchChoice,
    commands: Receiver<Command>,
    workers: usize,
    ending: &Sender<()>,
) -> io::Result<Vec<JoinHandle<()>>> {
    let (to_decode, decode_queue) = bounded(0);
    let (to_infer, infer_queue) = bounded(waiting_for_network(batch, workers));
    // The network waits where nobody is free to finish: a photo less is held.
    let (to_finish, finish_queue) = bounded(0);
    let mut threads = Vec::new();
    let mut start = |name: String, body: Box<dyn FnOnce(&Shared) + Send>| -> io::Result<()> {
        let (shared, ending) = (shared.clone(), ending.clone());
        threads.push(Builder::new().name(name).spawn(move || {
            if shared.settings.beside_window {
                background::give_way();
            }
            body(&shared);
            drop(ending);
        })?);
        Ok(())
    };
    start(
        "cutout-dispatch".to_owned(),
        Box::new(move |shared| dispatch(shared, &commands, &to_decode)),
    )?;
    let budget = PixelBudget::new(WORKER_PX * workers.max(batch.asked()) as u64);
    for number in 1..=workers {
        let (queue, to_infer, to_finish, budget) =
            (decode_queue.clone(), to_infer.clone(), to_finish.clone(), budget.clone());
        start(
            format!("cutout-decode-{number}"),
            Box::new(move |shared| decode_photos(shared, &queue, &to_infer, &to_finish, &budget)),
        )?;
        let queue = finish_queue.clone();
        start(
            format!("cutout-finish-{number}"),
            Box::new(move |shared| {
                queue.iter().for_each(|work| pipeline::finish(work, &shared.settings));
            }),
        )?;
    }
    start(
        "cutout-infer".to_owned(),
        Box::new(move |shared| run_network(shared, backend, batch, &infer_queue, &to_finish)),
    )?;
    Ok(threads)
}

/// Keeps the jobs that wait, and hands out the next when a decoder is free.
fn dispatch(shared: &Shared, commands: &Receiver<Command>, to_decode: &Sender<Work>) {
    let mut waiting = Waiting::default();
    loop {
        metrics::queue_length(waiting.len());
        let command = if waiting.is_ready() {
            select! {
                recv(commands) -> command => command,
                send(to_decode, open(shared, &mut waiting)) -> sent => match sent {
                    Ok(()) => continue,
                    Err(_) => return,
                },
            }
        } else {
            commands.recv()
        };
        match command {
            Ok(command) => follow(shared, &mut waiting, command),
            Err(_closed) => return end(shared, waiting.take_all()),
        }
    }
}

fn follow(shared: &Shared, waiting: &mut Waiting, command: Command) {
    match command {
        Command::Submit(mut jobs) => {
            let names = &shared.settings.names;
            names.announce(jobs.iter().map(|job| job.source.as_path()));
            names.plan(&mut jobs);
            waiting.extend(jobs);
        }
        Command::Cancel(ids) => {
            ids.iter().for_each(|&id| shared.running.cancel(id));
            end(shared, waiting.take(&ids));
        }
        Command::CancelAll => {
            shared.running.cancel_all();
            end(shared, waiting.take_all());
        }
        Command::CancelWaiting => {
            shared.running.cancel_waiting();
            end(shared, waiting.take_unknown());
        }
        Command::Pause(paused) => waiting.pause(paused),
        Command::Prefer(ids) => waiting.prefer(&ids),
        Command::Inspect(files) => shared.files.inspect(files),
        Command::Thumbnails(files) => shared.files.thumbnails(files),
        Command::Forget(ids) => shared.files.forget(&ids),
        Command::SetCleanup(switches) => shared.cleanup.set(switches),
        Command::FreeCache => shared.requests.ask(|asked| asked.free_cache = true),
        Command::UnloadModel => shared.requests.ask(|asked| asked.unload_model = true),
        Command::SaveSnapshot(save) => shared.requests.ask(|asked| {
            if !asked.snapshots.contains(&save) {
                asked.snapshots.push(save);
            }
        }),
        Command::SetIdleUnload(idle) => shared.requests.ask(|asked| asked.idle_unload = idle),
        Command::Live(request) => shared.live.ask(request),
        Command::ShowDetail(request) => shared.detail.show(request),
        Command::LetDetailGo => shared.detail.let_go(),
        Command::RequireGpu(on) => shared.requests.ask(|asked| asked.require_gpu = on),
    }
}

fn open(shared: &Shared, waiting: &mut Waiting) -> Work {
    let job = waiting.pop().expect("sent only while a job is ready");
    let is_known = job.saliency.is_some();
    let state = if is_known { NetworkState::Done } else { NetworkState::Awaited };
    let ticket = Ticket::open(job.id, state, shared.emitter.clone(), shared.running.clone());
    Work { ticket, job, timings: Timings::default(), permit: None }
}

/// Ends jobs that were not handed out.
fn end(shared: &Shared, ids: Vec<JobId>) {
    for id in ids {
        shared.emitter.emit(Event::Finished { id, outcome: Outcome::Cancelled });
    }
}

fn decode_photos(
    shared: &Shared,
    queue: &Receiver<Work>,
    to_infer: &Sender<Decoded>,
    to_finish: &Sender<Inferred>,
    budget: &PixelBudget,
) {
    for work in queue {
        // A closed channel drops the work, whose ticket then ends the job.
        match pipeline::decode(work, shared, budget) {
            Some(Next::Infer(decoded)) => drop(to_infer.send(decoded)),
            Some(Next::Finish(inferred)) => drop(to_finish.send(inferred)),
            None => {}
        }
    }
}

/// How many decoded photos may wait for the network, beside those that decoders hold. Without any it takes
/// theirs at once, which a pass of as many needs; more wait where larger passes were asked for, and one
/// where a decoder is alone and would stand still.
fn waiting_for_network(batch: BatchChoice, workers: usize) -> usize {
    let asked = batch.asked();
    if asked > workers { asked } else { usize::from(workers == 1) }
}

/// The inference thread: opens the device, loads the model, then runs the images that are there
/// through it, as many together as the plan allows.
fn run_network(
    shared: &Shared,
    backend: Box<dyn Backend>,
    batch: BatchChoice,
    queue: &Receiver<Decoded>,
    to_finish: &Sender<Inferred>,
) {
    let mut worker = Worker::open(shared, backend, batch);
    while let Some(first) = worker.next(queue) {
        let others = worker.batch_limit() - 1;
        let images = std::iter::once(first).chain(queue.try_iter().take(others)).collect();
        worker.share_cores();
        for inferred in pipeline::infer_step(images, &mut worker) {
            drop(to_finish.send(inferred));
        }
    }
    worker.snapshots.end();
}
