#![cfg(fuzzing)]
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::targets::text::socket_request(bytes, &mut fuzz::trace::Trace::default());
});
