//! Sends calls that are due: each until it is taken, under one id for ever, also after a stop in between.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use identity::identity::{Identity, IdentityError};
use identity::kyc::{Application, KycError};
use identity::kyc_call::KycCall;
use model::time::Timestamp;
use serde_json::json;
use tokio::sync::watch;

use crate::caller::Caller;

const LOOK_PERIOD: Duration = Duration::from_secs(2);
/// Calls of one look.
const BATCH: u32 = 10;

/// Sends what an identity database has for a provider.
pub struct Courier {
    identity: Arc<Identity>,
    caller: Caller,
}

impl Courier {
    pub const fn new(identity: Arc<Identity>, caller: Caller) -> Courier {
        Courier { identity, caller }
    }

    /// Sends what is due until it is told to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        loop {
            if let Err(error) = self.look(now()).await {
                tracing::warn!(event = "kyc.calls_failed", "{error}");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_PERIOD) => {}
                _ = stop.wait_for(|is_stopping| *is_stopping) => return,
            }
        }
    }

    /// Sends what is due at a moment.
    ///
    /// # Errors
    /// When the database fails; what was taken and not noted is sent again under its id.
    pub async fn look(&self, at: Timestamp) -> Result<(), IdentityError> {
        for call in self.identity.due_calls(at, BATCH).await? {
            let application = match self.identity.application(call.application).await {
                Ok(application) if !application.state.is_final() => application,
                // Whoever was decided about, or erased, is not asked about.
                Ok(_) | Err(KycError::Unknown) => {
                    self.identity.end_call(&call).await?;
                    continue;
                }
                Err(KycError::Identity(error)) => return Err(error),
                Err(error) => unreachable!("an application is not read: {error}"),
            };
            self.send(&call, &application, at).await?;
        }
        Ok(())
    }

    async fn send(
        &self,
        call: &KycCall,
        application: &Application,
        at: Timestamp,
    ) -> Result<(), IdentityError> {
        let body = body(application, call.at);
        match self.caller.call(&call.id, &body, at).await {
            Ok(()) => self.identity.end_call(call).await,
            Err(error) => {
                tracing::warn!(
                    event = "kyc.call_refused",
                    call = call.id,
                    attempts = call.attempts,
                    "{error}"
                );
                self.identity.postpone_call(call, at).await
            }
        }
    }
}

/// What the provider is told. Documents are not sent: whoever needs them asks the applicant.
fn body(application: &Application, at: Timestamp) -> String {
    let person = &application.person;
    json!({
        "application": application.id,
        "level": application.level.number(),
        "legalName": person.name,
        "birthDate": person.born.to_string(),
        "country": person.country.text(),
        "address": person.address,
        "submittedAt": at.millis(),
    })
    .to_string()
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let nanos = since.map_or(0, |since| since.as_nanos());
    Timestamp::from_nanos(i64::try_from(nanos).unwrap_or(i64::MAX))
}
