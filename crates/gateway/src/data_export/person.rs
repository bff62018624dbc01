//! What the database of users holds: a file of JSON a part, the pictures, and what is not in it and why.

use identity::data_export::{self, DOCUMENTS, Fact, HeldRows, START};
use identity::key::Form;
use identity::kyc::{DocumentFacts, KycError};
use identity::outbox::State;
use model::calendar::Calendar;
use model::time::Timestamp;
use serde_json::{Map, Value, json};
use views::views::Views;

use crate::data_export::Subject;
use crate::data_export::archive::{Archive, Failure};
use crate::data_export::series::Series;
use crate::rest::alerts::direction_name;
use crate::rest::api_keys::{SCOPES, form_name};
use crate::rest::notifications::{kind_name, told_of};
use crate::rest::register::subject_name;

/// Writes all of it.
///
/// # Errors
/// As `Archive::write`, and when the database fails; so do all below.
pub async fn write(archive: &mut Archive, subject: &Subject) -> Result<(), Failure> {
    archive
        .add("README.txt", readme(subject).as_bytes())
        .await?;
    write_withheld(archive).await?;
    for part in data_export::parts() {
        let name = format!("person/{}", part.name);
        let mut series = Series::json(archive, name).await?;
        let mut documents = Vec::new();
        let mut after = START;
        loop {
            let held = subject.identity.held(subject.user, part, after).await?;
            for row in &held.rows {
                let object = object(&held, row, &subject.hub.views());
                if part.name == DOCUMENTS.0 {
                    documents.extend(object[DOCUMENTS.1].as_u64());
                }
                series.object(&object).await?;
            }
            match held.next {
                Some(next) => after = next,
                None => break,
            }
        }
        series.end().await?;
        for document in documents {
            write_picture(archive, subject, document).await?;
        }
    }
    Ok(())
}

async fn write_withheld(archive: &mut Archive) -> Result<(), Failure> {
    let mut series = Series::json(archive, "withheld".to_owned()).await?;
    for withheld in data_export::withheld() {
        let members = Some(withheld.members).filter(|members| !members.is_empty());
        let told = json!({
            "part": withheld.part,
            "members": members.map(|members| members.split(' ').collect::<Vec<_>>()),
            "why": withheld.why,
        });
        series.object(&told).await?;
    }
    series.end().await
}

/// One at a time: a picture may have megabytes.
async fn write_picture(
    archive: &mut Archive,
    subject: &Subject,
    document: u64,
) -> Result<(), Failure> {
    match subject.identity.document(document).await {
        Ok((facts, jpeg)) => archive.add(&picture_name(&facts), &jpeg).await,
        // Another has taken its place since its row was read.
        Err(KycError::Unknown) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The name has nothing that anybody outside has chosen.
fn picture_name(facts: &DocumentFacts) -> String {
    format!("documents/{}-{}.jpg", facts.id, facts.kind.name())
}

fn object(held: &HeldRows, row: &[Fact], views: &Views) -> Value {
    let members = held.names.iter().zip(row);
    let members = members.map(|(name, fact)| (name.clone(), value(fact, views)));
    Value::Object(members.collect::<Map<String, Value>>())
}

fn value(fact: &Fact, views: &Views) -> Value {
    match fact {
        Fact::Nothing => Value::Null,
        Fact::Number(number) => json!(number),
        Fact::Flag(is_so) => json!(is_so),
        Fact::Moment(Timestamp::ZERO) => Value::Null,
        Fact::Moment(at) => json!(Calendar(*at).to_string()),
        Fact::Text(text) => json!(text),
        Fact::Form(Form::Browser) => json!("SESSION"),
        Fact::Form(form) => json!(form_name(*form)),
        Fact::Scopes(scopes) => {
            let held = SCOPES.iter().filter(|(_, scope)| scopes.includes(*scope));
            json!(held.map(|(name, _)| *name).collect::<Vec<_>>())
        }
        Fact::Kind(kind) => json!(kind_name(*kind)),
        Fact::News(news) => told_of(news, views),
        Fact::Subject(subject) => json!(subject_name(*subject)),
        Fact::Letter(state) => json!(match state {
            State::Waiting => "WAITING",
            State::Sent => "SENT",
            State::GivenUp => "GIVEN_UP",
        }),
        Fact::Direction(direction) => json!(direction_name(*direction)),
        Fact::Person(person) => json!({
            "legalName": person.name,
            "birthDate": person.born.to_string(),
            "country": person.country.text(),
            "address": person.address,
        }),
    }
}

fn readme(subject: &Subject) -> String {
    format!(
        "{issuer}: everything that is held on user {user}, as of {until} UTC.\n\
         \n\
         person/      what the exchange knows of you, a list a kind of thing; moments are in UTC\n\
         documents/   the pictures of your applications\n\
         accounts/    orders, their changes, trades, ledger, balances by day, deposits and withdrawals of each account\n\
         withheld.json  what is held and not in this archive, and why\n\
         \n\
         Tables and lists of more than a million rows go on in files that end in -2, -3 and so on.\n\
         An archive that cannot be opened broke off on its way: ask for it anew.\n",
        issuer = subject.issuer,
        user = subject.user.0,
        until = Calendar(subject.until),
    )
}
