//! Being told to end.

use std::io;

use crossbeam_channel::Receiver;

/// How the user or the system wants the program to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// At once (Ctrl+C).
    Now,
    /// Once the images in hand are done (SIGTERM): so do schedulers ask.
    Soon,
}

impl Ending {
    /// What happened.
    pub fn word(self) -> &'static str {
        match self {
            Self::Now => "interrupted",
            Self::Soon => "terminated",
        }
    }

    /// What the program ends with: 128 and the signal's number, as shells say it.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Now => 130,
            Self::Soon => 143,
        }
    }
}

/// Listens, until it is dropped.
pub struct Signals {
    /// What was asked for.
    pub endings: Receiver<Ending>,
    #[cfg(unix)]
    thread: Option<(signal_hook::iterator::Handle, std::thread::JoinHandle<()>)>,
}

#[cfg(unix)]
impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    /// Where the system does not let it.
    pub fn listen() -> io::Result<Self> {
        use signal_hook::consts::{SIGINT, SIGTERM, SIGXFSZ};

        let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGXFSZ])?;
        let handle = signals.handle();
        let (sender, endings) = crossbeam_channel::bounded(4);
        let listen = move || {
            for signal in signals.forever() {
                let ending = match signal {
                    SIGTERM => Ending::Soon,
                    // A file grows beyond what the user may write: the write fails, and is told.
                    SIGXFSZ => continue,
                    _ => Ending::Now,
                };
                // One that nobody has taken up yet says the same.
                let _ = sender.try_send(ending);
            }
        };
        let thread = std::thread::Builder::new().name("cutout-signals".to_owned()).spawn(listen)?;
        Ok(Self { endings, thread: Some((handle, thread)) })
    }
}

#[cfg(unix)]
impl Drop for Signals {
    fn drop(&mut self) {
        if let Some((handle, thread)) = self.thread.take() {
            handle.close();
            drop(thread.join());
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    /// Begins to listen; for as long as the program runs.
    ///
    /// # Errors
    /// Where the system does not let it.
    pub fn listen() -> io::Result<Self> {
        let (sender, endings) = crossbeam_channel::bounded(4);
        ctrlc::set_handler(move || _ = sender.try_send(Ending::Now)).map_err(io::Error::other)?;
        Ok(Self { endings })
    }
}
