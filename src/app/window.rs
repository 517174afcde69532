//! Opening the window.

use std::{io, path::PathBuf, sync::Arc};

use super::{
    App, EnginePort, Start, StartSettings, Wake, about::About, desktop::NativeDesktop,
    handover::Reception, pasted::PastedPlace, samples, session::SessionOptions,
    settings::WindowPlace,
};

/// How the window starts.
#[derive(Debug, Default)]
pub struct WindowOptions {
    /// Files and folders to queue at once.
    pub paths: Vec<PathBuf>,
    /// For the About box.
    pub about: About,
    /// The user's settings.
    pub settings: StartSettings,
    /// Where the list is kept; `None` for a list of this window alone.
    pub session: Option<SessionOptions>,
    /// Where later starts bring their photos; `None` where they do not.
    pub reception: Option<Reception>,
}

/// Why there is no window. Each message is one line and says what works instead.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// Neither X11 nor Wayland is there.
    #[error("no display was found, and the window needs one: use `cutout remove PHOTO` instead")]
    NoDisplay,
    /// The display or its graphics refused.
    #[error("the window cannot be opened ({0}): use `cutout remove PHOTO` instead")]
    Refused(String),
}

/// Width and height of the first window, in points.
const FIRST_SIZE: [f32; 2] = [1280.0, 800.0];

const ICON_PNG: &[u8] = include_bytes!("../../assets/icons/256.png");

/// Opens the window and returns when it is closed. `start_engine` is called once, on this thread,
/// with what wakes the window; it must not wait for the model.
pub fn run_window(
    options: WindowOptions,
    start_engine: impl FnOnce(Wake) -> io::Result<EnginePort> + 'static,
) -> Result<(), WindowError> {
    let display = Display::of_environment()?;
    let samples = std::env::current_exe().map(|path| samples::near(&path)).unwrap_or_default();
    let takes_drops = display != Display::Wayland;
    let WindowOptions { paths, about, settings, session, reception } = options;
    let pasted = session.as_ref().and_then(|session| PastedPlace::of_session(&session.folder));
    let start = Start { paths, samples, takes_drops, about, settings, session, pasted, reception };
    let icon = eframe::icon_data::from_png_bytes(ICON_PNG).unwrap_or_default();
    let native_options = eframe::NativeOptions {
        viewport: builder(&start.settings.in_force.window)
            .with_title("Cutout")
            .with_app_id("cutout")
            .with_min_inner_size([760.0, 520.0])
            .with_icon(icon),
        event_loop_builder: display.event_loop_hook(),
        // They would be turned into events on this thread, which then waits for other programs.
        clipboard_shortcuts: false,
        ..Default::default()
    };
    let create: eframe::AppCreator<'_> = Box::new(move |creation| {
        let context = creation.egui_ctx.clone();
        let wake: Wake = Arc::new({
            let context = context.clone();
            move || context.request_repaint()
        });
        let port = start_engine(wake.clone())?;
        Ok(Box::new(App::new(&context, start, port, Arc::new(NativeDesktop::start()), wake)))
    });
    eframe::run_native("cutout", native_options, create).map_err(|error| {
        tracing::warn!(%error, "no window");
        WindowError::Refused(in_words(&error))
    })
}

/// A window where it was last.
fn builder(place: &WindowPlace) -> egui::ViewportBuilder {
    let builder = egui::ViewportBuilder::default()
        .with_inner_size(place.size.unwrap_or(FIRST_SIZE))
        .with_maximized(place.maximised);
    match place.corner {
        Some(corner) => builder.with_position(corner),
        None => builder,
    }
}

fn in_words(error: &eframe::Error) -> String {
    match error {
        eframe::Error::AppCreation(error) => error.to_string(),
        eframe::Error::Wgpu(_) => {
            "no graphics driver fits; a software one such as mesa-vulkan-drivers will do".to_owned()
        }
        _ => "the display cannot be reached".to_owned(),
    }
}

/// What shows windows here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Display {
    /// X11, also under a Wayland desktop: winit takes file drops only there.
    X11,
    /// Wayland without X11: dropped files do not arrive.
    Wayland,
    /// Windows or macOS.
    Native,
}

impl Display {
    fn of_environment() -> Result<Self, WindowError> {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        Self::choose(cfg!(all(unix, not(target_vendor = "apple"))), is_set)
    }

    fn choose(is_free_unix: bool, is_set: impl Fn(&str) -> bool) -> Result<Self, WindowError> {
        if !is_free_unix {
            Ok(Self::Native)
        } else if is_set("DISPLAY") {
            Ok(Self::X11)
        } else if is_set("WAYLAND_DISPLAY") || is_set("WAYLAND_SOCKET") {
            Ok(Self::Wayland)
        } else {
            Err(WindowError::NoDisplay)
        }
    }

    #[cfg(target_os = "linux")]
    fn event_loop_hook(self) -> Option<eframe::EventLoopBuilderHook> {
        use winit::platform::x11::EventLoopBuilderExtX11;
        let use_x11: eframe::EventLoopBuilderHook = Box::new(|builder| {
            builder.with_x11();
        });
        (self == Self::X11).then_some(use_x11)
    }

    #[cfg(not(target_os = "linux"))]
    fn event_loop_hook(self) -> Option<eframe::EventLoopBuilderHook> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x11_is_preferred_and_no_display_is_said_in_one_line() {
        for (is_free_unix, set, expected) in [
            (true, &["DISPLAY"][..], Some(Display::X11)),
            (true, &["DISPLAY", "WAYLAND_DISPLAY"], Some(Display::X11)),
            (true, &["WAYLAND_DISPLAY"], Some(Display::Wayland)),
            (true, &["WAYLAND_SOCKET"], Some(Display::Wayland)),
            (true, &[], None),
            (false, &[], Some(Display::Native)),
        ] {
            let chosen = Display::choose(is_free_unix, |name| set.contains(&name)).ok();
            assert_eq!(chosen, expected, "{set:?}");
        }
        let message = WindowError::NoDisplay.to_string();
        assert!(message.contains("cutout remove") && message.lines().count() == 1);
    }
}
