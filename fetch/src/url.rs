//! Downloads by address that go on where they were cut.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::Path,
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::{
    Progress,
    error::{At, FetchError},
};

/// How often a download that was cut is taken up again in one go.
const RESUMPTIONS: u32 = 4;
/// How often `cancelled` is asked while nothing comes.
const TICK: Duration = Duration::from_millis(100);
/// How long a server may be silent.
const SILENCE: Duration = Duration::from_secs(60);
const CHUNK_BYTES: usize = 256 * 1024;

/// Brings `part` to `size_bytes`, going on from what it holds already. The content is not checked.
pub(crate) fn download(
    url: &str,
    part: &Path,
    size_bytes: u64,
    progress: &dyn Fn(Progress),
    cancelled: &dyn Fn() -> bool,
) -> Result<(), FetchError> {
    let failed = |words: String| FetchError::Url { url: url.to_owned(), words };
    let mut resumptions_left = RESUMPTIONS;
    loop {
        let before_bytes = fs::metadata(part).map_or(0, |metadata| metadata.len());
        if before_bytes == size_bytes {
            return Ok(());
        }
        let from_bytes = if before_bytes > size_bytes { 0 } else { before_bytes };
        let words = match receive(url, part, from_bytes, size_bytes, progress, cancelled)? {
            Received::Everything => return Ok(()),
            Received::Refused(words) => return Err(failed(words)),
            Received::TooMuch => {
                fs::write(part, []).at(part)?;
                return Err(failed(format!("sends more than the expected {size_bytes} bytes")));
            }
            Received::Cut(words) => words,
        };
        let after_bytes = fs::metadata(part).at(part)?.len();
        if resumptions_left == 0 || after_bytes == from_bytes {
            return Err(failed(format!(
                "broke off at {after_bytes} of {size_bytes} bytes: {words}"
            )));
        }
        resumptions_left -= 1;
    }
}

enum Received {
    Everything,
    Refused(String),
    TooMuch,
    Cut(String),
}

/// One request, from `from_bytes` on.
fn receive(
    url: &str,
    part: &Path,
    from_bytes: u64,
    size_bytes: u64,
    progress: &dyn Fn(Progress),
    cancelled: &dyn Fn() -> bool,
) -> Result<Received, FetchError> {
    let messages = request_on_a_thread(url.to_owned(), from_bytes);
    let mut output: Option<File> = None;
    let mut done_bytes = 0;
    loop {
        if cancelled() {
            return Err(FetchError::Cancelled);
        }
        match messages.recv_timeout(TICK) {
            Ok(Message::Starts { at_bytes }) => {
                let file = File::options().create(true).append(true).open(part).at(part)?;
                file.set_len(at_bytes).at(part)?;
                output = Some(file);
                done_bytes = at_bytes;
            }
            Ok(Message::Chunk(chunk)) => {
                done_bytes += chunk.len() as u64;
                if done_bytes > size_bytes {
                    return Ok(Received::TooMuch);
                }
                if let Some(file) = &mut output {
                    file.write_all(&chunk).at(part)?;
                }
                progress(Progress { done_bytes, total_bytes: size_bytes });
            }
            Ok(Message::Refused(words)) => return Ok(Received::Refused(words)),
            Ok(Message::Cut(words)) => return Ok(Received::Cut(words)),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            Err(mpsc::RecvTimeoutError::Disconnected) if done_bytes == size_bytes => {
                return Ok(Received::Everything);
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                return Ok(Received::Cut("the server closed the connection".to_owned()));
            }
        }
    }
}

enum Message {
    Starts { at_bytes: u64 },
    Chunk(Vec<u8>),
    Refused(String),
    Cut(String),
}

/// Reads on a thread of its own, because a read waits for as long as the server is silent and the
/// caller wants to cancel at once. The thread ends with the receiver, or after [`SILENCE`].
fn request_on_a_thread(url: String, from_bytes: u64) -> mpsc::Receiver<Message> {
    let (sender, receiver) = mpsc::sync_channel(4);
    thread::spawn(move || {
        let send = |message| sender.send(message).is_ok();
        let mut body = match request(&url, from_bytes) {
            Ok((at_bytes, body)) if send(Message::Starts { at_bytes }) => body,
            Ok(_) => return,
            Err(words) => {
                send(Message::Refused(words));
                return;
            }
        };
        loop {
            let mut chunk = vec![0; CHUNK_BYTES];
            match body.read(&mut chunk) {
                Ok(0) => return,
                Ok(length) => {
                    chunk.truncate(length);
                    if !send(Message::Chunk(chunk)) {
                        return;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    send(Message::Cut(error.to_string()));
                    return;
                }
            }
        }
    });
    receiver
}

/// The body, and where in the file it starts: at 0 where the server ignores ranges.
fn request(url: &str, from_bytes: u64) -> Result<(u64, impl Read + use<>), String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(SILENCE))
        .timeout_recv_response(Some(SILENCE))
        .timeout_per_read(Some(SILENCE))
        .user_agent(concat!("cutout/", env!("CARGO_PKG_VERSION")))
        .build()
        .into();
    let mut request = agent.get(url).header("Accept-Encoding", "identity");
    if from_bytes > 0 {
        request = request.header("Range", format!("bytes={from_bytes}-"));
    }
    let response = request.call().map_err(|error| error.to_string())?;
    let is_partial = response.status() == 206;
    let at_bytes = if is_partial { from_bytes } else { 0 };
    if is_partial {
        let range = response.headers().get("Content-Range").and_then(|value| value.to_str().ok());
        if !range.is_some_and(|range| range.starts_with(&format!("bytes {from_bytes}-"))) {
            return Err(format!("answered with another range than asked for: {range:?}"));
        }
    }
    Ok((at_bytes, response.into_body().into_reader()))
}
