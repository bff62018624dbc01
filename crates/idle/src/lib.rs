//! Threads that run when nothing else wants a processor: what may wait never makes an order wait.
//!
//! Where every processor is busy for long, such work falls behind; whoever begins it keeps what it needs to catch up.
//! **Source** `sched(7)`, SCHED_IDLE.

#![forbid(unsafe_code)]

use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// Lets this thread, and every thread that it starts from now on, run only when nothing else wants its processor.
///
/// Returns false where the system refuses it: all threads are alike then.
pub fn step_back() -> bool {
    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle).is_ok()
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
}
