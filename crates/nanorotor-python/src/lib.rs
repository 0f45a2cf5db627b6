//! Hand the library to Python.
