//! An address alone cannot be fetched.
use wangxun::fetch::Fetcher;

async fn bare(fetcher: &Fetcher, url: url::Url) {
    let _ = fetcher.fetch(url).await;
}

fn main() {}
