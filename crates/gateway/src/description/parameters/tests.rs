//! Every parameter is described, and nothing else is.

use super::*;
use crate::route::ENDPOINTS;

#[test]
fn every_parameter_of_every_route_is_described() {
    for endpoint in ENDPOINTS {
        for name in endpoint.mandatory.iter().chain(endpoint.optional) {
            assert!(
                find(endpoint.route, name).is_some(),
                "{} {name}",
                endpoint.path
            );
        }
    }
}

#[test]
fn every_row_is_read_by_some_route() {
    let of_signature = ["recvWindow", "timestamp", "signature", "nonce"];
    for (name, ..) in TABLE {
        let is_read = ENDPOINTS
            .iter()
            .any(|endpoint| endpoint.mandatory.contains(name) || endpoint.optional.contains(name));
        assert!(is_read || of_signature.contains(name), "{name}");
    }
}
