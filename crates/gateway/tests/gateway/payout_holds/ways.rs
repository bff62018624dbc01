//! The ways on which money leaves an account, each tried by the request that a client sends.

use gateway::clock;
use gateway::rest::faucet::Faucet;
use model::account::Scopes;
use model::command::{Command, Deposit};
use model::id::{AccountId, AssetId, ChainId, KeyId, Reference};
use model::number::Amount;
use model::time::Timestamp;

use crate::client::Answer;
use crate::matrix::people::{deposit, key_header, make_key, send, signed};
use crate::withdrawals::{APPLY, Ann, OTHER, OWN, wish};
use crate::world::Login;

/// A way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By a session with a fresh factor, to an address of the book.
    Session,
    /// Likewise, to any other address.
    SessionElsewhere,
    /// By a key that its user made with a factor.
    Key,
    /// By a key of a sub-account.
    KeyOfSubAccount,
    /// To the sandbox, which gave it.
    Reset,
    /// To another account of the same user, by a key.
    OwnAccounts,
}

impl Way {
    pub const fn shows_a_factor(self) -> bool {
        matches!(self, Way::Session | Way::SessionElsewhere)
    }
}

/// A row.
pub struct Row {
    pub what: &'static str,
    pub way: Way,
    /// Where it is sent to the core.
    pub file: &'static str,
    /// With which code it is refused while payouts are held, `None` for what stays with its owner and is never held.
    pub refused: Option<i64>,
}

impl Row {
    pub const fn is_held(&self) -> bool {
        self.refused.is_some()
    }
}

const fn row(what: &'static str, way: Way, file: &'static str, refused: Option<i64>) -> Row {
    Row {
        what,
        way,
        file,
        refused,
    }
}

const WITHDRAWALS: &str = "gateway/src/rest/withdrawals.rs";
const RESET: &str = "gateway/src/rest/sandbox_reset.rs";
const TRANSFERS: &str = "gateway/src/rest/internal_transfers.rs";

#[rustfmt::skip]
pub const WAYS: &[Row] = &[
    row("by a session", Way::Session, WITHDRAWALS, Some(-4016)),
    row("by a session, elsewhere", Way::SessionElsewhere, WITHDRAWALS, Some(-4016)),
    row("by a key", Way::Key, WITHDRAWALS, Some(-4016)),
    row("by a key of a sub-account", Way::KeyOfSubAccount, WITHDRAWALS, Some(-4016)),
    row("between own accounts", Way::OwnAccounts, TRANSFERS, None),
    // The last, since it takes all.
    row("to the sandbox", Way::Reset, RESET, Some(-2010)),
];

/// What Ann withdraws with.
pub struct Purse {
    key: Login,
    of_sub_account: Login,
    sub_account: AccountId,
}

impl Purse {
    pub async fn of(ann: &mut Ann) -> Purse {
        ann.world.gateway.give(faucet());
        let terms = "label=own&scopes=trade,transfer,withdraw&addresses=127.0.0.1";
        let form = ann.proven("createKey", terms).await;
        let made = ann.by_page("POST", "/v1/keys", &form).await;
        assert_eq!(made.status, 200, "{}", made.body);
        let made = made.json();
        let text = |name: &str| made[name].as_str().expect("a text").to_owned();
        let opened = ann.by_page("POST", "/v1/subaccounts", "label=grid").await;
        let sub_account = opened.json()["account"].as_u64().expect("a number");
        let sub_account = AccountId(u32::try_from(sub_account).expect("a small one"));
        deposit(&ann.world, sub_account).await;
        Purse {
            key: Login {
                public_id: text("apiKey"),
                secret: text("secretKey"),
                key: KeyId(made["id"].as_u64().expect("a number")),
            },
            of_sub_account: make_key(&ann.world, sub_account, Scopes::ALL, Timestamp::MAX).await,
            sub_account,
        }
    }

    /// Lets so much leave as an address may be paid at least, or all.
    pub async fn try_way(&self, ann: &mut Ann, way: Way) -> Answer {
        let withdrawal = wish("0.001", "");
        let apply = format!("coin=BTC&address={OWN}&amount=0.001");
        match way {
            Way::Session => ask(ann, &withdrawal).await,
            Way::SessionElsewhere => ask(ann, &withdrawal.replace(OWN, OTHER)).await,
            Way::Key => by(ann, &self.key, APPLY, &apply).await,
            Way::KeyOfSubAccount => by(ann, &self.of_sub_account, APPLY, &apply).await,
            Way::OwnAccounts => {
                let (to, name) = (self.sub_account.0, clock::now().nanos());
                let form = format!("asset=BTC&amount=0.001&toAccount={to}&idempotencyKey={name}");
                by(ann, &self.key, "/v1/subaccounts/transfer", &form).await
            }
            Way::Reset => send(&ann.world, ("POST", "/dev/reset"), &ann.page, "").await,
        }
    }
}

/// Asks by the session, which proves it unless that is refused already.
async fn ask(ann: &mut Ann, form: &str) -> Answer {
    let asked = format!("action=withdraw&{form}");
    let told = ann.by_page("POST", "/v1/challenge", &asked).await;
    if told.status != 200 {
        return told;
    }
    let form = ann.signed(&told.json(), form);
    ann.by_page("POST", "/v1/withdrawals", &form).await
}

async fn by(ann: &Ann, key: &Login, path: &str, form: &str) -> Answer {
    let form = signed(key, form);
    send(&ann.world, ("POST", path), &key_header(key), &form).await
}

/// Gives enough for the next time.
fn faucet() -> Faucet {
    let gift = |account: AccountId| {
        vec![Command::CreditDeposit(Deposit {
            reference: Reference([9; 32]),
            chain: ChainId(1),
            account,
            asset: AssetId(0),
            amount: Amount::new(100_000_000).expect("small"),
        })]
    };
    Faucet::new(Box::new(gift)).unlimited()
}
