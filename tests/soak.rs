//! Applies that are killed, disturbed and misused: no effect is lost, none happens twice, no receipt is wrong.

mod batches;
pub(crate) mod company;
mod crash_points;
mod decisions;
mod disk;
mod faults;
mod interrupt;
mod judge;
mod kills;
mod misuse;
pub(crate) mod planted;
pub(crate) mod round;
