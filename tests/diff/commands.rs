//! Whole commands.
