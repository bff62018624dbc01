//! Passkeys of operators: codes and challenges count until their time, not beyond.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use identity::challenge::CHALLENGE_NANOS;
use identity::identity::{Identity, IdentityError};
use identity::master::MasterKey;
use identity::operator::{NewOperator, Roles};
use identity::operator_key::OperatorKey;
use identity::operator_passkey::{
    BegunSession, ENROLMENT_NANOS, OperatorSession, SessionAct, operator_handle,
};
use identity::passkey::Creation;
use model::id::{OperatorId, ProposalId, Reference};
use model::time::Timestamp;

use crate::authenticator::{Authenticator, authenticator, party};
use crate::place;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const ANN: OperatorId = OperatorId(1);

async fn open(folder: &Path) -> Identity {
    let master = MasterKey::load_or_create(&folder.join("master.key")).expect("a master key");
    let identity = Identity::open(&place::address(folder).await, master).await;
    let identity = identity.expect("opens");
    let operator = |name: &str| NewOperator {
        name: name.to_owned(),
        roles: Roles::ALL,
        public_key: OperatorKey::generate().expect("random").public(),
    };
    let both = [operator("ann"), operator("bob")];
    let numbers = identity.bootstrap(&both, NOW).await.expect("bootstraps");
    assert_eq!(numbers[0], ANN);
    identity
}

async fn enrol(
    identity: &Identity,
    authenticator: &Authenticator,
    code: &str,
    at: Timestamp,
) -> Result<(), IdentityError> {
    // What is to be signed is asked for in time: only when it is used counts here.
    let asked = identity.begin_operator_enrolment(code, NOW).await?;
    let (client_data, attestation) = authenticator.create(&asked.to_be_signed);
    let creation = Creation {
        client_data: &client_data,
        attestation: &attestation,
    };
    let made = ("laptop", creation);
    let party = party();
    let added = identity.add_operator_passkey(&party, code, made, HERE, at);
    added.await.map(|_| ())
}

async fn sign_in(
    identity: &Identity,
    authenticator: &Authenticator,
    counter: u32,
    (asked, at): (Timestamp, Timestamp),
) -> Result<BegunSession, IdentityError> {
    let challenge = identity.operator_login_challenge(asked).await?;
    let assertion = authenticator.sign(&challenge.to_be_signed, counter);
    let handle = operator_handle(ANN);
    let shown = (&assertion, handle.as_slice());
    identity
        .operator_sign_in(&party(), &challenge.token, shown, HERE, at)
        .await
}

async fn answer(
    identity: &Identity,
    authenticator: &Authenticator,
    counter: u32,
    (session, act): (&OperatorSession, SessionAct),
    at: Timestamp,
) -> Result<(), IdentityError> {
    let challenge = identity.act_challenge(session, act, NOW).await?;
    let assertion = authenticator.sign(&challenge.to_be_signed, counter);
    let answered = (challenge.token.as_str(), &assertion);
    identity
        .answer_act(&party(), session, act, answered, at)
        .await
}

#[tokio::test]
async fn a_code_enrols_within_a_quarter_of_an_hour_and_not_after_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let code = identity
        .operator_enrolment(ANN, HERE, NOW)
        .await
        .expect("made");
    let end = NOW.plus_nanos(ENROLMENT_NANOS);
    let before = end.plus_nanos(-1);
    let begun = identity.begin_operator_enrolment(&code, before).await;
    assert_eq!(begun.expect("in time").operator.id, ANN);
    let late = identity.begin_operator_enrolment(&code, end).await;
    assert!(matches!(late, Err(IdentityError::TokenRefused)));
    let authenticator = authenticator();
    let late = enrol(&identity, &authenticator, &code, end).await;
    assert!(matches!(late, Err(IdentityError::TokenRefused)), "{late:?}");
    let added = enrol(&identity, &authenticator, &code, before).await;
    added.expect("in time");
}

#[tokio::test]
async fn a_challenge_of_an_operator_is_signed_within_five_minutes_and_not_after_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let identity = open(folder.path()).await;
    let authenticator = authenticator();
    let code = identity
        .operator_enrolment(ANN, HERE, NOW)
        .await
        .expect("made");
    let added = enrol(&identity, &authenticator, &code, NOW).await;
    added.expect("enrolled");
    let end = NOW.plus_nanos(CHALLENGE_NANOS);
    let before = end.plus_nanos(-1);
    let late = sign_in(&identity, &authenticator, 2, (NOW, end)).await;
    assert!(late.is_err(), "a login that was signed too late");
    let begun = sign_in(&identity, &authenticator, 3, (NOW, before)).await;
    let begun = begun.expect("in time");
    let session = identity.operator_session(&begun.token, before).await;
    let session = session.expect("a session");
    let approval = SessionAct::Approve {
        proposal: ProposalId(4),
        digest: Reference([4; 32]),
    };
    let settlement = SessionAct::SettleWithdrawal {
        withdrawal: 4,
        payout: Reference([4; 32]),
    };
    for (counter, act) in [
        (4, approval),
        (6, SessionAct::AddPasskey),
        (8, SessionAct::ApproveLevel(4)),
        (10, settlement),
    ] {
        let late = answer(&identity, &authenticator, counter, (&session, act), end).await;
        assert!(
            matches!(late, Err(IdentityError::ChallengeRefused)),
            "{late:?}"
        );
        let next = counter + 1;
        let answered = answer(&identity, &authenticator, next, (&session, act), before).await;
        answered.expect("in time");
    }
}
