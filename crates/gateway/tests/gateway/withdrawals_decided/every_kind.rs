//! Whatever operators decide is one command of the journal, under the names of who decided, before it is carried out.

use identity::operator_key::OperatorKey;
use identity::policy::Kind;
use identity::proposal::State as ProposalState;
use model::account::FeeTier;
use model::approved::{Act, Approval, Others};
use model::command::Command;
use model::id::{OperatorId, ProposalId};

use super::*;

/// Returns what is proposed of a kind; each is sound after those before it in `Kind::ALL`.
fn form_of(kind: Kind, withdrawal: u64) -> String {
    let takes = match kind {
        Kind::Adjust => "account=1&asset=BTC&amount=-1".to_owned(),
        Kind::SetAccountState => "account=2&state=frozen".to_owned(),
        Kind::SetFeeTier => "account=1&tier=3".to_owned(),
        Kind::ListAsset => "symbol=DOGE".to_owned(),
        Kind::ListMarket => {
            "symbol=DOGEUSDT&base=DOGE&quote=USDT&tick=0.01&lot=0.00001&like=BTCUSDT".to_owned()
        }
        Kind::ChangeMarket => "market=BTCUSDT&open_orders_max=7".to_owned(),
        Kind::SetPhase => "market=BTCUSDT&phase=halt".to_owned(),
        Kind::SetPayoutLimit => "asset=BTC&cap=100".to_owned(),
        Kind::AddOperator => {
            let key = OperatorKey::generate().expect("random").public();
            format!("name=zed&roles=risk&public_key={key}")
        }
        Kind::InviteOperator => "name=zoe&roles=risk".to_owned(),
        Kind::DisableOperator => "name=zoe".to_owned(),
        Kind::SetRoles => "name=zed&roles=viewer".to_owned(),
        Kind::SetPolicy => "of=list-asset&proposers=market-ops&approvers=risk".to_owned(),
        Kind::ResetFactors => "reset=1&compared=documents".to_owned(),
        Kind::EraseUser => "user=2".to_owned(),
        Kind::EndSessions => "user=1".to_owned(),
        Kind::ApproveWithdrawal | Kind::FailWithdrawal => format!("withdrawal={withdrawal}"),
    };
    format!("kind={}&{takes}&reason=decided", kind.name())
}

/// Returns what the journal calls an act: the name of its kind.
fn name_of(act: &Act) -> String {
    let shown = match act {
        Act::ChangePeople(change) => format!("{change:?}"),
        act => format!("{act:?}"),
    };
    let end = shown.find(|char: char| !char.is_ascii_alphabetic());
    shown[..end.unwrap_or(shown.len())].to_owned()
}

impl Counter {
    /// Lets the first user have lost the factors, and a second one have closed the account.
    async fn prepare_users(&self) {
        let identity = &self.desk.identity;
        let user = identity.create_user("bob", "bob@example.test", clock::now());
        assert_eq!(user.await.expect("created"), OwnerId(2));
        self.write(
            "INSERT INTO factor_resets (owner, statement, cancel, asked_ns)
             SELECT id, CAST('' AS BLOB), CAST('' AS BLOB), 1 FROM users WHERE id = 1",
        )
        .await;
        self.write(
            "INSERT INTO closings (owner, account, asked_ns, closed_ns) VALUES (2, 2, 1, 1)",
        )
        .await;
    }

    /// Changes the database behind the back of the exchange.
    async fn write(&self, statement: &'static str) {
        let statement = match place::server().is_some() {
            true => statement.replace("CAST('' AS BLOB)", "CAST('' AS BYTEA)"),
            false => statement.to_owned(),
        };
        let pool = place::raw(self.desk.folder()).await;
        let done = sqlx::query(sqlx::AssertSqlSafe(statement))
            .execute(&pool)
            .await;
        assert_ne!(done.expect("done").rows_affected(), 0);
        pool.close().await;
    }

