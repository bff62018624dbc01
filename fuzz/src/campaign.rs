//! A campaign: one target, one seed, as many inputs as the time allows.

use crate::crash;
use crate::mutation::{Material, mutate};
use crate::random::Random;
use crate::targets::Target;
use crate::trace::Trace;
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// Inputs kept at once; beyond that, a new one takes the place of an old one.
const INPUTS_MAX: usize = 8_192;
/// Things remembered as seen; beyond that, nothing is new any more.
const SEEN_MAX: usize = 1 << 20;
/// Executions between two looks at the clock.
const CLOCK_STRIDE: u64 = 64;

/// When a campaign ends.
#[derive(Clone, Copy, Debug)]
pub enum Limit {
    Time(Duration),
    Executions(u64),
}

/// What a campaign did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    pub executions: u64,
    /// Different things seen.
    pub seen: usize,
    /// Inputs kept because they showed something new.
    pub kept: usize,
}

/// A running campaign.
pub struct Campaign {
    target: &'static Target,
    random: Random,
    inputs: Vec<Vec<u8>>,
    kept: Vec<Vec<u8>>,
    seen: HashSet<u64>,
    trace: Trace,
    executions: u64,
}

impl Campaign {
    /// Runs the corpus once.
    pub fn start(target: &'static Target, corpus: Vec<Vec<u8>>, seed: u64) -> Campaign {
        let mut campaign = Campaign {
            target,
            random: Random::new(seed),
            inputs: Vec::new(),
            kept: Vec::new(),
            seen: HashSet::new(),
            trace: Trace::default(),
            executions: 0,
        };
        for input in corpus {
            campaign.execute(&input);
            campaign.inputs.push(input);
        }
        if campaign.inputs.is_empty() {
            campaign.inputs.push(Vec::new());
        }
        campaign
    }

    /// Mutates and executes until the limit.
    pub fn run(&mut self, limit: Limit) -> Report {
        let started = Instant::now();
        let before = self.executions;
        loop {
            let done = self.executions - before;
            let is_over = match limit {
                Limit::Executions(most) => most <= done,
                Limit::Time(most) => done.is_multiple_of(CLOCK_STRIDE) && most <= started.elapsed(),
            };
            if is_over {
                return self.report();
            }
            self.attempt();
        }
    }

    /// Returns the inputs worth committing: the shortest that together show the most, beyond what `known` shows.
    pub fn distilled(&mut self, known: &[Vec<u8>], count_max: usize) -> Vec<Vec<u8>> {
        self.seen.clear();
        known.iter().for_each(|input| {
            self.execute(input);
        });
        let mut candidates = std::mem::take(&mut self.kept);
        candidates.sort_by_key(Vec::len);
        candidates.retain(|input| self.execute(input));
        candidates.truncate(count_max);
        candidates
    }

    fn report(&self) -> Report {
        Report {
            executions: self.executions,
            seen: self.seen.len(),
            kept: self.kept.len(),
        }
    }

    fn attempt(&mut self) {
        let mut input = self.random.pick(&self.inputs).clone();
        let other = self.random.below(self.inputs.len());
        let material = Material {
            other: &self.inputs[other],
            words: self.target.words,
            bytes_max: self.target.bytes_max,
        };
        mutate(&mut input, &material, &mut self.random);
        if self.execute(&input) {
            self.kept.push(input.clone());
            self.keep(input);
        }
    }

    fn keep(&mut self, input: Vec<u8>) {
        if self.inputs.len() < INPUTS_MAX {
            self.inputs.push(input);
        } else {
            let old = self.random.below(INPUTS_MAX);
            self.inputs[old] = input;
        }
    }

    /// Runs the target and returns whether it saw something new.
    fn execute(&mut self, input: &[u8]) -> bool {
        crash::starting(input);
        self.trace.clear();
        (self.target.run)(input, &mut self.trace);
        self.executions += 1;
        if SEEN_MAX <= self.seen.len() {
            return false;
        }
        let before = self.seen.len();
        self.seen.extend(self.trace.seen());
        before < self.seen.len()
    }
}
