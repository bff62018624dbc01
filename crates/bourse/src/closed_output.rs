//! A command whose reader has seen enough, such as `head`, ends quietly.

/// The code with which a process ends that writes where nobody reads, as shells show it.
pub const CODE: i32 = 141;

/// Ends the process without a word when nobody reads its standard output any more.
pub fn end_quietly() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let text = info.payload().downcast_ref::<String>();
        let is_closed = |text: &String| {
            text.starts_with("failed printing to stdout") && text.contains("Broken pipe")
        };
        if text.is_some_and(is_closed) {
            std::process::exit(CODE);
        }
        before(info);
    }));
}
