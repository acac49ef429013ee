//! What a failed call of the live API means for a fetch.

use super::error::{Failure, Reach};
use crate::zendesk::client::{ApiError, ErrorKind};

impl Failure for ApiError {
    fn reach(&self) -> Reach {
        match self.kind() {
            ErrorKind::Permission => Reach::NotPermitted("forbidden"),
            ErrorKind::MissingScope(_) => Reach::NotPermitted("missing_scope"),
            // A cursor that has ended, a time that is too recent.
            ErrorKind::Refused | ErrorKind::NotFound => Reach::Position,
            ErrorKind::Server => Reach::Listing("server_error"),
            ErrorKind::TimedOut => Reach::Listing("timed_out"),
            ErrorKind::BadPage(_) | ErrorKind::BadJson | ErrorKind::TooLarge => Reach::Listing("bad_page"),
            // Whatever is new stops everything: the folder can be resumed.
            _ => Reach::Everything,
        }
    }
}
