//! todo

