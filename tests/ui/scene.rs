//! What the engine might tell, and whole situations made of it.

use std::time::Duration;

use cutout::{
    engine::protocol::{
        Event, Failure, JobId, LetGo, ModelError, ModelProblem, ModelState, NoGpu, Outcome,
        Problem, Rung, Step,
    },
    imaging::DecodeProblem,
};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::{
    pictures::{done, done_with, soft},
    readings::{self, Card},
    situation::*,
    window::Window,
};

/// A message in the window's language.
fn said(key: &str) -> String {
    cutout::lang::text(key, &[])
}

/// A situation to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    FirstStart,
    NoModel,
    Hovering,
    Working,
    Done,
    Zoomed,
    Failed,
    Saved,
    LongNames,
    OutOfMemory,
    Freed,
    Idle,
    Unloaded,
    FailedOver,
    Dense,
    Closed,
    Explained,
    MarkTold,
    Presets,
    Advanced,
    MenuOpen,
    Palette,
    Shortcuts,
    About,
    Adjusted,
    CopyTo,
    Painting,
    Views,
    Overlaid,
    Unsure,
    Refined,
    Export,
    ManyFiles,
    FileExists,
    Preferences,
    Paused,
    Searched,
    Subfolders,
    FiveHundred,
}

pub const ALL: [Scene; 39] = [
    Scene::FirstStart,
    Scene::NoModel,
    Scene::Hovering,
    Scene::Working,
    Scene::Done,
    Scene::Zoomed,
    Scene::Failed,
    Scene::Saved,
    Scene::LongNames,
    Scene::OutOfMemory,
    Scene::Freed,
    Scene::Idle,
    Scene::Unloaded,
    Scene::FailedOver,
    Scene::Dense,
    Scene::Closed,
    Scene::Explained,
    Scene::MarkTold,
    Scene::Presets,
    Scene::Advanced,
    Scene::Adjusted,
    Scene::CopyTo,
    Scene::Painting,
    Scene::Views,
    Scene::Overlaid,
    Scene::Unsure,
    Scene::Refined,
    Scene::Export,
    Scene::ManyFiles,
    Scene::FileExists,
    Scene::Preferences,
    Scene::Paused,
    Scene::Searched,
    Scene::Subfolders,
    Scene::FiveHundred,
    Scene::MenuOpen,
    Scene::Palette,
    Scene::Shortcuts,
    Scene::About,
];

