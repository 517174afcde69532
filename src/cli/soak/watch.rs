//! Feeds the engine and reads what it tells: a few images at a time, then memory at rest.

use std::{
    collections::{HashMap, HashSet},
    fs, io,
    ops::{Range, RangeInclusive},
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, select};
use indicatif::ProgressBar;

use super::{
    figures::{Figures, ends_an_image},
    memory_thread,
    pictures::Plan,
    stop::{PATIENCE, Stop},
};
use crate::{
    cli::{signals::Ending, snapshot},
    engine::{
        Engine,
        protocol::{
            CleanupPoint, CleanupSwitches, Command, Destination, Event, ExportOptions, Job, JobId,
            MemorySample, MemoryStats, ModelState, OnExist, Outcome, Output, Place, Rung, Save,
            Step,
        },
    },
    imaging::Durability,
    path_text::printable,
};

/// Memory at rest is read about so often.
const READINGS_AT_REST: u64 = 50;
/// Images between two such readings: enough to go through the network together, few enough that a
/// million are no more work to queue than a thousand.
const TOGETHER: RangeInclusive<u64> = 16..=128;
/// A soak under way.
pub struct Watch<'a> {
    engine: &'a Engine,
    plan: &'a Plan,
    results: &'a Path,
    figures: Figures,
    in_network: HashSet<JobId>,
    /// The GPU's memory as the last cleanup point of an image left it.
    left_by: HashMap<JobId, MemoryStats>,
}

impl<'a> Watch<'a> {
    /// Nothing is asked of the engine yet; it writes to the folder `results`.
    pub fn new(
        engine: &'a Engine,
        plan: &'a Plan,
        results: &'a Path,
        cleanup: CleanupSwitches,
    ) -> Self {
        let figures = Figures {
            expected_failures: plan.failures(),
            cache_emptied: CleanupPoint::ALL
                .into_iter()
                .any(|point| ends_an_image(point) && cleanup.is_on(point)),
            ..Figures::default()
        };
        let (in_network, left_by) = Default::default();
        Self { engine, plan, results, figures, in_network, left_by }
    }

    /// Runs every image of the plan.
    ///
    /// # Errors
    /// [`Stop`]; images that fail are figures, not errors.
    pub fn run(
        mut self,
        interrupted: &Receiver<Ending>,
        bar: &ProgressBar,
    ) -> Result<Figures, Stop> {
        let count = self.plan.count;
        let together = (count / READINGS_AT_REST).clamp(*TOGETHER.start(), *TOGETHER.end());
        let started = Instant::now();
        let mut memory_thread = None;
        let mut ended = 0;
        while ended < count {
            let numbers = ended..(ended + together).min(count);
            ended = numbers.end;
            self.submit(numbers.clone())?;
            self.until_ended(numbers, interrupted, bar)?;
            let at_rest = self.memory_at_rest(interrupted)?;
            tracing::debug!(images = ended, resident_bytes = at_rest.resident_bytes, "at rest");
            if self.figures.warm_up_images == 0 && ended >= self.plan.warm_up {
                self.figures.warm_up_images = ended;
                self.figures.begin_baseline();
                memory_thread = memory_thread::Reading::now();
            }
            if self.figures.warm_up_images > 0 {
                self.figures.at_rest(&at_rest);
            }
        }
        self.figures.seconds = started.elapsed().as_secs_f64();
        self.figures.memory_thread_percent = memory_thread
            .zip(memory_thread::Reading::now())
            .map(|(earlier, now)| now.percent_since(&earlier));
        Ok(self.figures)
    }

    fn submit(&self, numbers: Range<u64>) -> Result<(), Stop> {
        let save = Save {
            cutout: true,
            mask: true,
            options: Arc::new(ExportOptions {
                folder: Destination::Folder(self.results.to_owned()),
                on_exist: Some(OnExist::Replace),
                durability: Durability::Off,
                ..ExportOptions::default()
            }),
            below: PathBuf::new(),
            place: Place::default(),
            numbering: None,
        };
        let job = |number| Job {
            id: JobId(number),
            source: self.plan.image(number).source.to_owned(),
            saliency: None,
            thumbnail: false,
            preview_px: None,
            edits: Arc::default(),
            cutout: false,
            save: Some(save.clone()),
        };
        self.send(Command::Submit(numbers.map(job).collect()))
    }

    /// One command at a time is under way, so there is always room for it.
    fn send(&self, command: Command) -> Result<(), Stop> {
        self.engine.send(command).map_err(|_| Stop::Silent)
    }

