//! `--metrics`: the engine's figures as Prometheus text, over HTTP.

mod server;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, ToSocketAddrs},
    str::FromStr,
    sync::Arc,
    thread::{Builder, JoinHandle},
    time::Duration,
};

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};
use tokio::{runtime, sync::oneshot, time};

use crate::engine::metrics;

/// How often histograms take in what was measured, so that it does not pile up between scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

/// Where figures are served: `PORT` of this machine alone, or `HOST:PORT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricsAddress(SocketAddr);

impl FromStr for MetricsAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(port) = text.parse::<u16>() {
            return Ok(Self((Ipv4Addr::LOCALHOST, port).into()));
        }
        let found = text.to_socket_addrs().map_err(|error| {
            format!("{text:?} is neither PORT nor HOST:PORT of this machine ({error})")
        })?;
        let first = { found }.next().map(Self);
        first.ok_or_else(|| format!("{text:?} names no address of this machine"))
    }
}

/// Why figures cannot be served.
#[derive(Debug, thiserror::Error)]
#[error("cannot serve metrics at {address}: {reason}; choose another address with --metrics")]
pub struct MetricsError {
    address: SocketAddr,
    reason: String,
}

/// Serves figures until it is dropped.
#[derive(Debug)]
pub struct MetricsServer {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl MetricsServer {
    /// Binds the address, installs the recorder and starts the thread that answers.
    ///
    /// # Errors
    /// Where the address cannot be bound, or figures are served already.
    pub fn start(MetricsAddress(address): MetricsAddress) -> Result<Self, MetricsError> {
        start(address).map_err(|error| MetricsError { address, reason: error.to_string() })
    }
}

#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("{}", reason(.0))]
    Build(#[from] BuildError),
}

/// The system's words alone: ours say the rest.
fn reason(error: &BuildError) -> String {
    match error {
        BuildError::FailedToSetGlobalRecorder(_) => "they are served already".to_owned(),
        other => other.to_string(),
    }
}

fn start(address: SocketAddr) -> Result<MetricsServer, StartError> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    let mut builder = PrometheusBuilder::new();
    for (name, bounds_s) in metrics::buckets_s() {
        builder = builder.set_buckets_for_metric(Matcher::Full(name.to_owned()), bounds_s)?;
    }
    let listener = {
        let _inside = runtime.enter();
        server::bind(address)?
    };
    let recorder = builder.build_recorder();
    let figures = recorder.handle();
    ::metrics::set_global_recorder(recorder).map_err(BuildError::from)?;
    metrics::describe();
    let (stop, stopped) = oneshot::channel();
    let thread = Builder::new().name("cutout-metrics".to_owned()).spawn(move || {
        let rendered = figures.clone();
        runtime.spawn(server::serve(listener, Arc::new(move || rendered.render())));
        runtime.spawn(async move {
            loop {
                time::sleep(UPKEEP).await;
                figures.run_upkeep();
            }
        });
        // Ends when the sender is dropped; dropping the runtime then closes every connection.
        drop(runtime.block_on(stopped));
    })?;
    Ok(MetricsServer { stop: Some(stop), thread: Some(thread) })
}

impl Drop for MetricsServer {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that serves metrics ended in a panic");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_of_this_machine_alone() {
        for (text, expected) in [
            ("9900", Some("127.0.0.1:9900")),
            ("0.0.0.0:9900", Some("0.0.0.0:9900")),
            ("[::1]:80", Some("[::1]:80")),
            ("65536", None),
            ("-1", None),
            ("127.0.0.1", None),
            ("127.0.0.1:http", None),
            ("", None),
        ] {
            let expected = expected.map(|address| MetricsAddress(address.parse().unwrap()));
            assert_eq!(text.parse().ok(), expected, "{text:?}");
        }
    }
}
