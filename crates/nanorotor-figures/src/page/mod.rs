//! The page: a scene of strokes, fills and labels, and the files that it is written to.

pub(crate) mod colour;
pub(crate) mod font;
pub(crate) mod format;
pub(crate) mod pdf;
pub(crate) mod png;
pub(crate) mod scene;
pub(crate) mod svg;
pub(crate) mod text;
