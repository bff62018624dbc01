//! Applications, their documents, and the levels that came of them.
//!
//! Documents lie sealed in the database rather than in files: one backup and one transaction have both, and there is
//! no folder that a web server could ever be pointed at.

use model::allowance::Verification;
use model::id::{OperatorId, OwnerId};
use model::time::Timestamp;
use sqlx::Row;

use crate::audit::{Actor, Entry};
use crate::identity::IdentityError;
use crate::kyc::{
    Application, DOCUMENTS_MAX, DocumentFacts, DocumentKind, Granted, KycError, Provider, Review,
    State, Step,
};
use crate::person::Person;
use crate::store::{Connection, DatabaseRow, Store, Writing, audit, kyc_call};

pub(super) const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS kyc_applications (
        id           INTEGER PRIMARY KEY AUTOINCREMENT,
        owner        INTEGER NOT NULL REFERENCES users (id),
        level        INTEGER NOT NULL,
        state        TEXT NOT NULL,
        person       BLOB NOT NULL,
        reason       TEXT NOT NULL,
        findings     TEXT NOT NULL,
        claimed_by   INTEGER,
        approved_by  INTEGER,
        created_ns   INTEGER NOT NULL,
        changed_ns   INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS kyc_applications_by_owner ON kyc_applications (owner, id);
    CREATE INDEX IF NOT EXISTS kyc_applications_by_state ON kyc_applications (state, changed_ns);
    CREATE TABLE IF NOT EXISTS kyc_documents (
        id           INTEGER PRIMARY KEY AUTOINCREMENT,
        application  INTEGER NOT NULL REFERENCES kyc_applications (id),
        kind         TEXT NOT NULL,
        width        INTEGER NOT NULL,
        height       INTEGER NOT NULL,
        shown        BLOB NOT NULL,
        at_ns        INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS kyc_documents_by_application ON kyc_documents (application);
    CREATE TABLE IF NOT EXISTS kyc_levels (
        owner    INTEGER PRIMARY KEY REFERENCES users (id),
        level    INTEGER NOT NULL,
        is_told  INTEGER NOT NULL
    ) STRICT;
";

const COLUMNS: &str = "id, owner, level, state, person, reason, findings, claimed_by, approved_by, \
                       created_ns, changed_ns";

/// An application whose person is sealed.
pub(crate) struct StoredApplication {
    pub person: Vec<u8>,
    /// With a person of nobody in it.
    rest: Rest,
}

struct Rest {
    id: u64,
    owner: OwnerId,
    level: Verification,
    state: State,
    reason: String,
    findings: Vec<String>,
    claimed_by: Option<OperatorId>,
    approved_by: Option<OperatorId>,
    created_at: Timestamp,
    changed_at: Timestamp,
    documents: Vec<DocumentFacts>,
}

impl StoredApplication {
    /// Returns the application of this person.
    pub(crate) fn with(self, person: Person) -> Application {
        let rest = self.rest;
        Application {
            id: rest.id,
            owner: rest.owner,
            level: rest.level,
            state: rest.state,
            person,
            reason: rest.reason,
            findings: rest.findings,
            claimed_by: rest.claimed_by,
            approved_by: rest.approved_by,
            created_at: rest.created_at,
            changed_at: rest.changed_at,
            documents: rest.documents,
        }
    }
}

/// Seals something to the application of a number.
pub(crate) type Seal<'a> = &'a (dyn Fn(u64) -> Result<Vec<u8>, IdentityError> + Sync);

impl Store {
    pub(crate) async fn application_of(
        &self,
        owner: OwnerId,
    ) -> Result<Option<u64>, IdentityError> {
        let query = "SELECT MAX(id) FROM kyc_applications WHERE owner = $1";
        let row = sqlx::query(query)
            .bind(owner.0.cast_signed())
            .fetch_one(&self.pool)
            .await?;
        Ok(row.try_get::<Option<i64>, _>(0)?.map(i64::cast_unsigned))
    }

    pub(crate) async fn application(
        &self,
        id: u64,
    ) -> Result<Option<StoredApplication>, IdentityError> {
        let query = format!("SELECT {COLUMNS} FROM kyc_applications WHERE id = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(query))
            .bind(id.cast_signed())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let mut stored = read_application(&row)?;
        stored.rest.documents = self.documents(id).await?;
        Ok(Some(stored))
    }

    async fn documents(&self, application: u64) -> Result<Vec<DocumentFacts>, IdentityError> {
        let rows = sqlx::query(
            "SELECT id, application, kind, width, height, at_ns FROM kyc_documents
             WHERE application = $1 ORDER BY id",
        )
        .bind(application.cast_signed())
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(read_facts).collect()
    }

    pub(crate) async fn document(
        &self,
        id: u64,
    ) -> Result<Option<(DocumentFacts, Vec<u8>)>, IdentityError> {
        let row = sqlx::query(
            "SELECT id, application, kind, width, height, at_ns, shown FROM kyc_documents
             WHERE id = $1",
        )
        .bind(id.cast_signed())
        .fetch_optional(&self.pool)
        .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        Ok(Some((read_facts(&row)?, row.try_get(6)?)))
    }

    pub(crate) async fn applications(
        &self,
        state: Option<State>,
        limit: u32,
    ) -> Result<Vec<u64>, IdentityError> {
        let rows = sqlx::query(
            "SELECT id FROM kyc_applications
             WHERE state = $1 OR ($2 = 1 AND state IN ('SUBMITTED', 'IN_REVIEW'))
             ORDER BY changed_ns, id LIMIT $3",
        )
        .bind(state.map_or("", State::name))
        .bind(i64::from(state.is_none()))
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        let id = |row: &DatabaseRow| Ok(row.try_get::<i64, _>(0)?.cast_unsigned());
        rows.iter().map(id).collect()
    }

    pub(crate) async fn describe(
        &self,
        owner: OwnerId,
        level: Verification,
        seal: Seal<'_>,
        at: Timestamp,
    ) -> Result<u64, KycError> {
        let mut transaction = self.begin().await?;
        if level_of(&mut transaction, owner)
            .await?
            .is_some_and(|known| level <= known)
        {
            return Err(KycError::LevelReached);
        }
        let newest = newest(&mut transaction, owner).await?;
        let id = match newest.filter(|(_, state)| !state.is_final()) {
            Some((id, state)) => {
                state.after(Step::Describe).ok_or(KycError::State(state))?;
                id
            }
            None => begin(&mut transaction, owner, at).await?,
        };
        let query =
            "UPDATE kyc_applications SET level = $1, person = $2, changed_ns = $3 WHERE id = $4";
        sqlx::query(query)
            .bind(i64::from(level.number()))
            .bind(seal(id)?)
            .bind(at.nanos())
            .bind(id.cast_signed())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(id)
    }

    pub(crate) async fn attach(
        &self,
        owner: OwnerId,
        kind: DocumentKind,
        (width, height): (u32, u32),
        seal: Seal<'_>,
        at: Timestamp,
    ) -> Result<u64, KycError> {
        let mut transaction = self.begin().await?;
        let newest = newest(&mut transaction, owner).await?;
        let (id, state) = newest.ok_or(KycError::Unknown)?;
        state.after(Step::Attach).ok_or(KycError::State(state))?;
        sqlx::query("DELETE FROM kyc_documents WHERE application = $1 AND kind = $2")
            .bind(id.cast_signed())
            .bind(kind.name())
            .execute(&mut *transaction)
            .await?;
        let count = sqlx::query("SELECT COUNT(*) FROM kyc_documents WHERE application = $1")
            .bind(id.cast_signed())
            .fetch_one(&mut *transaction)
            .await?;
        if DOCUMENTS_MAX as i64 <= count.try_get::<i64, _>(0)? {
            return Err(KycError::TooManyDocuments);
        }
        let row = sqlx::query(
            "INSERT INTO kyc_documents (application, kind, width, height, shown, at_ns)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        )
        .bind(id.cast_signed())
        .bind(kind.name())
        .bind(i64::from(width))
        .bind(i64::from(height))
        .bind(seal(id)?)
        .bind(at.nanos())
        .fetch_one(&mut *transaction)
        .await?;
        let document = row.try_get::<i64, _>(0)?.cast_unsigned();
        transaction.commit().await?;
        Ok(document)
    }

    pub(crate) async fn submit(
        &self,
        id: u64,
        (findings, provider): (&[String], Provider),
        at: Timestamp,
    ) -> Result<(), KycError> {
        let mut transaction = self.begin().await?;
        let (state, _) = standing(&mut transaction, id).await?;
        let after = state.after(Step::Submit).ok_or(KycError::State(state))?;
        let query = "UPDATE kyc_applications SET findings = $1, reason = '', claimed_by = NULL,
                         approved_by = NULL WHERE id = $2";
        sqlx::query(query)
            .bind(findings.join("\n"))
            .bind(id.cast_signed())
            .execute(&mut *transaction)
            .await?;
        set_state(&mut transaction, id, after, at).await?;
        if provider == Provider::Asked {
            kyc_call::add(&mut transaction, id, at).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    pub(crate) async fn review(
        &self,
        operator: OperatorId,
        id: u64,
        review: &Review,
        at: Timestamp,
    ) -> Result<(), KycError> {
        let mut transaction = self.begin().await?;
        let (state, held) = standing(&mut transaction, id).await?;
        let after = state.after(review.step()).ok_or(KycError::State(state))?;
        let mut is_first_of_two = false;
        match review {
            Review::Claim => {
                let query = "UPDATE kyc_applications SET claimed_by = $1 WHERE id = $2";
                sqlx::query(query)
                    .bind(i64::from(operator.0))
                    .bind(id.cast_signed())
                    .execute(&mut *transaction)
                    .await?;
            }
            Review::Approve => {
                is_first_of_two = approve(&mut transaction, operator, (id, &held)).await?;
            }
            Review::Ask(reason) | Review::Reject(reason) => {
                check_claim(operator, &held)?;
                sqlx::query("UPDATE kyc_applications SET reason = $1 WHERE id = $2")
                    .bind(reason)
                    .bind(id.cast_signed())
                    .execute(&mut *transaction)
                    .await?;
            }
        }
        if !is_first_of_two {
            set_state(&mut transaction, id, after, at).await?;
        }
        if after == State::Approved && !is_first_of_two {
            grant(&mut transaction, held.owner, held.level).await?;
        }
        let act = if is_first_of_two {
            "kyc-approved-first"
        } else {
            review.act()
        };
        let entry = Entry {
            at,
            actor: Actor::Operator(operator),
            act,
            subject: format!("user {}", held.owner.0),
            detail: format!("application {id} for level {}", held.level.number()),
            address: None,
        };
        audit::append(&mut transaction, &entry).await?;
        transaction.commit().await?;
        if is_first_of_two {
            return Err(KycError::SecondNeeded);
        }
        Ok(())
    }

    pub(crate) async fn untold_levels(&self) -> Result<Vec<Granted>, IdentityError> {
        let rows = sqlx::query("SELECT owner, level FROM kyc_levels WHERE is_told = 0")
            .fetch_all(&self.pool)
            .await?;
        let granted = |row: &DatabaseRow| {
            Ok(Granted {
                owner: OwnerId(row.try_get::<i64, _>(0)?.cast_unsigned()),
                level: read_level(row, 1)?,
            })
        };
        rows.iter().map(granted).collect()
    }

    /// Notes it of this level only: a later one is to be told.
    pub(crate) async fn note_level_told(&self, granted: Granted) -> Result<(), IdentityError> {
        let query = "UPDATE kyc_levels SET is_told = 1 WHERE owner = $1 AND level = $2";
        let query = sqlx::query(query).bind(granted.owner.0.cast_signed());
        self.write(query.bind(i64::from(granted.level.number())))
            .await?;
        Ok(())
    }
}

/// What a decision needs to know.
struct Held {
    owner: OwnerId,
    level: Verification,
    has_findings: bool,
    claimed_by: Option<OperatorId>,
    approved_by: Option<OperatorId>,
}

/// # Errors
/// `Foreign` unless the operator has claimed it.
fn check_claim(operator: OperatorId, held: &Held) -> Result<(), KycError> {
    if held.claimed_by == Some(operator) {
        Ok(())
    } else {
        Err(KycError::Foreign)
    }
}

/// Returns whether it was the first of two approvals: whatever something speaks against takes two people.
async fn approve(
    transaction: &mut Writing,
    operator: OperatorId,
    (id, held): (u64, &Held),
) -> Result<bool, KycError> {
    let takes_two = mutant::plant!("match-approved-by-one", false, held.has_findings);
    match held.approved_by {
        None => check_claim(operator, held)?,
        Some(first) if first == operator => return Err(KycError::SecondNeeded),
        Some(_) => {}
    }
    if !takes_two || held.approved_by.is_some() {
        return Ok(false);
    }
    sqlx::query("UPDATE kyc_applications SET approved_by = $1 WHERE id = $2")
        .bind(i64::from(operator.0))
        .bind(id.cast_signed())
        .execute(&mut **transaction)
        .await?;
    Ok(true)
}

async fn standing(connection: &mut Connection, id: u64) -> Result<(State, Held), KycError> {
    let row = sqlx::query(
        "SELECT state, owner, level, findings, claimed_by, approved_by FROM kyc_applications
         WHERE id = $1",
    )
    .bind(id.cast_signed())
    .fetch_optional(connection)
    .await?;
    let row = row.ok_or(KycError::Unknown)?;
    let held = Held {
        owner: OwnerId(row.try_get::<i64, _>(1)?.cast_unsigned()),
        level: read_level(&row, 2)?,
        has_findings: !row.try_get::<String, _>(3)?.is_empty(),
        claimed_by: read_operator(&row, 4)?,
        approved_by: read_operator(&row, 5)?,
    };
    Ok((read_state(&row, 0)?, held))
}

async fn newest(
    connection: &mut Connection,
    owner: OwnerId,
) -> Result<Option<(u64, State)>, IdentityError> {
    let row = sqlx::query(
        "SELECT id, state FROM kyc_applications WHERE owner = $1 ORDER BY id DESC LIMIT 1",
    )
    .bind(owner.0.cast_signed())
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let id = row.try_get::<i64, _>(0)?.cast_unsigned();
    Ok(Some((id, read_state(&row, 1)?)))
}

async fn begin(
    connection: &mut Connection,
    owner: OwnerId,
    at: Timestamp,
) -> Result<u64, IdentityError> {
    let row = sqlx::query(
        "INSERT INTO kyc_applications (owner, level, state, person, reason, findings, created_ns,
                                       changed_ns)
         VALUES ($1, 0, $2, $3, '', '', $4, $5) RETURNING id",
    )
    .bind(owner.0.cast_signed())
    .bind(State::Draft.name())
    .bind(Vec::new())
    .bind(at.nanos())
    .bind(at.nanos())
    .fetch_one(connection)
    .await?;
    Ok(row.try_get::<i64, _>(0)?.cast_unsigned())
}

async fn set_state(
    connection: &mut Connection,
    id: u64,
    state: State,
    at: Timestamp,
) -> Result<(), IdentityError> {
    sqlx::query("UPDATE kyc_applications SET state = $1, changed_ns = $2 WHERE id = $3")
        .bind(state.name())
        .bind(at.nanos())
        .bind(id.cast_signed())
        .execute(connection)
        .await?;
    Ok(())
}

/// Returns whose application it is, unless it is decided.
///
/// # Errors
/// `Unknown`, `State` for an application that was decided.
pub(super) async fn owner_if_open(transaction: &mut Writing, id: u64) -> Result<OwnerId, KycError> {
    let (state, held) = standing(transaction, id).await?;
    if state.is_final() {
        Err(KycError::State(state))
    } else {
        Ok(held.owner)
    }
}

/// Adds something that speaks against an application that is not decided.
pub(super) async fn add_finding(
    transaction: &mut Writing,
    id: u64,
    finding: &str,
) -> Result<(), KycError> {
    owner_if_open(transaction, id).await?;
    sqlx::query(
        "UPDATE kyc_applications
         SET findings = CASE WHEN findings = '' THEN $1 ELSE findings || $2 END, approved_by = NULL
         WHERE id = $3",
    )
    .bind(finding)
    .bind(format!("\n{finding}"))
    .bind(id.cast_signed())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn level_of(
    connection: &mut Connection,
    owner: OwnerId,
) -> Result<Option<Verification>, IdentityError> {
    let row = sqlx::query("SELECT level FROM kyc_levels WHERE owner = $1")
        .bind(owner.0.cast_signed())
        .fetch_optional(connection)
        .await?;
    row.map(|row| read_level(&row, 0)).transpose()
}

async fn grant(
    connection: &mut Connection,
    owner: OwnerId,
    level: Verification,
) -> Result<(), IdentityError> {
    sqlx::query(
        "INSERT INTO kyc_levels (owner, level, is_told) VALUES ($1, $2, 0)
         ON CONFLICT (owner) DO UPDATE SET level = excluded.level, is_told = 0",
    )
    .bind(owner.0.cast_signed())
    .bind(i64::from(level.number()))
    .execute(connection)
    .await?;
    Ok(())
}

fn read_application(row: &DatabaseRow) -> Result<StoredApplication, IdentityError> {
    let findings: String = row.try_get(6)?;
    Ok(StoredApplication {
        person: row.try_get(4)?,
        rest: Rest {
            id: row.try_get::<i64, _>(0)?.cast_unsigned(),
            owner: OwnerId(row.try_get::<i64, _>(1)?.cast_unsigned()),
            level: read_level(row, 2)?,
            state: read_state(row, 3)?,
            reason: row.try_get(5)?,
            findings: findings.lines().map(str::to_owned).collect(),
            claimed_by: read_operator(row, 7)?,
            approved_by: read_operator(row, 8)?,
            created_at: Timestamp::from_nanos(row.try_get(9)?),
            changed_at: Timestamp::from_nanos(row.try_get(10)?),
            documents: Vec::new(),
        },
    })
}

fn read_facts(row: &DatabaseRow) -> Result<DocumentFacts, IdentityError> {
    let id: i64 = row.try_get(0)?;
    let kind = DocumentKind::parse(row.try_get(2)?).ok_or(IdentityError::KycDamaged { id })?;
    Ok(DocumentFacts {
        id: id.cast_unsigned(),
        application: row.try_get::<i64, _>(1)?.cast_unsigned(),
        kind,
        width: super::read_count(row, 3)?,
        height: super::read_count(row, 4)?,
        at: Timestamp::from_nanos(row.try_get(5)?),
    })
}

fn read_level(row: &DatabaseRow, column: usize) -> Result<Verification, IdentityError> {
    let number: i64 = row.try_get(column)?;
    let level = u8::try_from(number).ok().and_then(Verification::new);
    level.ok_or(IdentityError::KycDamaged { id: number })
}

fn read_state(row: &DatabaseRow, column: usize) -> Result<State, IdentityError> {
    State::parse(row.try_get(column)?).ok_or(IdentityError::KycDamaged { id: 0 })
}

fn read_operator(row: &DatabaseRow, column: usize) -> Result<Option<OperatorId>, IdentityError> {
    let number: Option<i64> = row.try_get(column)?;
    let operator = number.map(u32::try_from).transpose();
    let operator = operator.map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(operator.map(OperatorId))
}
