//! What the fuzz targets do, so that a test can do it too.
//!
//! Each target is a module with a function `run` over any bytes. It panics where what it holds
//! does not hold; it returns where all is well, whatever the bytes are.

pub mod harness;
pub mod zstd_differential;
