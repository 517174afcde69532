//! An HTTP server on this machine that answers from a script, one answer a connection.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    thread,
};

/// How one request is answered.
pub enum Answer {
    /// Status line, headers and body as they are, then the end of the connection.
    Raw { head: String, body: Vec<u8> },
    /// Nothing at all; the connection stays open until the client leaves.
    Silence,
}

/// Answers as a plain server does that ignores ranges; `sent_bytes` of the body arrive.
pub fn whole(content: &[u8], sent_bytes: usize) -> Answer {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}", content.len());
    Answer::Raw { head, body: content[..sent_bytes].to_vec() }
}

/// Answers a range request for everything from `from` on.
pub fn rest(content: &[u8], from: usize) -> Answer {
    let length = content.len();
    let head = format!(
        "HTTP/1.1 206 Partial Content\r\nContent-Length: {}\r\nContent-Range: bytes {from}-{}/{length}",
        length - from,
        length - 1,
    );
    Answer::Raw { head, body: content[from..].to_vec() }
}

/// Answers 404.
pub fn not_found() -> Answer {
    Answer::Raw { head: "HTTP/1.1 404 Not Found\r\nContent-Length: 0".to_owned(), body: vec![] }
}

/// A running server.
pub struct Server {
    pub url: String,
    requests: mpsc::Receiver<Option<String>>,
}

impl Server {
    /// Starts to listen on a free port; a connection beyond the last answer is closed at once.
    pub fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/file.onnx", listener.local_addr().unwrap());
        let (sender, requests) = mpsc::channel();
        thread::spawn(move || {
            for (answer, stream) in answers.into_iter().zip(listener.incoming()) {
                serve(stream.unwrap(), answer, &sender);
            }
        });
        Self { url, requests }
    }

    /// The `Range` header of each request so far.
    pub fn ranges(&self) -> Vec<Option<String>> {
        self.requests.try_iter().collect()
    }
}

fn serve(mut stream: TcpStream, answer: Answer, requests: &mpsc::Sender<Option<String>>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
    let head: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
    let range = head.iter().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("range").then(|| value.trim().to_owned())
    });
    let _ = requests.send(range);
    match answer {
        Answer::Raw { head, body } => {
            let _ = write!(stream, "{head}\r\nConnection: close\r\n\r\n");
            let _ = stream.write_all(&body);
        }
        Answer::Silence => drop(lines.next()),
    }
}
