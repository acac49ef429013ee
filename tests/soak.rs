//! Applies that are killed, disturbed and misused: no effect is lost, none happens twice, no receipt is wrong.

mod company;
mod crash_points;
mod judge;
mod kills;
mod planted;
mod round;
