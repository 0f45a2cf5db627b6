//! Run the commands, one file each.

pub(crate) mod check;
pub(crate) mod cite;
pub(crate) mod explore;
pub(crate) mod export;
pub(crate) mod landscape;
pub(crate) mod load;
pub(crate) mod merge;
pub(crate) mod molecule;
pub(crate) mod optimize;
pub(crate) mod rate;
pub(crate) mod reproduce;
pub(crate) mod run;
pub(crate) mod sensitivity;
pub(crate) mod simulate;
pub(crate) mod spectrum;
