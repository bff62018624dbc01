//! What operators ask for at the shell, done.

use crate::cli::operators::{AuditTask, Desk, OperatorTask, ProposalTask};
use crate::data::DataDirectory;
use crate::identity_database;
use crate::operators::client::Client;
use crate::operators::{bootstrap, print, received};
use anyhow::{Context, Result, bail};
use identity::audit;
use identity::operator_key::PublicKey;
use serde_json::Value;

const PROPOSALS: &str = "/v1/operator/proposals";
const PROPOSAL: &str = "/v1/operator/proposal";

/// Does what is asked about operators.
///
/// # Errors
/// The exchange cannot be reached or refuses, or a file cannot be used.
pub fn operator(task: &OperatorTask) -> Result<()> {
    match task {
        OperatorTask::Bootstrap(arguments) => block_on(bootstrap::bootstrap(arguments))?,
        OperatorTask::Key { file } => bootstrap::make_key(file),
        OperatorTask::Passkey(desk) => {
            let told = Client::new(desk)?.post("/v1/operator/enrolment", &[])?;
            print!("{}", print::enrolment(&told));
            Ok(())
        }
        OperatorTask::Passkeys(desk) => {
            let passkeys = Client::new(desk)?.get("/v1/operator/passkeys", &[])?;
            print!("{}", print::passkeys(&passkeys));
            Ok(())
        }
        OperatorTask::RemovePasskey { desk, passkey } => {
            let passkey = passkey.to_string();
            let parameters = [("passkey", passkey.as_str())];
            let left = Client::new(desk)?.post("/v1/operator/passkey/remove", &parameters)?;
            print!("{}", print::passkeys(&left));
            Ok(())
        }
        OperatorTask::List(desk) => {
            let operators = Client::new(desk)?.get("/v1/operator/operators", &[])?;
            print!("{}", print::operators(&operators));
            Ok(())
        }
        OperatorTask::Add {
            desk,
            name,
            roles,
            public_key,
            reason,
        } => {
            let key = PublicKey::load(public_key)?.to_string();
            let parameters = [("name", &name[..]), ("roles", roles), ("public_key", &key)];
            propose(desk, "add-operator", &parameters, reason)
        }
        OperatorTask::Invite {
            desk,
            name,
            roles,
            reason,
        } => invite(desk, name, roles, reason),
        OperatorTask::Invitation { desk, number } => {
            let number = number.to_string();
            let parameters = [("proposal", number.as_str())];
            let half = Client::new(desk)?.post("/v1/operator/invitation", &parameters)?;
            print!("{}", print::invitation_half(&half));
            Ok(())
        }
        OperatorTask::Accept { desk, codes } => accept(desk, codes),
        OperatorTask::Disable { desk, name, reason } => {
            propose(desk, "disable-operator", &[("name", name)], reason)
        }
        OperatorTask::Roles {
            desk,
            name,
            roles,
            reason,
        } => propose(
            desk,
            "set-roles",
            &[("name", name), ("roles", roles)],
            reason,
        ),
    }
}

fn invite(desk: &Desk, name: &str, roles: &str, reason: &str) -> Result<()> {
    let parameters = [("name", name), ("roles", roles)];
    propose(desk, "invite-operator", &parameters, reason)?;
    println!("Then each of you asks for half of the code with `bourse operator invitation`.");
    Ok(())
}

fn accept(desk: &Desk, codes: &[String]) -> Result<()> {
    let [code, other] = codes else {
        bail!("two halves are needed: one from each of the two who invited you");
    };
    let parameters = [("code", code.as_str()), ("otherCode", other.as_str())];
    let joined = Client::new(desk)?.post("/v1/operator/invitation/accept", &parameters)?;
    print!("{}", print::joined(&joined));
    Ok(())
}

/// Does what is asked about proposals.
///
/// # Errors
/// As `operator`.
pub fn proposal(task: &ProposalTask) -> Result<()> {
    let (desk, path, number, more) = match task {
        ProposalTask::New {
            desk,
            kind,
            parameters,
            reason,
        } => {
            let pairs = parameters.iter().map(|pair| {
                pair.split_once('=')
                    .with_context(|| format!("{pair:?} is not NAME=VALUE"))
            });
            let pairs: Vec<(&str, &str)> = pairs.collect::<Result<_>>()?;
            return propose(desk, kind, &pairs, reason);
        }
        ProposalTask::List { desk, state } => {
            let state = state.as_ref().map(|state| ("state", state.as_str()));
            let parameters: Vec<(&str, &str)> = state.into_iter().collect();
            let list = Client::new(desk)?.get(PROPOSALS, &parameters)?;
            print!("{}", print::proposals(&list));
            return Ok(());
        }
        ProposalTask::Policy(desk) => {
            let policies = Client::new(desk)?.get("/v1/operator/policy", &[])?;
            print!("{}", print::policies(&policies));
            return Ok(());
        }
        ProposalTask::Show { desk, number } => {
            let number = number.to_string();
            let shown = Client::new(desk)?.get(PROPOSAL, &[("proposal", &number)])?;
            return show(&shown);
        }
        ProposalTask::Approve {
            desk,
            number,
            digest,
        } => (desk, "approve", number, Some(("digest", digest))),
        ProposalTask::Reject {
            desk,
            number,
            reason,
        } => (desk, "reject", number, Some(("reason", reason))),
        ProposalTask::Withdraw { desk, number } => (desk, "withdraw", number, None),
    };
    let number = number.to_string();
    let mut parameters = vec![("proposal", number.as_str())];
    parameters.extend(more.map(|(name, value)| (name, value.as_str())));
    let decided = Client::new(desk)?.post(&format!("{PROPOSAL}/{path}"), &parameters)?;
    show(&decided)
}

/// Proposes something and prints it.
///
/// # Errors
/// The exchange cannot be reached or refuses.
pub fn propose(desk: &Desk, kind: &str, parameters: &[(&str, &str)], reason: &str) -> Result<()> {
    let all = [&[("kind", kind), ("reason", reason)], parameters].concat();
    let proposed = Client::new(desk)?.post(PROPOSALS, &all)?;
    show(&proposed)?;
    let number = &proposed["proposal"];
    println!(
        "\nAnother operator looks at it with `bourse proposal show {number}` and approves it."
    );
    Ok(())
}

fn show(proposal: &Value) -> Result<()> {
    print!("{}", print::proposal(proposal));
    Ok(())
}

/// Does what is asked about the audit log.
///
/// # Errors
/// The exchange cannot be reached or refuses, or a row is not what was written.
pub fn audit(task: &AuditTask) -> Result<()> {
    match task {
        AuditTask::List { desk, after, limit } => {
            let (after, limit) = (after.to_string(), limit.to_string());
            let parameters = [("after", &after[..]), ("limit", &limit)];
            let rows = Client::new(desk)?.get("/v1/operator/audit", &parameters)?;
            print!("{}", print::audit(&rows));
            Ok(())
        }
        AuditTask::Verify(users) => {
            let data = DataDirectory::existing(&users.at.data_dir)?;
            let address = identity_database::address(&users.identity, &data)?;
            let head = block_on(audit::verify(&address, None))??;
            println!("audit log {}, every one as it was written", head.text());
            Ok(())
        }
        AuditTask::Received { file } => {
            let head = received::check(file)?;
            println!("received  {}, every one as it was written", head.text());
            Ok(())
        }
    }
}

/// Waits for something to be done.
///
/// # Errors
/// The system gives no runtime.
pub fn block_on<T>(work: impl Future<Output = T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(work))
}
