//! Serve the explorer's page from Python's process, on a thread of its own.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use nanorotor::study::Study;
use nanorotor_explorer::{Explorer as Server, Options};
use pyo3::prelude::*;

use crate::errors::Result;

/// A page that is served until it is stopped, dropped, or the process ends.
#[pyclass(frozen)]
pub(crate) struct Explorer {
    #[pyo3(get)]
    url: String,
    stop: Arc<AtomicBool>,
    server: Mutex<Option<JoinHandle<nanorotor::Result<()>>>>,
}

impl Explorer {
    pub(crate) fn of(study: Study, port: Option<u16>, framed: bool) -> Result<Self> {
        let server = Server::bind(Options { study: Some(study), port, framed })?;
        let (url, stop) = (server.url(), Arc::new(AtomicBool::new(false)));
        let raised = Arc::clone(&stop);
        let server = std::thread::spawn(move || server.serve(&raised));
        Ok(Self { url, stop, server: Mutex::new(Some(server)) })
    }
}

#[pymethods]
impl Explorer {
    /// Whether the page is served.
    #[getter]
    fn running(&self) -> bool {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        server.as_ref().is_some_and(|server| !server.is_finished())
    }

    /// Stop, and wait for work that is under way.
    fn stop(&self, py: Python<'_>) {
        self.stop.store(true, Ordering::Relaxed);
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A server that failed has nothing left to stop.
        let _ = py.detach(|| server.map(JoinHandle::join));
    }
}

impl Drop for Explorer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}
