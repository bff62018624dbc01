//! What came of a request, as far as it is written down.

use std::net::IpAddr;

use model::time::Timestamp;
use wire::binance::error::Refusal;

use crate::access::Access;
use crate::auth::Claim;
use crate::gateway::Gateway;
use crate::gateway::answering::Call;
use crate::limit::Limited;
use crate::metrics::LimitKind;
use crate::refused::kind::{PAGE_REFUSED, SESSION_REFUSED, THROTTLED, act_of};
use crate::refused::{Cause, Told, Who};
use crate::reply::Reply;

/// What is asked for by opening a socket, or by an errand of the socket itself.
pub const SOCKET: &str = "socket";

impl Gateway {
    /// Counts a request that was refused.
    pub(crate) fn note_outcome(&self, call: &Call<'_>, outcome: &Result<Reply, Refusal>) {
        let asked = call.endpoint.name;
        let who = match (self.who(call.claim), call.endpoint.access) {
            // Who signs in says no name that way.
            (Who::Nobody, Access::Sandbox | Access::Guest) => Who::Unknown,
            (who, _) => who,
        };
        let from = (who, call.address);
        match outcome {
            Err(refusal) => self.note_refusal(refusal, asked, from, call.now),
            Ok(reply) if matches!(reply.status, 418 | 429) => {
                let told = Told {
                    code: reply.error_code(),
                    asked,
                };
                self.count_refused(THROTTLED, told, from, call.now);
            }
            Ok(_) => {}
        }
    }

    /// Counts a refusal, if it is one that bears on security.
    pub(crate) fn note_refusal(
        &self,
        refusal: &Refusal,
        asked: &'static str,
        from: (Who, IpAddr),
        now: Timestamp,
    ) {
        if let Some(act) = act_of(refusal) {
            let told = Told {
                code: refusal.code,
                asked,
            };
            self.count_refused(act, told, from, now);
        }
    }

    /// Counts a request that an address had no weight left for.
    pub(crate) fn note_limited(
        &self,
        limited: &Limited,
        asked: &'static str,
        address: IpAddr,
        now: Timestamp,
    ) {
        self.metrics().count_limited(LimitKind::Weight);
        self.note_refusal(&limited.refusal, asked, (Who::Unknown, address), now);
    }

    /// Counts a socket that was not opened; its answer is known by its status.
    pub(crate) fn note_unopened(&self, status: u16, address: IpAddr, now: Timestamp) {
        let act = match status {
            401 => SESSION_REFUSED,
            403 => PAGE_REFUSED,
            418 | 429 => THROTTLED,
            _ => return,
        };
        let told = Told {
            code: i32::from(status),
            asked: SOCKET,
        };
        self.count_refused(act, told, (Who::Unknown, address), now);
    }

    fn count_refused(
        &self,
        act: &'static str,
        told: Told,
        (who, address): (Who, IpAddr),
        now: Timestamp,
    ) {
        let cause = Cause::new(act, who, address);
        self.refused().count(cause, told, now);
    }

    /// Returns whom a refusal of a request that claims to be of a key is about.
    pub(crate) fn who(&self, claim: Claim<'_>) -> Who {
        let named = |id: Option<&str>| {
            let key = id.and_then(|id| self.identity().find(id));
            key.map_or(Who::Unknown, |key| Who::Key(key.id))
        };
        match claim {
            Claim::Nobody => Who::Nobody,
            Claim::Held(key) => match &key.login {
                Some(login) => Who::User(login.user),
                None if key.csrf_token().is_some() => Who::Guest(key.id),
                None => Who::Key(key.id),
            },
            Claim::Named(id) => named(core::str::from_utf8(id).ok()),
            Claim::NamedOnSocket(id) => named(Some(id)),
        }
    }
}
