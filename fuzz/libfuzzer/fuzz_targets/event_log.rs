#![cfg(fuzzing)]
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::targets::event_log::run(bytes, &mut fuzz::trace::Trace::default());
});
