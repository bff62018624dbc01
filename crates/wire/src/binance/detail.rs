//! What upstream's text of a refused filter leaves out: which member of it refused, what it is, and what was asked for.
//!
//! Nobody is sent this who did not ask: strict clients refuse a member they do not know.
//!
//! **Source** `docs/spec/binance-surface.md` §7.3.

use serde::Serialize;

use crate::binance::error::Refusal;

/// Which limit of a filter was broken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// As in `exchangeInfo`.
    pub filter: String,
    /// The member of the filter, as in `exchangeInfo`.
    pub limit: &'static str,
    /// What that member is, as printed there.
    pub value: String,
    /// What the request came to, where that can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
}

#[derive(Serialize)]
struct Envelope<'a> {
    code: i32,
    msg: &'a str,
    detail: &'a Detail,
}

impl Detail {
    /// Returns the body of a refusal with its detail: `{"code":…,"msg":…,"detail":{…}}`.
    pub fn body(&self, refusal: &Refusal) -> Vec<u8> {
        let envelope = Envelope {
            code: refusal.code,
            msg: &refusal.msg,
            detail: self,
        };
        serde_json::to_vec(&envelope).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::binance::error::Fault;

    #[test]
    fn a_detail_follows_the_envelope() {
        let detail = Detail {
            filter: "LOT_SIZE".to_owned(),
            limit: "minQty",
            value: "0.00001000".to_owned(),
            given: Some("0.00000100".to_owned()),
        };
        let body = detail.body(&Refusal::with(Fault::Filter, &["LOT_SIZE"]));
        assert_eq!(
            String::from_utf8(body).expect("utf-8"),
            r#"{"code":-1013,"msg":"Filter failure: LOT_SIZE","detail":{"filter":"LOT_SIZE","limit":"minQty","value":"0.00001000","given":"0.00000100"}}"#
        );
    }
}
