//! The desktop's clipboard. One thread has it for as long as the window lives: on X11, what was
//! copied is there for others only while somebody answers for it.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use arboard::{Clipboard, Error, ImageData};
use crossbeam_channel::{Receiver, Sender, bounded};
use image::{RgbaImage, codecs::png::PngEncoder};

use super::Clip;
use crate::{app::worker::Worker, lang::t};

/// Requests that may wait; those who ask then wait too.
const REQUESTS: usize = 4;

/// How long closing waits for an owner of the clipboard that does not answer.
const CLOSE_WITHIN: Duration = Duration::from_millis(300);

/// What an X server takes in one piece, less some room for what goes around it. arboard hands over
/// no picture in several, and nobody would hear of one that is larger.
const X11_BYTES: usize = (16 << 20) - 1024;

/// Why something could not be done.
enum Trouble {
    /// It is more than X11 takes.
    TooLarge,
    /// The clipboard's thread has ended.
    Gone,
    /// It gave up on what is there.
    GaveUp,
    /// The desktop's words.
    Desktop(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Desktop(error)
    }
}

type Request = Box<dyn FnOnce(&mut Option<Clipboard>) + Send>;

/// The desktop's clipboard. Everything here may wait for another program, for seconds: none of it
/// is for the window's thread.
pub struct NativeClipboard {
    requests: Option<Sender<Request>>,
    worker: Option<Worker>,
}

impl NativeClipboard {
    /// Starts its thread. The desktop is asked for its clipboard only when it is needed.
    pub fn start() -> Self {
        let (requests, waiting) = bounded(REQUESTS);
        match Worker::spawn("cutout-clipboard", move || serve(&waiting)) {
            Ok(worker) => Self { requests: Some(requests), worker: Some(worker) },
            Err(error) => {
                tracing::error!(%error, "the system gives no thread for the clipboard");
                Self { requests: None, worker: None }
            }
        }
    }

    /// What it holds: files before a picture, which may be their icon, and a picture before text,
    /// which may be its address.
    ///
    /// # Errors
    /// Why it cannot be read, in the system's words.
    pub fn read(&self) -> Result<Clip, String> {
        self.ask(|clipboard| {
            let files = available(clipboard.get().file_list())?.unwrap_or_default();
            if files.iter().any(|file| file.exists()) {
                return Ok(Clip::Files(files));
            }
            if let Some(picture) = available(clipboard.get_image())?.and_then(picture) {
                return Ok(Clip::Picture(picture));
            }
            Ok(available(clipboard.get_text())?.map_or(Clip::Nothing, Clip::Text))
        })
    }

    /// Its text, if it has any.
    ///
    /// # Errors
    /// Why it cannot be read, in the system's words.
    pub fn text(&self) -> Result<Option<String>, String> {
        self.ask(|clipboard| Ok(available(clipboard.get_text())?))
    }

    /// Puts a picture on it.
    ///
    /// # Errors
    /// Why that cannot be done, in the system's words.
    pub fn put(&self, picture: Arc<RgbaImage>) -> Result<(), String> {
        self.ask(move |clipboard| {
            if is_on_x11() && is_too_large_for_x11(&picture) {
                return Err(Trouble::TooLarge);
            }
            let (width, height) = (picture.width() as usize, picture.height() as usize);
            Ok(clipboard.set_image(ImageData { width, height, bytes: picture.as_raw().into() })?)
        })
    }

    fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Clipboard) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, String> {
        self.answer_of(work).map_err(|trouble| in_words(&trouble))
    }

    fn answer_of<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Clipboard) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let (answer, answered) = bounded(1);
        let request: Request = Box::new(move |clipboard| {
            let _ = answer.send(open(clipboard).map_err(Trouble::from).and_then(work));
        });
        let requests = self.requests.as_ref().ok_or(Trouble::Gone)?;
        requests.send(request).map_err(|_| Trouble::Gone)?;
        answered.recv().map_err(|_| Trouble::GaveUp)?
    }
}

impl Drop for NativeClipboard {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(worker) = self.worker.take() {
            worker.end_within(CLOSE_WITHIN);
        }
    }
}

