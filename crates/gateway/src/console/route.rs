//! Which requests operators can send, and which roles may send each: what is not here is refused.

use axum::http::Method;
use identity::operator::{Role, Roles};

/// A request of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Route {
    Myself,
    Operators,
    Proposals,
    Proposal,
    Propose,
    Approve,
    Reject,
    Withdraw,
    Policy,
    FactorResets,
    FactorReset,
    Audit,
    Incidents,
    OpenIncident,
    UpdateIncident,
    Kyc,
    KycApplication,
    KycDocument,
    KycReview,
    LevelChallenge,
    BeyondDeposits,
    Withdrawals,
    Withdrawal,
    SettleWithdrawal,
    SettlementChallenge,
    RejectWithdrawal,
    PayoutLimits,
    Users,
    ExportUser,
    BeginEnrolment,
    AddPasskey,
    LogInChallenge,
    LogIn,
    Enrol,
    Invitation,
    AcceptInvitation,
    Passkeys,
    RemovePasskey,
    Session,
    Approval,
    LogOut,
    PasskeyChallenge,
}

/// Who may send a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody on this machine, from a page of the console: to become somebody.
    Anybody,
    /// An operator, by a signature or by a session.
    Operator,
    /// An operator by a session.
    Session,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint {
    pub route: Route,
    pub method: Verb,
    pub path: &'static str,
    pub access: Access,
    pub roles: Roles,
    /// The parameters it takes; those of a proposal depend on its kind.
    pub parameters: &'static [&'static str],
}

/// The methods there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Get,
    Post,
}

const EVERYBODY: Roles = Roles::ALL;
/// Everybody who has something to propose; what, their policy says.
const PROPOSERS: Roles = Roles::of(&[
    Role::Support,
    Role::Compliance,
    Role::Treasury,
    Role::MarketOps,
    Role::Risk,
    Role::Admin,
]);
const DECIDERS: Roles = Roles::of(&[
    Role::Compliance,
    Role::Treasury,
    Role::MarketOps,
    Role::Risk,
    Role::Admin,
]);
/// Whoever is asked by users, or decides about them.
const ADVISERS: Roles = Roles::of(&[Role::Support, Role::Compliance, Role::Risk]);
/// Whoever proposes and approves that second factors are taken away, whatever their policy says.
const FACTOR_RESETTERS: Roles = Roles::of(&[Role::Support, Role::Compliance, Role::Risk]);
const AUDITORS: Roles = Roles::of(&[Role::Compliance, Role::Risk, Role::Admin]);

/// Those who add operators.
const ADMINS: Roles = Roles::of(&[Role::Admin]);

/// Documents of people are for those alone who decide about them.
const REVIEWERS: Roles = Roles::of(&[Role::Compliance]);

/// Whoever is asked about withdrawals, or decides about them.
const CASHIERS: Roles = Roles::of(&[Role::Support, Role::Compliance, Role::Treasury, Role::Risk]);
const TREASURERS: Roles = Roles::of(&[Role::Treasury]);
const REJECTERS: Roles = Roles::of(&[Role::Compliance, Role::Treasury, Role::Risk]);

const fn get(
    route: Route,
    path: &'static str,
    roles: Roles,
    parameters: &'static [&'static str],
) -> Endpoint {
    Endpoint {
        route,
        method: Verb::Get,
        path,
        access: Access::Operator,
        roles,
        parameters,
    }
}

const fn post(
    route: Route,
    path: &'static str,
    roles: Roles,
    parameters: &'static [&'static str],
) -> Endpoint {
    Endpoint {
        route,
        method: Verb::Post,
        path,
        access: Access::Operator,
        roles,
        parameters,
    }
}

const fn of(access: Access, endpoint: Endpoint) -> Endpoint {
    Endpoint { access, ..endpoint }
}

