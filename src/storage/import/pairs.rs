//! Which request belongs to which answer. Programs write the two side by side, in either order.

use super::page::request_head;
use super::scan::Foreign;
use crate::storage::warc::headers::Headers;
use std::collections::VecDeque;

/// Requests remembered, and answers kept waiting (a page of at most 32 MiB each).
const REQUESTS: usize = 16;
const WAITING: usize = 2;

/// Brings requests and answers together in one pass.
#[derive(Default)]
pub struct Pairs {
    requests: VecDeque<(Headers, Vec<u8>)>,
    waiting: VecDeque<Foreign>,
}

/// An answer that may be a page, with the head of its request when the file holds one.
pub type Pair = (Foreign, Option<Vec<u8>>);

impl Pairs {
    /// Takes the next record that is a request or an answer; gives the answer that is then ready, if one is.
    pub fn take(&mut self, record: Foreign) -> Option<Pair> {
        match record.headers.record_type().as_str() {
            "request" => self.request(record),
            _ => self.answer(record),
        }
    }

    fn request(&mut self, record: Foreign) -> Option<Pair> {
        let head = request_head(&record.block?)?;
        let fits = |answer: &Foreign| belong(&record.headers, &answer.headers);
        if let Some(at) = self.waiting.iter().position(fits) {
            return self.waiting.remove(at).map(|answer| (answer, Some(head)));
        }
        if self.requests.len() == REQUESTS {
            self.requests.pop_front();
        }
        self.requests.push_back((record.headers, head));
        None
    }

    fn answer(&mut self, record: Foreign) -> Option<Pair> {
        let fits = |request: &(Headers, Vec<u8>)| belong(&request.0, &record.headers);
        if let Some(at) = self.requests.iter().position(fits) {
            let head = self.requests.remove(at).map(|(_, head)| head);
            return Some((record, head));
        }
        self.waiting.push_back(record);
        match self.waiting.len() > WAITING {
            true => self.waiting.pop_front().map(|answer| (answer, None)),
            false => None,
        }
    }

    /// The answers that are still waiting: the file ends without their requests.
    pub fn rest(self) -> impl Iterator<Item = Pair> {
        self.waiting.into_iter().map(|answer| (answer, None))
    }
}

/// By name (either may name the other), else by address and date.
fn belong(request: &Headers, answer: &Headers) -> bool {
    let names = |from: &Headers, to: &Headers| {
        let id = to.record_id();
        let mut named = from.all("WARC-Concurrent-To");
        !id.is_empty() && named.any(|n| n.trim().trim_matches(['<', '>']) == id)
    };
    let same = |name: &str| request.get(name) == answer.get(name);
    names(request, answer)
        || names(answer, request)
        || (request.get("WARC-Concurrent-To").is_none()
            && request.target() == answer.target()
            && same("WARC-Date"))
}
