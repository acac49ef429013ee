//! Live readings of whole commands under every fault, with every mistake, beside everybody who listens.

mod bad_input;
mod canary;
mod elsewhere;
mod kinds;
mod matrix;
mod moving;
mod stage;
