//! Parameters that a request does not have.

use wire::binance::error::{Fault, Refusal};
use wire::binance::params::Params;

use crate::parameters::SIGNED_PARAMETERS;
use crate::route::Endpoint;

/// Refuses parameters that a request does not have.
///
/// # Errors
/// -1104.
pub fn check_known(endpoint: &Endpoint, params: &Params) -> Result<(), Refusal> {
    let sent = params.iter().count();
    let unread = unknown(endpoint, params).count();
    if 0 < unread {
        let values = [&*(sent - unread).to_string(), &*sent.to_string()];
        return Err(Refusal::with(Fault::UnreadParameters, &values));
    }
    Ok(())
}

/// Logs the parameters that are ignored, for whoever wonders why a bot does not get what it asks for.
pub fn note_unknown(endpoint: &Endpoint, params: &Params) {
    if tracing::enabled!(tracing::Level::DEBUG) {
        for name in unknown(endpoint, params) {
            let path = endpoint.path;
            tracing::debug!(event = "request.parameter_ignored", path, name = ?name);
        }
    }
}

/// Returns the names of parameters that a request does not have.
fn unknown<'a>(endpoint: &'a Endpoint, params: &'a Params) -> impl Iterator<Item = &'a str> {
    let names = params.iter().map(|(name, _)| name);
    names.filter(|name| {
        !endpoint.mandatory.contains(name)
            && !endpoint.optional.contains(name)
            && !SIGNED_PARAMETERS.contains(name)
    })
}