/// Every request there is.
pub const ENDPOINTS: &[Endpoint] = &[
    get(Route::Myself, "/v1/operator/myself", EVERYBODY, &[]),
    get(Route::Operators, "/v1/operator/operators", EVERYBODY, &[]),
    get(
        Route::Proposals,
        "/v1/operator/proposals",
        EVERYBODY,
        &["state", "limit"],
    ),
    get(
        Route::Proposal,
        "/v1/operator/proposal",
        EVERYBODY,
        &["proposal"],
    ),
    post(Route::Propose, "/v1/operator/proposals", PROPOSERS, &[]),
    post(
        Route::Approve,
        "/v1/operator/proposal/approve",
        DECIDERS,
        &[
            "proposal",
            "digest",
            "challenge",
            "credential",
            "clientData",
            "authenticatorData",
            "assertion",
        ],
    ),
    post(
        Route::Reject,
        "/v1/operator/proposal/reject",
        DECIDERS,
        &["proposal", "reason"],
    ),
    post(
        Route::Withdraw,
        "/v1/operator/proposal/withdraw",
        PROPOSERS,
        &["proposal"],
    ),
    get(Route::Policy, "/v1/operator/policy", EVERYBODY, &[]),
    get(
        Route::FactorResets,
        "/v1/operator/factor-resets",
        FACTOR_RESETTERS,
        &[],
    ),
    get(
        Route::FactorReset,
        "/v1/operator/factor-reset",
        FACTOR_RESETTERS,
        &["reset"],
    ),
    get(
        Route::Audit,
        "/v1/operator/audit",
        AUDITORS,
        &["after", "limit"],
    ),
    get(Route::Incidents, "/v1/operator/incidents", EVERYBODY, &[]),
    post(
        Route::OpenIncident,
        "/v1/operator/incidents",
        PROPOSERS,
        &["title", "text", "beginsAt", "endsAt"],
    ),
    post(
        Route::UpdateIncident,
        "/v1/operator/incident",
        PROPOSERS,
        &["incident", "state", "text"],
    ),
    get(
        Route::Kyc,
        "/v1/operator/kyc",
        REVIEWERS,
        &["state", "limit"],
    ),
    get(
        Route::KycApplication,
        "/v1/operator/kyc/application",
        REVIEWERS,
        &["application"],
    ),
    get(
        Route::KycDocument,
        "/v1/operator/kyc/document",
        REVIEWERS,
        &["document"],
    ),
    post(
        Route::KycReview,
        "/v1/operator/kyc/review",
        REVIEWERS,
        &[
            "application",
            "decision",
            "reason",
            "challenge",
            "credential",
            "clientData",
            "authenticatorData",
            "assertion",
        ],
    ),
    of(
        Access::Session,
        post(
            Route::LevelChallenge,
            "/v1/operator/kyc/review/challenge",
            REVIEWERS,
            &["application"],
        ),
    ),
    get(
        Route::BeyondDeposits,
        "/v1/operator/kyc/deposits",
        REVIEWERS,
        &["after", "limit"],
    ),
    get(
        Route::Withdrawals,
        "/v1/operator/withdrawals",
        CASHIERS,
        &["state", "limit"],
    ),
    get(
        Route::Withdrawal,
        "/v1/operator/withdrawal",
        CASHIERS,
        &["withdrawal"],
    ),
    post(
        Route::SettleWithdrawal,
        "/v1/operator/withdrawal/settle",
        TREASURERS,
        &[
            "withdrawal",
            "payout",
            "challenge",
            "credential",
            "clientData",
            "authenticatorData",
            "assertion",
        ],
    ),
    of(
        Access::Session,
        post(
            Route::SettlementChallenge,
            "/v1/operator/withdrawal/settle/challenge",
            TREASURERS,
            &["withdrawal", "payout"],
        ),
    ),
    post(
        Route::RejectWithdrawal,
        "/v1/operator/withdrawal/reject",
        REJECTERS,
        &["withdrawal", "reason"],
    ),
    get(
        Route::PayoutLimits,
        "/v1/operator/payout-limits",
        CASHIERS,
        &[],
    ),
    get(Route::Users, "/v1/operator/users", ADVISERS, &["who"]),
    post(
        Route::ExportUser,
        "/v1/operator/user/export",
        REVIEWERS,
        &["user", "reason"],
    ),
    post(
        Route::Enrol,
        "/v1/operator/enrolment",
        EVERYBODY,
        &[
            "challenge",
            "credential",
            "clientData",
            "authenticatorData",
            "assertion",
        ],
    ),
    post(
        Route::Invitation,
        "/v1/operator/invitation",
        ADMINS,
        &["proposal"],
    ),
    of(
        Access::Anybody,
        post(
            Route::AcceptInvitation,
            "/v1/operator/invitation/accept",
            EVERYBODY,
            &["code", "otherCode"],
        ),
    ),
    get(Route::Passkeys, "/v1/operator/passkeys", EVERYBODY, &[]),
    post(
        Route::RemovePasskey,
        "/v1/operator/passkey/remove",
        EVERYBODY,
        &[
            "passkey",
            "challenge",
            "credential",
            "clientData",
            "authenticatorData",
            "assertion",
        ],
    ),
    of(
        Access::Anybody,
        post(
            Route::BeginEnrolment,
            "/v1/operator/passkey/begin",
            EVERYBODY,
            &["code"],
        ),
    ),
    of(
        Access::Anybody,
        post(
            Route::AddPasskey,
            "/v1/operator/passkey",
            EVERYBODY,
            &["code", "label", "attestation", "attestationClientData"],
        ),
    ),
    of(
        Access::Anybody,
        post(
            Route::LogInChallenge,
            "/v1/operator/login/challenge",
            EVERYBODY,
            &[],
        ),
    ),
    of(
        Access::Anybody,
        post(
            Route::LogIn,
            "/v1/operator/login",
            EVERYBODY,
            &[
                "challenge",
                "credential",
                "clientData",
                "authenticatorData",
                "assertion",
                "userHandle",
            ],
        ),
    ),
    of(
        Access::Session,
        get(Route::Session, "/v1/operator/session", EVERYBODY, &[]),
    ),
    of(
        Access::Session,
        post(
            Route::Approval,
            "/v1/operator/approval",
            DECIDERS,
            &["proposal", "digest"],
        ),
    ),
    of(
        Access::Session,
        post(
            Route::PasskeyChallenge,
            "/v1/operator/passkey/challenge",
            EVERYBODY,
            &["passkey"],
        ),
    ),
    of(
        Access::Session,
        post(Route::LogOut, "/v1/operator/logout", EVERYBODY, &[]),
    ),
];