    fn until_ended(
        &mut self,
        numbers: Range<u64>,
        interrupted: &Receiver<Ending>,
        bar: &ProgressBar,
    ) -> Result<(), Stop> {
        let mut left = numbers.end - numbers.start;
        while left > 0 {
            let event = select! {
                recv(self.engine.events()) -> event => event.map_err(|_| Stop::EngineGone)?,
                recv(interrupted) -> _ => return Err(Stop::Interrupted),
            };
            if let Event::Finished { id, outcome } = &event {
                self.ended(*id, outcome)?;
                left -= 1;
                bar.inc(1);
            } else {
                self.hear(&event)?;
            }
        }
        Ok(())
    }

    /// What the engine reads when no image is under way, before it empties its cache.
    fn memory_at_rest(&mut self, interrupted: &Receiver<Ending>) -> Result<MemorySample, Stop> {
        self.send(Command::FreeCache)?;
        loop {
            if interrupted.try_recv().is_ok() {
                return Err(Stop::Interrupted);
            }
            match self.engine.events().recv_timeout(PATIENCE) {
                Ok(Event::Freed(freed)) => return Ok(freed.before),
                Ok(event) => self.hear(&event)?,
                Err(RecvTimeoutError::Timeout) => return Err(Stop::Silent),
                Err(RecvTimeoutError::Disconnected) => return Err(Stop::EngineGone),
            }
        }
    }

    fn hear(&mut self, event: &Event) -> Result<(), Stop> {
        let figures = &mut self.figures;
        match event {
            Event::Device(info) => figures.device = Some(info.clone()),
            Event::Model(ModelState::Ready { weights_bytes, precision, .. }) => {
                figures.weights_bytes = *weights_bytes;
                figures.precision = Some(*precision);
                self.other_weights();
            }
            Event::Model(ModelState::Failed { why }) => {
                return Err(Stop::NoModel(why.to_string()));
            }
            Event::Step { id, step: Step::Inferring } => _ = self.in_network.insert(*id),
            Event::Step { id, .. } => _ = self.in_network.remove(id),
            Event::Memory(_) => {
                figures.sampling.readings += 1;
                figures.sampling.while_inferring += u64::from(!self.in_network.is_empty());
            }
            Event::Cleanup { id, record } => {
                figures.cleanup(record);
                if let (Some(id), Some(after), true) =
                    (id, record.after, ends_an_image(record.point))
                {
                    self.left_by.insert(*id, after);
                }
            }
            Event::Snapshot(ended) => snapshot::tell(ended),
            Event::Rung { rung, .. } => {
                *figures.rungs.entry(rung.key()).or_default() += 1;
                if matches!(rung, Rung::LowerPrecision { .. } | Rung::GpuFailed) {
                    self.other_weights();
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Other weights have another baseline; during warm-up there is none yet.
    fn other_weights(&mut self) {
        if self.figures.warm_up_images > 0 {
            self.figures.begin_baseline();
        }
    }

    fn ended(&mut self, id: JobId, outcome: &Outcome) -> Result<(), Stop> {
        self.in_network.remove(&id);
        if let Some(stats) = self.left_by.remove(&id) {
            self.figures.after_image(&stats);
        }
        let planned = self.plan.image(id.0);
        let figures = &mut self.figures;
        let (failed, words) = match outcome {
            Outcome::Done(done) => {
                figures.outcomes.done += 1;
                figures.infer.add((done.timings.infer_ms * 1e3) as u64);
                done.pass.iter().for_each(|pass| figures.pass(pass));
                remove(&done.outputs)?;
                (false, "it was done".to_owned())
            }
            Outcome::Failed { why } => {
                figures.outcomes.failed += 1;
                (true, why.to_string())
            }
            Outcome::Skipped { .. } | Outcome::Exists { .. } => {
                figures.outcomes.skipped += 1;
                (true, "it was skipped".to_owned())
            }
            Outcome::Cancelled => {
                figures.outcomes.cancelled += 1;
                (true, "it was cancelled".to_owned())
            }
        };
        if failed != planned.fails {
            figures.wrong += 1;
            let name = printable(planned.source);
            figures.first_wrong.get_or_insert_with(|| format!("image {} ({name}): {words}", id.0));
        }
        Ok(())
    }
}

/// Two images of the same file have the same results: the second may have gone with the first.
fn remove(outputs: &[Output]) -> Result<(), Stop> {
    for output in outputs {
        match fs::remove_file(&output.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Stop::Results(printable(&output.path), error));
            }
            _ => {}
        }
    }
    Ok(())
}