impl Scene {
    pub fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    pub fn play(self, window: &mut Window) {
        match self {
            Self::FirstStart => ready_on_cpu(window),
            Self::NoModel => {
                ready_on_cpu(window);
                let (id, looked) = ("u2net".to_owned(), vec!["models".into()]);
                let why = ModelProblem::from(ModelError::NotHere { id, looked }).into();
                window.tell(Event::Model(ModelState::Failed { why }));
            }
            Self::Hovering => {
                ready_on_cpu(window);
                window.add(&PHOTOS);
                window.hover_files(3);
            }
            Self::Working => {
                ready_on_gpu(window);
                window.add(&PHOTOS);
                let jobs = window.jobs();
                thumbnail(window, &jobs[0]);
                thumbnail(window, &jobs[1]);
                window.tell(Event::Step { id: jobs[0].id, step: Step::Inferring });
                window.tell(Event::Step { id: jobs[1].id, step: Step::Decoding });
            }
            Self::Done => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 6);
            }
            Self::Zoomed => {
                ready_on_cpu(window);
                all_done(window, &PHOTOS[1..], 8);
                window.press(Modifiers::NONE, Key::Num1);
                window.press(Modifiers::NONE, Key::Plus);
            }
            Self::Failed => {
                ready_on_cpu(window);
                all_done(window, &PHOTOS, 4);
                let job = window.jobs().remove(4);
                let cut_off = Problem::Unreadable(DecodeProblem::Truncated("PNG".into()));
                let why = Failure::of("im_21.png", cut_off);
                window.finish(&job, Outcome::Failed { why });
                window.click_row("im_21.png");
            }
            Self::Saved => {
                ready_on_cpu(window);
                all_done(window, &["vangogh.jpeg", "0003.jpg"], 2);
                window.click(&said("toolbar-save-mask"));
                let job = window.jobs().pop().expect("a job that saves");
                window.finish(&job, done_with(&job, None, (600, 400)));
            }
            Self::LongNames => {
                ready_on_gpu(window);
                window.add(&[
                    "Screenshot of a very long name that somebody's camera app gave 2024-05-17.png",
                    "ALLINCAPITALSWITHOUTASPACEANYWHERE_0000000000000001.jpeg",
                    "zażółć gęślą jaźń Grüße ελληνικά русский.png",
                ]);
                let job = window.jobs().remove(0);
                let Outcome::Done(mut outcome) = done(&job) else { unreachable!() };
                outcome.no_clear_subject = true;
                thumbnail(window, &job);
                window.finish(&job, Outcome::Done(outcome));
            }
            Self::OutOfMemory => out_of_memory(window),
            Self::Freed => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                let card = Card { cached_mib: 62, ..Card::default() };
                window.tell(readings::freed(LetGo::Cache, card, Card { cached_mib: 4, ..card }));
            }
            Self::Idle => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.click(&said("memory-unload-after"));
                window.tell(Event::UnloadsIn(Some(Duration::from_secs(272))));
            }
            Self::Unloaded => {
                ready_on_cpu(window);
                all_done(window, &PHOTOS, 9);
                window.tell(readings::freed_on_cpu(LetGo::IdleModel, 612, 440));
                window.tell(Event::Model(ModelState::Unloaded { name: "u2net".to_owned() }));
            }
            Self::FailedOver => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 4);
                let words = "CUDA error: unspecified launch failure".to_owned();
                window.tell(Event::Device(on_cpu(NoGpu::Failed(words))));
                window.tell(Event::Memory(readings::on_cpu(60.0, 900)));
                let job = window.jobs().remove(4);
                window.tell(Event::Rung { id: job.id, rung: Rung::GpuFailed });
                window.finish(&job, done(&job));
            }
            Self::Dense => {
                ready_on_gpu(window);
                window.add(&PHOTOS);
                let jobs: Vec<JobId> = window.jobs().iter().map(|job| job.id).collect();
                for image in 0..400_u32 {
                    let at_s = 20.0 + f64::from(image) / 10.0;
                    readings::image(window, jobs[image as usize % jobs.len()], at_s);
                }
                window.harness.run();
            }
            Self::Explained => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.hover(&format!("{}  412 MiB", said("part-context")));
            }
            Self::MarkTold => {
                ready_on_gpu(window);
                window.add(&PHOTOS[..1]);
                readings::image(window, window.jobs()[0].id, 30.0);
                all_done(window, &[""; 0], 1);
                window.harness.run();
                let plot = window.harness.get_by_label(&said("timeline-name")).rect();
                window.harness.hover_at(plot.center());
                window.harness.run_steps(20);
            }
            Self::Presets => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.click(&said("point-after-mask"));
                window.click(&said("points-title"));
            }
            Self::Advanced => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                // In a small window it lies below what is seen.
                window.harness.get_by_label(&said("advanced-button")).scroll_to_me();
                window.harness.run();
                window.click(&said("advanced-button"));
                window.click(&said("advanced-split"));
            }
            Self::MenuOpen => {
                ready_on_cpu(window);
                all_done(window, &PHOTOS, 3);
                window.click(&said("menu-file"));
            }
            Self::Palette => {
                ready_on_cpu(window);
                all_done(window, &PHOTOS, 3);
                window.press(Modifiers::COMMAND, Key::K);
                window.press(Modifiers::NONE, Key::ArrowDown);
            }
            Self::Shortcuts => {
                ready_on_cpu(window);
                window.press(Modifiers::NONE, Key::F1);
            }
            Self::About => {
                ready_on_cpu(window);
                window.click(&said("menu-help"));
                window.click(&said("command-about"));
            }
            Self::Adjusted => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                let background = said("inspector-background");
                let colour = said("inspector-background-colour-name");
                for control in [
                    said("inspector-brush"),
                    said("inspector-shadow"),
                    said("inspector-trim"),
                    format!("{background}: {}", said("inspector-background-colour")),
                    format!("{colour}: {}", said("colour-light-grey")),
                ] {
                    window.harness.get_by_label(&control).scroll_to_me();
                    window.harness.run();
                    window.click(&control);
                }
            }
            Self::Painting => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.press(egui::Modifiers::NONE, egui::Key::B);
                window.press(egui::Modifiers::NONE, egui::Key::X);
                let name = ("name", PHOTOS[0].into());
                let name = cutout::lang::text("viewer-name-before-and-after", &[name]);
                let picture = window.harness.get_by_label(&name).rect();
                let at = |x: f32, y: f32| picture.lerp_inside(egui::vec2(x, y));
                window.harness.hover_at(at(0.4, 0.3));
                window.harness.drag_at(at(0.4, 0.3));
                for step in 0_u8..9 {
                    let step = f32::from(step) / 20.0;
                    window.harness.hover_at(at(0.4 + step * 0.6, 0.3 + step));
                }
                window.harness.run();
            }
            Self::CopyTo => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.click(&said("inspector-fill-holes"));
                window.click(&said("inspector-copy-to"));
            }
            Self::Views => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.choose(&said("menu-view"), &said("command-view-side-by-side"));
            }
            Self::Overlaid => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.choose(&said("menu-view"), &said("command-view-overlay"));
            }
            Self::Unsure => {
                ready_on_gpu(window);
                window.add(&PHOTOS);
                let job = window.jobs().remove(0);
                thumbnail(window, &job);
                window.finish(&job, done_with(&job, Some(soft()), (600, 400)));
                window.choose(&said("menu-view"), &said("command-view-overlay"));
                window.choose(&said("menu-view"), &said("command-show-unsure"));
            }
            Self::Refined => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                let fine = said("inspector-refine-matting");
                window.click(&format!("{}: {fine}", said("inspector-refine")));
                window.press(Modifiers::COMMAND, Key::S);
                let job = window.jobs().pop().expect("a job that saves");
                window.tell(Event::Refining { id: job.id, done: 0.4 });
            }
            Self::Export => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.press(Modifiers::COMMAND, Key::E);
                window.click(&format!("{}: JPEG", said("export-format")));
            }
            Self::ManyFiles => {
                ready_on_gpu(window);
                all_done(window, &numbered(60), 60);
                window.press(Modifiers::COMMAND, Key::A);
                window.press(Modifiers::COMMAND, Key::S);
            }
            Self::FileExists => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.press(Modifiers::COMMAND, Key::S);
                let job = window.jobs().pop().expect("a job that saves");
                let paths = vec![job.source.with_file_name("girl_cutout.png")];
                window.finish(&job, Outcome::Exists { paths });
            }
            Self::Preferences => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.press(Modifiers::COMMAND, Key::Comma);
            }
            Self::Paused => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 5);
                window.press(Modifiers::COMMAND, Key::P);
            }
            Self::Searched => {
                ready_on_gpu(window);
                all_done(window, &PHOTOS, 9);
                window.press(Modifiers::COMMAND, Key::F);
                window.type_text("im");
            }
            Self::Subfolders => {
                ready_on_gpu(window);
                let folder = tempfile::tempdir().unwrap();
                let deep = folder.path().join("Shoes");
                std::fs::create_dir_all(deep.join("Spring")).unwrap();
                for name in ["boot.png", "Spring/heel.png"] {
                    std::fs::write(deep.join(name), "").unwrap();
                }
                window.drop_files(&[deep]);
                window.wait_for_jobs(1);
                let asks = said("notice-subfolders-add");
                window.wait_until(|window| window.harness.query_by_label(&asks).is_some());
            }
            Self::FiveHundred => {
                ready_on_gpu(window);
                all_done(window, &numbered(500), 130);
            }
            Self::Closed => {
                ready_on_cpu(window);
                all_done(window, &PHOTOS, 3);
                window.click(&said("memory-hide"));
            }
        }
    }
}
