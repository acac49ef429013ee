//! The sandbox over real HTTP: it behaves like the service that it stands for.

mod command;
mod faults;
mod reading;
mod samples;
mod writing;
