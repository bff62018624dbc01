//! What owners do to their accounts: freezing, moving money, closing.

use super::{ASSETS, Workload, name, units};
use model::account::{Scopes, Wallet};
use model::command::{
    Action, ClientHeader, Command, Deposit, OpenAccount, Transfer, TransferBetween,
};
use model::id::{AccountId, AssetId, ChainId, KeyId, OwnerId};
use model::time::Timestamp;

/// A master that is given no money; the next account is its sub-account.
const MONEYLESS: u32 = 7;
/// It has money and does nothing with it.
const IDLE: u32 = 9;

impl Workload {
    /// Masters freeze seldom and unfreeze often, so that sub-accounts trade most of the time.
    pub(super) fn owners_act(&mut self) -> Command {
        let random = &mut self.owners;
        let master = random.pick(&[1, 1, MONEYLESS, IDLE]);
        let account = AccountId(match random.below(8) {
            0 => random.below(7) as u32,
            _ if master == MONEYLESS => MONEYLESS + 1,
            _ => 5 + random.below(2) as u32,
        });
        let action = match random.below(14) {
            0 | 1 => Action::Freeze { account },
            2..=7 => Action::Unfreeze { account },
            8 => Action::Close,
            9 => {
                return Command::CreateKey {
                    key: KeyId(40 + random.below(8)),
                    account: AccountId(MONEYLESS),
                    scopes: Scopes::ALL,
                    expires_at: Timestamp::MAX,
                    grant: None,
                };
            }
            _ => Action::TransferBetween(Box::new(TransferBetween {
                payer: account,
                transfer: Transfer {
                    reference: name(12, random.below(20)),
                    from: Wallet::Spot,
                    to_account: AccountId(random.pick(&[1, 2, 5, 6])),
                    to: random.pick(&[Wallet::Spot, Wallet::Spot, Wallet::Futures]),
                    asset: AssetId(random.below(u64::from(ASSETS)) as u16),
                    amount: units(i128::from(random.between(-1, 100)) * 1_000_000),
                },
            })),
        };
        Command::Client {
            header: ClientHeader {
                account: AccountId(master),
                key: KeyId(u64::from(master)),
                valid_until: Timestamp::MAX,
                idempotency: None,
            },
            action,
        }
    }
}

/// Returns the openings of a master and its sub-account without money, which are closed some day, and of one with some.
pub(super) fn quiet_accounts() -> Vec<Command> {
    let accounts = [
        (MONEYLESS, None),
        (MONEYLESS + 1, Some(AccountId(MONEYLESS))),
        (IDLE, None),
    ];
    let commands = accounts.map(|(account, master)| {
        let owner = master.unwrap_or(AccountId(account));
        [
            Command::OpenAccount(OpenAccount {
                reference: name(0, u64::from(account)),
                owner: OwnerId(u64::from(owner.0)),
                master,
            }),
            Command::CreateKey {
                key: KeyId(u64::from(account)),
                account: AccountId(account),
                scopes: Scopes::ALL,
                expires_at: Timestamp::MAX,
                grant: None,
            },
        ]
    });
    let deposit = Command::CreditDeposit(Deposit {
        reference: name(1, u64::from(IDLE) * 10),
        chain: ChainId(0),
        account: AccountId(IDLE),
        asset: AssetId(0),
        amount: units(100_000_000),
    });
    commands.into_iter().flatten().chain([deposit]).collect()
}
