//! Checks of identities: an application goes from draft to a decision, and no step of it can be skipped.
//!
//! **Source** `docs/spec/kyc.md` §3. What a person says and every document are sealed under the master key to the
//! application. Absent: what a level allows (that is the engine's), and who may decide (that is the console's).

use model::allowance::Verification;
use model::id::{OperatorId, OwnerId};
use model::time::Timestamp;

use crate::audit::Entry;
use crate::identity::{Identity, IdentityError};
use crate::person::Person;
use crate::picture::Picture;

/// Documents of an application, replaced ones not counted.
pub const DOCUMENTS_MAX: usize = 6;
pub const REASON_CHARS_MAX: usize = 500;

/// Where an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Draft,
    Submitted,
    InReview,
    /// The applicant is asked for more.
    MoreInformation,
    Approved,
    Rejected,
}

impl State {
    pub const ALL: [State; 6] = [
        State::Draft,
        State::Submitted,
        State::InReview,
        State::MoreInformation,
        State::Approved,
        State::Rejected,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            State::Draft => "DRAFT",
            State::Submitted => "SUBMITTED",
            State::InReview => "IN_REVIEW",
            State::MoreInformation => "MORE_INFORMATION",
            State::Approved => "APPROVED",
            State::Rejected => "REJECTED",
        }
    }

    /// Returns the state of a name.
    pub fn parse(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Returns the state after a step, `None` when the step cannot be taken from here.
    pub const fn after(self, step: Step) -> Option<State> {
        match (self, step) {
            (State::Draft, Step::Describe | Step::Attach) => Some(State::Draft),
            (State::MoreInformation, Step::Describe | Step::Attach) => Some(State::MoreInformation),
            (State::Draft | State::MoreInformation, Step::Submit) => Some(State::Submitted),
            (State::Submitted, Step::Claim) => Some(State::InReview),
            (State::InReview, Step::Ask) => Some(State::MoreInformation),
            (State::InReview, Step::Approve) => Some(State::Approved),
            (State::InReview, Step::Reject) => Some(State::Rejected),
            _ => None,
        }
    }

    /// Whether nothing more becomes of an application.
    pub const fn is_final(self) -> bool {
        matches!(self, State::Approved | State::Rejected)
    }
}

/// What is done to an application: the first three by the applicant, the others by operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Describe,
    Attach,
    Submit,
    Claim,
    Ask,
    Approve,
    Reject,
}

/// What a document shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentKind {
    /// A passport or an identity card.
    Identity,
    /// The applicant, with that document.
    Portrait,
    /// Where the applicant lives: a bill or a statement.
    Residence,
}

impl DocumentKind {
    pub const ALL: [DocumentKind; 3] = [
        DocumentKind::Identity,
        DocumentKind::Portrait,
        DocumentKind::Residence,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            DocumentKind::Identity => "IDENTITY",
            DocumentKind::Portrait => "PORTRAIT",
            DocumentKind::Residence => "RESIDENCE",
        }
    }

    /// Returns the kind of a name.
    pub fn parse(name: &str) -> Option<DocumentKind> {
        DocumentKind::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    /// Returns the documents that an application for a level needs.
    pub const fn needed(level: Verification) -> &'static [DocumentKind] {
        match level.number() {
            0 | 1 => &[],
            2 => &[DocumentKind::Identity, DocumentKind::Portrait],
            _ => &DocumentKind::ALL,
        }
    }
}

/// What is known of a document beside what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentFacts {
    pub id: u64,
    pub application: u64,
    pub kind: DocumentKind,
    pub width: u32,
    pub height: u32,
    pub at: Timestamp,
}

/// An application with all but what its documents show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    pub id: u64,
    pub owner: OwnerId,
    /// What is applied for.
    pub level: Verification,
    pub state: State,
    pub person: Person,
    /// Why it was rejected, or what is asked for; text of an operator for the applicant.
    pub reason: String,
    /// What speaks against it, a line each: a match of a list, or what the provider found.
    pub findings: Vec<String>,
    pub claimed_by: Option<OperatorId>,
    /// Who was for it first, where it takes two.
    pub approved_by: Option<OperatorId>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub documents: Vec<DocumentFacts>,
}

impl Application {
    /// Returns the documents that are still missing.
    pub fn missing(&self) -> Vec<DocumentKind> {
        let is_there = |kind: &DocumentKind| self.documents.iter().any(|one| one.kind == *kind);
        let needed = DocumentKind::needed(self.level).iter().copied();
        needed.filter(|kind| !is_there(kind)).collect()
    }
}

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum KycError {
    #[error("there is no such application")]
    Unknown,
    #[error("the application is {}: this cannot be done with it now", .0.name())]
    State(State),
    #[error("documents are missing: {}", names(.0))]
    Missing(Vec<DocumentKind>),
    #[error("there are as many documents as an application may have")]
    TooManyDocuments,
    #[error("your level is that already, or a higher one")]
    LevelReached,
    #[error("it is in review by another operator")]
    Foreign,
    #[error("something speaks against it: another operator has to approve it, too")]
    SecondNeeded,
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

impl From<sqlx::Error> for KycError {
    fn from(error: sqlx::Error) -> KycError {
        KycError::Identity(error.into())
    }
}

fn names(kinds: &[DocumentKind]) -> String {
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    names.join(", ")
}

/// What an operator does with an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Review {
    Claim,
    Approve,
    /// For the applicant: what is to be added.
    Ask(String),
    /// For the applicant: why.
    Reject(String),
}

