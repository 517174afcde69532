//! A small HTTP server for one text, which no client can keep from the others or from the work: few
//! connections at once, one question each, short deadlines.

use std::{collections::VecDeque, convert::Infallible, io, sync::Arc, time::Duration};

use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    task::AbortHandle,
    time::{sleep, timeout},
};

/// Connections at once: whoever comes then takes the place of the one that has been there longest.
/// The work needs the descriptors.
const MAX_CONNECTIONS: usize = 16;
/// How long a client may take to ask.
const ASK_WITHIN: Duration = Duration::from_secs(2);
/// How long a connection lasts at most, until the answer has gone out.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How long a question may be.
const MAX_HEAD_BYTES: usize = 16 << 10;
/// How long to wait where the system gives no connection, for want of descriptors.
const PAUSE: Duration = Duration::from_millis(200);

/// What makes the text.
pub(super) type Render = Arc<dyn Fn() -> String + Send + Sync>;

/// Answers those who come, until it is dropped.
pub(super) async fn serve(listener: TcpListener, render: Render) {
    let mut connections: VecDeque<AbortHandle> = VecDeque::new();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!("no connection to the metrics: {error}");
                sleep(PAUSE).await;
                continue;
            }
        };
        connections.retain(|connection| !connection.is_finished());
        if connections.len() >= MAX_CONNECTIONS
            && let Some(oldest) = connections.pop_front()
        {
            oldest.abort();
        }
        connections.push_back(tokio::spawn(converse(stream, render.clone())).abort_handle());
    }
}

async fn converse(stream: TcpStream, render: Render) {
    let service = service_fn(|request| {
        let answered = answer(&request, &render);
        async { Ok::<_, Infallible>(answered) }
    });
    let conversation = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(ASK_WITHIN)
        .keep_alive(false)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    match timeout(ANSWER_WITHIN, conversation).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!("a question about metrics: {error}"),
        Err(_) => tracing::debug!("a question about metrics took too long"),
    }
}

fn answer(request: &Request<Incoming>, render: &Render) -> Response<Full<Bytes>> {
    let mut response = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/health") => Response::new("OK".into()),
        (&Method::GET | &Method::HEAD, _) => Response::new(render().into()),
        _ => {
            let mut refused = Response::new(Full::default());
            *refused.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            refused
        }
    };
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

/// Takes an address; from within a runtime.
pub(super) fn bind(address: std::net::SocketAddr) -> io::Result<TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener)
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::{Ipv4Addr, SocketAddr, TcpStream},
        thread,
        time::Instant,
    };

    use tokio::{runtime, sync::oneshot};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    /// A server for as long as `body` runs.
    fn with_server(body: impl FnOnce(SocketAddr)) {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let listener = {
            let _inside = runtime.enter();
            bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap()
        };
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = thread::spawn(move || {
            runtime.spawn(serve(listener, Arc::new(|| "cutout_figure 7\n".to_owned())));
            drop(runtime.block_on(stopped));
        });
        body(address);
        drop(stop);
        server.join().unwrap();
    }

    fn connect(address: SocketAddr) -> TcpStream {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    fn ask(address: SocketAddr, question: &str) -> String {
        let mut stream = connect(address);
        stream.write_all(question.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn questions_and_answers() {
        let long = format!("GET / HTTP/1.1\r\nHost: a\r\nx: {}", "x".repeat(MAX_HEAD_BYTES));
        with_server(|address| {
            for (question, status, body) in [
                ("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", "200", "cutout_figure 7\n"),
                ("GET / HTTP/1.0\r\n\r\n", "200", "cutout_figure 7\n"),
                ("GET /health HTTP/1.1\r\nHost: a\r\n\r\n", "200", "OK"),
                ("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "200", ""),
                ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "405", ""),
                ("nonsense\r\n\r\n", "400", ""),
                (&long, "431", ""),
            ] {
                let answer = ask(address, question);
                let (head, found) = answer
                    .split_once("\r\n\r\n")
                    .unwrap_or_else(|| panic!("{question:.40}: {answer}"));
                assert_eq!(head.split(' ').nth(1), Some(status), "{question:.40}");
                assert_eq!(found, body, "{question:.40}");
            }
        });
    }

    #[test]
    fn idle_clients_keep_nobody_out_and_lose_their_connections() {
        with_server(|address| {
            let mut idle: Vec<_> = (0..4 * MAX_CONNECTIONS).map(|_| connect(address)).collect();
            let asked = Instant::now();
            assert!(ask(address, "GET / HTTP/1.0\r\n\r\n").ends_with("cutout_figure 7\n"));
            assert!(asked.elapsed() < PATIENCE);
            // The first made room; the last ran out of time.
            for stream in &mut idle {
                if let Err(error) = stream.read_to_end(&mut Vec::new()) {
                    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "it stays open");
                }
            }
            assert!(asked.elapsed() < PATIENCE, "{:?}", asked.elapsed());
        });
    }

    #[test]
    fn a_client_that_asks_byte_by_byte_runs_out_of_time() {
        with_server(|address| {
            let mut slow = connect(address);
            let started = Instant::now();
            slow.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
            let is_closed = |slow: &mut TcpStream| match slow.read(&mut [0; 64]) {
                Ok(0) => true,
                Ok(_) => false,
                Err(error) => {
                    !matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
                }
            };
            while slow.write_all(b"G").is_ok() && !is_closed(&mut slow) {
                assert!(started.elapsed() < PATIENCE, "it is served for ever");
            }
        });
    }
}
