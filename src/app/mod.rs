//! The window's state and what changes it. Data flows one way: actions, engine events and reports
//! go through [`update`](mod@update) into [`State`], effects come out and are run off the UI
//! thread, and [`crate::ui`] draws the state.

pub mod about;
pub mod action;
pub mod arrangement;
pub mod brush;
pub mod clipboard;
mod damage;
pub mod desktop;
pub mod detail;
pub mod edit_action;
pub mod effect;
pub mod export;
pub mod handover;
pub mod history;
pub mod item;
pub mod items;
pub mod jobs;
pub mod live;
pub mod memory;
pub mod pace;
pub mod pasted;
mod placing;
mod run;
mod samples;
mod scan;
pub mod selection;
pub mod session;
pub mod settings;
pub mod state;
mod stopwatch;
pub mod update;
pub mod view;
pub mod watch;
mod window;
pub mod wording;
mod worker;

use std::{mem, path::PathBuf, sync::Arc, time::Duration};

use crossbeam_channel::Receiver;

use crate::{
    engine::{
        metrics,
        protocol::{Command, Event},
    },
    lang, ui,
};
use about::About;
use action::Action;
use desktop::Desktop;
use effect::{Effect, Report};
use handover::{Reception, Visitors};
use pasted::PastedPlace;
use placing::Placing;
use run::Runner;
use session::{Session, SessionOptions};
use settings::{Look, Settings, SettingsFile, SettingsProblem, WindowPlace};
use state::{Notice, State};
use stopwatch::{Stopwatch, Took};

pub use window::{WindowError, WindowOptions, run_window};

/// Asks the window to look for news; may be called from any thread.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// The window's end of a running engine.
pub struct EnginePort {
    /// Hands a command over without waiting, or gives it back when the engine is busy.
    pub commands: Box<dyn Fn(Command) -> Result<(), Command>>,
    /// What the engine tells.
    pub events: Receiver<Event>,
}

/// What the window knows before its first frame.
#[derive(Debug, Default)]
pub struct Start {
    /// Files and folders to queue at once.
    pub paths: Vec<PathBuf>,
    /// Sample pictures, or folders of them, to offer; none hides the offer.
    pub samples: Vec<PathBuf>,
    /// Whether this desktop passes dropped files to programs.
    pub takes_drops: bool,
    /// For the About box.
    pub about: About,
    /// The user's settings.
    pub settings: StartSettings,
    /// Where the list is kept; `None` for a list of this window alone.
    pub session: Option<SessionOptions>,
    /// Where pasted pictures are kept; `None` where they cannot be.
    pub pasted: Option<PastedPlace>,
    /// Where later starts bring their photos; `None` where they do not.
    pub reception: Option<Reception>,
}

/// The settings that the window starts with.
#[derive(Debug, Default)]
pub struct StartSettings {
    /// In force: those of the file, and what the command line chose for this run.
    pub in_force: Settings,
    /// As they are kept.
    pub stored: Settings,
    /// Where they are kept.
    pub file: SettingsFile,
    /// What was wrong with the file.
    pub problem: Option<SettingsProblem>,
}

/// At most this many engine events are taken in per frame, so that a frame stays short.
const EVENTS_PER_FRAME: usize = 512;

/// At most this many reports: each may bring hundreds of photos.
const REPORTS_PER_FRAME: usize = 1;

/// How soon a command that the busy engine gave back is tried again.
const RETRY: Duration = Duration::from_millis(30);

/// How often a countdown in sight is drawn.
const COUNTDOWN: Duration = Duration::from_secs(1);

/// The window as eframe runs it.
pub struct App {
    state: State,
    runner: Runner,
    session: Session,
    visitors: Option<Visitors>,
    placing: Placing,
    /// Theme and motion as they were last put on.
    dressed: Option<(Look, bool)>,
    local: ui::Local,
    /// Time of the logic whose frame is not drawn yet.
    logic_took: Took,
}

impl App {
    /// A window over a running engine. `wake` must make the context repaint.
    pub fn new(
        context: &egui::Context,
        start: Start,
        port: EnginePort,
        desktop: Arc<dyn Desktop>,
        wake: Wake,
    ) -> Self {
        let settings = start.settings;
        lang::set_language(settings.in_force.look.language.language());
        ui::theme::install(context);
        let told = |problem| Notice::problem(wording::settings_problem(&problem));
        let state = State {
            settings: settings.in_force,
            stored_settings: settings.stored,
            about: start.about,
            notice: settings.problem.map(told),
            pasted: start.pasted,
            ..State::new(start.samples, start.takes_drops)
        };
        let pasted = state.pasted.as_ref();
        let runner = Runner::new(port, desktop, Arc::new(settings.file), pasted, wake);
        let visitors = start.reception.and_then(|reception| {
            let warn = |error: &_| tracing::warn!("later starts will not be heard: {error}");
            reception.serve(runner.reporter().waker()).inspect_err(warn).ok()
        });
        let session = start.session.map(|options| Session::start(options, runner.reporter()));
        let watch = update::watch_options(&state);
        let mut app = Self {
            state,
            runner,
            session: session.unwrap_or_default(),
            visitors,
            placing: Placing::default(),
            dressed: None,
            local: ui::Local::default(),
            logic_took: Took::default(),
        };
        app.runner.run(vec![Effect::AskAboutMotion]);
        if watch.is_some() {
            app.runner.run(vec![Effect::Watch(watch)]);
        }
        app.dress(context);
        if !start.paths.is_empty() {
            app.act(Action::AddAndShow(start.paths));
        }
        app
    }

