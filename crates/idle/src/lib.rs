//! Threads that yield to trading: those that nobody waits for run when nothing else wants a processor, and those that
//! somebody waits for get a small share however busy all processors are.
//!
//! **Source** `sched(7)`: SCHED_IDLE; the nice value, which Linux keeps for each thread.

#![forbid(unsafe_code)]

use rustix::process::setpriority_process;
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// A tenth of the weight of other threads.
const NICENESS: i32 = 10;

/// Lets this thread, and every thread that it starts from now on, run only when nothing else wants its processor.
///
/// Where every processor is busy for long, it falls behind: nobody may wait for it. Whoever begins it keeps what it needs
/// to catch up.
///
/// Returns false where the system refuses it: all threads are alike then.
pub fn step_back() -> bool {
    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle).is_ok()
}

/// Lets this thread, and every thread that it starts from now on, have a tenth of what others get while they want it.
///
/// Returns false where the system refuses it: all threads are alike then.
pub fn give_way() -> bool {
    setpriority_process(None, NICENESS).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use thread_priority::thread_schedule_policy;

    #[test]
    fn a_thread_steps_back_with_those_it_starts() {
        let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
        let stepped = std::thread::spawn(move || {
            assert!(step_back());
            let child = std::thread::spawn(thread_schedule_policy);
            [
                thread_schedule_policy(),
                child.join().expect("a thread that ends"),
            ]
        });
        for policy in stepped.join().expect("a thread that ends") {
            assert_eq!(policy.expect("a policy"), idle);
        }
        assert_ne!(thread_schedule_policy().expect("a policy"), idle);
    }

    #[test]
    fn a_thread_gives_way_with_those_it_starts_and_no_others() {
        let nice = || rustix::process::getpriority_process(None).expect("a niceness");
        let before = nice();
        let given = std::thread::spawn(move || {
            assert!(give_way());
            let child = std::thread::spawn(nice);
            [nice(), child.join().expect("a thread that ends")]
        });
        for niceness in given.join().expect("a thread that ends") {
            assert_eq!(niceness, NICENESS);
        }
        assert_eq!(nice(), before);
    }
}
