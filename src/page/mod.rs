//! HTML to blocks with provenance, links and identity facts. The only user of scraper. Pure.