impl Verb {
    /// Returns the name of a method.
    pub const fn name(self) -> &'static str {
        match self {
            Verb::Get => "GET",
            Verb::Post => "POST",
        }
    }
}

/// Returns what operators of these roles may ask for, by the names of the document.
pub fn open_to(roles: Roles) -> Vec<String> {
    let open = ENDPOINTS.iter().filter(|row| roles.meets(row.roles));
    open.map(|row| format!("{:?}", row.route)).collect()
}

/// Returns the methods that a path has.
pub fn methods_of(path: &str) -> impl Iterator<Item = &'static str> {
    let of_path = ENDPOINTS.iter().filter(move |row| row.path == path);
    of_path.map(|row| row.method.name())
}

/// What a method and path lead to.
#[derive(Clone, Copy, Debug)]
pub enum Found {
    Endpoint(&'static Endpoint),
    /// The path is there, under another method.
    OtherMethod,
    Nothing,
}

/// Returns what a request is for.
pub fn find(method: &Method, path: &str) -> Found {
    let is_method = |endpoint: &Endpoint| match endpoint.method {
        Verb::Get => *method == Method::GET,
        Verb::Post => *method == Method::POST,
    };
    let mut of_path = ENDPOINTS
        .iter()
        .filter(|endpoint| endpoint.path == path)
        .peekable();
    if of_path.peek().is_none() {
        return Found::Nothing;
    }
    let found = of_path.find(|endpoint| is_method(endpoint));
    found.map_or(Found::OtherMethod, Found::Endpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPLIANCE_ALONE: [bool; 7] = [false, false, true, false, false, false, false];
    const TREASURY_ALONE: [bool; 7] = [false, false, false, true, false, false, false];

    /// Who may send what, a line a request: viewer, support, compliance, treasury, market ops, risk, admin.
    const MATRIX: &[(Route, [bool; 7])] = &[
        (Route::Myself, [true; 7]),
        (Route::Operators, [true; 7]),
        (Route::Proposals, [true; 7]),
        (Route::Proposal, [true; 7]),
        (Route::Propose, [false, true, true, true, true, true, true]),
        (Route::Approve, [false, false, true, true, true, true, true]),
        (Route::Reject, [false, false, true, true, true, true, true]),
        (Route::Withdraw, [false, true, true, true, true, true, true]),
        (Route::Policy, [true; 7]),
        (
            Route::FactorResets,
            [false, true, true, false, false, true, false],
        ),
        (
            Route::FactorReset,
            [false, true, true, false, false, true, false],
        ),
        (Route::Enrol, [true; 7]),
        (
            Route::Invitation,
            [false, false, false, false, false, false, true],
        ),
        (Route::AcceptInvitation, [true; 7]),
        (Route::Passkeys, [true; 7]),
        (Route::RemovePasskey, [true; 7]),
        (Route::BeginEnrolment, [true; 7]),
        (Route::AddPasskey, [true; 7]),
        (Route::LogInChallenge, [true; 7]),
        (Route::LogIn, [true; 7]),
        (Route::Session, [true; 7]),
        (
            Route::Approval,
            [false, false, true, true, true, true, true],
        ),
        (Route::LogOut, [true; 7]),
        (Route::PasskeyChallenge, [true; 7]),
        (Route::Audit, [false, false, true, false, false, true, true]),
        (Route::Incidents, [true; 7]),
        (
            Route::OpenIncident,
            [false, true, true, true, true, true, true],
        ),
        (
            Route::UpdateIncident,
            [false, true, true, true, true, true, true],
        ),
        (Route::Kyc, COMPLIANCE_ALONE),
        (Route::KycApplication, COMPLIANCE_ALONE),
        (Route::KycDocument, COMPLIANCE_ALONE),
        (Route::KycReview, COMPLIANCE_ALONE),
        (Route::LevelChallenge, COMPLIANCE_ALONE),
        (Route::BeyondDeposits, COMPLIANCE_ALONE),
        (Route::ExportUser, COMPLIANCE_ALONE),
        (Route::Users, [false, true, true, false, false, true, false]),
        (
            Route::Withdrawals,
            [false, true, true, true, false, true, false],
        ),
        (
            Route::Withdrawal,
            [false, true, true, true, false, true, false],
        ),
        (
            Route::PayoutLimits,
            [false, true, true, true, false, true, false],
        ),
        (Route::SettleWithdrawal, TREASURY_ALONE),
        (Route::SettlementChallenge, TREASURY_ALONE),
        (
            Route::RejectWithdrawal,
            [false, false, true, true, false, true, false],
        ),
    ];

    #[test]
    fn every_role_may_send_what_the_matrix_says_and_every_route_is_in_it() {
        assert_eq!(
            MATRIX.len(),
            ENDPOINTS.len(),
            "a route is missing from the matrix"
        );
        for endpoint in ENDPOINTS {
            let row = MATRIX.iter().find(|(route, _)| *route == endpoint.route);
            let (_, allowed) = row.unwrap_or_else(|| panic!("{:?} is not in it", endpoint.route));
            for (role, is_allowed) in Role::ALL.into_iter().zip(allowed) {
                assert_eq!(
                    endpoint.roles.has(role),
                    *is_allowed,
                    "{:?} {role:?}",
                    endpoint.route
                );
            }
        }
    }

    #[test]
    fn a_role_is_told_what_it_may_ask_for_and_nothing_else() {
        let viewer = open_to(Roles::of(&[Role::Viewer]));
        assert!(viewer.contains(&"Proposals".to_owned()));
        for forbidden in [
            "Propose",
            "Approve",
            "Kyc",
            "KycReview",
            "Withdrawals",
            "Users",
        ] {
            assert!(!viewer.contains(&forbidden.to_owned()), "{forbidden}");
        }
        assert_eq!(open_to(Roles::ALL).len(), ENDPOINTS.len());
    }

    /// What needs no operator is what makes one, and nothing else.
    #[test]
    fn only_enrolling_and_signing_in_need_neither_key_nor_session() {
        let open = ENDPOINTS
            .iter()
            .filter(|endpoint| endpoint.access == Access::Anybody);
        let open: Vec<Route> = open.map(|endpoint| endpoint.route).collect();
        let expected = [
            Route::AcceptInvitation,
            Route::BeginEnrolment,
            Route::AddPasskey,
            Route::LogInChallenge,
            Route::LogIn,
        ];
        assert_eq!(open, expected);
    }

    #[test]
    fn what_is_not_in_the_table_is_not_found() {
        let found = |method: Method, path| find(&method, path);
        assert!(matches!(
            found(Method::GET, "/v1/operator/myself"),
            Found::Endpoint(endpoint) if endpoint.route == Route::Myself
        ));
        assert!(matches!(
            found(Method::DELETE, "/v1/operator/myself"),
            Found::OtherMethod
        ));
        for path in ["/", "/api/v3/time", "/v1/operator", "/v1/operator/myself/"] {
            assert!(matches!(found(Method::GET, path), Found::Nothing), "{path}");
        }
    }
}