/// The clipboard's thread.
fn serve(requests: &Receiver<Request>) {
    let mut clipboard = None;
    for request in requests {
        // Whoever asked hears of it: the answer's channel is gone.
        if catch_unwind(AssertUnwindSafe(|| request(&mut clipboard))).is_err() {
            clipboard = None;
        }
    }
}

fn open(clipboard: &mut Option<Clipboard>) -> Result<&mut Clipboard, Error> {
    match clipboard {
        Some(clipboard) => Ok(clipboard),
        None => Ok(clipboard.insert(Clipboard::new()?)),
    }
}

fn is_on_x11() -> bool {
    cfg!(target_os = "linux") && std::env::var_os("WAYLAND_DISPLAY").is_none_or(|v| v.is_empty())
}

/// Whether it is too large as the PNG that arboard makes of it.
fn is_too_large_for_x11(picture: &RgbaImage) -> bool {
    // One that compresses to nothing at all is small in any case.
    if picture.as_raw().len() <= X11_BYTES {
        return false;
    }
    let mut left = Left(X11_BYTES);
    picture.write_with_encoder(PngEncoder::new(&mut left)).is_err()
}

/// Takes so many bytes and no more, and forgets them.
struct Left(usize);

impl io::Write for Left {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Something of one kind, if the clipboard has that kind and it can be made sense of.
fn available<T>(read: Result<T, Error>) -> Result<Option<T>, Error> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(Error::ContentNotAvailable | Error::ConversionFailure) => Ok(None),
        Err(error) => Err(error),
    }
}

fn picture(image: ImageData) -> Option<RgbaImage> {
    let (width_px, height_px) = (image.width.try_into().ok()?, image.height.try_into().ok()?);
    let picture = RgbaImage::from_raw(width_px, height_px, image.bytes.into_owned())?;
    (width_px > 0 && height_px > 0).then_some(picture)
}

/// For use within a sentence.
fn in_words(trouble: &Trouble) -> String {
    let error = match trouble {
        Trouble::TooLarge => return t!("clipboard-too-large"),
        Trouble::Gone => return t!("clipboard-gone"),
        Trouble::GaveUp => return t!("clipboard-gave-up"),
        Trouble::Desktop(error) => error,
    };
    match error {
        Error::ClipboardNotSupported => t!("clipboard-not-supported"),
        Error::ClipboardOccupied => t!("clipboard-occupied"),
        Error::Unknown { description } => description.trim_end_matches('.').to_owned(),
        other => other.to_string().trim_end_matches('.').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    #[test]
    fn what_a_picture_lacks_in_pixels_makes_it_none() {
        let image = |width, height, bytes: usize| ImageData {
            width,
            height,
            bytes: Cow::Owned(vec![7; bytes]),
        };
        assert_eq!(picture(image(2, 1, 8)).map(|picture| picture.dimensions()), Some((2, 1)));
        for (width, height, bytes) in [(2, 1, 7), (0, 4, 0), (usize::MAX, 1, 4)] {
            assert_eq!(picture(image(width, height, bytes)), None);
        }
    }

    #[test]
    fn what_x11_cannot_hand_over_is_known_before() {
        let noise = |side_px: u32| {
            RgbaImage::from_fn(side_px, side_px, |x, y| {
                let mixed = (x ^ y.rotate_left(16)).wrapping_mul(0x9e37_79b1);
                image::Rgba((mixed ^ mixed >> 15).wrapping_mul(0x85eb_ca6b).to_le_bytes())
            })
        };
        assert!(!is_too_large_for_x11(&noise(2000)), "16 MB of pixels are less than the limit");
        assert!(is_too_large_for_x11(&noise(2200)));
        assert!(!is_too_large_for_x11(&RgbaImage::new(2200, 2200)), "it compresses well");
    }

    #[test]
    fn a_request_that_panics_is_told_and_the_next_one_works() {
        let clipboard = NativeClipboard::start();
        let ask = |panics: bool| {
            let (answer, answered) = bounded(1);
            let request: Request = Box::new(move |_| {
                assert!(!panics, "on purpose");
                answer.send(()).unwrap();
            });
            clipboard.requests.as_ref().unwrap().send(request).unwrap();
            answered.recv().is_ok()
        };
        assert!(!ask(true) && ask(false));
    }
}
