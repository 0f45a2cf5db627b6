//! What is drawn of results.

pub(crate) mod electrons;
pub(crate) mod landscape;
pub(crate) mod load;
pub(crate) mod named;
pub mod names;
pub(crate) mod rate;
pub mod reading;
pub(crate) mod search;
pub(crate) mod sensitivity;
pub(crate) mod spectrum;
pub mod sweep;
pub(crate) mod trajectories;
pub(crate) mod uncertain;
