//! An address alone cannot be fetched.
use wangxun::fetch::Fetcher;

async fn bare(fetcher: &Fetcher, url: String) {
    let _ = fetcher.fetch(url).await;
}

fn main() {}
