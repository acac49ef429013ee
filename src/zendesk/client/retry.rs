//! Trying again: reads change nothing, so any that failed for a while may be repeated.

use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};

use super::{
    ZendeskClient,
    envelope::BodyFault,
    error::ApiError,
    rate::Class,
    send::{Again, Failure, Request, Told},
};

/// How patient a client is.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How often a failed request is repeated. With the waits between them this is about a minute, as long
    /// as a server takes to be replaced; what lasts longer is worth a look, and a fetch can be resumed.
    pub repeats: usize,
    /// How often before the server has answered at all: somebody waits who mistyped something or is offline.
    pub first_repeats: usize,
    /// The first wait; each is twice the one before, with jitter.
    pub first_wait: Duration,
    /// How long one request waits for a failing server in all, also where the server asks for more.
    pub longest: Duration,
    /// How long one request waits for a used-up rate limit in all.
    pub longest_for_rate: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            repeats: 6,
            first_repeats: 2,
            first_wait: Duration::from_secs(1),
            longest: Duration::from_mins(15),
            longest_for_rate: Duration::from_mins(30),
        }
    }
}

/// The longest wait that a server did not ask for.
const LONGEST_STEP: Duration = Duration::from_mins(1);

impl ZendeskClient {
    /// Makes a request until it succeeds or patience ends. `request` is asked each time, because what is
    /// asked for may become smaller; `before_again` is told of each failure that is followed by another try.
    pub(super) async fn persist<T>(
        &self,
        request: impl Fn() -> Request + Send + Sync,
        parse: impl Fn(&Request, &[u8]) -> Result<T, BodyFault> + Send + Sync,
        before_again: impl Fn(&ApiError) + Send + Sync,
    ) -> Result<Told<T>, ApiError> {
        let patience = self.patience;
        let steps = ExponentialBuilder::new()
            .with_min_delay(patience.first_wait)
            .with_max_delay(LONGEST_STEP)
            .with_jitter();
        let once = || async {
            let request = request();
            self.attempt(&request, |body| parse(&request, body)).await
        };
        let class = Class::of(request().call);
        let permitted = || async {
            let mut waited = Duration::ZERO;
            once.retry(steps.without_max_times())
                .when(|failure| matches!(failure.again, Again::WhenPermitted(_)))
                .adjust(|failure: &Failure, step| {
                    let Again::WhenPermitted(asked) = failure.again else { return None };
                    let wait = asked.or(step).unwrap_or(LONGEST_STEP);
                    waited += wait;
                    if waited > patience.longest_for_rate {
                        return None;
                    }
                    // The class is held, so that no other request runs into the same limit meanwhile.
                    self.budget.hold(class, wait);
                    Some(Duration::ZERO)
                })
                .notify(|_, _| self.budget.count_retry())
                .await
        };
        let (mut tries, mut waited) = (0, Duration::ZERO);
        permitted
            .retry(steps.with_max_times(patience.repeats))
            .when(|failure| matches!(failure.again, Again::Later(_)))
            .adjust(|failure, step| {
                tries += 1;
                if !self.has_answered() && tries > patience.first_repeats {
                    return None;
                }
                let Again::Later(asked) = failure.again else { return None };
                // Without a step the repeats are used up, whatever the server asks for.
                let wait = asked.unwrap_or(step?);
                waited += wait;
                (waited <= patience.longest).then_some(wait)
            })
            .notify(|failure, _| {
                self.budget.count_retry();
                before_again(&failure.error);
            })
            .await
            .map_err(|failure| failure.error)
    }
}
