//! Serve the page on which a rotor turns while its parameters are moved, to this machine alone.
//!
//! [`Explorer::bind`] takes a port of the loopback interface, [`Explorer::serve`] answers until it is told to stop. The page and all
//! it needs is in the binary; what it asks for are the studies, checks, results and figures of the other commands.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests fail by panicking"))]

mod answer;
mod assets;
mod bundle;
mod curve;
mod download;
mod export;
mod guard;
mod lines;
mod point;
mod presets;
mod quantities;
mod request;
mod session;
mod sliders;
mod zip;

use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use nanorotor::study::Study;
use nanorotor::{Error, Result};

use crate::guard::Guard;
use crate::session::Session;

/// The port that is taken where nobody asks for one and it is free, so that links stay good.
pub const USUAL_PORT: u16 = 8719;

/// How often the server looks whether it must stop.
const PATIENCE: Duration = Duration::from_millis(30);

/// What is explored, and where.
#[derive(Debug, Default)]
pub struct Options {
    /// The study that the page opens; a preset if there is none.
    pub study: Option<Study>,
    /// The port; otherwise [`USUAL_PORT`], or any if that is taken.
    pub port: Option<u16>,
    /// Whether a notebook of this machine may show the page in a frame.
    pub framed: bool,
}

/// A server that has its port and waits to be started.
#[derive(Debug)]
pub struct Explorer {
    listeners: Vec<TcpListener>,
    session: Arc<Session>,
}

impl Explorer {
    /// Take a port of 127.0.0.1, and of ::1 where there is one.
    ///
    /// # Errors
    /// [`Error::Model`] if the port is taken, or the system gives no random numbers.
    pub fn bind(options: Options) -> Result<Self> {
        let at = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        let listener = match options.port {
            Some(port) => at(port),
            None => at(USUAL_PORT).or_else(|_| at(0)),
        };
        let wanted = options.port.unwrap_or(USUAL_PORT);
        let refused = |reason: std::io::Error| Error::Model {
            what: format!("port {wanted} of 127.0.0.1 cannot be used: {reason}"),
            hint: "another program may have it: give another --port, or none to take a free one".into(),
        };
        let listener = listener.map_err(refused)?;
        let port = listener.local_addr().map_err(refused)?.port();
        let listeners = std::iter::once(listener).chain(TcpListener::bind((Ipv6Addr::LOCALHOST, port)));
        let token = guard::new_token().map_err(|reason| Error::Model {
            what: format!("the system gives no random numbers for the session's token: {reason}"),
            hint: "look at /dev/urandom".into(),
        })?;
        let guard = Guard { token, port, framed: options.framed };
        Ok(Self { listeners: listeners.collect(), session: Arc::new(Session::new(guard, options.study)) })
    }

    /// The address of the page, with the token that lets it ask.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/?token={}", self.session.guard.port, self.session.guard.token)
    }

    /// Answer until `stop` is raised; work that is under way then ends.
    ///
    /// # Errors
    /// [`Error::File`] if the system refuses its sockets.
    pub fn serve(self, stop: &AtomicBool) -> Result<()> {
        let refused = |reason: std::io::Error| Error::File {
            what: format!("the server cannot listen: {reason}"),
            hint: "close other programs, or try again".into(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(refused)?;
        let session = Arc::clone(&self.session);
        let served: std::io::Result<()> = runtime.block_on(async {
            let router = Router::new().fallback(answer::answer).with_state(Arc::clone(&session));
            for listener in self.listeners {
                listener.set_nonblocking(true)?;
                // Each line of an answer goes out at once.
                let listener = tokio::net::TcpListener::from_std(listener)?.tap_io(|stream| {
                    let _ = stream.set_nodelay(true);
                });
                let router = router.clone();
                tokio::spawn(async move { axum::serve(listener, router).await });
            }
            while !stop.load(Ordering::Relaxed) {
                tokio::time::sleep(PATIENCE).await;
            }
            Ok(())
        });
        session.stop();
        runtime.shutdown_background();
        served.map_err(refused)
    }
}

/// Show an address in the user's browser.
///
/// # Errors
/// If no browser is found.
pub fn open_in_browser(url: &str) -> std::io::Result<()> {
    open::that_detached(url)
}
