#![cfg(fuzzing)]
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::targets::outside::cursor(bytes, &mut fuzz::trace::Trace::default());
});