    /// What the window shows.
    pub fn state(&self) -> &State {
        &self.state
    }

    fn act(&mut self, action: Action) {
        let effects = update::action(&mut self.state, action);
        self.runner.run(effects);
    }

    fn take_news(&mut self, context: &egui::Context) {
        for _ in 0..EVENTS_PER_FRAME {
            let Some(event) = self.runner.next_event() else { break };
            let effects = update::event(&mut self.state, event);
            self.runner.run(effects);
        }
        self.receive(context);
        if let Some(restored) = self.session.restored() {
            let effects = update::restored(&mut self.state, restored);
            self.session.is_kept(&self.state);
            self.runner.run(effects);
        }
        for _ in 0..REPORTS_PER_FRAME {
            if self.session.is_opening() {
                break;
            }
            let Some(report) = self.runner.next_report() else { break };
            match &report {
                Report::Recalled(recalled) => self.session.are_kept(recalled),
                Report::ClipboardText(text) => ui::type_pasted(context, text),
                _ => {}
            }
            let effects = update::report(&mut self.state, report);
            self.runner.run(effects);
        }
        update::settle(&mut self.state);
        if self.runner.has_news() {
            context.request_repaint();
        }
    }

    /// Puts on the language, theme and motion that were chosen, where that changed.
    fn dress(&mut self, context: &egui::Context) {
        let look = self.state.settings.look;
        let reduces_motion = look.reduce_motion.is_on(self.state.desktop_reduces_motion);
        if self.dressed.replace((look, reduces_motion)) != Some((look, reduces_motion)) {
            lang::set_language(look.language.language());
            ui::theme::choose(context, look.theme, reduces_motion);
        }
    }

    fn keep_place(&mut self, place: Option<WindowPlace>) {
        if let Some(place) = place {
            let effects = update::place(&mut self.state, place);
            self.runner.run(effects);
        }
    }

    /// Takes what later starts brought, and comes before the other windows.
    fn receive(&mut self, context: &egui::Context) {
        while let Some(handed) = self.visitors.as_ref().and_then(Visitors::next) {
            let Some(paths) = handed.take() else { continue };
            tracing::info!("{} paths of another start", paths.len());
            let attention = egui::UserAttentionType::Informational;
            for command in [
                egui::ViewportCommand::Minimized(false),
                egui::ViewportCommand::Focus,
                egui::ViewportCommand::RequestUserAttention(attention),
            ] {
                context.send_viewport_cmd(command);
            }
            self.act(Action::AddAndShow(paths));
        }
    }

    fn send_commands(&mut self, context: &egui::Context) {
        if !self.runner.flush() {
            context.request_repaint_after(RETRY);
        }
    }

    fn draw(&mut self, ui: &mut egui::Ui) {
        let mut actions = Vec::new();
        ui::show(ui, &self.state, &mut self.local, &mut actions);
        if actions.is_empty() {
            return;
        }
        for action in actions {
            self.act(action);
        }
        let context = ui.ctx().clone();
        if self.state.is_closing {
            context.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        self.send_commands(&context);
        context.request_repaint();
    }
}

impl eframe::App for App {
    fn logic(&mut self, context: &egui::Context, frame: &mut eframe::Frame) {
        let stopwatch = Stopwatch::start();
        self.state.now_s = context.input(|input| input.time);
        self.take_news(context);
        self.send_commands(context);
        let place = self.placing.look(context, frame, &self.state.settings.window);
        self.keep_place(place);
        self.dress(context);
        if let Some(soon) = self.session.keep(&self.state) {
            context.request_repaint_after(soon);
        }
        if self.state.unloads_at_s.is_some() {
            context.request_repaint_after(COUNTDOWN);
        }
        self.logic_took = stopwatch.took();
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let stopwatch = Stopwatch::start();
        self.draw(ui);
        let took = mem::take(&mut self.logic_took) + stopwatch.took();
        metrics::frame(took.wall, took.own);
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let place = self.placing.last();
        self.keep_place(place);
        self.session.close(&self.state);
    }
}
