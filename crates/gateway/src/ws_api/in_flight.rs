//! Requests of one socket that are carried out side by side and answered in their order.

use core::task::{Context, Poll};
use std::collections::VecDeque;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

/// What is under way, oldest first.
#[derive(Default)]
pub struct InFlight(VecDeque<Work>);

enum Work {
    Begun(BoxFuture<'static, String>),
    Done(String),
}

impl InFlight {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Begins work at once; whoever waits for `next` carries it on.
    pub fn begin(&mut self, mut work: BoxFuture<'static, String>) {
        let work = match (&mut work).now_or_never() {
            Some(answer) => Work::Done(answer),
            None => Work::Begun(work),
        };
        mutant::plant!(
            "newest-request-first",
            self.0.push_front(work),
            self.0.push_back(work)
        );
    }

    /// Adds an answer that is there already.
    pub fn add(&mut self, answer: String) {
        self.0.push_back(Work::Done(answer));
    }

    /// Gives up all work.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Waits for the answer of the oldest work; `None` when there is none.
    pub async fn next(&mut self) -> Option<String> {
        core::future::poll_fn(|context| self.poll_next(context)).await
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<String>> {
        let Some(oldest) = self.0.front_mut() else {
            return Poll::Ready(None);
        };
        if oldest.poll(context).is_ready() {
            return Poll::Ready(match self.0.pop_front() {
                Some(Work::Done(answer)) => Some(answer),
                _ => None,
            });
        }
        // The others go on meanwhile, and wake whoever waits here.
        for work in self.0.iter_mut().skip(1) {
            let _ = work.poll(context);
        }
        Poll::Pending
    }
}

impl Work {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Work::Begun(work) = self {
            match work.poll_unpin(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(answer) => *self = Work::Done(answer),
            }
        }
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn answers_keep_the_order_of_their_requests() {
        let mut work = InFlight::default();
        let (first, first_end) = oneshot::channel::<&str>();
        let (second, second_end) = oneshot::channel::<&str>();
        for end in [first_end, second_end] {
            work.begin(async { end.await.expect("an answer").to_owned() }.boxed());
        }
        work.add("third".to_owned());
        assert_eq!(work.len(), 3);
        second.send("second").expect("it waits");
        assert_eq!(work.next().now_or_never(), None);
        let sent = tokio::spawn(async { first.send("first") });
        for expected in ["first", "second", "third"] {
            assert_eq!(work.next().await.as_deref(), Some(expected));
        }
        sent.await.expect("done").expect("it waits");
        assert_eq!(work.next().await, None);
        assert!(work.is_empty());
    }

    #[tokio::test]
    async fn later_work_goes_on_while_the_oldest_waits() {
        let mut work = InFlight::default();
        let (oldest, oldest_end) = oneshot::channel::<()>();
        let (step, step_end) = oneshot::channel::<()>();
        let (done, done_end) = oneshot::channel::<()>();
        work.begin(
            async {
                oldest_end.await.expect("it ends");
                "oldest".to_owned()
            }
            .boxed(),
        );
        work.begin(
            async {
                step_end.await.expect("a step");
                done.send(()).expect("somebody listens");
                "later".to_owned()
            }
            .boxed(),
        );
        let driver = tokio::spawn(async move { (work.next().await, work.next().await) });
        step.send(()).expect("it waits");
        done_end.await.expect("the later one has taken its step");
        oldest.send(()).expect("it waits");
        let (first, second) = driver.await.expect("answers");
        assert_eq!(first.as_deref(), Some("oldest"));
        assert_eq!(second.as_deref(), Some("later"));
    }
}
