//! Send an answer line by line, each a JSON object, as its parts are found.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::Response;
use futures_core::Stream;
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::answer::with_type;
use crate::session::CancelledWhenDropped;

/// Where lines are written.
#[derive(Debug, Clone)]
pub(crate) struct Lines(UnboundedSender<Bytes>);

impl Lines {
    /// Send a line; false if nobody reads any more.
    pub(crate) fn send(&self, value: &Value) -> bool {
        self.0.send(Bytes::from(format!("{value}\n"))).is_ok()
    }
}

/// An answer of lines, and where they are written; when the browser closes the connection, `cancel` is raised.
pub(crate) fn lines(cancel: Arc<AtomicBool>) -> (Lines, Response<Body>) {
    let (send, receive) = unbounded_channel();
    let read = Read { receive, _gone: CancelledWhenDropped(cancel) };
    (Lines(send), with_type(Body::from_stream(read), "application/x-ndjson"))
}

/// The end of the lines that the browser reads.
struct Read {
    receive: UnboundedReceiver<Bytes>,
    _gone: CancelledWhenDropped,
}

impl Stream for Read {
    type Item = Result<Bytes, std::convert::Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.receive.poll_recv(context).map(|line| line.map(Ok))
    }
}
