//! Draw nanorotor results as SVG, PDF and PNG.