    async fn carried_out(&self, id: ProposalId) -> identity::proposal::Proposal {
        loop {
            let proposal = self.desk.identity.proposal(id).await.expect("read");
            if proposal.state != ProposalState::Approved {
                return proposal;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Returns what the journal has of a proposal.
    fn journaled(&self, id: ProposalId) -> Vec<(Approval, Others, Act)> {
        let all = self.desk.world.commands().into_iter();
        let of_it = all.filter_map(|command| match command {
            Command::Approved {
                approval,
                others,
                act,
            } if approval.proposal == id => Some((approval, others, *act)),
            _ => None,
        });
        of_it.collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_executed_proposal_of_every_kind_is_one_command_with_its_names() {
    let mut counter = Counter::open().await;
    let request = counter.request().await;
    counter.prepare_users().await;
    counter.desk.look_after();
    let path = ("POST", "/v1/operator/proposals");
    for kind in Kind::ALL {
        let proposed = counter.ask(0, path, &form_of(kind, request.id)).await;
        assert_eq!(proposed.status, 200, "{kind:?}: {}", proposed.body);
        let proposed = proposed.json();
        let id = ProposalId(proposed["proposal"].as_u64().expect("a number"));
        let approved = counter.approve(&proposed).await;
        if approved["state"] == "approved" {
            assert_eq!(counter.journaled(id), [], "{kind:?} before its time");
            counter
                .write("UPDATE proposals SET executable_ns = 0 WHERE state = 'approved'")
                .await;
        }
        let done = counter.carried_out(id).await;
        assert_eq!(
            done.state,
            ProposalState::Executed,
            "{kind:?}: {}",
            done.outcome
        );
        let [(approval, others, act)] = &counter.journaled(id)[..] else {
            panic!("{kind:?} is not one command");
        };
        let expected = Approval {
            proposal: id,
            digest: done.digest,
            proposer: OperatorId(1),
            approver: OperatorId(2),
        };
        assert_eq!((approval, others), (&expected, &Others::NONE), "{kind:?}");
        assert_eq!(name_of(act), format!("{kind:?}"));
        match act {
            Act::SetFeeTier { account, tier } => {
                assert_eq!((account.0, Some(*tier)), (1, FeeTier::new(3)));
            }
            Act::ChangeMarket { market, terms } => {
                assert_eq!((market.0, terms.open_orders_max), (0, 7));
            }
            _ => (),
        }
    }
    assert_eq!(counter.state(&request).await, State::Failed);
    let nameless = counter.desk.world.commands().into_iter().find(|command| {
        matches!(
            command,
            Command::ConfirmDestination { .. } | Command::CancelWithdrawal { .. }
        )
    });
    assert_eq!(nameless, None);
}

/// A process that ended after the journal had it and before the database did: it is done then, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_journal_has_before_a_stop_is_done_after_it_and_once() {
    let mut counter = Counter::open().await;
    let request = counter.request().await;
    let proposed = counter.propose("approve-withdrawal", &request).await;
    assert_eq!(counter.approve(&proposed).await["state"], "executed");
    let proposed = counter.propose("fail-withdrawal", &request).await;
    assert_eq!(counter.approve(&proposed).await["state"], "executed");
    let id = ProposalId(proposed["proposal"].as_u64().expect("a number"));
    counter
        .write("UPDATE proposals SET state = 'approved' WHERE kind = 'fail-withdrawal'")
        .await;
    counter
        .write("UPDATE withdrawals SET state = 'PROCESSING'")
        .await;
    let settle = format!("withdrawal={}&payout=f00d", request.id);
    let target = ("POST", "/v1/operator/withdrawal/settle");
    let refused = counter.ask(1, target, &settle).await;
    assert_eq!(
        refused.error().1,
        -7062,
        "its money is back: {}",
        refused.body
    );
    counter.desk.look_after();
    let done = counter.carried_out(id).await;
    assert_eq!(done.state, ProposalState::Executed, "{}", done.outcome);
    assert_eq!(counter.state(&request).await, State::Failed);
    assert_eq!(counter.bitcoin().await, "50.00000000 0.00000000");
    assert_eq!(counter.desk.world.repetitions(), 1);
}