impl Review {
    pub(crate) const fn step(&self) -> Step {
        match self {
            Review::Claim => Step::Claim,
            Review::Approve => Step::Approve,
            Review::Ask(_) => Step::Ask,
            Review::Reject(_) => Step::Reject,
        }
    }

    pub(crate) const fn act(&self) -> &'static str {
        match self {
            Review::Claim => "kyc-claimed",
            Review::Approve => "kyc-approved",
            Review::Ask(_) => "kyc-asked",
            Review::Reject(_) => "kyc-rejected",
        }
    }
}

/// Whether somebody outside is asked about an application, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    Asked,
    Nobody,
}

/// A level that the exchange is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Granted {
    pub owner: OwnerId,
    pub level: Verification,
}

impl Identity {
    /// Returns the newest application of a user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn application_of(&self, owner: OwnerId) -> Result<Option<Application>, KycError> {
        match self.store.application_of(owner).await? {
            Some(id) => Ok(Some(self.application(id).await?)),
            None => Ok(None),
        }
    }

    /// Returns an application.
    ///
    /// # Errors
    /// `Unknown`; when the database fails.
    pub async fn application(&self, id: u64) -> Result<Application, KycError> {
        let stored = self.store.application(id).await?.ok_or(KycError::Unknown)?;
        let person = self.master.open(&stored.person, &person_seal(id))?;
        let person = Person::from_bytes(&person).ok_or(IdentityError::Seal)?;
        Ok(stored.with(person))
    }

    /// Returns applications, those that wait longest first, of one state or of all that are open.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn applications(
        &self,
        state: Option<State>,
        limit: u32,
    ) -> Result<Vec<Application>, KycError> {
        let mut applications = Vec::new();
        for id in self.store.applications(state, limit).await? {
            applications.push(self.application(id).await?);
        }
        Ok(applications)
    }

    /// Keeps who an applicant is, in a new application or in the one that is not submitted yet, and returns its number.
    ///
    /// # Errors
    /// `LevelReached`, `State` while it is looked at; when the database fails.
    pub async fn describe(
        &self,
        owner: OwnerId,
        (level, person): (Verification, &Person),
        at: Timestamp,
    ) -> Result<u64, KycError> {
        let seal = |id: u64| self.master.seal(&person.to_bytes(), &person_seal(id));
        self.store.describe(owner, level, &seal, at).await
    }

    /// Keeps a document instead of the one of its kind, and returns its number.
    ///
    /// # Errors
    /// `Unknown` without an application, `State`, `TooManyDocuments`; when the database fails.
    pub async fn attach(
        &self,
        owner: OwnerId,
        (kind, picture): (DocumentKind, &Picture),
        at: Timestamp,
    ) -> Result<u64, KycError> {
        let seal = |application: u64| {
            self.master
                .seal(&picture.jpeg, &document_seal(application, kind))
        };
        let sides = (picture.width, picture.height);
        self.store.attach(owner, kind, sides, &seal, at).await
    }

    /// Returns what a document shows, as a JPEG of ours.
    ///
    /// # Errors
    /// `Unknown`; when the database fails.
    pub async fn document(&self, id: u64) -> Result<(DocumentFacts, Vec<u8>), KycError> {
        let (facts, sealed) = self.store.document(id).await?.ok_or(KycError::Unknown)?;
        let owner = document_seal(facts.application, facts.kind);
        let shown = self.master.open(&sealed, &owner)?;
        Ok((facts, shown))
    }

    /// Hands an application in, with what speaks against it.
    ///
    /// # Errors
    /// `Unknown`, `State`, `Missing`; when the database fails.
    pub async fn submit(
        &self,
        owner: OwnerId,
        (findings, provider): (&[String], Provider),
        at: Timestamp,
    ) -> Result<u64, KycError> {
        let application = self.application_of(owner).await?;
        let application = application.ok_or(KycError::Unknown)?;
        if application.state.after(Step::Submit).is_none() {
            return Err(KycError::State(application.state));
        }
        let missing = application.missing();
        if !mutant::plant!("documents-unneeded", true, missing.is_empty()) {
            return Err(KycError::Missing(missing));
        }
        self.store
            .submit(application.id, (findings, provider), at)
            .await?;
        Ok(application.id)
    }

    /// Lets an operator do something with an application; returns whether its owner has another level now.
    ///
    /// # Errors
    /// `Unknown`, `State`, `Foreign` for one that another has claimed, `SecondNeeded` after the first of two approvals;
    /// when the database fails.
    pub async fn review(
        &self,
        operator: OperatorId,
        (id, review): (u64, &Review),
        at: Timestamp,
    ) -> Result<(), KycError> {
        self.store.review(operator, id, review, at).await
    }

    /// Returns the levels that the exchange has not been told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn untold_levels(&self) -> Result<Vec<Granted>, IdentityError> {
        self.store.untold_levels().await
    }

    /// Notes that the exchange was told a level.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_level_told(&self, granted: Granted) -> Result<(), IdentityError> {
        self.store.note_level_told(granted).await
    }

    /// Notes what an operator looked at: documents of people are not looked at unseen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_look(&self, entry: &Entry<'_>) -> Result<(), IdentityError> {
        self.note(entry).await
    }
}

/// As `store::sealed` tells it from the row.
fn person_seal(application: u64) -> Vec<u8> {
    format!("kyc person {application}").into_bytes()
}

/// As `store::sealed` tells it from the row.
fn document_seal(application: u64, kind: DocumentKind) -> Vec<u8> {
    format!("kyc document {application} {}", kind.name()).into_bytes()
}
