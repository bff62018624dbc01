#![cfg(fuzzing)]
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    fuzz::targets::outside::provider(bytes, &mut fuzz::trace::Trace::default());
});
