//! A permit is used up by the fetch and cannot be copied.
use wangxun::fetch::{Fetcher, Permit};

async fn twice(fetcher: &Fetcher, permit: Permit) {
    let _ = fetcher.fetch(permit).await;
    let _ = fetcher.fetch(permit).await;
}

fn copied(permit: &Permit) -> Permit {
    permit.clone()
}

fn main() {}
