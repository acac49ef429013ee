//! What a failed call of the live API means for a fetch.

use super::error::{Failure, Reach};
use crate::{
    model::GivenUp,
    zendesk::client::{ApiError, ErrorKind},
};

impl Failure for ApiError {
    fn reach(&self) -> Reach {
        match self.kind() {
            ErrorKind::Permission => Reach::NotPermitted(GivenUp::Forbidden),
            ErrorKind::MissingScope(_) => Reach::NotPermitted(GivenUp::MissingScope),
            // A cursor that has ended, a time that is too recent.
            ErrorKind::Refused | ErrorKind::NotFound => Reach::Position,
            ErrorKind::Server => Reach::Listing(GivenUp::ServerError),
            ErrorKind::TimedOut => Reach::Listing(GivenUp::TimedOut),
            ErrorKind::BadPage(_) | ErrorKind::BadJson | ErrorKind::TooLarge => {
                Reach::Listing(GivenUp::BadPage)
            }
            // Whatever is new stops everything: the folder can be resumed.
            _ => Reach::Everything,
        }
    }
}
