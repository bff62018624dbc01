//! A random past: what the naive exchange says to random commands, and the views that fold it.

use indexer::batch::Batch;
use indexer::place::Place;
use indexer::reading::Reading;
use indexer::writer::Writer;
use model::command::{Command, Sequenced};
use model::id::Sequence;
use model::time::Timestamp;
use sim::naive::Naive;
use sim::random::Random;
use sim::workload::Workload;
use views::views::Views;
use wire::binary::digest::Digest;
use wire::binary::event;

use crate::place::place;

pub const CLUSTER: u128 = 7;
const START_MILLIS: i64 = 1_704_067_200_000;

pub struct Past {
    /// The encoded events of each command.
    pub payloads: Vec<Vec<u8>>,
    pub commands: Vec<Sequenced>,
    pub views: Views,
}

impl Past {
    /// Returns a past of so many commands, all of them within the time that the views keep.
    pub fn new(seed: u64, commands: u64) -> Past {
        Past::paced(seed, commands, 2_000_000_000)
    }

    /// Returns a past of so many commands, up to three times so long apart.
    pub fn paced(seed: u64, commands: u64, nanos_max: i64) -> Past {
        Past::altered(seed, (commands, nanos_max), |command| command)
    }

    /// Returns a past of commands that were altered before they were carried out.
    pub fn altered(
        seed: u64,
        (commands, nanos_max): (u64, i64),
        alter: impl Fn(Command) -> Command,
    ) -> Past {
        let (mut naive, mut views) = (Naive::default(), Views::new());
        let mut workload = Workload::new(seed, CLUSTER);
        let mut random = Random::new(seed);
        let mut at = Timestamp::from_millis(START_MILLIS);
        let (mut payloads, mut done) = (Vec::new(), Vec::new());
        for sequence in (1..=commands).map(Sequence) {
            // Often several commands at one moment.
            at = at.plus_nanos(random.between(0, 3) * random.between(0, nanos_max));
            let command = alter(workload.next(at, &naive));
            let sequenced = Sequenced {
                sequence,
                at,
                command,
            };
            let events = naive.apply(&sequenced);
            views.fold_command((sequence, at), &events, &mut Vec::new());
            let mut payload = Vec::new();
            event::encode(sequence, at, &events, &mut payload);
            payloads.push(payload);
            done.push(sequenced);
        }
        Past {
            payloads,
            commands: done,
            views,
        }
    }

    /// Brings a history up to a command, in batches of random size.
    pub async fn write(&self, writer: Writer, until: usize, random: &mut Random) -> Writer {
        let mut writer = writer;
        while (writer.position().sequence.0 as usize) < until {
            let after = writer.position().sequence.0 as usize;
            let size_max = 1 << random.below(11);
            let size = 1 + random.below(size_max) as usize;
            let batch = self.batch(&writer, (after + size).min(until));
            writer = writer.apply(&batch).await.expect("written");
        }
        writer
    }

    /// Returns what follows the position of a history, up to a command.
    pub fn batch(&self, writer: &Writer, until: usize) -> Batch {
        let mut batch = Batch::after(*writer.position());
        let after = writer.position().sequence.0 as usize;
        for payload in &self.payloads[after..until] {
            batch.add(payload).expect("the next command");
        }
        batch
    }

    /// Returns the digest of a history of all of it, in one folder of its own.
    pub async fn digest(&self, random: &mut Random) -> Digest {
        let folder = tempfile::tempdir().expect("a folder");
        let place = place(folder.path()).await;
        let writer = open(&place).await;
        let writer = self.write(writer, self.payloads.len(), random).await;
        writer.close().await;
        digest(&place).await
    }
}

pub async fn open(place: &Place) -> Writer {
    Writer::open(place, CLUSTER).await.expect("it opens")
}

pub async fn digest(place: &Place) -> Digest {
    let reading = Reading::open(place).await.expect("it opens");
    let digest = reading.digest().await.expect("read");
    reading.close().await;
    digest
}
