//! A random past of some days: what the naive exchange says to random commands.

use std::path::Path;

use archive::day::Day;
use archive::fold::{Fold, time_of};
use archive::writing::{Plan, Writing};
use model::command::Sequenced;
use model::id::Sequence;
use model::time::Timestamp;
use sim::naive::Naive;
use sim::random::Random;
use sim::workload::Workload;
use wire::binary::event;

pub const CLUSTER: u128 = 7;
const START: &str = "2024-02-28";

pub struct Past {
    /// The encoded events of each command.
    pub payloads: Vec<Vec<u8>>,
    pub events: Vec<(Timestamp, Vec<model::event::Event>)>,
}

impl Past {
    /// Returns a past of so many commands, up to three times so long apart.
    pub fn new(seed: u64, commands: u64, nanos_max: i64) -> Past {
        let mut naive = Naive::default();
        let mut workload = Workload::new(seed, CLUSTER);
        let mut random = Random::new(seed);
        let mut at = Day::parse(START).expect("a day").begins();
        let (mut payloads, mut done) = (Vec::new(), Vec::new());
        for sequence in (1..=commands).map(Sequence) {
            at = at.plus_nanos(random.between(0, 3) * random.between(0, nanos_max));
            let command = workload.next(at, &naive);
            let sequenced = Sequenced {
                sequence,
                at,
                command,
            };
            let events = naive.apply(&sequenced);
            let mut payload = Vec::new();
            event::encode(sequence, at, &events, &mut payload);
            payloads.push(payload);
            done.push((at, events));
        }
        Past {
            payloads,
            events: done,
        }
    }

    /// Returns the days that are over.
    pub fn days(&self) -> Vec<Day> {
        let of = |payload: &Vec<u8>| Day::of(time_of(Sequence(1), payload).expect("a time"));
        let ends = self.payloads.first().zip(self.payloads.last());
        let (first, last) = ends
            .map(|(first, last)| (of(first), of(last)))
            .expect("a past");
        (first.0..last.0).map(Day).collect()
    }

    /// Returns the place of the first command at a moment or after it.
    pub fn place(&self, moment: Timestamp) -> usize {
        self.events.partition_point(|(at, _)| *at < moment)
    }

    /// Writes every file of a day; the fold has everything before it.
    pub fn write(&self, fold: &mut Fold, day: Day, root: &Path) {
        self.carry_out(fold, Plan::of_everything(day, root));
    }

    /// Writes what a plan says of its day.
    pub fn carry_out(&self, fold: &mut Fold, plan: Plan) {
        let day = plan.day;
        let mut writing = Writing::begin(plan, fold).expect("begun");
        let places = fold.sequence().0 as usize..self.place(day.next().begins());
        for payload in &self.payloads[places] {
            writing.add(fold, payload).expect("the next command");
        }
        let written = writing.finish().expect("written");
        assert!(0 < written.files && 0 < written.text_bytes);
    }
}
