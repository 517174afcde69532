//! A window without a screen, with a test at the engine's and the desktop's end.

use std::{
    cell::{Cell, RefCell},
    path::{Path, PathBuf},
    rc::Rc,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use crossbeam_channel::{Sender, unbounded};
use cutout::{
    app::{
        App, EnginePort, Start,
        clipboard::Clip,
        desktop::Desktop,
        settings::{Look, ReduceMotion, ThemeChoice},
    },
    engine::protocol::{Command, Event, Job, Outcome},
    lang::LanguageChoice,
};
use egui::{
    Key, Modifiers, Theme,
    accesskit::{HasPopup, Role},
};
use egui_kittest::{
    Harness,
    kittest::{NodeT as _, Queryable as _},
};
use image::RgbaImage;

/// What the desktop says where it has no dialogs.
pub const NO_DIALOG: &str = "no dialogs here: drop the photos instead";

/// A desktop that picks what the test wants.
#[derive(Default)]
pub struct FakeDesktop {
    picks: Option<PathBuf>,
    shown: Mutex<Vec<PathBuf>>,
    clip: Mutex<Option<Result<Clip, String>>>,
    copied: Mutex<Vec<Arc<RgbaImage>>>,
}

impl FakeDesktop {
    pub fn picking(path: &str) -> Self {
        Self { picks: Some(path.into()), ..Self::default() }
    }

    /// A desktop with this on its clipboard, or one that cannot be read.
    pub fn holding(clip: Result<Clip, String>) -> Self {
        Self { clip: Mutex::new(Some(clip)), ..Self::default() }
    }

    fn clip(&self) -> Result<Clip, String> {
        self.clip.lock().unwrap().clone().unwrap_or(Ok(Clip::Nothing))
    }

    /// The pictures that were put on the clipboard.
    pub fn copied(&self) -> Vec<Arc<RgbaImage>> {
        self.copied.lock().unwrap().clone()
    }

    /// The folders that were shown in the file manager.
    pub fn shown(&self) -> Vec<PathBuf> {
        self.shown.lock().unwrap().clone()
    }
}

impl Desktop for FakeDesktop {
    fn pick_photos(&self) -> Result<Vec<PathBuf>, String> {
        self.picks.clone().map(|path| vec![path]).ok_or(NO_DIALOG.to_owned())
    }

    fn pick_picture(&self, _title: &str) -> Result<Option<PathBuf>, String> {
        Ok(self.picks.clone())
    }

    fn pick_folder(&self, _title: &str) -> Result<Option<PathBuf>, String> {
        Ok(self.picks.clone())
    }

    fn name_file(&self, _title: &str, _proposed: &str) -> Result<Option<PathBuf>, String> {
        Ok(self.picks.clone())
    }

    fn show_folder(&self, folder: &Path) -> Result<(), String> {
        self.shown.lock().unwrap().push(folder.to_owned());
        Ok(())
    }

    fn read_clipboard(&self) -> Result<Clip, String> {
        self.clip()
    }

    fn clipboard_text(&self) -> Result<Option<String>, String> {
        Ok(match self.clip()? {
            Clip::Text(text) => Some(text),
            _ => None,
        })
    }

    fn copy_picture(&self, picture: Arc<RgbaImage>) -> Result<(), String> {
        self.clip().map(|_| self.copied.lock().unwrap().push(picture))
    }
}

pub struct Window {
    pub harness: Harness<'static, App>,
    pub desktop: Arc<FakeDesktop>,
    events: Sender<Event>,
    commands: Rc<RefCell<Vec<Command>>>,
    busy: Rc<Cell<bool>>,
}

impl Window {
    pub fn open(theme: Theme) -> Self {
        Self::with(theme, FakeDesktop::default(), |_| {})
    }

    pub fn with(theme: Theme, desktop: FakeDesktop, change: impl FnOnce(&mut Start)) -> Self {
        let mut start = Start {
            paths: Vec::new(),
            samples: vec!["sample.png".into()],
            takes_drops: true,
            ..Start::default()
        };
        start.settings.in_force.look = Look {
            language: LanguageChoice::English,
            theme: if theme == Theme::Dark { ThemeChoice::Dark } else { ThemeChoice::Light },
            reduce_motion: ReduceMotion::On,
        };
        change(&mut start);
        let desktop = Arc::new(desktop);
        let (events, receiver) = unbounded();
        let commands = Rc::new(RefCell::new(Vec::new()));
        let busy = Rc::new(Cell::new(false));
        let port = EnginePort {
            commands: Box::new({
                let (commands, busy) = (commands.clone(), busy.clone());
                move |command| {
                    if busy.get() {
                        return Err(command);
                    }
                    commands.borrow_mut().push(command);
                    Ok(())
                }
            }),
            events: receiver,
        };
        let harness = Harness::builder()
            .with_max_steps(200)
            .with_size([1280.0, 800.0])
            .with_theme(theme)
            .build_eframe({
                let desktop = desktop.clone();
                move |creation| {
                    let context = creation.egui_ctx.clone();
                    let wake = Arc::new({
                        let context = context.clone();
                        move || context.request_repaint()
                    });
                    App::new(&context, start, port, desktop, wake)
                }
            });
        Self { harness, desktop, events, commands, busy }
    }

    /// A dark window with these photos in its list, all waiting.
    pub fn with_photos(names: &[&str]) -> Self {
        let mut window = Self::open(Theme::Dark);
        window.add(names);
        window
    }

    pub fn add(&mut self, names: &[&str]) {
        if names.is_empty() {
            return;
        }
        let jobs = self.jobs().len() + names.len();
        let paths: Vec<_> = names.iter().map(|name| Path::new("photos").join(name)).collect();
        self.drop_files(&paths);
        self.wait_for_jobs(jobs);
    }

    pub fn hover_files(&mut self, count: usize) {
        self.harness.input_mut().hovered_files = vec![egui::HoveredFile::default(); count];
        // egui repaints for as long as files hover: it never settles.
        self.harness.run_steps(2);
    }

    pub fn drop_files(&mut self, paths: &[PathBuf]) {
        let input = self.harness.input_mut();
        input.hovered_files.clear();
        for path in paths {
            input.dropped_files.push(Arc::new(Dropped(path.clone())));
        }
        self.harness.run();
    }

    /// Plays the engine's part.
    pub fn tell(&mut self, event: Event) {
        self.send(event);
        self.harness.run();
    }

    /// Plays the engine's part, to be seen with the next frame.
    pub fn send(&self, event: Event) {
        self.events.send(event).unwrap();
    }

    pub fn finish(&mut self, job: &Job, outcome: Outcome) {
        self.tell(Event::Finished { id: job.id, outcome });
    }

    /// Whether the engine gives commands back.
    pub fn set_busy(&self, busy: bool) {
        self.busy.set(busy);
    }

    pub fn commands(&self) -> Vec<Command> {
        self.commands.borrow().clone()
    }

    /// Every job that was submitted so far.
    pub fn jobs(&self) -> Vec<Job> {
        let jobs = |command: &Command| match command {
            Command::Submit(jobs) => jobs.clone(),
            _ => Vec::new(),
        };
        self.commands.borrow().iter().flat_map(jobs).collect()
    }

    /// Looks until so many jobs were submitted: scanning runs on a thread of its own.
    pub fn wait_for_jobs(&mut self, count: usize) {
        self.wait_until(|window| window.jobs().len() == count);
    }

    pub fn wait_until(&mut self, holds: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !holds(self) {
            assert!(started.elapsed() < Duration::from_secs(30), "it never came about");
            std::thread::yield_now();
            self.harness.run();
        }
        self.harness.run();
    }

    pub fn click(&mut self, label: &str) {
        self.harness.get_by_label(label).click();
        self.harness.run();
        self.harness.remove_cursor();
        self.harness.run();
    }

    /// Whether the open menu's entry of this name can be chosen, if there is one.
    pub fn menu_entry(&self, name: &str) -> Option<bool> {
        self.entries_of_menu(name)
            .into_iter()
            .next()
            .map(|node| !node.accesskit_node().is_disabled())
    }

    fn entries_of_menu(&self, name: &str) -> Vec<egui_kittest::Node<'_>> {
        let is_entry = |role| matches!(role, Role::MenuItem | Role::MenuItemCheckBox);
        let named =
            |node: &egui_kittest::Node<'_>| node.accesskit_node().label().as_deref() == Some(name);
        self.harness.query_all_by(move |node| is_entry(node.role())).filter(named).collect()
    }

    /// Opens a menu, of the window or of a button.
    pub fn open_menu(&mut self, name: &str) {
        let is_menu = |node: &egui_kittest::Node<'_>| {
            node.accesskit_node().has_popup() == Some(HasPopup::Menu)
        };
        let named = self.harness.query_all_by_label(name).collect::<Vec<_>>();
        let menu = named.iter().find(|node| is_menu(node)).or(named.first());
        menu.expect("a menu of this name").click();
        self.harness.run();
        self.harness.remove_cursor();
        self.harness.run();
    }

    /// Opens a menu and chooses an entry of it.
    pub fn choose(&mut self, menu: &str, name: &str) {
        self.open_menu(menu);
        self.entries_of_menu(name).pop().expect("an entry of this name").click();
        self.harness.run();
        self.harness.remove_cursor();
        self.harness.run();
    }

    pub fn type_text(&mut self, text: &str) {
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.harness.run();
    }

    /// The commands that the palette offers, from top to bottom.
    pub fn palette(&self) -> Vec<String> {
        let rows = self.harness.query_all_by(|node| node.role() == Role::MenuListOption);
        rows.filter_map(|row| row.accesskit_node().label()).collect()
    }

    /// Everything that is written in the window.
    pub fn labels(&self) -> Vec<String> {
        let labels = self.harness.query_all_by(|node| node.role() == Role::Label);
        labels.filter_map(|label| label.value()).collect()
    }

    /// The name of the control that has the keys.
    pub fn focused(&self) -> Option<String> {
        let focused = self.harness.query_all_by(|node| node.is_focused()).next();
        focused.and_then(|node| node.accesskit_node().label())
    }

    /// Opens a list of choices and takes one.
    pub fn pick(&mut self, list: &str, choice: &str) {
        self.harness.get_by_role_and_label(Role::ComboBox, list).click();
        self.harness.run();
        self.click(choice);
    }

    /// Types into a field instead of what stood there.
    pub fn type_over(&mut self, field: &str, text: &str) {
        self.harness.get_by_role_and_label(Role::TextInput, field).focus();
        self.harness.run();
        self.press(Modifiers::COMMAND, Key::A);
        self.harness.get_by_role_and_label(Role::TextInput, field).type_text(text);
        self.harness.run();
    }

    /// Lets the pointer rest on something until it explains itself.
    pub fn hover(&mut self, label: &str) {
        self.harness.get_by_label(label).hover();
        self.harness.run_steps(20);
    }

    pub fn click_row(&mut self, name: &str) {
        let row = self.rows().into_iter().find(|row| row.starts_with(name)).expect("a row");
        self.click(&row);
    }

    pub fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run();
    }

    pub fn turn_wheel_over(&mut self, label: &str, points: f32) {
        let rect = self.harness.get_by_label(label).rect();
        self.harness.hover_at(rect.center_top() + egui::vec2(-rect.width() / 4.0, 40.0));
        self.harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, points),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: Modifiers::NONE,
        });
        self.harness.run();
    }

    /// The names of the rows that are laid out, from top to bottom.
    pub fn rows(&self) -> Vec<String> {
        let rows = self.harness.query_all_by(|node| node.role() == Role::ListBoxOption);
        rows.filter_map(|row| row.accesskit_node().label()).collect()
    }

    /// Every button's name and whether it can be clicked.
    pub fn buttons(&self) -> Vec<(String, bool)> {
        let buttons = self.harness.query_all_by(|node| node.role() == Role::Button);
        let button = |node: egui_kittest::Node<'_>| {
            let node = node.accesskit_node();
            (node.label().unwrap_or_default(), !node.is_disabled())
        };
        buttons.map(button).collect()
    }

    /// Controls that are partly outside the window or lie over each other, as far as they are not
    /// scrolled out of sight.
    pub fn cut_off(&self) -> Vec<String> {
        let scale = self.harness.ctx.pixels_per_point();
        // What lies over the window on purpose.
        let is_layer = |role| matches!(role, Role::Dialog | Role::Menu);
        let window =
            egui::Rect::from_min_size(egui::Pos2::ZERO, self.harness.ctx.content_rect().size());
        let is_control = |role| {
            matches!(
                role,
                Role::Button | Role::CheckBox | Role::ComboBox | Role::SpinButton | Role::Slider
            )
        };
        let in_sight = |node: egui_kittest::Node<'_>| {
            let name = node.accesskit_node().label().unwrap_or_default();
            let mut seen = node.rect();
            let mut layer = None;
            let mut parent = node.accesskit_node().parent();
            while let Some(above) = parent {
                if let (true, Some(clip)) = (above.clips_children(), above.bounding_box()) {
                    let corner = |x: f64, y: f64| egui::pos2(x as f32, y as f32) / scale;
                    let clip = [corner(clip.x0, clip.y0), corner(clip.x1, clip.y1)];
                    seen = seen.intersect(egui::Rect::from_points(&clip));
                }
                if is_layer(above.role()) {
                    layer = layer.or(Some(above.id()));
                }
                parent = above.parent();
            }
            seen.is_positive().then_some((name, seen, layer))
        };
        let controls: Vec<_> = self
            .harness
            .query_all_by(|node| is_control(node.role()))
            .filter_map(in_sight)
            .collect();
        let outside =
            controls.iter().filter(|(_, rect, _)| !window.expand(0.5).contains_rect(*rect));
        let mut cut: Vec<String> =
            outside.map(|(name, rect, _)| format!("{name} at {rect}")).collect();
        for (place, (name, rect, layer)) in controls.iter().enumerate() {
            let over = controls[..place].iter().find(|(_, other, of_other)| {
                let shared = rect.intersect(*other);
                layer == of_other
                    && shared.is_positive()
                    && shared.width().min(shared.height()) > 1.0
            });
            cut.extend(over.map(|(other, ..)| format!("{name} over {other}")));
        }
        cut
    }

    pub fn is_enabled(&self, name: &str) -> bool {
        self.buttons().contains(&(name.to_owned(), true))
    }

    /// The zoom that the toolbar shows.
    pub fn zoom_percent(&self) -> u32 {
        let zoom = self.harness.get_by_role_and_label(Role::SpinButton, "Zoom");
        zoom.accesskit_node().numeric_value().expect("a number").round() as u32
    }
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("the window reads no dropped file itself".to_owned())
    }
}
