//! Everything that is held on a user, for somebody who asks by letter or is closed. It is written down who had it made.
//!
//! **Source** `docs/spec/data-export.md`.

use std::sync::Arc;

use identity::audit::{Actor, Entry};
use identity::identity::IdentityError;
use identity::operator::Operator;
use indexer::history::History;
use model::id::OwnerId;
use model::time::Timestamp;
use wire::binance::params::Params;

use crate::console::denied::Denied;
use crate::console::office::{Office, mandatory, whole};
use crate::data_export::{Exports, NoPlace, Subject};
use crate::gateway::Gateway;
use crate::past::{Reach, reading_of};
use crate::reply::Reply;

const REASON_CHARS_MAX: usize = 500;

/// What archives are made of beside the database of users.
pub struct Sources {
    pub history: Option<Arc<History>>,
    /// The name of the exchange.
    pub issuer: String,
}

/// Archives that operators have made.
pub(super) struct Archives {
    pub sources: Sources,
    pub exports: Exports,
}

impl Gateway {
    /// Returns what operators have archives of users made of.
    pub fn sources(&self) -> Sources {
        Sources {
            history: self.history.clone(),
            issuer: self.stationery().product.clone(),
        }
    }
}

impl Office {
    /// Returns the archive, sent while it is made.
    pub(super) async fn export(
        &self,
        operator: &Operator,
        params: &Params,
        at: Timestamp,
    ) -> Result<Reply, Denied> {
        let user = self.exported(params).await?;
        let reason = mandatory(params, "reason")?;
        if REASON_CHARS_MAX < reason.chars().count() {
            return Err(Denied::parameter("reason", "1 to 500 characters"));
        }
        let archives = &self.archives;
        let place = archives.exports.enter(user, at)?;
        let reach = Reach::of(&self.hub.views(), at);
        let history = archives.sources.history.as_deref();
        let subject = Subject {
            user,
            identity: Arc::clone(&self.identity),
            hub: Arc::clone(&self.hub),
            reading: reading_of(history, reach).await?,
            until: at,
            issuer: archives.sources.issuer.clone(),
        };
        let entry = Entry {
            at,
            actor: Actor::Operator(operator.id),
            act: "user-exported",
            subject: format!("user {}", user.0),
            detail: reason.to_owned(),
            address: None,
        };
        // First: nothing leaves that is not written down.
        self.identity.note(&entry).await?;
        Ok(Reply::streamed(archives.exports.begin(place, subject, at)?))
    }

    async fn exported(&self, params: &Params) -> Result<OwnerId, Denied> {
        mandatory(params, "user")?;
        let number = whole(params, "user")?.unwrap_or(0);
        match self.identity.user(OwnerId(number)).await {
            Ok(user) => Ok(user.id),
            Err(IdentityError::UserUnknown) => {
                Err(Denied::parameter("user", "the number of a user"))
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl From<NoPlace> for Denied {
    fn from(none: NoPlace) -> Denied {
        let text = match none {
            NoPlace::UnderWay => "an export of this user is under way: wait for its end".to_owned(),
            NoPlace::Full => "too many exports are under way: wait for the end of one".to_owned(),
            NoPlace::Wait { seconds } => {
                format!("this user was exported as often as in a day: wait {seconds} seconds")
            }
        };
        Denied::Busy(text)
    }
}
